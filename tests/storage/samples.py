"""Records as the tests need them: a team with a rep, a customer with an opportunity, and what one says about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from storage import audit
from storage.records import (
    Activity,
    Alias,
    Commitment,
    Contact,
    Customer,
    Evidence,
    Identity,
    Member,
    Opportunity,
    Record,
    Task,
    Team,
    made,
    new_id,
)

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def at(**later: float) -> datetime:
    return NOW + timedelta(**later)


def member(name: str = "张伟", **fields: Any) -> Member:
    return Member(id=new_id("mem", NOW), name=name, **fields)


def customer(owner: Member, name: str = "华东医疗器械有限公司", **fields: Any) -> Customer:
    return Customer(
        id=new_id("cus", NOW), name=name, owner_id=owner.id, recorder_id=owner.id, **{"created_at": NOW, **fields}
    )


def opportunity(of: Customer, **fields: Any) -> Opportunity:
    given: dict[str, Any] = {
        "name": of.name, "pipeline": "default", "stage": "negotiation", "stage_since": NOW, "created_at": NOW,
        "amount": Decimal("2170000.00"),
    }  # fmt: skip
    return Opportunity(id=new_id("opp", NOW), customer_id=of.id, owner_id=of.owner_id, **{**given, **fields})


def activity(of: Customer, **fields: Any) -> Activity:
    given: dict[str, Any] = {"author_id": of.owner_id, "recorder_id": of.owner_id, "occurred_at": NOW}
    return Activity(id=new_id("act", NOW), customer_id=of.id, **{**given, **fields})


def commitment(of: Customer, **fields: Any) -> Commitment:
    given: dict[str, Any] = {
        "by": "us", "what": "发报价单", "due": date(2026, 3, 13), "owner_id": of.owner_id, "author_id": of.owner_id,
        "recorder_id": of.owner_id, "said_at": NOW,
    }  # fmt: skip
    return Commitment(id=new_id("pro", NOW), customer_id=of.id, **{**given, **fields})


def evidence(of: Opportunity, kind: str = "contract", **fields: Any) -> Evidence:
    given: dict[str, Any] = {
        "opportunity_id": of.id, "customer_id": of.customer_id, "member_id": of.owner_id, "at": NOW,
    }  # fmt: skip
    return Evidence(id=new_id("evi", NOW), kind=kind, **{**given, **fields})


def task(owner: Member, **fields: Any) -> Task:
    return Task(id=new_id("tsk", NOW), what="补会议记录", owner_id=owner.id, created_at=NOW, **fields)


async def keep(*records: Record, event: str = "msg_seed", actor: str = "system") -> None:
    """Makes the records, as one event."""
    await audit.apply([made(record) for record in records], actor=actor, event=event, at=NOW)


@dataclass(frozen=True)
class House:
    team: Team
    rep: Member
    identity: Identity
    customer: Customer
    alias: Alias
    contact: Contact
    opportunity: Opportunity


async def house() -> House:
    """The usual team, kept."""
    team = Team(id=new_id("team", NOW), name="华东一组")
    rep = member(team_id=team.id)
    firm = customer(rep)
    found = House(
        team,
        rep,
        Identity(id=new_id("idn", NOW), member_id=rep.id, account="wecom", user="Zhang.Wei"),
        firm,
        Alias(id=new_id("ali", NOW), customer_id=firm.id, text="华东医械"),
        Contact(id=new_id("con", NOW), customer_id=firm.id, name="王", title="总", phones=("+8613800138000",)),
        opportunity(firm),
    )
    await keep(*(getattr(found, name) for name in found.__dataclass_fields__))
    return found

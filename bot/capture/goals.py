"""A visit that is about to begin: where one stands with the customer, and what it may be for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.capture.evidence import wanted_next
from bot.followup.view import matters
from bot.playbook.model import Playbook
from storage import activities, commitments, customers, evidence, opportunities, visits
from storage.records import Activity, Moment, Visit, new_id

MOST, LOOKED_BACK = 6, 100


@dataclass(frozen=True, slots=True)
class Goal:
    """asks: what the customer owes us; wants: a paper that a gate waits for; brings: what we promised."""

    kind: Literal["asks", "wants", "brings"]
    what: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Approach:
    """``last`` is the last visit before this one."""

    activity: Activity
    customer_id: str
    name: str
    department: str
    last: datetime | None
    goals: tuple[Goal, ...]


async def approach(moment: Moment, playbook: Playbook) -> Approach | None:
    """The visit of the moment; None where it was moved, undone, or its goals stand already."""
    one = await activities.get(moment.record)
    if one is None or one.customer_id is None or one.planned_for is None:
        return None
    if one.planned_for.isoformat() != moment.data.get("planned") or await visits.of_activity(one.id) is not None:
        return None
    people = await customers.contacts(one.customer_id)
    talks = await activities.of_customer(one.customer_id, LOOKED_BACK, one.planned_for)
    made = [talk.occurred_at for talk in talks if talk.action == "visit" and talk.planned_for is None]
    return Approach(
        one, one.customer_id, await customers.short_name(one.customer_id),
        next((person.department for person in people if person.department), "") or "",
        max(made, default=None), await goals_of(one.customer_id, playbook),
    )  # fmt: skip


async def goals_of(customer_id: str, playbook: Playbook) -> tuple[Goal, ...]:
    """Each once, the most pressing first."""
    promises = await matters(await commitments.open_of(customer_id, None))
    found = [Goal("asks", one.thing, one.contact) for one in promises if one.promise.by == "customer"]
    deals = sorted(await opportunities.open_of(customer_id), key=lambda deal: deal.stage_since, reverse=True)
    if deals:
        kinds, _ = wanted_next(deals[0], await evidence.counts(deals[0].id), playbook)
        papers = [kind for kind in kinds if kind in playbook.evidence and playbook.evidence[kind].from_files]
        found += [Goal("wants", playbook.called(kind)) for kind in papers]
    found += [Goal("brings", one.thing) for one in promises if one.promise.by == "us"]
    return tuple(dict.fromkeys(found))[:MOST]


async def plan(one: Activity, goals: tuple[str, ...], now: datetime) -> Visit:
    """The visit that the activity arranged, with its goals."""
    deals = sorted(await opportunities.open_of(str(one.customer_id)), key=lambda deal: deal.stage_since, reverse=True)
    return Visit(
        id=new_id("vis", now), customer_id=str(one.customer_id), activity_id=one.id, member_id=one.author_id,
        opportunity_id=one.opportunity_id or (deals[0].id if deals else None), planned_for=one.planned_for,
        goals=goals, created_at=now,
    )  # fmt: skip

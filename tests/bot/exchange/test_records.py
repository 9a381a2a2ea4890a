"""The objects that others build on: their fixed keys, and how money, days and moments are told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.clock import SHANGHAI
from bot.exchange import records
from storage import audit, inbox
from storage.connect import Database
from storage.records import (
    Activity,
    Alias,
    Binding,
    Claim,
    Commitment,
    Contact,
    Customer,
    Evidence,
    External,
    Fact,
    Handover,
    Identity,
    Lead,
    Member,
    Opportunity,
    Record,
    Risk,
    ScriptUse,
    Task,
    Team,
    Unassigned,
    Visit,
    Waiver,
    changed,
    made,
)  # fmt: skip

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
KEYS = {
    "member": {"id", "name", "roles", "team_id", "active"},
    "team": {"id", "name", "parent_id", "region"},
    "customer": {"id", "name", "aliases", "owner_id"},
    "contact": {"id", "customer_id", "name", "title", "department", "phones"},
    "opportunity": {
        "id", "customer_id", "owner_id", "pipeline", "stage", "state", "amount", "currency", "sign_date",
        "evidence_missing",
    },
    "activity": {
        "id", "customer_id", "opportunity_id", "action", "author_id", "recorder_id", "occurred_at", "text", "confirmed",
    },
    "commitment": {"id", "customer_id", "opportunity_id", "by", "what", "due", "state", "evidence_id"},
    "evidence": {"id", "kind", "file", "sha256", "opportunity_id", "commitment_id"},
    "task": {"id", "what", "due", "owner_id", "state"},
    "message": {"id", "account", "event_key", "sender", "chat", "text", "sent_at", "state"},
    "waiver": {"id", "opportunity_id", "stage", "missing", "state", "asked_by", "by_id", "reason", "until"},
    "handover": {"id", "customer_id", "from_id", "to_id", "by_id", "at", "state", "items"},
    "claim": {"id", "customer_id", "owner_id", "member_id", "words", "at", "state", "by_id", "decided_at"},
    "risk": {"id", "opportunity_id", "kind", "state", "since", "facts"},
    "scriptuse": {"id", "script", "how", "opportunity_id", "customer_id", "member_id", "at"},
    "binding": {"id", "account", "chat", "customer_id", "by_id", "at"},
    "external": {"id", "account", "external", "name", "customer_id", "contact_id", "member_id", "state", "at"},
    "lead": {"id", "customer_id", "owner_id", "channel", "score", "state"},
    "unassigned": {"id", "kind", "what", "text", "member_id", "options", "at", "state", "customer_id", "by_id"},
    "fact": {"id", "kind", "what", "customer_id", "opportunity_id", "at", "amount", "currency", "external_id", "data"},
    "visit": {"id", "customer_id", "member_id", "planned_for", "goals", "state", "at", "position", "reason", "device"},
    "audit": {"n", "at", "actor", "event", "kind", "record", "digest", "prev", "hash"},
}  # fmt: skip


def everything() -> list[Record]:
    team = Team(id="team_1", name="东京组", zone="Asia/Tokyo", region="海外")
    wei = Member(id="mem_1", name="张伟", team_id="team_1")
    na = Member(id="mem_2", name="李娜")
    hua = Customer(id="cus_1", name="华东医疗器械有限公司", owner_id=na.id, recorder_id=na.id, created_at=NOW)
    return [
        team, wei, na, hua,
        Identity(id="idn_1", member_id=wei.id, account="main", user="zhang.wei"),
        Alias(id="ali_1", customer_id=hua.id, text="华东医械"),
        Contact(id="con_1", customer_id=hua.id, name="王", title="总", phones=("+8613912345678",)),
        Opportunity(
            id="opp_1", customer_id=hua.id, owner_id=na.id, name="影像", pipeline="default", stage="negotiation",
            stage_since=NOW, created_at=NOW, amount=Decimal("2170000"), sign_date=date(2026, 3, 18),
            evidence_missing=("budget_proof",),
        ),
        Activity(id="act_1", customer_id=hua.id, author_id=wei.id, recorder_id=na.id, occurred_at=NOW, text="说了"),
        Commitment(
            id="pro_1", customer_id=hua.id, by="us", what="发报价单", due=date(2026, 3, 13), owner_id=na.id,
            author_id=na.id, recorder_id=na.id, said_at=NOW,
        ),
        Commitment(
            id="pro_2", customer_id=hua.id, by="customer", what="回电话", due=NOW, owner_id=wei.id, author_id=wei.id,
            recorder_id=wei.id, said_at=NOW,
        ),
        Evidence(id="evi_1", kind="contract", file="合同.pdf", sha256="0" * 64, member_id=na.id, at=NOW),
        Task(id="tsk_1", what="备料", owner_id=na.id, created_at=NOW),
        Waiver(id="wai_1", opportunity_id="opp_1", stage="contract_signing", asked_by=na.id, at=NOW),
        Handover(
            id="hov_1", customer_id=hua.id, from_id=na.id, to_id=wei.id, by_id=wei.id, at=NOW, returnable_until=NOW
        ),
        Claim(id="clm_1", customer_id=hua.id, owner_id=na.id, member_id=wei.id, words="华东", at=NOW),
        Risk(id="rsk_1", opportunity_id="opp_1", customer_id=hua.id, owner_id=na.id, kind="silent", since=NOW),
        ScriptUse(id="scu_1", script="price_itemised", opportunity_id="opp_1", member_id=na.id, at=NOW, how="taken"),
        Binding(id="bnd_1", account="main", chat="wrGROUP", customer_id=hua.id, by_id=wei.id, at=NOW),
        External(id="ext_1", account="main", external="wmJIANG", name="江雪", customer_id=hua.id, at=NOW),
        Lead(id="lead_1", name="江雪", phones=("+8613912345678",), received_at=NOW, last_at=NOW),
        Unassigned(id="una_1", kind="mail", key="m1", what="邮件", at=NOW),
        Fact(id="fct_1", kind="finance", what="payment", at=NOW, amount=Decimal("217.00"), received_at=NOW),
        Visit(id="vis_1", customer_id=hua.id, member_id=na.id, goals=("要采购流程图",), created_at=NOW),
    ]  # fmt: skip


async def keep(database: Database) -> None:
    intake = inbox.Intake(database)
    await intake.start()
    for key in ("k1", "k2"):
        await intake.keep(
            account="main", key=key, conversation="c", sent_at=NOW, received_at=NOW, payload=b"<xml/>", kind="message"
        )
    await intake.stop()
    await audit.apply([made(one) for one in everything()], actor="system", event="test", at=NOW)


async def told(kind: str, undone: bool = False) -> list[dict[str, Any]]:
    return [item async for item in records.items(kind, undone=undone)]


async def test_every_kind_has_its_fixed_keys(db: Database) -> None:
    await keep(db)
    for kind, keys in KEYS.items():
        items = await told(kind)
        assert items, kind
        assert all(keys <= item.keys() for item in items), kind
    assert set(records.KINDS) == set(KEYS)


async def test_money_days_and_moments(db: Database) -> None:
    await keep(db)
    (deal,) = await told("opportunity")
    assert (deal["amount"], deal["currency"], deal["sign_date"]) == ("2170000.00", "CNY", "2026-03-18")
    assert deal["evidence_missing"] == ["budget_proof"]
    day, moment = await told("commitment")
    assert (day["due"], moment["due"]) == ("2026-03-13", "2026-03-10T11:00:00+09:00")
    (activity,) = await told("activity")
    assert activity["occurred_at"] == "2026-03-10T11:00:00+09:00"
    first, second = await told("message")
    assert (first["event_key"], second["event_key"], first["chat"], first["state"]) == ("k1", "k2", None, "new")
    assert first["sent_at"] == "2026-03-10T10:00:00+08:00"


async def test_a_customer_goes_by_its_aliases_and_a_member_by_accounts(db: Database) -> None:
    await keep(db)
    assert (await told("customer"))[0]["aliases"] == ["华东医械"]
    assert (await told("member"))[0]["accounts"] == [{"account": "main", "user": "zhang.wei"}]


async def test_what_was_undone_shows_only_when_asked_for(db: Database) -> None:
    await keep(db)
    task = next(one for one in everything() if isinstance(one, Task))
    await audit.apply([changed(task, "task.undone", undone_at=NOW)], actor="system", event="undo", at=NOW)
    assert await told("task") == []
    assert (await told("task", undone=True))[0]["undone_at"] == "2026-03-10T10:00:00+08:00"
    assert "undone_at" not in (await told("evidence"))[0]


async def test_an_unknown_kind_is_a_key_error(db: Database) -> None:
    with pytest.raises(KeyError):
        await told("wish")


async def test_the_chain_can_be_walked_by_others(db: Database) -> None:
    """The hash is over keys that the export holds, so that nobody needs our code to prove it."""
    import json
    from hashlib import sha256

    await keep(db)
    prev = "0" * 64
    for entry in await told("audit"):
        body = {key: entry[key] for key in ("n", "at", "actor", "event", "kind", "record", "digest")}
        canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert entry["prev"] == prev
        assert entry["hash"] == sha256((prev + canonical).encode()).hexdigest()
        prev = entry["hash"]

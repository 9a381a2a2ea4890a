from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from storage import audit, commitments, customers, due, opportunities, sql
from storage.connect import Database, transaction
from storage.errors import Clash, Missing, Stale
from storage.records import Change, Moment, changed, made
from tests.storage.samples import NOW, activity, at, commitment, house, keep, member, opportunity

pytestmark = pytest.mark.usefixtures("db")


async def test_what_is_made_is_found_as_it_was():
    home = await house()
    assert await customers.get(home.customer.id) == home.customer
    assert await opportunities.get(home.opportunity.id) == home.opportunity
    due_day, due_hour = commitment(home.customer), commitment(home.customer, due=at(hours=5), evening=True)
    await keep(due_day, due_hour)
    assert await commitments.get(due_day.id) == due_day
    assert await commitments.get(due_hour.id) == due_hour


async def test_each_change_has_its_numbered_entry():
    home = await house()
    moved = changed(home.opportunity, "opportunity.stage", stage="contract_signing", stage_since=at(hours=1))
    await audit.apply([made(activity(home.customer)), moved], actor=home.rep.id, event="msg_1", at=NOW)
    first, entry = await audit.by_event("msg_1")
    assert (first.n, entry.n) == (8, 9)
    assert entry.actor == home.rep.id and entry.at == NOW
    assert entry.change == moved
    assert [e.kind for e in await audit.of_record(home.opportunity.id)] == ["opportunity.created", "opportunity.stage"]


async def test_values_come_back_from_the_payload_as_they_were():
    home = await house()
    promise = commitment(home.customer)
    await keep(promise)
    change = changed(promise, "commitment.moved", due=at(days=1), state="overdue")
    await audit.apply([change], actor="clock", event="due_1", at=NOW)
    stored = (await audit.by_event("due_1"))[0].change
    assert stored is not None and stored.before == {"due": date(2026, 3, 13), "state": "open"}
    assert stored.after == {"due": at(days=1), "state": "overdue"}


async def test_amount_and_currency_keep_their_minor_units():
    home = await house()
    yen = opportunity(home.customer, amount=Decimal("1500"), currency="JPY")
    await keep(yen)
    await audit.apply([changed(yen, "opportunity.amount", amount=Decimal("1800"))], actor="r", event="a", at=NOW)
    assert await sql.value("SELECT amount FROM opportunity WHERE id = ?", yen.id) == 1800
    now = await opportunities.get(yen.id)
    assert now is not None and now.amount == Decimal("1800")
    await audit.apply([changed(now, "opportunity.currency", currency="CNY")], actor="r", event="b", at=NOW)
    assert await sql.value("SELECT amount FROM opportunity WHERE id = ?", yen.id) == 180000
    with pytest.raises(ValueError, match="more places"):
        await keep(opportunity(home.customer, amount=Decimal("1.5"), currency="JPY"))


async def test_undone_is_hidden_unless_asked_for():
    home = await house()
    undo = changed(home.customer, "undo.customer.created", undone_at=NOW)
    await audit.apply([undo], actor="r", event="u", at=NOW)
    assert await customers.get(home.customer.id) is None
    assert await customers.named(home.customer.name) == []
    assert (await customers.get(home.customer.id, undone=True)) == home.customer.with_(undone_at=NOW)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change("x.y", "opp_1", {"stagee": "a"}, {}), ValueError),
        (Change("x.y", "opp_1", {"stage": "a"}, {}), Missing),
        (Change("x.y", "what_1", {"stage": "a"}, {}), Missing),
        (Change("x.created", "cus_1", {"id": "cus_2", "name": "x"}), ValueError),
    ],
)
async def test_a_wrong_change_writes_nothing(change: Change, error: type[Exception]):
    with pytest.raises(error):
        await audit.apply([made(member()), change], actor="r", event="e", at=NOW)
    assert await audit.head() == (0, "0" * 64)
    assert await sql.value("SELECT COUNT(*) FROM member") == 0


async def test_a_change_of_what_has_changed_meanwhile_is_refused():
    home = await house()
    await audit.apply([changed(home.opportunity, "a", stage="won")], actor="r", event="1", at=NOW)
    with pytest.raises(Stale):
        await audit.apply([changed(home.opportunity, "b", stage="lost")], actor="r", event="2", at=NOW)
    now = await opportunities.get(home.opportunity.id)
    assert now is not None and now.stage == "won"


async def test_the_same_id_twice_is_refused():
    rep = member()
    await keep(rep)
    with pytest.raises(Clash):
        await keep(rep)


async def test_of_two_who_advance_at_once_one_is_told():
    home = await house()

    async def advance(stage: str) -> bool:
        try:
            await audit.apply([changed(home.opportunity, "s", stage=stage)], actor="r", event=stage, at=NOW)
        except Stale:
            return False
        return True

    outcome = await asyncio.gather(*(advance(f"stage_{n}") for n in range(8)))
    assert sum(outcome) == 1
    now = await opportunities.get(home.opportunity.id)
    assert now is not None and now.stage == f"stage_{outcome.index(True)}"


async def test_a_remark_is_kept_beside_and_not_in_the_record():
    home = await house()
    why = {"rule": "signing.future", "span": [0, 3]}
    change = Change("opportunity.stage", home.opportunity.id, {"stage": "won", "_why": why}, {"stage": "negotiation"})
    await audit.apply([change], actor="r", event="e", at=NOW)
    stored = (await audit.by_event("e"))[0].change
    assert stored is not None and stored.after["_why"] == why


async def test_what_is_no_record_is_only_written_down():
    await audit.apply([Change("playbook.live", "pbk_1", {"n": 3}, {"n": 2})], actor="r", event="e", at=NOW)
    assert (await audit.by_event("e"))[0].change == Change("playbook.live", "pbk_1", {"n": 3}, {"n": 2})


async def test_all_or_nothing_with_what_surrounds_it():
    with pytest.raises(RuntimeError):
        async with transaction():
            await keep(member())
            assert await sql.value("SELECT COUNT(*) FROM member") == 1
            raise RuntimeError
    assert await sql.value("SELECT COUNT(*) FROM member") == 0
    assert await audit.head() == (0, "0" * 64)


async def test_the_chain_is_written_last_and_seen_before(db: Database, monkeypatch: pytest.MonkeyPatch):
    written: list[str] = []
    insert = sql.insert

    async def heard(table: str, *args: Any) -> Any:
        written.append(table)
        return await insert(table, *args)

    monkeypatch.setattr(sql, "insert", heard)
    home = await house()
    written.clear()
    async with transaction():
        await audit.apply([made(activity(home.customer))], actor="r", event="1", at=NOW)
        await audit.apply([made(commitment(home.customer))], actor="r", event="2", at=NOW)
        await due.put([Moment(id="due_1", at=NOW, kind="k", record="r")])
    assert written == ["activity", "commitment", "moment", "audit", "audit_payload"]
    async with transaction():
        await audit.apply([made(activity(home.customer))], actor="r", event="3", at=NOW)
        assert [entry.n for entry in await audit.by_event("3")] == [10]
        assert (await audit.head())[0] == 10
        await audit.apply([made(activity(home.customer))], actor="r", event="3", at=NOW)
    assert [entry.n for entry in await audit.by_event("3")] == [10, 11]
    assert (await audit.verify()).broken is None


async def test_since_tells_only_of_the_kinds_asked_for():
    home = await house()
    n, _ = await audit.head()
    assert await audit.since(n) == []
    await audit.apply(
        [made(activity(home.customer)), changed(home.customer, "customer.renamed", name="新名")],
        actor="r", event="e", at=NOW,
    )  # fmt: skip
    assert [e.kind for e in await audit.since(n, ("customer.", "alias."))] == ["customer.renamed"]
    assert len(await audit.since(n)) == 2
    assert [e.n for e in await audit.entries(after=n, limit=1)] == [n + 1]


async def test_latest_event_of_an_actor():
    home = await house()
    for event in ("msg_1", "msg_2"):
        await audit.apply([made(activity(home.customer))], actor=home.rep.id, event=event, at=NOW)
    assert await audit.latest_event_of(home.rep.id) == "msg_2"
    assert await audit.latest_event_of(home.rep.id, "msg_2") == "msg_1"
    assert await audit.latest_event_of("mem_nobody") is None


class TestLater:
    """What would be trampled by taking something back."""

    async def test_nothing_stands_on_the_latest_change(self):
        home = await house()
        await audit.apply([changed(home.opportunity, "s", stage="won")], actor="r", event="1", at=NOW)
        assert await audit.later(await audit.by_event("1")) == []

    async def test_a_later_change_of_the_same_field_does(self):
        home = await house()
        await audit.apply([changed(home.opportunity, "s", stage="won")], actor="r", event="1", at=NOW)
        now = await opportunities.get(home.opportunity.id)
        assert now is not None
        await audit.apply([changed(now, "o", name="另一个名字")], actor="r", event="2", at=NOW)
        await audit.apply([changed(now, "s", stage="lost")], actor="r", event="3", at=NOW)
        assert [e.event for e in await audit.later(await audit.by_event("1"))] == ["3"]

    async def test_a_later_change_that_was_taken_back_does_not(self):
        home = await house()
        await audit.apply([changed(home.opportunity, "s", stage="won")], actor="r", event="1", at=NOW)
        back_and_forth = [Change("s", home.opportunity.id, {"stage": "lost"}, {"stage": "won"})]
        back_and_forth += [Change("s", home.opportunity.id, {"stage": "won"}, {"stage": "lost"})]
        await audit.apply(back_and_forth, actor="r", event="2", at=NOW)
        assert await audit.later(await audit.by_event("1")) == []

    async def test_what_belongs_to_a_record_that_was_made_does(self):
        home = await house()
        report = activity(home.customer)
        await audit.apply([made(report)], actor="r", event="1", at=NOW)
        assert [e.event for e in await audit.later(await audit.by_event("msg_seed"))] == ["1"]
        await audit.apply([changed(report, "undo.activity.created", undone_at=NOW)], actor="r", event="2", at=NOW)
        assert await audit.later(await audit.by_event("msg_seed")) == []


async def test_many_at_once_make_one_unbroken_chain(db: Database):
    home = await house()
    await asyncio.gather(
        *(
            audit.apply(
                [made(activity(home.customer)), made(activity(home.customer))], actor="r", event=f"e{n}", at=NOW
            )
            for n in range(25)
        )
    )
    verdict = await audit.verify()
    assert (verdict.entries, verdict.broken) == (57, None)
    assert (await audit.head())[1] == verdict.head

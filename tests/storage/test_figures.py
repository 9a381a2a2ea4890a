"""Figures of the day, and the few questions that commands ask of the nouns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import activities, audit, customers, figures, inbox, outbox, sql
from storage.connect import transaction
from storage.models.fields import to_micros
from storage.records import Alias, changed, new_id
from tests.storage.samples import NOW, activity, at, commitment, customer, house, keep, member

pytestmark = pytest.mark.usefixtures("db")


async def hear(key: str, account: str = "wecom", *, moment=NOW, state: str = "handled") -> str:
    async with transaction():
        row = await inbox.enter(account=account, key=key, conversation="c", at=moment, payload=b"x", owner="o")
        if state != "new":
            await inbox.done(row.seq, "o", state=state, text="说了什么")
    return row.id


async def push(once: str, *, account: str = "wecom", state: str = "new", sent_at=None, reason: str = "") -> None:
    await outbox.put([{
        "id": new_id("psh", NOW), "account": account, "address": f"{account}:x", "kind": "k", "body": {}, "once": once,
        "due_at": NOW, "created_at": NOW,
    }])  # fmt: skip
    await sql.run(
        "UPDATE outbox SET state = ?, sent_at = ?, reason = ? WHERE once = ?",
        state, None if sent_at is None else to_micros(sent_at), reason, once,
    )  # fmt: skip


async def test_traffic_of_the_day() -> None:
    first, second = await hear("1"), await hear("2")
    await hear("3", state="refused")
    await hear("4", state="new")
    await hear("5", "dingtalk")
    await hear("0", moment=NOW - timedelta(days=1))
    await push(f"{first}:answer", state="sent", sent_at=NOW + timedelta(seconds=0.4))
    await push(f"{second}:answer", state="sent", sent_at=NOW + timedelta(seconds=2))
    await push(f"{second}:more", state="sent", sent_at=NOW + timedelta(hours=1))
    await push("a")
    await push("b", state="sending", reason="busy")
    await push("c", state="dead")
    await push("d", state="dropped")
    await push("e", account="dingtalk")
    found = await figures.traffic(NOW)
    assert (found.received, found.handled, found.aside) == (5, 4, 0)
    assert (found.waiting, found.dead) == (3, 1)
    assert found.slowest == timedelta(seconds=2)
    assert found.last_sent == NOW + timedelta(hours=1)
    other = await figures.traffic(NOW, "dingtalk")
    assert (other.received, other.waiting, other.dead, other.slowest, other.last_sent) == (1, 1, 0, None, None)
    assert await figures.in_backoff() == {"wecom": 1}


async def test_what_was_set_aside_counts_whenever_it_came() -> None:
    async with transaction():
        row = await inbox.enter(
            account="wecom", key="1", conversation="c", at=NOW - timedelta(days=9), payload=b"x", owner="o"
        )
        await inbox.set_aside(row.seq, "why")
    found = await figures.traffic(NOW)
    assert (found.received, found.aside) == (0, 1)


async def test_an_entered_event_is_nobody_elses() -> None:
    async with transaction():
        row = await inbox.enter(
            account="terminal", key="1", conversation="c", at=NOW, payload="说".encode(), owner="me"
        )
        assert row.payload == "说".encode()
        await inbox.done(row.seq, "me", text="说")
    assert await inbox.claim(now=at(days=1), owner="other") == []
    kept = await inbox.get(row.id)
    assert kept is not None
    assert (kept.state, kept.text) == ("handled", "说")


async def test_customers_are_counted_by_owner() -> None:
    home, boss = await house(), member("王芳")
    await keep(customer(home.rep, name="甲公司"), boss, customer(boss, name="乙公司"))
    assert await figures.customers_of([home.rep.id]) == 2
    assert await figures.customers_of([boss.id, home.rep.id]) == 3 == await figures.customers_of(None)
    assert await figures.customers_of([]) == 0


async def test_short_names() -> None:
    home = await house()
    one, other = customer(home.rep, name="甲乙医疗器械有限公司"), customer(home.rep, name="丙")
    await keep(one, other, Alias(id=new_id("ali", NOW), customer_id=one.id, text="甲乙医疗"))
    await keep(Alias(id=new_id("ali", NOW), customer_id=one.id, text="甲乙"))
    assert await customers.short_names([one, other]) == {one.id: "甲乙", other.id: "丙"}
    assert await customers.short_name(one.id) == "甲乙"
    assert await customers.short_names([]) == {}


async def test_what_is_arranged_next() -> None:
    home = await house()
    one = customer(home.rep, name="甲公司")
    await keep(one)
    for hour in (9, 15, 12):
        await keep(activity(one, planned_for=at(hours=hour)))
    found = await activities.next_planned(one.id, at(hours=10))
    assert found is not None
    assert found.planned_for == at(hours=12)
    assert await activities.next_planned(one.id, at(hours=15)) is None


async def test_changes_around_a_customer() -> None:
    home = await house()
    one, other = customer(home.rep, name="甲公司"), customer(home.rep, name="乙公司")
    promise = commitment(one)
    await keep(one, other, promise)
    async with transaction():
        await audit.apply(
            [changed(promise, "commitment.kept", state="kept"), changed(other, "customer.note", note="别的")],
            actor="x", event="e", at=NOW,
        )  # fmt: skip
    assert [entry.kind for entry in await audit.of_customer(one.id)] == [
        "commitment.kept", "commitment.created", "customer.created",
    ]  # fmt: skip
    assert [entry.kind for entry in await audit.of_customer(one.id, limit=1)] == ["commitment.kept"]

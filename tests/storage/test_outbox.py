from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from storage import outbox, sql
from storage.records import new_id
from tests.storage.samples import NOW, at

pytestmark = pytest.mark.usefixtures("db")


def push(once: str, address: str = "wecom:zhang", **fields: Any) -> dict[str, Any]:
    return {
        "id": new_id("psh", NOW), "account": "wecom", "address": address, "kind": "promise.ahead",
        "body": {"title": "明天到期", "n": 1}, "once": once, "due_at": NOW, "created_at": NOW, **fields,
    }  # fmt: skip


async def claimed(now: datetime = NOW, owner: str = "me") -> list[str]:
    return [row.once for row in await outbox.claim(now=now, owner=owner)]


async def test_put_is_put_once():
    first, second = push("a"), push("a")
    assert await outbox.put([first, push("b"), second]) == [first["id"], (await outbox.of_event(""))[1].id]
    assert await outbox.put([second]) == []
    row = await outbox.get(first["id"])
    assert row is not None
    assert (row.body, row.state, row.due_at, row.tries) == ({"title": "明天到期", "n": 1}, "new", NOW, 0)


async def test_once_holds_also_after_it_was_sent_and_at_concurrency():
    assert sum(map(len, await asyncio.gather(*(outbox.put([push("a")]) for _ in range(16))))) == 1
    (row,) = await outbox.claim(now=NOW, owner="me")
    assert await outbox.sent(row.seq, "me", at=NOW, reference="m1", change_code="c1")
    assert await outbox.put([push("a")]) == []
    sent = await outbox.by_reference("wecom", "m1")
    assert sent is not None and (sent.state, sent.sent_at, sent.change_code) == ("sent", NOW, "c1")


async def test_of_an_address_only_the_oldest_goes():
    await outbox.put([push("a"), push("b"), push("other", "wecom:li")])
    assert await claimed() == ["a", "other"]
    assert await claimed(owner="you") == []
    rows = {row.once: row for row in await outbox.of_event("")}
    await outbox.sent(rows["a"].seq, "me", at=NOW)
    assert await claimed() == ["b"]


async def test_back_off_holds_up_those_behind_and_a_held_push_does_not():
    await outbox.put([push("held", due_at=at(hours=8)), push("a"), push("b")])
    (a,) = await outbox.claim(now=NOW, owner="me")
    assert await outbox.again(a.seq, "me", retry_at=at(seconds=30), reason="45009")
    assert await claimed(at(seconds=29)) == []
    assert await claimed(at(seconds=30)) == ["a"]
    assert await outbox.next_due() == at(hours=8)  # b goes with a, which is being sent
    rows = {row.once: row for row in await outbox.of_event("")}
    await outbox.sent(rows["a"].seq, "me", at=NOW)
    assert await claimed() == ["b"]
    await outbox.sent(rows["b"].seq, "me", at=NOW)
    assert await outbox.next_due() == at(hours=8)
    assert await outbox.next_due(at(hours=8)) is None
    assert await claimed(at(hours=8)) == ["held"]


async def test_a_change_in_place_waits_for_its_card_and_holds_up_only_a_further_change_of_it():
    card = push("card")
    await outbox.put([card, push("folded", changes=card["id"]), push("again", changes=card["id"])])
    assert await claimed() == ["card"]
    rows = {row.once: row for row in await outbox.of_event("")}
    await outbox.sent(rows["card"].seq, "me", at=NOW)
    (folded,) = await outbox.claim(now=NOW, owner="me")
    assert folded.once == "folded"
    assert await outbox.again(folded.seq, "me", retry_at=at(seconds=30), reason="45009")
    await outbox.put([push("answer")])
    assert await claimed() == ["answer"]
    assert await outbox.next_due() == at(seconds=30)
    assert await claimed(at(seconds=30)) == ["folded"]


async def test_a_lease_that_ran_out_passes_to_another_and_the_first_is_told():
    await outbox.put([push("a")])
    (mine,) = await outbox.claim(now=NOW, owner="me")
    await sql.run("UPDATE outbox SET lease_until = 1")
    assert await outbox.free() == 1
    (yours,) = await outbox.claim(now=NOW, owner="you")
    assert (yours.id, yours.tries) == (mine.id, 2)
    assert not await outbox.sent(mine.seq, "me", at=NOW)
    assert not await outbox.again(mine.seq, "me", retry_at=NOW, reason="")
    assert not await outbox.dead(mine.seq, "me", "")
    assert await outbox.sent(yours.seq, "you", at=NOW)


async def test_what_was_sent_after_its_lease_still_counts_when_nobody_took_it():
    await outbox.put([push("a")])
    (mine,) = await outbox.claim(now=NOW, owner="me")
    await sql.run("UPDATE outbox SET lease_until = 1")
    assert await outbox.sent(mine.seq, "me", at=NOW)
    assert await claimed(owner="you") == []


async def test_a_dead_letter_is_seen_and_can_be_revived():
    await outbox.put([push("a"), push("b")])
    (row,) = await outbox.claim(now=NOW, owner="me")
    assert await outbox.dead(row.seq, "me", "no such user")
    assert [(dead.once, dead.reason) for dead in await outbox.dead_letters()] == [("a", "no such user")]
    assert await claimed() == ["b"]  # a dead one holds nobody up
    assert await outbox.depth() == {"dead": 1, "sending": 1, "oldest": NOW}
    assert await outbox.revive([row.id], NOW) == 1


async def test_dropped_and_carried_are_not_sent():
    a, b = push("a"), push("b", "wecom:li")
    await outbox.put([a, b])
    assert await outbox.drop([a["id"]], "merged") == 1
    assert await outbox.carried(b["id"]) and not await outbox.carried(b["id"])
    assert await claimed() == []
    assert await outbox.drop([a["id"], b["id"]], "") == 0


async def test_what_a_member_hears_is_counted_without_answers():
    given = {"member_id": "mem_1"}
    await outbox.put(
        [
            push("yesterday", due_at=at(days=-1), **given), push("answer", answer=True, **given),
            push("today", **given), push("held", due_at=at(hours=9), **given), push("another's"),
        ]
    )  # fmt: skip
    assert [row.once for row in await outbox.of_member("mem_1", at(hours=-2))] == ["today", "held"]
    assert [row.once for row in await outbox.waiting_of("mem_1")] == ["yesterday", "today", "held"]


async def test_held_for_later():
    row = push("a")
    await outbox.put([row])
    assert await outbox.hold(row["id"], at(hours=1))
    assert await claimed() == []
    assert await claimed(at(hours=1)) == ["a"]


async def test_a_card_that_changes_another_brings_its_code():
    await outbox.put([push("a", changes="psh_1", change_code="code")])
    (row,) = await outbox.claim(now=NOW, owner="me")
    assert (row.changes, row.change_code) == ("psh_1", "code")
    await outbox.sent(row.seq, "me", at=NOW)
    assert (await outbox.get(row.id)).change_code == "code"  # type: ignore[union-attr]


async def test_restored_it_says_nothing():
    await outbox.put([push("a"), push("b")])
    await outbox.claim(now=NOW, owner="me")
    assert await outbox.mark_all_sent() == 2
    assert await claimed(at(days=9)) == []


async def test_many_workers_send_each_push_once_and_in_order():
    await outbox.put([push(f"{n:03}", f"wecom:u{n % 5}") for n in range(60)])
    said: dict[str, list[str]] = {}

    async def deliver(owner: str) -> None:
        while rows := await outbox.claim(now=NOW, owner=owner, limit=3):
            for row in rows:
                said.setdefault(row.address, []).append(row.once)
                await asyncio.sleep(0)
                assert await outbox.sent(row.seq, owner, at=NOW)

    while await outbox.next_due() is not None:
        await asyncio.gather(*(deliver(f"w{n}") for n in range(4)))
    assert sum(map(len, said.values())) == 60
    assert all(line == sorted(line) for line in said.values())

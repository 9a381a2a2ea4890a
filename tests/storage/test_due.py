from __future__ import annotations

import asyncio
from typing import Any

import pytest

from storage import due, sql
from storage.records import Moment
from tests.storage.samples import NOW, at

pytestmark = pytest.mark.usefixtures("db")


def moment(id: str, *, hours: float = 0, record: str = "pro_1", **fields: Any) -> Moment:
    given: dict[str, Any] = {"kind": "promise.ahead", "member_id": "mem_1", "data": {"n": 1}}
    return Moment(id=id, at=at(hours=hours), record=record, **{**given, **fields})


async def ids(now_hours: float = 0, owner: str = "me") -> list[str]:
    return [one.id for one in await due.claim_due(at(hours=now_hours), 10, owner, 60)]


async def test_what_has_come_is_claimed_in_order_and_by_one():
    await due.put([moment("c", hours=2), moment("a"), moment("b", hours=-1)])
    assert await due.next_at() == at(hours=-1)
    assert await due.claim_due(NOW, 10, "me", 60) == [moment("b", hours=-1), moment("a")]
    assert await ids(owner="you") == []
    await sql.run("UPDATE moment SET lease_until = 1")
    assert await ids(owner="you") == ["b", "a"]


async def test_fired_once():
    await due.put([moment("a")])
    assert await ids() == ["a"]
    assert await due.fired(["a"], NOW, "you") == 0
    assert await due.fired(["a"], NOW, "me") == 1
    assert await due.fired(["a"], NOW) == 0
    await sql.run("UPDATE moment SET lease_until = 1")
    assert await ids(99) == []
    assert await due.put([moment("a", hours=5)]) == []  # nor is it put again


async def test_cancelled_and_replaced_do_not_fire():
    await due.put([moment("a"), moment("b", kind="promise.late"), moment("other", record="pro_2")])
    assert await due.cancel("pro_1", ["promise.late"]) == 1
    assert await due.put([moment("c", hours=1)], replace_record="pro_1") == ["c"]
    assert [one.id for one in await due.waiting("pro_1")] == ["c"]
    assert [one.id for one in await due.waiting(member="mem_1")] == ["other", "c"]
    assert await due.dropped(["other"]) == 1
    assert await ids(2) == ["c"]
    dropped = await due.get("other")
    assert dropped is not None and dropped.state == "dropped"


async def test_between_is_the_start_and_not_the_end():
    await due.put([moment("a"), moment("b", hours=1), moment("c", hours=2)])
    assert [one.id for one in await due.between(NOW, at(hours=2))] == ["a", "b"]


async def test_a_slot_is_run_by_one_replica_for_ever():
    taken = await asyncio.gather(*(due.fire_slot("digest", "2026-03-10") for _ in range(10)))
    assert sum(taken) == 1
    assert not await due.fire_slot("digest", "2026-03-10")
    assert await due.fire_slot("digest", "2026-03-11")


async def test_many_replicas_fire_each_moment_once():
    await due.put([moment(f"m{n:02}") for n in range(40)])
    fired: list[str] = []

    async def replica(owner: str) -> None:
        while found := await due.claim_due(NOW, 5, owner, 60):
            for one in found:
                fired.extend([one.id] * await due.fired([one.id], NOW, owner))

    await asyncio.gather(*(replica(f"r{n}") for n in range(4)))
    assert sorted(fired) == [f"m{n:02}" for n in range(40)]

"""Pieces of work that share a commit: each is told what became of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.together import Together
from storage import audit, customers, marks
from storage.connect import transaction
from storage.errors import Full
from storage.records import Customer, made

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def customer(name: str) -> Customer:
    return Customer(id=f"cus_{name}", name=name, owner_id="mem_1", recorder_id="mem_1", created_at=NOW)


@pytest.mark.usefixtures("db")
async def test_pieces_of_one_moment_are_kept_together() -> None:
    together, inside = Together(16, lambda waiting: waiting < 3), list[str]()

    async def note(name: str) -> str:
        inside.append(name)
        await marks.put(name, "kept")
        return name.upper()

    told = await asyncio.gather(*(together.do(lambda name=name: note(name)) for name in "abc"))  # type: ignore[misc]
    assert (inside, told) == (["a", "b", "c"], ["A", "B", "C"])
    assert [await marks.get(name) for name in "abc"] == ["kept"] * 3


@pytest.mark.usefixtures("db")
async def test_one_that_fails_is_taken_back_alone_with_its_records_its_entries_and_what_it_read() -> None:
    together = Together(16)
    after = list[str]()

    async def makes(name: str, fails: bool) -> int:
        await audit.apply([made(customer(name))], actor="mem_1", event=f"msg_{name}", at=NOW)
        found = len(await audit.of_record(f"cus_{name}"))  # the entries are written down for this
        assert await customers.named(name)
        if fails:
            raise ValueError(name)
        after.append(name)
        return found

    async def sees() -> bool:
        return bool(await customers.named("b"))

    told = await asyncio.gather(
        together.do(lambda: makes("a", False)), together.do(lambda: makes("b", True)), together.do(sees),
        together.do(lambda: makes("c", False)), return_exceptions=True,
    )  # fmt: skip
    assert [told[0], told[2], told[3]] == [1, False, 1]
    assert isinstance(told[1], ValueError)
    assert [bool(await customers.get(f"cus_{name}")) for name in "abc"] == [True, False, True]
    assert [entry.record for entry in await audit.entries()] == ["cus_a", "cus_c"]
    assert (await audit.verify()).broken is None


@pytest.mark.usefixtures("db")
async def test_where_the_database_cannot_none_is_kept_and_each_hears_of_it() -> None:
    together = Together(16)

    async def full() -> None:
        raise Full("no room")

    told = await asyncio.gather(
        together.do(lambda: marks.put("a", "kept")), together.do(full), together.do(lambda: marks.put("b", "kept")),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(one) for one in told] == [Full] * 3
    async with transaction():
        assert [await marks.get(name) for name in "ab"] == [None, None]


@pytest.mark.usefixtures("db")
async def test_more_than_fit_one_commit_come_in_the_next_ones() -> None:
    together = Together(2)
    await asyncio.gather(*(together.do(lambda n=n: marks.put(f"m{n}", "kept")) for n in range(7)))  # type: ignore[misc]
    assert [await marks.get(f"m{n}") for n in range(7)] == ["kept"] * 7

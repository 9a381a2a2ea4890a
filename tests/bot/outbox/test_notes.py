"""Notes that share a commit: all who wait are told what became of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.outbox.notes import Notes
from storage import marks
from storage.connect import transaction
from storage.errors import StorageError


@pytest.mark.usefixtures("db")
async def test_notes_of_one_moment_are_kept_together() -> None:
    notes, inside = Notes(5, lambda waiting: waiting < 3), list[str]()

    async def note(name: str) -> None:
        inside.append(name)
        await marks.put(name, "kept")

    await asyncio.gather(*(notes.write(lambda name=name: note(name)) for name in "abc"))  # type: ignore[misc]
    assert inside == ["a", "b", "c"]
    assert [await marks.get(name) for name in "abc"] == ["kept"] * 3


@pytest.mark.usefixtures("db")
async def test_where_one_cannot_be_kept_none_is_and_each_hears_of_it() -> None:
    notes = Notes(5, lambda waiting: waiting < 2)

    async def broken() -> None:
        raise StorageError("no")

    told = await asyncio.gather(
        notes.write(lambda: marks.put("a", "kept")), notes.write(broken), return_exceptions=True
    )
    assert [type(one) for one in told] == [StorageError, StorageError]
    async with transaction():
        assert await marks.get("a") is None

"""The frame of worker and deliverer: what fails to be taken up is looked for again, and stopping waits for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot import slots
from bot.slots import Slots, Work, patiently
from storage.errors import Busy


class Line(Slots):
    """Takes up what stands in it; a fault among it is what the next look meets."""

    def __init__(self, *things: str | Exception) -> None:
        super().__init__("line", 4)
        self.things, self.done = list(things), list[str]()
        self.go = asyncio.Event()
        self.go.set()

    async def take_up(self, room: int) -> Sequence[Work]:
        if self.things and isinstance(self.things[0], Exception):
            raise self.things.pop(0)
        taken, self.things = self.things[:room], self.things[room:]
        return [self._one(str(thing)) for thing in taken]

    async def _one(self, thing: str) -> None:
        await self.go.wait()
        self.done.append(thing)


@pytest.mark.parametrize("fault", [Busy("taken"), RuntimeError("a bug")], ids=["database", "bug"])
async def test_a_failed_look_is_followed_by_another(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    monkeypatch.setattr(slots, "LOOK_AGAIN", 0.01)
    monkeypatch.setattr(slots, "REST", 0.01)
    line = Line(fault, "a", "b")
    line.start()
    async with asyncio.timeout(60):
        while len(line.done) < 2:
            await asyncio.sleep(0.01)
    await line.stop()
    assert line.done == ["a", "b"]


async def test_stopping_finishes_what_was_begun() -> None:
    line = Line("a", "b")
    line.go.clear()
    line.start()
    async with asyncio.timeout(60):
        while line.things:
            await asyncio.sleep(0.01)
    assert line.busy and not line.done
    stopping = asyncio.create_task(line.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    line.go.set()
    await stopping
    assert (line.done, line.busy) == (["a", "b"], False)


async def test_a_note_waits_for_the_database_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "LOOK_AGAIN", 0.01)
    tries = 0

    async def write() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Busy("taken")

    await patiently(write, 5)
    assert tries == 3
    tries = -(10**9)
    with pytest.raises(Busy):
        await patiently(write, 0.03)

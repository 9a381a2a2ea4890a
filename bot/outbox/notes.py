"""What became of pushes, written down many with one commit.

A note is not what was said: until it is kept the push counts as unsaid, and goes again as the same bytes under the same
key should the process die meanwhile. So notes may share a transaction: each is of a row of its own, and either all of
them are kept or all are written again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from copy import copy
from functools import partial
from typing import Any

from bot.slots import patiently
from storage.connect import transaction

GATHER = 0.01
"""Seconds to wait for the notes of others who are about to have one."""
Note = Callable[[], Awaitable[Any]]


class Notes:
    """``others`` says whether somebody may soon have a note to add; ``seconds``: how long one tries to write."""

    def __init__(self, seconds: float, others: Callable[[int], bool]) -> None:
        self._seconds, self._others = seconds, others
        self._waiting: list[tuple[Note, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, note: Note) -> None:
        """Returns once the note is kept; raises what the database still says when ``seconds`` are over."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((note, kept))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        await kept

    async def _write_all(self) -> None:
        while self._waiting:
            if self._others(len(self._waiting)):
                await asyncio.sleep(GATHER)
            batch, self._waiting = self._waiting, []
            fault: Exception | None = None
            try:
                await patiently(partial(_together, [note for note, _ in batch]), self._seconds)
            except Exception as error:  # told to each who waits
                fault = error
            _tell([kept for _, kept in batch], fault)


async def _together(notes: list[Note]) -> None:
    async with transaction():
        for note in notes:
            await note()


def _tell(waiting: list[asyncio.Future[None]], fault: Exception | None) -> None:
    """One who went away meanwhile is let go."""
    for kept in waiting:
        if kept.done():
            continue
        if fault is None:
            kept.set_result(None)
        else:
            kept.set_exception(copy(fault))

"""So many things at once: a loop that takes up what waits while others are at work, and stops when all are done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

REST = 1.0
"""Seconds after which one looks again, also when nobody woke."""


class Slots:
    """``take_up(room)`` starts at most ``room`` things with :meth:`start` and says how many it found. It is asked while
    at least half of the ``width`` slots are free, so that a few slow ones hold up nobody and each look finds many."""

    def __init__(self, name: str, width: int, take_up: Callable[[int], Awaitable[int]]) -> None:
        self._name, self._width, self._take_up = name, width, take_up
        self._wake = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._looking = False
        self._open = False

    @property
    def busy(self) -> bool:
        """Something is being looked for or at work."""
        return self._looking or bool(self._flying)

    def wake(self) -> None:
        """Something new may wait: look now."""
        self._wake.set()

    def run(self) -> None:
        self._open = True
        self._loop = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Returns when all that was begun is done; cancelled meanwhile, that is cancelled too."""
        if self._loop is None:
            return
        loop, self._loop, self._open = self._loop, None, False
        self._wake.set()
        try:
            await loop
            while self._flying:
                await asyncio.wait(self._flying)
        finally:
            for task in self._flying:
                task.cancel()
            await asyncio.gather(*self._flying, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begins something, in a slot of its own."""
        task = asyncio.create_task(work)
        self._flying.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._wake.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("slot.failed", slots=self._name, exc_info=fault)

    async def _run(self) -> None:
        while self._open:
            self._wake.clear()
            if await self._look():
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), REST)
            except TimeoutError:
                continue

    async def _look(self) -> int:
        room = self._width - len(self._flying)
        if room * 2 < self._width:
            return 0
        self._looking = True
        try:
            return await self._take_up(room)
        finally:
            self._looking = False

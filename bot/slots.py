"""So many things at once: a loop that takes up what waits while others are at work, and stops when all are done."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from time import monotonic
from typing import Any

import structlog

from storage.errors import Busy, Down, Full, StorageError

log = structlog.get_logger(__name__)

REST = 1.0
"""Seconds after which one looks again, also when nobody woke."""
MANY = 8
"""Things in hand at once from which it pays to wait a moment and do them together, and to have a second process help: a
small team never meets them."""
BREATH, LONG_BREATH = 0.02, 0.05
"""Seconds between a look that found something and the next, and where many are in hand: what comes meanwhile is
taken up together, in one claim. Whoever comes to an idle loop does not wait."""
LOOK_AGAIN = 0.5
"""Seconds to leave a database alone that takes nothing."""
DATABASE = (Busy, Down, Full)
"""The database cannot now, and will again."""

Work = Coroutine[Any, Any, None]


async def patiently(write: Callable[[], Awaitable[Any]], seconds: float) -> None:
    """Writes down what became of something; while the database takes nothing, for at most ``seconds``. Raises what it
    then still says."""
    until = monotonic() + seconds
    while True:
        try:
            await write()
            return
        except DATABASE as fault:
            if monotonic() > until:
                raise
            log.warning("slot.held", code=fault.code)
            await asyncio.sleep(LOOK_AGAIN)


class Slots(ABC):
    """Takes up what waits, each thing in a slot of its own. It looks while at least half of the ``width`` slots are
    free, so that a few slow ones hold up nobody and each look finds many."""

    def __init__(self, name: str, width: int) -> None:
        self._name, self._width = name, width
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

    @abstractmethod
    async def take_up(self, room: int) -> Sequence[Work]:
        """Claims at most ``room`` of what waits: the work on each, not yet begun; nothing when none waits."""

    def start(self) -> None:
        self._open = True
        self._loop = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Takes up nothing more, and returns when all that was begun is done; cancelled meanwhile, that is cancelled
        too. What is not yet claimed stays for the next start."""
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

    def _begin(self, work: Work) -> None:
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
                await asyncio.sleep(LONG_BREATH if len(self._flying) >= MANY else BREATH)
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), REST)
            except TimeoutError:
                continue

    async def _look(self) -> int:
        """How many things were taken up; 0 also where the claim failed, after a rest."""
        room = self._width - len(self._flying)
        if room * 2 < self._width:
            return 0
        self._looking = True
        try:
            works = await self.take_up(room)
            for work in works:
                self._begin(work)
            return len(works)
        except StorageError as fault:
            log.warning("slots.storage", slots=self._name, code=fault.code, message=fault.message)
        except Exception:
            log.exception("slots.failed", slots=self._name)
        finally:
            self._looking = False
        await asyncio.sleep(LOOK_AGAIN)
        return 0

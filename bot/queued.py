"""Work that was queued in the database with a record and is done behind it, by whichever process comes to it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.slots import Slots, Work

LOOK = timedelta(seconds=10)
"""How often one looks for what another process queued and left, or what is to be tried again."""


class Queued(Slots):
    """Looks at once when woken, else every ten seconds of the clock, so that an idle bot asks the database little."""

    def __init__(self, name: str, width: int, clock: Clock) -> None:
        super().__init__(name, width)
        self._clock = clock
        self._looked: datetime | None = None
        self._woken = True

    def wake(self) -> None:
        self._woken = True
        super().wake()

    @property
    def waits(self) -> bool:
        """Something is queued and not yet looked at."""
        return self._woken

    async def take_up(self, room: int) -> Sequence[Work]:
        now = self._clock.now()
        idle = self._looked is not None and timedelta() <= now - self._looked < LOOK
        if idle and not self._woken:
            return []
        self._woken, self._looked = False, now
        found = await self.claim(now, room)
        if len(found) == room:
            self._woken = True
        return found

    @abstractmethod
    async def claim(self, now: datetime, room: int) -> Sequence[Work]:
        """The work on at most ``room`` of what is due, claimed with a lease."""

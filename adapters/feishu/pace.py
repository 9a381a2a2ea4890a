"""Limits of a second, kept by waiting: who comes too early goes a moment later, and nobody has to come again."""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic

_MOST_NAMES = 5000


class Pace:
    """``most`` in any ``per`` seconds of the machine's own clock, for each name; within this process."""

    def __init__(self, most: int, per: float) -> None:
        self._most, self._per = most, per
        self._taken: dict[str, deque[float]] = {}

    async def turn(self, name: str) -> None:
        """Returns when one more may go, and counts it."""
        while True:
            now = monotonic()
            taken = self._recent(name, now)
            if len(taken) < self._most:
                taken.append(now)
                return
            await asyncio.sleep(self._per - (now - taken[0]))

    def _recent(self, name: str, now: float) -> deque[float]:
        if len(self._taken) > _MOST_NAMES:
            self._taken = {one: its for one, its in self._taken.items() if its and now - its[-1] < self._per}
        taken = self._taken.setdefault(name, deque())
        while taken and now - taken[0] >= self._per:
            taken.popleft()
        return taken

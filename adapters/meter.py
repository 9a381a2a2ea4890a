"""How many calls an account has made this month, where its platform sells them by the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Literal, Protocol, runtime_checkable

from bot.clock import Clock

CHINA = timezone(timedelta(hours=8))
"""The platforms' months turn by this clock."""
LOW, SCARCE = 0.80, 0.95
Level = Literal["", "low", "scarce"]
"""Of the month's calls 80 %, 95 % are used; "": neither."""


@dataclass(slots=True)
class _Month:
    """``kept``: what the database knew last, of every process; ``fresh``: what it has not been told of yet."""

    kept: int = 0
    fresh: int = 0
    known: bool = False


class Meter:
    """Counts in memory, so that no call waits for the database; whoever keeps it tells the database now and then.
    Each month has its own count: a clock that is moved to another month and back finds its count again."""

    def __init__(self, most: int, clock: Clock) -> None:
        """``most``: calls a month, 0 where they are not limited: then nothing is counted."""
        self.most, self._clock = most, clock
        self._months: dict[str, _Month] = {}

    @property
    def month(self) -> str:
        """2026-03"""
        return f"{self._clock.now().astimezone(CHINA):%Y-%m}"

    @property
    def used(self) -> int:
        """Of this month."""
        month = self._months.get(self.month)
        return month.kept + month.fresh if month else 0

    @property
    def level(self) -> Level:
        if not self.most:
            return ""
        share = self.used / self.most
        return "scarce" if share >= SCARCE else "low" if share >= LOW else ""

    def take(self) -> bool:
        """False where none is left, else one more is counted."""
        if not self.most:
            return True
        if self.used >= self.most:
            return False
        self.count()
        return True

    def count(self) -> None:
        """One more that the platform counts, whether we may or not."""
        if self.most:
            self._months.setdefault(self.month, _Month()).fresh += 1

    def untold(self) -> dict[str, int]:
        """By month: calls that the database has not been told of; 0 for this month where it has not been asked yet."""
        if self.most:
            self._months.setdefault(self.month, _Month())
        return {name: one.fresh for name, one in self._months.items() if one.fresh or not one.known}

    def told(self, month: str, calls: int, stands: int) -> None:
        """The database has taken in ``calls`` of the month, which now ``stands`` at so many."""
        one = self._months.setdefault(month, _Month())
        one.kept, one.fresh, one.known = stands, max(0, one.fresh - calls), True


@runtime_checkable
class Metered(Protocol):
    """An adapter whose platform limits the month's calls."""

    meter: Meter

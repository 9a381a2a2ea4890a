"""The days that count for somebody's clocks, put in a row once, so that none is walked twice. Pure."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from bot.playbook.times import Away
from nlp.workdays import Calendar

FURTHEST = 400
"""Days that are looked through for one that counts: longer than any leave and any break."""
BEFORE, STRETCH = 64, 256


class Counted:
    """Worked days without a leave, by their ordinals; the row grows as it is asked about."""

    __slots__ = ("_away", "_calendar", "_days", "_first", "_flags", "_rank")

    def __init__(self, calendar: Calendar, away: Away) -> None:
        self._calendar, self._away = calendar, away
        self._first = 0
        self._days: list[int] = []
        self._rank: list[int] = [0]
        """By how far a day is from the first: how many before it count."""
        self._flags = bytearray()

    def between(self, first: int, last: int) -> int:
        """How many days count from ``first`` on and before ``last``; ``first`` is not later."""
        since = self._place(first)  # the earlier first: the row may have to begin anew for it
        return self._place(last) - since

    def on(self, day: int) -> bool:
        """The day counts."""
        self._place(day)
        if day - self._first == len(self._flags):
            self._grow()
        return self._flags[day - self._first] == 1

    def nth(self, day: int, n: int) -> int:
        """The ``n``-th day that counts from ``day`` on, 0 being the first; where none is in sight the furthest looked
        at."""
        place, most = self._place(day) + n, day + FURTHEST + 8 * n
        while place >= len(self._days) and self._first + len(self._rank) <= most:
            self._grow()
        return self._days[place] if place < len(self._days) else most

    def _place(self, day: int) -> int:
        """How many days of the row lie before ``day``: it holds until the row begins anew."""
        at = day - self._first
        if at < 0 or not self._flags:
            self._begin(day)
            at = day - self._first
        while at >= len(self._rank):
            self._grow()
        return self._rank[at]

    def _begin(self, day: int) -> None:
        """Anew from some weeks before ``day``: places told before no longer hold."""
        last = self._first + len(self._rank) - 1 if self._flags else 0
        self._first, self._days, self._rank, self._flags = day - BEFORE, [], [0], bytearray()
        while self._first + len(self._rank) <= max(last, day + 1):
            self._grow()

    def _grow(self) -> None:
        start = self._first + len(self._rank) - 1
        for day in range(start, start + STRETCH):
            one = date.fromordinal(day)
            counts = self._calendar.is_workday(one) and not self._away.on(one)
            if counts:
                self._days.append(day)
            self._flags.append(counts)
            self._rank.append(len(self._days))


@lru_cache(maxsize=512)
def counted(calendar: Calendar, away: Away) -> Counted:
    """The row of a calendar and a leave, shared by all whom they hold for."""
    return Counted(calendar, away)

"""What a phrase may lean on while it is resolved: now, the calendar, the tense, and what the sentence said before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from nlp.reading import Grain
from nlp.when.elements import PartName
from nlp.workdays import Calendar

DAY = timedelta(days=1)
_MIDNIGHT = time()


class Period(NamedTuple):
    """An interval ``[start, end)`` of naive local time."""

    start: datetime
    end: datetime
    grain: Grain

    @property
    def last(self) -> date:
        """The last day it touches."""
        return (self.end - timedelta(microseconds=1)).date()


class Env(NamedTuple):
    """The moment of speaking (naive local), the calendar, and how a bare time is to be found.
    ``floor`` is where the search for the next one begins: now, or the first end of a range."""

    now: datetime
    calendar: Calendar
    past: bool = False
    perhaps: bool = False
    """Past, by a 了 alone: a time that would lie far back is rather the next one."""
    faint: bool = False
    """Past, by the clause after or a mere hint: only where that lies near."""
    ahead: bool = False
    floor: datetime | None = None
    east: int = 0
    """The minutes that local time lies east of Greenwich."""

    def facing_ahead(self) -> Env:
        """The same without the past tense."""
        return self._replace(past=False, perhaps=False, faint=False)

    def at_midnight(self) -> Env:
        """The same at the beginning of today."""
        return self._replace(now=midnight(self.today))

    def looking_back(self) -> Env:
        """The same in the past tense."""
        return self._replace(past=True)

    @property
    def reach(self) -> timedelta:
        """How far back a perhaps carries a yearly time: with a hint only where it is much nearer behind than ahead."""
        return timedelta(days=120 if self.faint else 270)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def since(self) -> datetime:
        return self.floor or self.now


class Scope(NamedTuple):
    """The containers known so far: in a chain the elements before, in a sentence the phrases before.
    (A NamedTuple, because it is copied at each element and a dataclass copies three times as slowly.)"""

    year: int | None = None
    half: int | None = None
    quarter: Period | None = None
    month: tuple[int, int] | None = None
    month_bare: bool = False
    """The month's year was not said."""
    week: date | None = None
    """Its Monday."""
    slice: Period | None = None
    day: date | None = None
    day_bare: bool = False
    """The day was found as the next or latest of its name, so another of that name may be meant."""
    day_assumed: bool = False
    """Only a part of the day was said, and the day is a guess that a clock time may move."""
    weekday_of: date | None = None
    """The day that a weekday without its week was found to be."""
    same_day: bool = False
    """A weekday that follows may be another name of the day said."""
    at: datetime | None = None
    """The clock time said last, when it said no part of the day."""
    part: PartName | None = None
    period: Period | None = None
    sure: float = 0.97

    def with_(self, **changes: Any) -> Scope:
        """The same scope with these containers."""
        values = list(self)
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return tuple.__new__(Scope, values)  # several times as quick as _replace


_PLACES = {name: n for n, name in enumerate(Scope._fields)}
NOTHING = Scope()
Resolved = Scope | None
"""None where no such time exists."""


def midnight(day: date) -> datetime:
    """The naive beginning of the day."""
    return datetime.combine(day, _MIDNIGHT)


def of_days(first: date, last: date | None = None, grain: Grain = "day") -> Period:
    """The period from the first day through the last."""
    start = midnight(first)
    return Period(start, (midnight(last) if last else start) + DAY, grain)


def of_months(year: int, month: int, n: int = 1, grain: Grain = "month") -> Period:
    """``n`` whole months from that one on; ``month`` may lie outside 1..12."""
    first = month_start(year, month)
    return Period(first, month_start(year, month + n), grain)


def month_start(year: int, month: int) -> datetime:
    """The first moment of the month, naive as all local time here; ``month`` may lie outside 1..12."""
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)  # noqa: DTZ001


def add_months(day: date, n: int) -> date:
    """The same day ``n`` months on, or the last of a shorter month."""
    first = month_start(day.year, day.month + n)
    length = (month_start(first.year, first.month + 1) - first).days
    return first.date().replace(day=min(day.day, length))


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())

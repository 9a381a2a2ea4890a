"""The working calendar as a value: which days are worked, by the national tables and a company's own days.

Days are civil days of the team's zone; moments may be naive or aware, and come back as they came in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from nlp import holidays
from nlp.holidays import NOTICES, OFFICIAL, Holiday

_DAY = timedelta(days=1)
_FURTHEST = 3700
"""Days a search may walk: ten years without one worked day is a wrong calendar, not a long break."""


class CalendarWithoutWork(ValueError):
    """A calendar whose every day is off cannot answer."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """National days, overridden by the company's own: ``off`` days are never worked, ``on`` days always are."""

    off: frozenset[date] = field(default_factory=frozenset)
    on: frozenset[date] = field(default_factory=frozenset)
    start: time = time(9)
    end: time = time(18)
    lunch: tuple[time, time] | None = (time(12), time(13, 30))

    @classmethod
    def national(cls) -> Calendar:
        """The calendar of the State Council's notices, 09:00 to 18:00 with lunch from 12:00 to 13:30."""
        return _NATIONAL

    def with_days(self, *, off: frozenset[date] = frozenset(), on: frozenset[date] = frozenset()) -> Calendar:
        """The same calendar with further company days; a day named last wins."""
        return Calendar((self.off - on) | off, (self.on - off) | on, self.start, self.end, self.lunch)

    # days

    def is_workday(self, day: date) -> bool:
        """The day is worked; the company's own days first, then 调休, holidays, weekends."""
        if day in self.off:
            return False
        if day in self.on or day in holidays.days_worked(day.year):
            return True
        return day.weekday() < 5 and day not in holidays.days_off(day.year)

    def workday_after(self, day: date, n: int = 1) -> date:
        """The ``n``-th working day after ``day``, which is not counted itself; ``n`` ≥ 1."""
        return self._walk(day, n, _DAY)

    def workday_before(self, day: date, n: int = 1) -> date:
        """The ``n``-th working day before ``day``; ``n`` ≥ 1."""
        return self._walk(day, n, -_DAY)

    def next_workday(self, day: date) -> date:
        """The first working day after ``day``."""
        return self.workday_after(day, 1)

    def workday_from(self, day: date) -> date:
        """``day`` itself when it is worked, else the next one that is."""
        return day if self.is_workday(day) else self.workday_after(day, 1)

    def workdays_between(self, first: date, last: date) -> int:
        """How many days after ``first`` up to and with ``last`` are worked; 0 when ``last`` is not later."""
        return sum(self.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def _walk(self, day: date, n: int, step: timedelta) -> date:
        if n < 1:
            raise ValueError("n counts from 1")
        for _ in range(_FURTHEST + 8 * n):
            day += step
            if self.is_workday(day):
                n -= 1
                if n == 0:
                    return day
        raise CalendarWithoutWork(f"no working day within {_FURTHEST} days of {day}")

    # holidays

    def holiday(self, name: str, year: int) -> Holiday | None:
        """The named day of that year with its official break; None for an unknown name or a year without lunar data."""
        return holidays.holiday(name, year)

    def next_holiday(self, day: date) -> Holiday:
        """The official holiday whose break is on or next after ``day``."""
        return min((h for h in self._breaks(day.year) if h.last >= day), key=lambda h: h.first)

    def last_holiday(self, day: date) -> Holiday:
        """The official holiday whose break ended last before ``day``."""
        return max((h for h in self._breaks(day.year) if h.last < day), key=lambda h: h.last)

    def _breaks(self, year: int) -> list[Holiday]:
        found = (holidays.holiday(name, y) for y in (year - 1, year, year + 1) for name in OFFICIAL)
        return [h for h in found if h is not None]

    def covers(self, year: int) -> bool:
        """The year's 调休 table is published and shipped."""
        return year in NOTICES

    @property
    def table_ends(self) -> date:
        """The last day that a published table covers."""
        return date(max(NOTICES), 12, 31)

    # hours

    def working(self, moment: datetime) -> bool:
        """The moment lies in working hours of a working day, lunch left out."""
        return any(a <= moment < b for a, b in self._shifts(moment))

    def next_working(self, moment: datetime) -> datetime:
        """``moment`` when it lies in working hours, else the moment work next begins."""
        for offset in range(_FURTHEST):
            for a, b in self._shifts(moment + timedelta(days=offset)):
                if b > moment:
                    return max(a, moment)
        raise CalendarWithoutWork(f"no working hour within {_FURTHEST} days of {moment}")

    def after(self, moment: datetime, hours: timedelta) -> datetime:
        """The moment by which ``hours`` (not negative) of working time have passed since ``moment``."""
        at = self.next_working(moment)
        while True:
            end = next(b for a, b in self._shifts(at) if a <= at < b)
            if hours <= end - at:
                return at + hours
            hours -= end - at
            at = self.next_working(end)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; zero when ``end`` is not later."""
        total, day = timedelta(), start
        while day.date() <= end.date():
            for a, b in self._shifts(day):
                total += max(min(b, end) - max(a, start), timedelta())
            day += _DAY
        return total

    def _shifts(self, moment: datetime) -> list[tuple[datetime, datetime]]:
        day = moment.date()
        if not self.is_workday(day):
            return []
        cuts = [self.start, *(self.lunch or ()), self.end]
        at = [datetime.combine(day, cut, moment.tzinfo) for cut in cuts]
        return list(zip(at[::2], at[1::2], strict=True))


_NATIONAL = Calendar()

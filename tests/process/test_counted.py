"""The row of days that count is shared by all whom a calendar and a leave hold for, who ask in any order."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.playbook.times import Away
from bot.process.counted import Counted
from nlp.workdays import Calendar

CALENDAR, AWAY = Calendar.national(), Away(date(2026, 3, 9), date(2026, 3, 20))
START = date(2026, 1, 1)
DAYS = st.integers(min_value=-400, max_value=800).map(lambda n: START + timedelta(days=n))


def counts(day: date) -> bool:
    return CALENDAR.is_workday(day) and not AWAY.on(day)


def walked(day: date, n: int) -> date:
    while n or not counts(day):
        n -= counts(day)
        day += timedelta(days=1)
    return day


@given(st.lists(st.tuples(DAYS, DAYS, st.integers(min_value=0, max_value=30)), min_size=1, max_size=12))
def test_who_asked_before_changes_no_answer(asked: list[tuple[date, date, int]]) -> None:
    row = Counted(CALENDAR, AWAY)
    for one, other, n in asked:
        first, last = min(one, other), max(one, other)
        span = (first + timedelta(days=k) for k in range((last - first).days))
        assert row.on(one.toordinal()) is counts(one)
        assert row.between(first.toordinal(), last.toordinal()) == sum(map(counts, span))
        assert row.nth(other.toordinal(), n) == walked(other, n).toordinal()


def test_the_day_before_the_row_begins_is_not_its_last() -> None:
    row = Counted(CALENDAR, Away())
    for back in range(500):
        day = date(2026, 6, 15) - timedelta(days=back)
        assert row.on(day.toordinal()) is CALENDAR.is_workday(day), day

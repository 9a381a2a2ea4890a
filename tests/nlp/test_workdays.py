"""The working calendar: 调休, company days, working hours, lunar feasts."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import lunar
from nlp.holidays import NOTICES, holiday
from nlp.workdays import Calendar, CalendarWithoutWork

NATIONAL = Calendar.national()
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 1, 4), True),
        (date(2026, 5, 9), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2025, 9, 28), True),
        (date(2025, 10, 8), False),
        (date(2026, 3, 14), False),
        (date(2026, 3, 16), True),
        (date(2027, 2, 8), False),  # statutory, unpublished year
        (date(2027, 2, 9), True),
    ],
)
def test_national_days(day, worked):
    assert NATIONAL.is_workday(day) is worked


def test_every_day_worked_in_exchange_is_a_weekend_and_every_notice_says_its_source():
    for notice in NOTICES.values():
        assert all(date.fromisoformat(d).weekday() >= 5 for d in notice.worked)
        assert "国办发明电" in notice.source and date.fromisoformat(notice.published_on)


def test_working_day_arithmetic_steps_over_the_spring_festival():
    assert NATIONAL.workday_after(date(2026, 2, 13), 2) == date(2026, 2, 24)  # Saturday 14th, then the 24th
    assert NATIONAL.workday_before(date(2026, 2, 24)) == date(2026, 2, 14)
    assert NATIONAL.next_workday(date(2026, 3, 13)) == date(2026, 3, 16)
    assert NATIONAL.workday_from(date(2026, 3, 13)) == date(2026, 3, 13)
    assert NATIONAL.workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    with pytest.raises(ValueError, match="counts from 1"):
        NATIONAL.workday_after(date(2026, 3, 10), 0)


def test_company_days_win_and_the_last_word_counts():
    party = date(2026, 3, 20)
    calendar = NATIONAL.with_days(off=frozenset({party}), on=frozenset({date(2026, 3, 21)}))
    assert not calendar.is_workday(party) and calendar.is_workday(date(2026, 3, 21))
    assert calendar.with_days(on=frozenset({party})).is_workday(party)
    assert NATIONAL.is_workday(party)


def test_a_calendar_without_work_says_so():
    every = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(6000))
    with pytest.raises(CalendarWithoutWork):
        NATIONAL.with_days(off=every).next_workday(date(2026, 1, 1))


def test_working_hours_leave_out_lunch_nights_and_rest_days():
    friday = datetime(2026, 3, 13, 17, 0)
    assert NATIONAL.working(friday) and not NATIONAL.working(datetime(2026, 3, 13, 12, 30))
    assert NATIONAL.next_working(datetime(2026, 3, 13, 18, 0)) == datetime(2026, 3, 16, 9, 0)
    assert NATIONAL.after(friday, timedelta(hours=2)) == datetime(2026, 3, 16, 10, 0)
    assert NATIONAL.worked(friday, datetime(2026, 3, 16, 10, 0)) == timedelta(hours=2)
    assert Calendar(start=time(8), end=time(17), lunch=None).worked(
        datetime(2026, 3, 16), datetime(2026, 3, 17)
    ) == timedelta(hours=9)


@given(MOMENTS, st.integers(0, 60 * 40))
def test_working_time_adds_up(start, minutes):
    length = timedelta(minutes=minutes)
    assert NATIONAL.worked(start, NATIONAL.after(start, length)) == length


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 40))
def test_a_step_forth_and_back_meets(day, n):
    there = NATIONAL.workday_after(day, n)
    assert NATIONAL.is_workday(there) and NATIONAL.workdays_between(day, there) == n


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("春节", 2026, date(2026, 2, 17)),
        ("除夕", 2027, date(2027, 2, 5)),
        ("元宵", 2026, date(2026, 3, 3)),
        ("端午", 2026, date(2026, 6, 19)),
        ("中秋节", 2026, date(2026, 9, 25)),
        ("清明", 2027, date(2027, 4, 5)),
        ("七夕", 2026, date(2026, 8, 19)),
        ("重阳", 2026, date(2026, 10, 18)),
        ("腊八", 2026, date(2026, 1, 26)),
        ("春节", 2050, date(2050, 1, 23)),
        ("母亲节", 2026, date(2026, 5, 10)),
        ("双11", 2026, date(2026, 11, 11)),
    ],
)
def test_named_days(name, year, day):
    assert holiday(name, year).day == day


def test_breaks_and_how_sure_they_are():
    spring, national = NATIONAL.holiday("春节", 2026), NATIONAL.holiday("国庆", 2027)
    assert (spring.first, spring.last, spring.published) == (date(2026, 2, 15), date(2026, 2, 23), True)
    assert (national.first, national.last, national.published) == (date(2027, 10, 1), date(2027, 10, 3), False)
    assert NATIONAL.covers(2026) and not NATIONAL.covers(2027)
    assert NATIONAL.table_ends == date(2026, 12, 31)
    assert NATIONAL.next_holiday(date(2026, 3, 10)).name == "清明"
    assert NATIONAL.last_holiday(date(2026, 3, 10)).name == "春节"
    assert NATIONAL.holiday("无此节", 2026) is None


def test_lunar_years_join_without_a_gap():
    for year in range(lunar.FIRST_YEAR, lunar.LAST_YEAR):
        assert lunar.day_of(year, 12, -1) + timedelta(days=1) == lunar.new_year(year + 1)
    assert lunar.day_of(2025, 6, 1, leap=True) == date(2025, 7, 25)
    assert lunar.day_of(2026, 6, 1, leap=True) is None and lunar.day_of(1900, 1, 1) is None
    assert lunar.day_of(2013, 8, 15) == date(2013, 9, 19) and lunar.new_year(2016) == date(2016, 2, 8)


def test_solar_terms_and_movable_feasts_lie_where_the_almanac_has_them():
    almanac = {"立春": "02-04", "雨水": "02-18", "惊蛰": "03-05", "夏至": "06-21", "立秋": "08-07", "冬至": "12-22"}
    assert {name: f"{lunar.term(name, 2026):%m-%d}" for name in almanac} == almanac
    assert (lunar.term("冬至", 2021), lunar.term("小寒", 2019)) == (date(2021, 12, 21), date(2019, 1, 5))
    assert lunar.term("冬至", 1999) is None and lunar.term("中秋", 2026) is None
    assert [NATIONAL.holiday("复活节", y).day for y in (2024, 2025, 2026)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5),
    ]  # fmt: skip

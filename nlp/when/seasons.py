"""Where years, quarters, months, their slices and weeks lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from nlp.when.elements import Half, Month, Quarter, Slice, Week, Year
from nlp.when.scope import DAY, Env, Period, Resolved, Scope, midnight, monday, month_start, of_days, of_months


def year(e: Year, own: Scope, env: Env, said: Scope) -> Resolved:
    year = e.value if e.value is not None else env.now.year + e.shift
    return own.with_(year=year, period=of_months(year, 1, 12, "year"))


def half(e: Half, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.of_month:
        year, month = own.month or (env.now.year, env.now.month)
        return own.with_(period=_month_days(year, month, 1, 15) if e.n == 1 else _month_days(year, month, 16, None))
    year = own.year if own.year is not None else said.year or env.now.year
    period = of_months(year, 1 + 6 * (e.n - 1), 6, "month")
    if own.year is None and env.past and not env.perhaps and period.start > env.now:
        year, period = year - 1, of_months(year - 1, 1 + 6 * (e.n - 1), 6, "month")
    return own.with_(year=year, half=e.n, period=period)


def quarter(e: Quarter, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n is None:
        period = of_months(env.now.year, (env.now.month - 1) // 3 * 3 + 1 + 3 * e.shift, 3, "quarter")
        return own.with_(year=period.start.year, quarter=period, period=period)
    given = own.year if own.year is not None else said.year
    period = _nearest(lambda y: of_months(y, 3 * (e.n or 1) - 2, 3, "quarter"), env, given)
    return own.with_(year=period.start.year, quarter=period, period=period, sure=_sure(given))


def month(e: Month, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n is None:
        start = month_start(env.now.year, env.now.month + e.shift)
        return own.with_(month=(start.year, start.month), period=of_months(start.year, start.month))
    given = own.year if own.year is not None else said.year
    period = _nearest(lambda y: of_months(y, e.n or 1), env, given)
    at = (period.start.year, period.start.month)
    return own.with_(month=at, month_bare=given is None, period=period, sure=_sure(given))


def _sure(given: int | None) -> float:
    return 0.97 if given is not None else 0.92


def _nearest(of_year: Callable[[int], Period], env: Env, given: int | None) -> Period:
    """The period in the given year, else the next not over, or the latest begun in a clause about the past."""
    if given is not None:
        return of_year(given)
    year = env.since.year
    if env.past:
        behind = next(p for y in (year, year - 1) if (p := of_year(y)).start <= env.since)
        if env.since - behind.end < env.reach or not env.perhaps:
            return behind
    return next(p for y in (year, year + 1, year + 2) if (p := of_year(y)).end > env.since)


# slices and weeks


def slice_of(e: Slice, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.of == "year":
        return _slice_of_year(e, own, env, said)
    if e.of == "quarter":
        return _slice_of_quarter(e, own, env, said)
    if e.of == "week":
        first = own.week or monday(env.today)
        low, high = {"start": (0, 1), "middle": (2, 3), "end": (3, 4)}[e.part]
        return own.with_(period=of_days(first + DAY * low, first + DAY * high))
    return _slice_of_month(e, own, env, said)


def _slice_of_month(e: Slice, own: Scope, env: Env, said: Scope) -> Resolved:
    low, high = {"start": (1, 10), "middle": (11, 20), "end": (21, None)}[e.part]
    month = own.month or month_said(env, said)
    if month is None:
        month = _month_around(env, lambda y, m: _month_days(y, m, low, high))
    period = _month_days(*month, low, high)
    return own.with_(month=month, slice=period, period=period)


def month_said(env: Env, said: Scope) -> tuple[int, int] | None:
    """The month the sentence spoke of, unless it lies behind and the clause does not."""
    if said.month is None or (not env.past and env.floor is None and of_months(*said.month).end <= env.now):
        return None
    return said.month


def _month_around(env: Env, of_month: Callable[[int, int], Period]) -> tuple[int, int]:
    """The first month on from now whose such days are not over; the latest begun when the clause speaks of the past."""
    steps = (0,) if env.faint else (0, -1) if env.past else (0, 1)
    for n in steps:
        start = month_start(env.since.year, env.since.month + n)
        period = of_month(start.year, start.month)
        if period.start <= env.since if env.past else period.end > env.since:
            return start.year, start.month
    if env.faint:
        return _month_around(env.facing_ahead(), of_month)
    return env.since.year, env.since.month


def _month_days(year: int, month: int, low: int, high: int | None) -> Period:
    start = month_start(year, month)
    end = month_start(year, month + 1) if high is None else start + DAY * high
    return Period(start + DAY * (low - 1), end, "day")


def _slice_of_year(e: Slice, own: Scope, env: Env, said: Scope) -> Resolved:
    first, length = {"start": (1, 2), "middle": (6, 2), "end": (11, 2)}[e.part]
    if own.half:
        first = {"start": 1, "middle": 3, "end": 5}[e.part] + 6 * (own.half - 1)
    given = own.year if own.year is not None else said.year
    period = _nearest(lambda y: of_months(y, first, length, "month"), env, given)
    return own.with_(year=period.start.year, slice=period, period=period)


def _slice_of_quarter(e: Slice, own: Scope, env: Env, said: Scope) -> Resolved:
    offset = {"start": 0, "middle": 1, "end": 2}[e.part]
    if own.quarter:
        start = own.quarter.start
        period = of_months(start.year, start.month + offset)
    else:
        month = (env.now.month - 1) // 3 * 3 + 1 + offset
        period = of_months(env.now.year, month)
        if period.end <= env.now and not env.past:
            period = of_months(env.now.year, month + 3)
    return own.with_(slice=period, period=period)


def week(e: Week, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.nth is None:
        first = monday(env.today) + 7 * DAY * e.shift
    else:
        found = (
            _week_of_year(e.nth, own.year)
            if own.year and not own.month
            else _week_of_month(e.nth, own.month or said.month or (env.now.year, env.now.month))
        )
        if found is None:
            return None
        first = found
    return own.with_(week=first, period=of_days(first, first + 6 * DAY, "week"))


def _week_of_year(nth: int, year: int) -> date | None:
    """The Monday of the n-th week of the year, the first being that of its first Thursday; -1 is the last."""
    last = date(year, 12, 28).isocalendar().week
    return date.fromisocalendar(year, last if nth < 0 else nth, 1) if nth <= last else None


def _week_of_month(nth: int, month: tuple[int, int]) -> date | None:
    """The Monday of the n-th week of the month, a week belonging to the month of its Thursday; -1 is the last."""
    period = of_months(*month)
    thursday = period.start.date() + DAY * ((3 - period.start.weekday()) % 7)
    thursdays = [thursday + 7 * DAY * n for n in range(5) if midnight(thursday + 7 * DAY * n) < period.end]
    if nth > len(thursdays):
        return None
    return thursdays[nth - 1 if nth > 0 else -1] - 3 * DAY

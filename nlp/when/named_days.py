"""Where named days and lunar days lie, by the calendar that is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from nlp import lunar
from nlp.holidays import Holiday
from nlp.when.elements import Feast, FeastNear, Lunar
from nlp.when.scope import DAY, Env, Period, Scope, midnight, of_days

_UNPUBLISHED = 0.6


def feast(e: Feast, own: Scope, env: Env, said: Scope) -> Scope | None:
    """The holiday of the year said, else the next not over, or the latest begun in a clause about the past."""
    given = own.year if own.year is not None else said.year
    years = [given] if given is not None else _years(env)
    found = _pick((_period(e, h, env) for y in years if (h := env.calendar.holiday(e.name, y))), env, given is not None)
    if found is None:
        return None
    period, sure = found
    single = period.last == period.start.date()
    return own.with_(day=period.start.date() if single else None, period=period, sure=sure, year=own.year)


def _years(env: Env) -> list[int]:
    return list(range(env.since.year - 1, env.since.year + 3))


def _period(e: Feast, h: Holiday, env: Env) -> tuple[Period, float]:
    sure = 0.95 if h.published or not h.has_break else _UNPUBLISHED
    if e.beside:
        return _beside(h, e.beside), sure
    if e.mode in ("break", "before"):
        return of_days(h.first, h.last), sure
    if e.mode == "after":
        return of_days(env.calendar.workday_after(h.last), env.calendar.workday_after(h.last, 5)), sure
    return of_days(h.day + DAY * e.shift), 0.95


def _beside(h: Holiday, days: int) -> Period:
    """So many days right before (-) or right after (+) the break."""
    if days < 0:
        return of_days(h.first + DAY * days, h.first - DAY)
    return of_days(h.last + DAY, h.last + DAY * days)


def _pick(found: Iterable[tuple[Period, float]], env: Env, given: bool) -> tuple[Period, float] | None:
    known = list(found)
    if given:
        return known[0] if known else None
    ahead = [(p, sure) for p, sure in known if p.end > env.since]
    behind = [(p, sure) for p, sure in known if p.start <= env.since]
    if env.past and behind:
        latest = max(behind, key=lambda k: k[0].start)
        if env.since - latest[0].end < env.reach or not ahead or not env.perhaps:
            return latest
    return min(ahead, key=lambda k: k[0].start) if ahead else None


def near(e: FeastNear, own: Scope, env: Env, said: Scope) -> Scope | None:
    """The break of the nearest holiday ahead, or behind where the clause speaks of the past."""
    h, behind = env.calendar.next_holiday(env.today), env.calendar.last_holiday(env.today)
    nearer = h.first <= env.today or (env.perhaps and h.first - env.today < env.today - behind.last)
    if env.past and not nearer:
        h = behind
    sure = 0.9 if h.published else _UNPUBLISHED
    return own.with_(period=_beside(h, e.beside) if e.beside else of_days(h.first, h.last), sure=sure)


def lunar_day(e: Lunar, own: Scope, env: Env, said: Scope) -> Scope | None:
    """The lunar day of the year said, else the next one; a day without its month is one of 正月 around the new year."""
    if e.month is None:
        day = _near_new_year(e.day, env) or _next(lambda y: _every_month(y, e.day), env)
    elif own.year is not None:
        day = lunar.day_of(own.year, e.month, e.day, leap=e.leap)
    else:
        day = _next(lambda y: [lunar.day_of(y, e.month or 1, e.day, leap=e.leap)], env)
    return own.with_(day=day, period=of_days(day), sure=0.9) if day else None


def _near_new_year(n: int, env: Env) -> date | None:
    for year in (env.today.year, env.today.year + 1):
        first, day = lunar.new_year(year), lunar.day_of(year, 1, n)
        if first and day and abs((first - env.today).days) <= 45 and (env.past or day >= env.today):
            return day
    return None


def _every_month(year: int, n: int) -> list[date | None]:
    return [lunar.day_of(year, month, n) for month in range(1, 13)]


def _next(of_year: Callable[[int], list[date | None]], env: Env) -> date | None:
    years = range(env.since.year - 2, env.since.year + 3)
    days = sorted(day for y in years for day in of_year(y) if day)
    if env.past:
        return next((d for d in reversed(days) if midnight(d) <= env.since), None)
    return next((d for d in days if midnight(d + DAY) > env.since), None)

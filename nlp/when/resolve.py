"""From elements to intervals: each element finds its place in what stands before it, in the sentence, or ahead of now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from nlp.reading import Grain
from nlp.when import named_days, times
from nlp.when.elements import (
    Away, Between, Clock, Closing, Coming, Day, Element, Feast, FeastNear, Fixed, Half, Lunar, Month, Nth, Part, Quarter,
    Slice, Today, Week, Weekday, Weekend, Within, Year,
)  # fmt: skip
from nlp.when.scope import DAY, Env, Period, Scope, add_months, midnight, monday, month_start, of_days, of_months

Resolved = Scope | None


def resolve(chain: tuple[Element, ...], env: Env, said: Scope) -> Resolved:
    """The scope at the end of the chain, its ``period`` the chain's interval; None where no such time exists.
    ``said`` is what the sentence said before."""
    scope: Resolved = Scope()
    for element in chain:
        scope = one(element, scope, env, said)
        if scope is None:
            return None
    assert scope is not None
    return _while_it_can_happen(chain, scope, env, said)


def one(element: Element, own: Scope, env: Env, said: Scope) -> Resolved:
    """The scope after one more element."""
    try:
        found: Resolved = _HANDLERS[type(element)](element, own, env, said)
    except (ValueError, OverflowError):
        return None  # no such day: 2月30号, the year 9999 and on
    return found


def _while_it_can_happen(chain: tuple[Element, ...], scope: Scope, env: Env, said: Scope) -> Resolved:
    """A bare weekday or date of today whose hour is over is the next one (周二上午, said on Tuesday at three)."""
    period = scope.period
    if env.past or period is None or not scope.day_bare or scope.day != env.today or period.end > env.since:
        return scope
    later = Env(env.now, env.calendar, ahead=env.ahead, floor=midnight(env.today + DAY))
    return resolve(chain, later, Scope()) if env.floor is None else scope


# years, quarters, months


def _year(e: Year, own: Scope, env: Env, said: Scope) -> Resolved:
    year = e.value if e.value is not None else env.now.year + e.shift
    return own.with_(year=year, period=of_months(year, 1, 12, "year"))


def _half(e: Half, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.of_month:
        year, month = own.month or (env.now.year, env.now.month)
        return own.with_(period=_month_days(year, month, 1, 15) if e.n == 1 else _month_days(year, month, 16, None))
    year = own.year if own.year is not None else said.year or env.now.year
    period = of_months(year, 1 + 6 * (e.n - 1), 6, "month")
    if own.year is None and env.past and period.start > env.now:
        year, period = year - 1, of_months(year - 1, 1 + 6 * (e.n - 1), 6, "month")
    return own.with_(year=year, half=e.n, period=period)


def _quarter(e: Quarter, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n is None:
        period = of_months(env.now.year, (env.now.month - 1) // 3 * 3 + 1 + 3 * e.shift, 3, "quarter")
        return own.with_(year=period.start.year, quarter=period, period=period)
    given = own.year if own.year is not None else said.year
    period = _nearest(lambda y: of_months(y, 3 * (e.n or 1) - 2, 3, "quarter"), env, given)
    return own.with_(year=period.start.year, quarter=period, period=period, sure=_sure(given))


def _month(e: Month, own: Scope, env: Env, said: Scope) -> Resolved:
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
    """The period in the given year, else the next one not over, or the latest begun when the clause speaks of the past."""
    if given is not None:
        return of_year(given)
    year = env.since.year
    if env.past:
        behind = next(p for y in (year, year - 1) if (p := of_year(y)).start <= env.since)
        if env.since - behind.end < named_days.FAR_BACK or not env.perhaps:
            return behind
    return next(p for y in (year, year + 1, year + 2) if (p := of_year(y)).end > env.since)


# slices and weeks


def _slice(e: Slice, own: Scope, env: Env, said: Scope) -> Resolved:
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
    month = own.month or _month_said(env, said)
    if month is None:
        month = _month_around(env, lambda y, m: _month_days(y, m, low, high))
    period = _month_days(*month, low, high)
    return own.with_(month=month, slice=period, period=period)


def _month_said(env: Env, said: Scope) -> tuple[int, int] | None:
    """The month the sentence spoke of, unless it lies behind and the clause does not."""
    if said.month is None or (not env.past and env.floor is None and of_months(*said.month).end <= env.now):
        return None
    return said.month


def _month_around(env: Env, of_month: Callable[[int, int], Period]) -> tuple[int, int]:
    """The first month on from now whose such days are not over; the latest begun when the clause speaks of the past."""
    steps = (0, -1) if env.past else (0, 1)
    for n in steps:
        start = month_start(env.since.year, env.since.month + n)
        period = of_month(start.year, start.month)
        if period.start <= env.since if env.past else period.end > env.since:
            return start.year, start.month
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


def _week(e: Week, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.nth is None:
        first = monday(env.today) + 7 * DAY * e.shift
    else:
        found = _week_of_month(e.nth, own.month or said.month or (env.now.year, env.now.month))
        if found is None:
            return None
        first = found
    return own.with_(week=first, period=of_days(first, first + 6 * DAY, "week"))


def _week_of_month(nth: int, month: tuple[int, int]) -> date | None:
    """The Monday of the n-th week of the month, a week belonging to the month of its Thursday; -1 is the last."""
    period = of_months(*month)
    thursday = period.start.date() + DAY * ((3 - period.start.weekday()) % 7)
    thursdays = [thursday + 7 * DAY * n for n in range(5) if midnight(thursday + 7 * DAY * n) < period.end]
    if nth > len(thursdays):
        return None
    return thursdays[nth - 1 if nth > 0 else -1] - 3 * DAY


# days


def _weekday(e: Weekday, own: Scope, env: Env, said: Scope) -> Resolved:
    if said.same_day and said.day is not None and said.day.weekday() == e.n and own.week is None:
        return _on(own, said.day)
    week = own.week or said.week
    if week is not None:
        return _on(own, week + DAY * e.n, week=week)
    if said.weekday_of is not None:
        same_week = monday(said.weekday_of) + DAY * e.n
        if env.past or midnight(same_week + DAY) > env.since:
            return _on(own, same_week, weekday_of=same_week)
    today = env.since.date()
    day = today - DAY * ((today.weekday() - e.n) % 7) if env.past else today + DAY * ((e.n - today.weekday()) % 7)
    return _on(own, day, weekday_of=day, day_bare=True, sure=0.93)


def _weekend(e: Weekend, own: Scope, env: Env, said: Scope) -> Resolved:
    week = own.week or said.week
    if week is None:
        week = monday(env.since.date())
        if env.past and midnight(week + 5 * DAY) > env.since:
            week -= 7 * DAY
    period = of_days(week + 5 * DAY, week + 6 * DAY)
    return own.with_(week=week, day=None, period=period)


def _on(own: Scope, day: date, **changes: Any) -> Scope:
    return own.with_(day=day, period=of_days(day), **changes)


def _day(e: Day, own: Scope, env: Env, said: Scope) -> Resolved:
    if own.month is not None:
        return _day_in_month(e.n, own, env)
    month = _month_said(env, said)
    if month is not None:
        day = _safe(*month, e.n)
        if day and (env.past or midnight(day + DAY) > env.since or not said.month_bare):
            return _on(own, day, month=month, month_bare=said.month_bare)
    for n in range(0, 13):
        start = month_start(env.since.year, env.since.month + (-n if env.past else n))
        day = _safe(start.year, start.month, e.n)
        if day and (midnight(day) <= env.since if env.past else midnight(day + DAY) > env.since):
            return _on(own, day, month=(day.year, day.month), month_bare=True, day_bare=True, sure=0.93)
    return None


def _day_in_month(n: int, own: Scope, env: Env) -> Resolved:
    assert own.month is not None
    year, month = own.month
    if not own.month_bare:
        day = _safe(year, month, n)
        return _on(own, day) if day else None
    years = range(env.since.year, env.since.year - 5, -1) if env.past else range(env.since.year, env.since.year + 5)
    for y in years:
        day = _safe(y, month, n)
        if day and (midnight(day) <= env.since if env.past else midnight(day + DAY) > env.since):
            if env.perhaps and env.since - midnight(day) > named_days.FAR_BACK:
                return _day_in_month(n, own, env.facing_ahead())
            return _on(own, day, month=(y, month), day_bare=True)
    return None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _today(e: Today, own: Scope, env: Env, said: Scope) -> Resolved:
    if not e.of_sentence:
        return _on(own, env.today + DAY * e.shift)
    return _on(own, said.day + DAY * e.shift, sure=0.85) if said.day else None


def _fixed(e: Fixed, own: Scope, env: Env, said: Scope) -> Resolved:
    return _on(own, e.day, month=(e.day.year, e.day.month))


def _nth(e: Nth, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.after is not None:
        return _nth_after(e, own, env, said)
    if own.period is None:
        return _on(own, env.calendar.workday_after(env.today, e.n or 1)) if e.unit == "workday" else None
    days = [own.period.start.date() + DAY * n for n in range((own.period.end - own.period.start).days)]
    fitting = [d for d in days if _is(d, e.unit, env)]
    n = e.n or 1
    if abs(n) > len(fitting):
        return None
    day = fitting[n - 1 if n > 0 else n]
    if e.unit == "weekend":
        return own.with_(period=of_days(day, day + DAY))
    return _on(own, day)


def _is(day: date, unit: int | str, env: Env) -> bool:
    if unit == "workday":
        return env.calendar.is_workday(day)
    return unit == "day" or day.weekday() == (5 if unit == "weekend" else unit)


def _nth_after(e: Nth, own: Scope, env: Env, said: Scope) -> Resolved:
    assert e.after is not None
    feast = one(e.after, own, env, said)
    if feast is None or feast.period is None:
        return None
    last, n = feast.period.last, e.n or 1
    if e.unit == "day":
        return _on(feast, last + DAY * n)
    if e.unit == "week":
        first = monday(env.calendar.workday_after(last)) + 7 * DAY * (n - 1)
        return feast.with_(week=first, period=of_days(first, first + 6 * DAY, "week"))
    return _on(feast, env.calendar.workday_after(last, n))


# counted from now


def _moved(start: date, n: Fraction, unit: str, sign: int, env: Env) -> date:
    if unit == "workday":
        step = env.calendar.workday_after if sign > 0 else env.calendar.workday_before
        return step(start, int(n))
    if unit in ("month", "quarter", "year"):
        months = n * {"month": 1, "quarter": 3, "year": 12}[unit]
        return add_months(start, sign * int(months)) + DAY * (sign * int((months % 1) * 30))
    return start + DAY * (sign * int(n * (7 if unit == "week" else 1)))


def _away(e: Away, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n > 36600:
        return None
    if e.unit in ("minute", "hour"):
        at = _shifted(env.now, e.n * e.sign, e.unit)
        return own.with_(day=None, period=Period(at, at + timedelta(minutes=1), "minute"))
    if e.unit == "year" and e.n >= 1:
        year = env.now.year + e.sign * int(e.n)
        return own.with_(year=year, period=of_months(year, 1, 12, "year"))
    far = _moved(env.today, e.n, e.unit, e.sign, env)
    near = _moved(env.today, Fraction(e.low), e.unit, e.sign, env) if e.low else far
    return own.with_(day=far if near == far else None, period=of_days(min(near, far), max(near, far)))


def _shifted(now: datetime, n: Fraction, unit: str) -> datetime:
    minutes = n * (60 if unit == "hour" else 1)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=float(minutes))


def _within(e: Within, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n > 36600:
        return None
    if e.unit in ("minute", "hour"):
        grain: Grain = "hour" if e.unit == "hour" else "minute"
        start = env.now.replace(second=0, microsecond=0)
        return own.with_(period=Period(start, _shifted(env.now, e.n, e.unit), grain))
    return own.with_(period=of_days(env.today, _moved(env.today, e.n, e.unit, 1, env)))


def _coming(e: Coming, own: Scope, env: Env, said: Scope) -> Resolved:
    far = _moved(env.today, Fraction(e.n), e.unit, e.sign, env)
    if e.sign > 0:
        return own.with_(period=of_days(env.today + DAY, far))
    return own.with_(period=of_days(far, env.today - DAY) if far < env.today else None)


def _between(e: Between, own: Scope, env: Env, said: Scope) -> Resolved:
    def first_by(at: Env) -> Resolved:
        return one(e.first, own, at, said)

    return _stretch(first_by, e.first, (e.last,), own, env, said)


def resolve_range(first: tuple[Element, ...], last: tuple[Element, ...], env: Env, said: Scope) -> Resolved:
    """The range from one chain to another; None where either end or the range does not exist."""

    def first_by(at: Env) -> Resolved:
        return resolve(first, at, said)

    return _stretch(first_by, first[0], last, Scope(), env, said)


def _stretch(
    first_by: Callable[[Env], Resolved], head: Element, last: tuple[Element, ...], own: Scope, env: Env, said: Scope
) -> Resolved:
    """The next such range; dates and months may have begun already (8到12号, said on the 10th)."""
    first = first_by(env)
    if first is None or first.period is None:
        return None
    found = join(first, last, own, env, said)
    if isinstance(head, Day | Month) and not env.past and first.period.start > env.now:
        begun = first_by(env.looking_back())
        running = join(begun, last, own, env, said) if begun and begun.period else None
        if running and running.period and running.period.start <= env.now < running.period.end:
            return running
    return found


def join(first: Scope, last: tuple[Element, ...], own: Scope, env: Env, said: Scope) -> Resolved:
    """The range from a resolved end to the chain of the other, which completes from the first and does not lie before it."""
    assert first.period is not None
    # a weekday or date in the other end is looked for on from the first end
    there = Env(env.now, env.calendar, ahead=env.ahead, floor=first.period.start)
    week = first.week
    other: Resolved = Scope(
        year=own.year, half=own.half, quarter=own.quarter, month=own.month, month_bare=own.month_bare, week=own.week
    )
    context = first.with_(week=week, period=None)
    for element in last:
        assert other is not None
        other = (
            times.other_clock(element, first, other, env)
            if isinstance(element, Clock)
            else one(element, other, there, context)
        )
        if other is None:
            return None
    assert other is not None
    if other.period is None:
        return None
    if other.period.start < first.period.start:
        return None
    clocked = isinstance(last[-1], Clock)
    end = other.period.start if clocked else other.period.end
    if end <= first.period.start:
        return None
    grain = first.period.grain if clocked and first.period.grain in ("hour", "minute") else other.period.grain
    return first.with_(
        day=first.day if clocked else None, part=other.part or first.part, period=Period(first.period.start, end, grain)
    )


_HANDLERS: dict[type, Callable[..., Resolved]] = {
    Year: _year, Half: _half, Quarter: _quarter, Month: _month, Slice: _slice, Week: _week, Weekday: _weekday,
    Weekend: _weekend, Day: _day, Today: _today, Fixed: _fixed, Nth: _nth, Away: _away, Within: _within, Coming: _coming,
    Between: _between, Feast: named_days.feast, FeastNear: named_days.near, Lunar: named_days.lunar_day, Part: times.part,
    Clock: times.clock, Closing: times.closing,
}  # fmt: skip

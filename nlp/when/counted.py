"""Where the times lie that are counted from now: three days on, two weeks ago, within five working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

from nlp.reading import Grain
from nlp.when.elements import Away, Coming, Within
from nlp.when.scope import DAY, Env, Period, Resolved, Scope, add_months, monday, of_days, of_months


def _moved(start: date, n: Fraction, unit: str, sign: int, env: Env) -> date:
    if unit == "workday":
        step = env.calendar.workday_after if sign > 0 else env.calendar.workday_before
        return step(start, int(n))
    if unit in ("month", "quarter", "year"):
        months = n * {"month": 1, "quarter": 3, "year": 12}[unit]
        return add_months(start, sign * int(months)) + DAY * (sign * int((months % 1) * 30))
    return start + DAY * (sign * int(n * (7 if unit == "week" else 1)))


def away(e: Away, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n > 36600:
        return None
    if e.unit in ("minute", "hour"):
        at = _shifted(env.now, e.n * e.sign, e.unit)
        return own.with_(day=None, period=Period(at, at + timedelta(minutes=1), "minute"))
    if e.unit == "year" and e.n >= 1 and e.n.denominator == 1:
        year = env.now.year + e.sign * int(e.n)
        return own.with_(year=year, period=of_months(year, 1, 12, "year"))
    far = _moved(env.today, e.n, e.unit, e.sign, env)
    near = _moved(env.today, Fraction(e.low), e.unit, e.sign, env) if e.low else far
    period = of_days(min(near, far), max(near, far))
    week = monday(far) if e.unit == "week" else None
    month = (far.year, far.month) if e.unit in ("month", "year") else None
    return own.with_(day=far if near == far else None, week=week, month=month, period=period)


def _shifted(now: datetime, n: Fraction, unit: str) -> datetime:
    minutes = n * (60 if unit == "hour" else 1)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=float(minutes))


def within(e: Within, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.n > 36600:
        return None
    if e.unit in ("minute", "hour"):
        grain: Grain = "hour" if e.unit == "hour" else "minute"
        start = env.now.replace(second=0, microsecond=0)
        return own.with_(period=Period(start, _shifted(env.now, e.n, e.unit), grain))
    return own.with_(period=of_days(env.today, _moved(env.today, e.n, e.unit, 1, env)))


def coming(e: Coming, own: Scope, env: Env, said: Scope) -> Resolved:
    far = _moved(env.today, Fraction(e.n), e.unit, e.sign, env)
    if e.sign > 0:
        return own.with_(period=of_days(env.today + DAY, far))
    return own.with_(period=of_days(far, env.today - DAY) if far < env.today else None)

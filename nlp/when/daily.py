"""Where days lie: of a week, of a month, after a holiday, the n-th of a period."""

from __future__ import annotations

from datetime import date
from typing import Any

from nlp.when import named_days
from nlp.when.elements import Day, Feast, FeastNear, Fixed, Nth, Today, Weekday, Weekend
from nlp.when.scope import DAY, Env, Resolved, Scope, add_months, midnight, monday, month_start, of_days, of_months
from nlp.when.seasons import month_said


def weekday(e: Weekday, own: Scope, env: Env, said: Scope) -> Resolved:
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
    ago, ahead = (today.weekday() - e.n) % 7, (e.n - today.weekday()) % 7
    day = today - DAY * ago if env.past and not (env.faint and ahead < ago) else today + DAY * ahead
    return _on(own, day, weekday_of=day, day_bare=True, sure=0.93)


def weekend(e: Weekend, own: Scope, env: Env, said: Scope) -> Resolved:
    week = own.week or said.week
    if week is None:
        week = monday(env.since.date())
        if env.past and midnight(week + 5 * DAY) > env.since:
            week -= 7 * DAY
    period = of_days(week + 5 * DAY, week + 6 * DAY)
    return own.with_(week=week, day=None, period=period)


def _on(own: Scope, day: date, **changes: Any) -> Scope:
    return own.with_(day=day, period=of_days(day), **changes)


def day(e: Day, own: Scope, env: Env, said: Scope) -> Resolved:
    if own.month is not None:
        return _day_in_month(e.n, own, env)
    month = month_said(env, said)
    if month is not None:
        day = _safe(*month, e.n)
        if day and (env.past or midnight(day + DAY) > env.since or not said.month_bare):
            return _on(own, day, month=month, month_bare=said.month_bare)
    if env.faint:
        behind, ahead = _bare_day(e, own, env._replace(faint=False)), _bare_day(e, own, env.facing_ahead())
        return behind if behind and ahead and _days_off(behind, env) < _days_off(ahead, env) else ahead
    return _bare_day(e, own, env)


def _days_off(scope: Scope, env: Env) -> int:
    return abs((scope.day - env.today).days) if scope.day else 0


def _bare_day(e: Day, own: Scope, env: Env) -> Resolved:
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
            if env.perhaps and env.since - midnight(day) > env.reach:
                return _day_in_month(n, own, env.facing_ahead())
            return _on(own, day, month=(y, month), day_bare=True)
    return None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def today(e: Today, own: Scope, env: Env, said: Scope) -> Resolved:
    if not e.of_sentence:
        return _on(own, _same_day_there(own, env) or env.today + DAY * e.shift)
    return _on(own, said.day + DAY * e.shift, sure=0.85) if said.day else None


def _same_day_there(own: Scope, env: Env) -> date | None:
    """Today's counterpart in the year, month or week just said (去年的今天, 下个月的今天)."""
    if own.week is not None:
        return own.week + DAY * env.today.weekday()
    year, month = own.month or (own.year, env.today.month)
    if year is None:
        return None
    return add_months(env.today, 12 * (year - env.today.year) + month - env.today.month)


def fixed(e: Fixed, own: Scope, env: Env, said: Scope) -> Resolved:
    return _on(own, e.day, month=(e.day.year, e.day.month))


def nth(e: Nth, own: Scope, env: Env, said: Scope) -> Resolved:
    if e.after is not None:
        return _nth_after(e, own, env, said)
    if own.period is None:
        return _on(own, env.calendar.workday_after(env.today, e.n or 1)) if e.unit == "workday" else None
    if e.unit == "month":
        return _month_of(e.n or 1, own)
    days = [own.period.start.date() + DAY * n for n in range((own.period.end - own.period.start).days)]
    fitting = [d for d in days if _is(d, e.unit, env)]
    n = e.n or 1
    if abs(n) > len(fitting):
        return None
    day = fitting[n - 1 if n > 0 else n]
    if e.unit == "weekend":
        return own.with_(period=of_days(day, day + DAY))
    return _on(own, day)


def _month_of(n: int, own: Scope) -> Resolved:
    """The n-th month of the year, half or quarter before it."""
    assert own.period is not None
    first, after = own.period.start, own.period.end
    length = (after.year - first.year) * 12 + after.month - first.month
    if abs(n) > length:
        return None
    start = month_start(first.year, first.month + (n - 1 if n > 0 else length + n))
    return own.with_(month=(start.year, start.month), period=of_months(start.year, start.month))


def _is(day: date, unit: int | str, env: Env) -> bool:
    if unit == "workday":
        return env.calendar.is_workday(day)
    return unit == "day" or day.weekday() == (5 if unit == "weekend" else unit)


def _nth_after(e: Nth, own: Scope, env: Env, said: Scope) -> Resolved:
    after = e.after
    if isinstance(after, Feast):
        feast = named_days.feast(after, own, env, said)
    else:
        feast = named_days.near(after or FeastNear(), own, env, said)
    if feast is None or feast.period is None:
        return None
    last, n = feast.period.last, e.n or 1
    if n < 0:
        return _last_before(feast, feast.period.start.date(), e.unit, env)
    if e.unit == "day":
        return _on(feast, last + DAY * n)
    if e.unit == "week":
        first = monday(env.calendar.workday_after(last)) + 7 * DAY * (n - 1)
        return feast.with_(week=first, period=of_days(first, first + 6 * DAY, "week"))
    return _on(feast, env.calendar.workday_after(last, n))


def _last_before(feast: Scope, first: date, unit: int | str, env: Env) -> Resolved:
    """The last working day, weekday, day or week before a break: 节前最后一个工作日, 国庆前最后一个周五."""
    if unit == "day":
        return _on(feast, first - DAY)
    if isinstance(unit, int):
        return _on(feast, first - DAY * ((first.weekday() - unit - 1) % 7 + 1))
    day = env.calendar.workday_before(first)
    if unit == "week":
        return feast.with_(week=monday(day), period=of_days(monday(day), monday(day) + 6 * DAY, "week"))
    return _on(feast, day)

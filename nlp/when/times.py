"""Where day parts and clock times lie: which day, and which half of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nlp.reading import Grain
from nlp.when.elements import Clock, Closing, Moment, Part, PartName
from nlp.when.scope import DAY, Env, Period, Scope, midnight, of_days

HOURS: dict[PartName, tuple[int, int]] = {
    "dawn": (0, 6), "morning": (6, 12), "noon": (11, 14), "afternoon": (12, 18), "evening": (18, 24),
}  # fmt: skip


def part(e: Part, own: Scope, env: Env, said: Scope) -> Scope | None:
    """That part of the day said, of the day spoken of, or of today; of tomorrow when the words point ahead."""
    if own.period is not None and own.day is None:
        return own
    day = own.day or _day_said(env, said)
    if e.name == "dawn" and said.part == "evening" and own.day is None and day is not None:
        day += DAY  # 昨晚直播到凌晨一点
    period = _part_of(day or env.today, e.name)
    if day is None and not env.past and period.end <= env.now and (env.ahead or e.name == "dawn"):
        period = _part_of(env.today + DAY, e.name)
    return own.with_(day=period.start.date(), day_assumed=day is None, part=e.name, period=period)


def _part_of(day: date, name: PartName) -> Period:
    first, last = HOURS[name]
    return Period(midnight(day) + timedelta(hours=first), midnight(day) + timedelta(hours=last), "halfday")


def _day_said(env: Env, said: Scope) -> date | None:
    """The day the sentence spoke of, unless it lies behind and this clause does not."""
    if said.day is None or (said.day < env.today and not env.past and env.floor is None):
        return None
    return said.day


def closing(e: Closing, own: Scope, env: Env, said: Scope) -> Scope | None:
    """The day itself: said, spoken of, or today."""
    day = own.day or _day_said(env, said) or env.today
    return own.with_(day=day, period=of_days(day))


def moment(e: Moment, own: Scope, env: Env, said: Scope) -> Scope:
    """The same moment by the local clock."""
    at = e.at + timedelta(minutes=env.east - e.east)
    return own.with_(day=at.date(), period=Period(at, at + timedelta(minutes=1), "minute"))


def clock(e: Clock, own: Scope, env: Env, said: Scope) -> Scope | None:
    """The moment, as the interval of its grain: on the day said or spoken of, else the next one ahead."""
    if own.period is not None and own.day is None:
        return own
    day = own.day if own.day and not own.day_assumed else _day_said(env, said)
    name = own.part or (said.part if day == said.day else None)
    at = _at(day, e, name, env) if day else _next_time(e, name, env)
    if day and name is None and said.at and day == said.day and at < said.at:
        hours = [e.hour] if e.literal else [e.hour, e.hour + 12]
        at = min((t for t in _times(day, hours, e) if t > said.at), default=at)
    return own.with_(day=at.date(), day_assumed=False, at=None if name else at, part=name, period=_point(at, e))


def _point(at: datetime, e: Clock) -> Period:
    grain: Grain = "hour" if e.minute is None else "minute"
    return Period(at, at + timedelta(hours=1) if grain == "hour" else at + timedelta(minutes=1), grain)


def _at(day: date, e: Clock, name: PartName | None, env: Env) -> datetime:
    return midnight(day) + timedelta(
        hours=_hour(e, name, day == env.today and not env.past, env), minutes=e.minute or 0
    )


def _hour(e: Clock, name: PartName | None, today: bool, env: Env) -> int:
    """The hour on the 24-hour clock; the part of the day decides its half, else the hours people work in."""
    hour = e.hour
    if e.half:
        return hour % 12 + (12 if e.half == "pm" else 0)
    if name == "evening" and hour == 0:
        return 24  # 今晚零点 is the midnight that ends it
    if hour > 12 or (e.literal and (hour == 0 or name not in ("afternoon", "evening"))):
        return hour
    if name == "dawn":
        return hour % 12
    if name == "morning":
        return hour
    if name == "noon":
        return hour + 12 if hour < 10 else hour
    if name == "afternoon":
        return hour % 12 + 12
    if name == "evening":
        return hour + 12 if hour >= 5 else 24 + hour
    if today and 0 < hour < 8 and _minutes(hour, e) <= env.now.hour * 60 + env.now.minute:
        return hour + 12
    return hour + 12 if 1 <= hour <= 6 else hour


def _minutes(hour: int, e: Clock) -> int:
    return hour * 60 + (e.minute or 0)


def _next_time(e: Clock, name: PartName | None, env: Env) -> datetime:
    """The next such time; the latest one where the clause speaks of the past."""
    certain = name or e.half or e.literal or e.hour in (0, 12)
    hours = [_hour(e, name, False, env)] if certain else [e.hour, e.hour + 12]
    if env.past:
        behind = max(t for t in _times(env.today - DAY, hours, e) + _times(env.today, hours, e) if t <= env.now)
        if not env.faint or behind.date() == env.today:
            return behind
    times = _times(env.today, hours, e) + _times(env.today + DAY, hours, e)
    return min(t for t in times if _point(t, e).end > env.now)


def _times(day: date, hours: list[int], e: Clock) -> list[datetime]:
    return [midnight(day) + timedelta(hours=h, minutes=e.minute or 0) for h in hours]


def other_clock(e: Clock, first: Scope, own: Scope, env: Env) -> Scope | None:
    """The clock time at the other end of a range: after the first, in the same half of the day where that fits."""
    assert first.period is not None
    name = own.part or None
    day = own.day or first.day
    if day is None:
        return None
    if name:
        at = _at(day, e, name, env)
        at += DAY if at <= first.period.start else 0 * DAY  # 晚八点到早八点
    else:
        afternoon = first.part in ("noon", "afternoon", "evening") and e.hour < 12  # 下午5:00到6:00
        hours = [e.hour] if (e.literal and not afternoon) or e.hour > 12 else [e.hour % 24, e.hour + 12]
        hours = [_hour(e, None, False, env)] if e.half else hours
        later = [t for n in (0, 1) for t in _times(day + DAY * n, hours, e) if t > first.period.start]
        at = min(later)
    return own.with_(day=at.date(), part=name or first.part, period=_point(at, e))

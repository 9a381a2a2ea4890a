"""From elements to intervals: each finds its place in what stands before it, in the sentence, or ahead of now."""

from __future__ import annotations

from collections.abc import Callable

from nlp.when import counted, daily, named_days, seasons, times
from nlp.when.elements import (
    Away,
    Between,
    Clock,
    Closing,
    Coming,
    Day,
    Element,
    Feast,
    FeastNear,
    Fixed,
    Half,
    Lunar,
    Moment,
    Month,
    Nth,
    Part,
    Quarter,
    Slice,
    Today,
    Week,
    Weekday,
    Weekend,
    Within,
    Year,
)  # fmt: skip
from nlp.when.scope import DAY, NOTHING, Env, Period, Resolved, Scope, midnight


def resolve(chain: tuple[Element, ...], env: Env, said: Scope) -> Resolved:
    """The scope at the end of the chain, its ``period`` the chain's interval; None where no such time exists.
    ``said`` is what the sentence said before."""
    scope = NOTHING
    for element in chain:
        found = one(element, scope, env, said)
        if found is None:
            return None
        scope = found
    return _while_it_can_happen(chain, scope, env)


def one(element: Element, own: Scope, env: Env, said: Scope) -> Resolved:
    """The scope after one more element."""
    try:
        found: Resolved = _HANDLERS[type(element)](element, own, env, said)
    except (ValueError, OverflowError):
        return None  # no such day: 2月30号, the year 9999 and on
    return found


def _while_it_can_happen(chain: tuple[Element, ...], scope: Scope, env: Env) -> Resolved:
    """A bare weekday or date of today whose hour is over is the next one (周二上午, said on Tuesday at three)."""
    period = scope.period
    if env.past or period is None or not scope.day_bare or scope.day != env.today or period.end > env.since:
        return scope
    later = Env(env.now, env.calendar, ahead=env.ahead, floor=midnight(env.today + DAY), east=env.east)
    return resolve(chain, later, NOTHING) if env.floor is None else scope


def _between(e: Between, own: Scope, env: Env, said: Scope) -> Resolved:
    def first_by(at: Env) -> Resolved:
        return one(e.first, own, at, said)

    return _stretch(first_by, e.first, (e.last,), own, env, said)


def resolve_range(first: tuple[Element, ...], last: tuple[Element, ...], env: Env, said: Scope) -> Resolved:
    """The range from one chain to another; None where either end or the range does not exist."""

    def first_by(at: Env) -> Resolved:
        return resolve(first, at, said)

    return _stretch(first_by, first[0], last, NOTHING, env, said)


def _stretch(
    first_by: Callable[[Env], Resolved], head: Element, last: tuple[Element, ...], own: Scope, env: Env, said: Scope
) -> Resolved:
    """The next such range; dates and months may have begun already (8到12号, said on the 10th)."""
    first = first_by(env)
    if first is None or first.period is None:
        return None
    found = join(first, last, own, env)
    if isinstance(head, Day | Month | Part | Clock) and not env.past and first.period.start > env.now:
        begun = first_by(env.looking_back() if isinstance(head, Day | Month) else env.at_midnight())
        running = join(begun, last, own, env) if begun and begun.period else None
        if running and running.period and running.period.start <= env.now < running.period.end:
            return running if _as_long(running.period, found) else found
    return found


def _as_long(period: Period, found: Resolved) -> bool:
    """28-30号 is no range from the 28th of one month to the 30th of the next."""
    if found is None or found.period is None:
        return True
    return period.end - period.start <= found.period.end - found.period.start + 3 * DAY


def join(first: Scope, last: tuple[Element, ...], own: Scope, env: Env) -> Resolved:
    """The range from a resolved end to the other, which completes from the first and does not lie before it."""
    assert first.period is not None
    start = first.period.start
    other = _other_end(first, last, own, env)
    if other is None or other.period is None or other.period.start < start:
        return None
    clocked = isinstance(last[-1], Clock)
    end = other.period.start if clocked else other.period.end
    if end <= start:
        return None
    grain = first.period.grain if clocked and first.period.grain in ("hour", "minute") else other.period.grain
    day = first.day if clocked else None
    return first.with_(day=day, part=other.part or first.part, period=Period(start, end, grain))


def _other_end(first: Scope, last: tuple[Element, ...], own: Scope, env: Env) -> Resolved:
    assert first.period is not None
    # a weekday or date in the other end is looked for on from the first end
    there = Env(env.now, env.calendar, ahead=env.ahead, floor=first.period.start, east=env.east)
    context = first.with_(period=None)
    other: Resolved = Scope(
        year=own.year, half=own.half, quarter=own.quarter, month=own.month, month_bare=own.month_bare, week=own.week
    )
    for element in last:
        if other is None:
            return None
        if isinstance(element, Clock):
            other = times.other_clock(element, first, other, env)
        else:
            other = one(element, other, there, context)
    return other


_HANDLERS: dict[type, Callable[..., Resolved]] = {
    Year: seasons.year, Half: seasons.half, Quarter: seasons.quarter, Month: seasons.month, Slice: seasons.slice_of,
    Week: seasons.week, Weekday: daily.weekday, Weekend: daily.weekend, Day: daily.day, Today: daily.today,
    Fixed: daily.fixed, Nth: daily.nth, Feast: named_days.feast, FeastNear: named_days.near,
    Lunar: named_days.lunar_day,
    Away: counted.away, Within: counted.within, Coming: counted.coming, Part: times.part, Clock: times.clock,
    Moment: times.moment,     Closing: times.closing, Between: _between,
}  # fmt: skip

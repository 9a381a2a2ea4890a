"""Which element may refine which in one phrase: 明年 · 三月 · 中旬, 两周后 · 周三, 周五 · 下午 · 三点."""

from __future__ import annotations

from nlp.when.elements import (
    Away,
    Between,
    Clock,
    Closing,
    Coming,
    Day,
    Element,
    Feast,
    Fixed,
    Half,
    Lunar,
    Month,
    Nth,
    Part,
    Quarter,
    Slice,
    Today,
    Unit,
    Week,
    Weekday,
    Weekend,
    Within,
    Year,
)

LAST = (Between, Closing, Within, Coming)
"""Nothing follows these in one phrase."""
_SHIFTING = (Year, Month, Week)
_FOLLOWERS: dict[type, tuple[type, ...]] = {
    Year: (Half, Quarter, Month, Slice, Week, Today, Feast, Lunar, Nth),
    Half: (Slice, Nth),
    Quarter: (Slice, Nth, Month),
    Month: (Slice, Half, Day, Week, Today, Nth),
    Week: (Weekday, Weekend, Slice, Today, Nth),
    Slice: (Nth,),
    Part: (Clock, Closing),
    Feast: (Part, Clock, Closing),
    **dict.fromkeys((Weekday, Weekend, Day, Today, Fixed, Lunar, Nth), (Part, Clock, Closing)),
    Away: (Part, Clock, Month, Quarter, Half, Feast, Day, Weekday, Today),
}
_IN_AWAY: dict[Unit, tuple[type, ...]] = {
    "year": (Month, Quarter, Half, Feast, Today),
    "month": (Day, Today, Part, Clock),
    "week": (Weekday, Today, Part, Clock),
    "day": (Part, Clock),
    "workday": (Part, Clock),
}
"""What may refine a time so far away: 三年前的今天, 两个月后的15号, 两周后的周三, 三天后的晚上."""
_SLICED = {Year: "year", Half: "year", Quarter: "quarter", Month: "month", Week: "week"}


def may_follow(before: Element, after: Element) -> bool:
    """``after`` refines ``before`` in one phrase."""
    if isinstance(before, LAST):
        return False
    first = after.first if isinstance(after, Between) else after
    if not isinstance(first, _FOLLOWERS.get(type(before), ())):
        return False
    if isinstance(first, Slice):
        return first.of == _SLICED.get(type(before))
    if isinstance(first, Half):
        return first.of_month == isinstance(before, Month)
    if isinstance(first, Week):
        return first.nth is not None
    if isinstance(first, Today) and isinstance(before, Away):
        return first.shift == 0 and not first.of_sentence and before.unit in ("year", "month", "week")
    if isinstance(first, Today) and isinstance(before, _SHIFTING):
        return first.shift == 0 and not first.of_sentence and _elsewhere(before)
    if isinstance(first, Nth):
        return first.after is None
    if isinstance(before, Away):
        return isinstance(first, _IN_AWAY.get(before.unit, ()))
    return not (isinstance(first, Today) and first.of_sentence)


def _elsewhere(period: Year | Month | Week) -> bool:
    """Another year, month or week than this one: its 今天 is the same day there (去年的今天)."""
    return bool(period.shift) or (isinstance(period, Year) and period.value is not None)

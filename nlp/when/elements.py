"""The parts of speech of time. A phrase is a chain of elements, coarse to fine: 明年 · 三月 · 中旬, 下周 · 三 · 下午.

Each element has a level; in a chain levels rise. What an element stands in (the month of a day, the day of a clock
time) is the element before it, or what the sentence said before, or what lies next ahead of now: that is the business
of ``resolve``.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from fractions import Fraction
from typing import Literal

from nlp.values import value


class Level(IntEnum):
    YEAR = 0
    SEASON = 1
    """Half-years and quarters."""
    MONTH = 2
    WEEK = 3
    """Weeks, and slices of a year, quarter, month or week (初, 中旬, 底): nothing but a day follows them."""
    DAY = 4
    PART = 5
    CLOCK = 6


@value
class Year:
    """``shift`` years from this one, or the year ``value``."""

    value: int | None = None
    shift: int = 0


@value
class Half:
    """The first or second half of a year, or of a month."""

    n: int
    of_month: bool = False


@value
class Quarter:
    n: int | None = None
    shift: int = 0


@value
class Month:
    n: int | None = None
    shift: int = 0


@value
class Slice:
    """初, 中, 底 or a 旬 of the period before it; ``of`` names that period where the word itself does (月底)."""

    part: Literal["start", "middle", "end"]
    of: Literal["year", "quarter", "month", "week"] | None = None


@value
class Week:
    shift: int = 0
    nth: int | None = None
    """The n-th week of the month before it."""


@value
class Weekday:
    n: int
    """Monday = 0."""


@value
class Weekend:
    pass


@value
class Day:
    n: int


@value
class Today:
    """The day ``shift`` days from now's."""

    shift: int
    of_sentence: bool = False
    """From the day the sentence spoke of last (次日, 当天): no date without one."""


@value
class Fixed:
    """A full date."""

    day: date


@value
class Moment:
    """A full date and time with its zone, ``east`` minutes east of Greenwich."""

    at: datetime
    east: int


@value
class Feast:
    """A named day. ``mode``: the day itself, its break, the working days after it, or the deadline before it."""

    name: str
    mode: Literal["day", "break", "after", "before"] = "day"
    shift: int = 0
    beside: int = 0
    """So many days right before (-) or right after (+) its break: 春节前一周."""


@value
class FeastNear:
    """The nearest holiday ahead (节前, 节后, 长假): its break."""

    mode: Literal["break", "before"] = "break"
    beside: int = 0
    """So many days right before (-) or right after (+) it: 节前两天."""


@value
class Lunar:
    """A day of the lunar calendar; ``month`` None = the month it is near."""

    month: int | None
    day: int
    leap: bool = False


@value
class Nth:
    """The n-th (-1 = last) such thing of the period before it, or from the end of a holiday on
    (``after``), -1 = the last before it.
    ``unit`` is a weekday (Monday = 0) or one of the words; n None = the very next one after today."""

    n: int | None
    unit: int | Literal["day", "workday", "week", "weekend", "month"]
    after: Feast | FeastNear | None = None


Unit = Literal["minute", "hour", "day", "workday", "week", "month", "quarter", "year"]


@value
class Away:
    """That long from now: three days on (+) or ago (-). ``low`` is the nearer end of a loosely said stretch."""

    n: Fraction
    unit: Unit
    sign: Literal[1, -1] = 1
    low: int | None = None


@value
class Within:
    """From today to that long from now."""

    n: Fraction
    unit: Unit


@value
class Coming:
    """The next (+) or past (-) stretch of that length: 未来三天."""

    n: int
    unit: Literal["day", "week", "month", "year"]
    sign: Literal[1, -1] = 1


PartName = Literal["dawn", "morning", "noon", "afternoon", "evening"]


@value
class Part:
    name: PartName


@value
class Clock:
    hour: int
    minute: int | None = None
    literal: bool = False
    """Written on the 24-hour clock (03:30, 15:00): no half of the day is to be guessed."""
    half: Literal["am", "pm"] | None = None


@value
class Closing:
    """下班前, EOD: the day, as a deadline."""


@value
class Between:
    """A range whose first end lacks its unit or its own words: 3到5号, 2-4点."""

    first: Element
    last: Element


Element = (
    Year | Half | Quarter | Month | Slice | Week | Weekday | Weekend | Day | Today | Fixed | Moment | Feast | FeastNear
    | Lunar | Nth | Away | Within | Coming | Part | Clock | Closing | Between
)  # fmt: skip

_LEVELS: dict[type, Level] = {
    Year: Level.YEAR, Half: Level.SEASON, Quarter: Level.SEASON, Month: Level.MONTH, Slice: Level.WEEK,
    Week: Level.WEEK,
    Weekday: Level.DAY, Weekend: Level.DAY, Day: Level.DAY, Today: Level.DAY, Fixed: Level.DAY, Feast: Level.DAY,
    FeastNear: Level.DAY, Lunar: Level.DAY, Nth: Level.DAY, Away: Level.DAY, Within: Level.DAY, Coming: Level.DAY,
    Part: Level.PART, Clock: Level.CLOCK, Moment: Level.CLOCK, Closing: Level.PART,
}  # fmt: skip


def level(element: Element) -> Level:
    """How fine the element is."""
    if isinstance(element, Between):
        return level(element.first)
    if isinstance(element, Half) and element.of_month:
        return Level.WEEK
    return _LEVELS[type(element)]

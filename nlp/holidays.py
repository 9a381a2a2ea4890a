"""China's named days and official breaks, as data.

A published year's breaks are those of the State Council's notice, with the weekend days that are worked instead (调休).
Other years have the statutory days alone, by 全国年节及纪念日放假办法 (State Council order 795 from 2025 on, order 644
before), without 调休: such a break says ``published=False``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial

from nlp import lunar


@dataclass(frozen=True, slots=True)
class Holiday:
    """A named day of one year with its official break (``first`` to ``last``, both off work)."""

    name: str
    day: date
    first: date
    last: date
    published: bool
    """The break is the State Council's; False: statutory days only, or no break at all."""

    @property
    def has_break(self) -> bool:
        return self.name in OFFICIAL


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's arrangement: breaks as (name, first, last), weekend days worked, and where it was published."""

    source: str
    published_on: str
    breaks: tuple[tuple[str, str, str], ...]
    worked: tuple[str, ...]


NOTICES: dict[int, Notice] = {
    2023: Notice(
        "国务院办公厅关于2023年部分节假日安排的通知 国办发明电〔2022〕16号",
        "2022-12-08",
        (
            ("元旦", "2022-12-31", "2023-01-02"),
            ("春节", "2023-01-21", "2023-01-27"),
            ("清明", "2023-04-05", "2023-04-05"),
            ("劳动节", "2023-04-29", "2023-05-03"),
            ("端午", "2023-06-22", "2023-06-24"),
            ("中秋", "2023-09-29", "2023-10-06"),
            ("国庆", "2023-09-29", "2023-10-06"),
        ),
        ("2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08"),
    ),
    2024: Notice(
        "国务院办公厅关于2024年部分节假日安排的通知 国办发明电〔2023〕7号",
        "2023-10-25",
        (
            ("元旦", "2023-12-30", "2024-01-01"),
            ("春节", "2024-02-10", "2024-02-17"),
            ("清明", "2024-04-04", "2024-04-06"),
            ("劳动节", "2024-05-01", "2024-05-05"),
            ("端午", "2024-06-08", "2024-06-10"),
            ("中秋", "2024-09-15", "2024-09-17"),
            ("国庆", "2024-10-01", "2024-10-07"),
        ),
        (
            "2024-02-04",
            "2024-02-18",
            "2024-04-07",
            "2024-04-28",
            "2024-05-11",
            "2024-09-14",
            "2024-09-29",
            "2024-10-12",
        ),
    ),
    2025: Notice(
        "国务院办公厅关于2025年部分节假日安排的通知 国办发明电〔2024〕12号",
        "2024-11-12",
        (
            ("元旦", "2025-01-01", "2025-01-01"),
            ("春节", "2025-01-28", "2025-02-04"),
            ("清明", "2025-04-04", "2025-04-06"),
            ("劳动节", "2025-05-01", "2025-05-05"),
            ("端午", "2025-05-31", "2025-06-02"),
            ("国庆", "2025-10-01", "2025-10-08"),
            ("中秋", "2025-10-01", "2025-10-08"),
        ),
        ("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    ),
    2026: Notice(
        "国务院办公厅关于2026年部分节假日安排的通知 国办发明电〔2025〕7号",
        "2025-11-04",
        (
            ("元旦", "2026-01-01", "2026-01-03"),
            ("春节", "2026-02-15", "2026-02-23"),
            ("清明", "2026-04-04", "2026-04-06"),
            ("劳动节", "2026-05-01", "2026-05-05"),
            ("端午", "2026-06-19", "2026-06-21"),
            ("中秋", "2026-09-25", "2026-09-27"),
            ("国庆", "2026-10-01", "2026-10-07"),
        ),
        ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
    ),
}

ALIASES = {
    "新年": "元旦", "元旦节": "元旦", "阳历年": "元旦",
    "过年": "春节", "大年": "春节", "新春": "春节", "农历新年": "春节", "大年初一": "春节", "正月初一": "春节",
    "大年三十": "除夕", "年三十": "除夕", "年三十儿": "除夕", "大年夜": "除夕", "年夜": "除夕", "除夕夜": "除夕",
    "元宵节": "元宵", "正月十五": "元宵", "灯节": "元宵", "清明节": "清明",
    "五一": "劳动节", "五一节": "劳动节", "五一劳动节": "劳动节", "51": "劳动节",
    "端午节": "端午", "端阳节": "端午", "中秋节": "中秋", "八月十五": "中秋",
    "国庆节": "国庆", "十一": "国庆", "十一黄金周": "国庆", "七夕节": "七夕",
    "七夕情人节": "七夕", "重阳节": "重阳", "腊八节": "腊八",
    "六一": "儿童节", "六一儿童节": "儿童节", "三八": "妇女节", "三八节": "妇女节", "三八妇女节": "妇女节",
    "女神节": "妇女节", "女王节": "妇女节", "三八女神节": "妇女节",
    "五四": "青年节", "五四青年节": "青年节", "七一": "建党节", "八一": "建军节", "八一建军节": "建军节",
    "圣诞节": "圣诞", "圣诞夜": "平安夜", "双11": "双十一", "双12": "双十二", "双十一购物节": "双十一", "六一八": "618",
    "三一五": "315", "二月二": "龙抬头", "黑五": "黑色星期五", "万圣夜": "万圣节", "万圣节前夜": "万圣节",
    "光棍节": "双十一", "鬼节": "中元节", "七月半": "中元节", "消费者权益日": "315", "消费者权益保护日": "315",
    "国际劳动节": "劳动节", "五一国际劳动节": "劳动节", "国际妇女节": "妇女节", "国际儿童节": "儿童节",
    "国庆日": "国庆", "清明时节": "清明", "双11购物节": "双十一", "双12购物节": "双十二",
}  # fmt: skip
"""Other words for a named day."""

OFFICIAL = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")
"""The holidays that give days off."""

_FIXED = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "植树节": (3, 12), "315": (3, 15), "愚人节": (4, 1),
    "劳动节": (5, 1), "青年节": (5, 4), "护士节": (5, 12), "520": (5, 20), "儿童节": (6, 1), "618": (6, 18),
    "建党节": (7, 1), "建军节": (8, 1), "医师节": (8, 19), "教师节": (9, 10), "国庆": (10, 1), "万圣节": (10, 31),
    "记者节": (11, 8), "双十一": (11, 11), "双十二": (12, 12), "平安夜": (12, 24), "圣诞": (12, 25), "跨年夜": (12, 31),
}  # fmt: skip
_LUNAR = {
    "春节": (1, 1), "元宵": (1, 15), "龙抬头": (2, 2), "三月三": (3, 3), "端午": (5, 5), "七夕": (7, 7),
    "中元节": (7, 15), "中秋": (8, 15), "重阳": (9, 9),
}  # fmt: skip
_YEAR_END = {"腊八": 8, "小年": 23}
_NTH_WEEKDAY = {"母亲节": (5, 6, 2), "父亲节": (6, 6, 3), "感恩节": (11, 3, 4)}


def named_day(name: str, year: int) -> date | None:
    """The day called ``name`` in the civil year; None when the name is unknown or the lunar table does not reach it."""
    name = ALIASES.get(name, name)
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _LUNAR:
        return lunar.day_of(year, *_LUNAR[name])
    if name in _NTH_WEEKDAY:
        return nth_weekday(year, *_NTH_WEEKDAY[name])
    computed = _COMPUTED.get(name)
    return computed(year) if computed else None


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The ``nth`` (from 1) such weekday (Monday = 0) of the month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def easter(year: int) -> date:
    """Easter Sunday of the year, by the reckoning of Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * week) // 451
    days = epact + week - 7 * late + 114
    return date(year, days // 31, days % 31 + 1)


def _in_last_month(day: int) -> Callable[[int], date | None]:
    """The day of the twelfth lunar month that falls into the civil year (it may belong to the lunar year before)."""

    def find(year: int) -> date | None:
        days = (lunar.day_of(y, 12, day) for y in (year, year - 1))
        return next((d for d in days if d and d.year == year), None)

    return find


_COMPUTED: dict[str, Callable[[int], date | None]] = {
    "除夕": lunar.eve,
    "复活节": lambda year: easter(year),
    "黑色星期五": lambda year: nth_weekday(year, 11, 3, 4) + timedelta(days=1),
    **{name: _in_last_month(day) for name, day in _YEAR_END.items()},
    **{name: partial(lunar.term, name) for name in lunar.TERMS},
}
NAMES = frozenset((*_FIXED, *_LUNAR, *_NTH_WEEKDAY, *_COMPUTED))


@lru_cache(maxsize=512)
def holiday(name: str, year: int) -> Holiday | None:
    """The holiday called ``name`` (or an alias) that is celebrated in ``year``; None for an unknown name or year."""
    name = ALIASES.get(name, name)
    day = named_day(name, year)
    if day is None:
        return None
    notice = NOTICES.get(year)
    if notice and name in OFFICIAL:
        first, last = next((f, t) for n, f, t in notice.breaks if n == name)
        return Holiday(name, day, date.fromisoformat(first), date.fromisoformat(last), True)
    return Holiday(name, day, *_statutory(name, day), False)


def _statutory(name: str, day: date) -> tuple[date, date]:
    if name == "春节":
        return day - timedelta(days=1 if day.year >= 2025 else 0), day + timedelta(days=2)
    if name == "国庆":
        return day, day + timedelta(days=2)
    if name == "劳动节" and day.year >= 2025:
        return day, day + timedelta(days=1)
    return day, day


@lru_cache(maxsize=64)
def days_off(year: int) -> frozenset[date]:
    """Every day of the civil year that is off for a holiday, those that fall on a weekend included."""
    return frozenset(d for y in (year, year + 1) for name in OFFICIAL for d in _break(name, y) if d.year == year)


def _break(name: str, year: int) -> list[date]:
    found = holiday(name, year)
    if found is None:
        return []
    return [found.first + timedelta(days=n) for n in range((found.last - found.first).days + 1)]


@lru_cache(maxsize=64)
def days_worked(year: int) -> frozenset[date]:
    """The weekend days that are worked in exchange; empty for a year without a published table."""
    notice = NOTICES.get(year)
    return frozenset(date.fromisoformat(d) for d in notice.worked) if notice else frozenset()

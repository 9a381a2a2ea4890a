"""The times that chat programs print beside a message: 10:23, 昨天 18:20, 星期一 下午4:05, 2026/3/9 10:23:05."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_WEEKDAYS = "一二三四五六日"
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DATE = (
    r"(?:(?:\d{4}|\d{2})\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
    r"|\d{1,2}\s?[-/月]\s?\d{1,2}\s?日?|今天|昨天|前天|today|yesterday"
    r"|(?:星期|周|礼拜)[一二三四五六日天]|" + "|".join(_ENGLISH) + r")"
    r"(?:\s?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
)
PART = r"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|am|pm)"
CLOCK = rf"(?:{PART}\s?)?\d{{1,2}}\s?:\s?\d{{2}}(?:\s?:\s?\d{{2}})?(?:\s?[ap]\.?m\.?)?"
STAMP = rf"(?:{DATE}[\s,t]*{CLOCK}|{CLOCK})(?!\d)"

_YMD = re.compile(r"(\d{4}|\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")
_MD = re.compile(r"(\d{1,2})\s?[-/月]\s?(\d{1,2})")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")
_HMS = re.compile(r"(\d{1,2})\s?:\s?(\d{2})(?:\s?:\s?(\d{2}))?")
_AFTERNOON = re.compile(r"下午|傍晚|晚上|pm|p\.m")
_MORNING = re.compile(r"凌晨|am|a\.m")


def moment(stamp: str, now: datetime, day: date | None = None) -> datetime | None:
    """The moment of a printed time, in the offset of ``now``; None where it is no time. A bare clock time is of
    ``day``, else of today; a date without a year and a weekday are the last one before now."""
    plain = stamp.casefold()
    clock = _clock(plain)
    if clock is None:
        return None
    said = day_of(plain, now)
    if said is None and re.search(DATE, plain):
        return None
    return datetime.combine(said or day or now.date(), clock, now.tzinfo)


def day_of(plain: str, now: datetime) -> date | None:
    """The day that a date line or the date in front of a clock time names; None without one or for one that is none."""
    today = now.date()
    if full := _YMD.search(plain):
        year = int(full[1]) + (2000 if len(full[1]) == 2 else 0)
        return _date(year, int(full[2]), int(full[3]))
    if short := _MD.search(plain):
        said = _date(today.year, int(short[1]), int(short[2]))
        return _date(today.year - 1, int(short[1]), int(short[2])) if said and said > today + timedelta(1) else said
    for word, back in (("今天", 0), ("today", 0), ("昨天", 1), ("yesterday", 1), ("前天", 2)):
        if word in plain:
            return today - timedelta(days=back)
    if named := _WEEKDAY.search(plain):
        return _last(_WEEKDAYS.index(named[1].replace("天", "日")), today)
    return next((_last(n, today) for n, word in enumerate(_ENGLISH) if word in plain), None)


def _last(weekday: int, today: date) -> date:
    return today - timedelta(days=(today.weekday() - weekday) % 7 or 7)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(plain: str) -> time | None:
    found = list(_HMS.finditer(plain))
    if not found:
        return None
    hour, minute, second = int(found[-1][1]), int(found[-1][2]), int(found[-1][3] or 0)
    if _AFTERNOON.search(plain) and hour < 12:
        hour += 12
    if _MORNING.search(plain) and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)

"""The times that chat programs print beside a message: 10:23, 昨天 18:20, 星期一 下午4:05, 2026/3/9 10:23:05."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from nlp.lexicon import normalise

_WEEKDAYS = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAME = rf"(?:(?:星期|周|礼拜)[一二三四五六日天]|(?:{'|'.join(_ENGLISH)})[a-z]{{0,6}})"
_MONTH_NAME = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
DATE = (
    rf"(?:(?:\(?{_DAY_NAME}\)?[,\s]*)?"
    r"(?:(?:\d{4}|\d{2})\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?[日号]?"
    rf"|\d{{1,2}}\s?[-/月]\s?\d{{1,2}}\s?[日号]?|{_MONTH_NAME}\s?\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s?\d{{4}})?"
    rf"|\d{{1,2}}\s?{_MONTH_NAME}(?:,?\s?\d{{4}})?)|今天|昨天|前天|today|yesterday|{_DAY_NAME})"
    rf"(?:\s?\(?{_DAY_NAME}\)?)?"
)
"""What a chat program may print for a day."""
PART = r"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|am|pm)"
CLOCK = rf"(?:{PART}\s?)?\d{{1,2}}\s?(?::\s?\d{{2}}(?:\s?:\s?\d{{2}})?|[点时]\s?\d{{1,2}}\s?分?)"
CLOCK += r"(?:\s?[ap]\.?m\.?(?![a-z]))?"
_AGO = r"(?:刚刚|刚才|半小时前|\d{1,2}\s?(?:分钟|小时|个小时)前|just now|\d{1,2}\s?(?:min|minute|hour)s?\sago)"
STAMP = rf"(?:{DATE}(?:[\s,t]|at\s)*{CLOCK}|\d{{1,2}}\.\d{{1,2}}\s+{CLOCK}|{CLOCK}|{_AGO})(?!\d)"

_YMD = re.compile(r"(\d{4}|\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")
_MD = re.compile(r"(?<!\d)(\d{1,2})\s?[-/月.]\s?(\d{1,2})")
_NAMED = re.compile(
    rf"(?P<m>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?\s?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s?(?P<y>\d{{4}}))?"
)
_NAMED_BEHIND = re.compile(rf"(?P<d>\d{{1,2}})\s?(?P<m>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?(?:,?\s?(?P<y>\d{{4}}))?")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")
_HMS = re.compile(r"(\d{1,2})\s?[:点时]\s?(\d{1,2})(?:\s?:\s?(\d{2}))?")
_BACK = re.compile(r"(\d{1,2})\s?(分钟|min|小时|个小时|hour)")
_NAMES_A_DAY = re.compile(rf"\d\s?[-/.月]\s?\d|{_MONTH_NAME}\s?\d")
_AFTERNOON = re.compile(r"下午|傍晚|晚上|pm|p\.m")
_MORNING = re.compile(r"凌晨|am|a\.m")


def moment(stamp: str, now: datetime, day: date | None = None) -> datetime | None:
    """The moment of a printed time, in the offset of ``now``; None where it is no time. A bare clock time is of
    ``day``, else of today; a date without a year and a weekday are the last one before now."""
    plain = normalise(stamp)
    if re.fullmatch(_AGO, plain):
        return now - _ago(plain)
    clock = _clock(plain)
    if clock is None:
        return None
    said = day_of(plain, now)
    if said is None and re.search(_NAMES_A_DAY, plain):
        return None
    return datetime.combine(said or day or now.date(), clock, now.tzinfo)


def day_of(plain: str, now: datetime) -> date | None:
    """The day that a date line or the date in front of a clock time names; None without one or for one that is none."""
    today = now.date()
    if full := _YMD.search(plain):
        year = int(full[1]) + (2000 if len(full[1]) == 2 else 0)
        return _date(year, int(full[2]), int(full[3]))
    if named := _NAMED_BEHIND.search(plain) or _NAMED.search(plain):
        month = _MONTHS.index(named["m"]) + 1
        return _date(int(named["y"]), month, int(named["d"])) if named["y"] else _latest(month, int(named["d"]), today)
    if short := _MD.search(plain):
        return _latest(int(short[1]), int(short[2]), today)
    for word, back in (("今天", 0), ("today", 0), ("昨天", 1), ("yesterday", 1), ("前天", 2)):
        if word in plain:
            return today - timedelta(days=back)
    if weekday := _WEEKDAY.search(plain):
        return _last(_WEEKDAYS.index(weekday[1].replace("天", "日")), today)
    return next((_last(n, today) for n, word in enumerate(_ENGLISH) if re.search(rf"\b{word}", plain)), None)


def _latest(month: int, day: int, today: date) -> date | None:
    """The last such day; tomorrow's may come from a clock that is fast."""
    said = _date(today.year, month, day)
    return _date(today.year - 1, month, day) if said and said > today + timedelta(1) else said


def _ago(plain: str) -> timedelta:
    count = _BACK.search(plain)
    if count is None:
        return timedelta(minutes=30) if "半小时" in plain else timedelta()
    return timedelta(minutes=int(count[1])) if count[2] in ("分钟", "min") else timedelta(hours=int(count[1]))


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

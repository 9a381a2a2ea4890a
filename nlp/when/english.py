"""English words of time in Chinese chat: next Wed, tmr, EOD, by Friday 3pm, end of month, in 3 days, March 15.

Dates with a month's name go to dateparser as one whole token; an answer far from the year written is refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from nlp.when.atoms import WORDS, Built
from nlp.when.elements import (
    Away,
    Closing,
    Day,
    Element,
    Feast,
    Fixed,
    Month,
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
from nlp.when.terms import FIGURES

DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
MONTHS = {
    m: n + 1 for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
DAY = r"(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
BEFORE, AFTER = r"(?<![A-Za-z0-9_.@/\-])", r"(?![A-Za-z0-9_@])"
_UNIT = "minute|min|hour|hr|day|week|month|year|working day|business day|workday"
_UNITS: dict[str, Unit] = {
    "minute": "minute", "min": "minute", "hour": "hour", "hr": "hour", "day": "day", "week": "week",
    "month": "month", "year": "year",
}  # fmt: skip
_SLICED: dict[str, Literal["year", "quarter", "month"]] = {"year": "year", "quarter": "quarter", "month": "month"}
SHIFT = {"next": 1, "this": 0, "last": -1, "coming": 0}
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def either(letters: str) -> str:
    """The letters, small and large."""
    return letters + letters.upper()


@WORDS.matches("english.day", either("t"), rf"(?i:{BEFORE}(today|tonight|tomorrow|tmrw?|tmw|tomo){AFTER})")
def _today(m: re.Match[str]) -> Built:
    word = m[1].lower()
    if word == "tonight":
        return Today(0), Part("evening")
    return (Today(0 if word == "today" else 1),)


_TYPED = {"jintian": 0, "mingtian": 1, "houtian": 2, "zuotian": -1}


@WORDS.matches("pinyin.day", "jmhz", rf"(?:{BEFORE}|(?<=[一-龥]))({'|'.join(_TYPED)})(?![A-Za-z])")
def _typed_out(m: re.Match[str]) -> Built:
    """mingtian下午: the input method was off."""
    return (Today(_TYPED[m[1]]),)


@WORDS.matches("english.day", either("y"), rf"(?i:{BEFORE}yesterday{AFTER})")
def _yesterday(m: re.Match[str]) -> Built:
    return (Today(-1),)


@WORDS.matches("english.day", either("d"), rf"(?i:{BEFORE}day after tomorrow{AFTER})")
def _day_after_tomorrow(m: re.Match[str]) -> Built:
    return (Today(2),)


@WORDS.matches("english.day", either("d"), rf"(?i:{BEFORE}day before yesterday{AFTER})")
def _day_before_yesterday(m: re.Match[str]) -> Built:
    return (Today(-2),)


_FEASTS = {
    "christmas": "圣诞", "xmas": "圣诞", "christmas eve": "平安夜", "chinese new year": "春节",
    "lunar new year": "春节", "spring festival": "春节", "cny": "春节", "national day": "国庆", "labor day": "劳动节",
    "labour day": "劳动节",
    "thanksgiving": "感恩节", "black friday": "黑色星期五", "easter": "复活节", "mid-autumn festival": "中秋",
    "mid-autumn": "中秋", "dragon boat festival": "端午", "new year's day": "元旦", "valentine's day": "情人节",
    "halloween": "万圣节", "double 11": "双十一", "qingming": "清明",
}  # fmt: skip


@WORDS.matches(
    "english.feast",
    either("cxsnltbemdvhq"),
    rf"(?i:{BEFORE}(?<!merry\s)(?<!happy\s)({'|'.join(sorted(set(_FEASTS) - {'cny'}, key=len, reverse=True))}"
    rf"|(?:(?<=before\s)|(?<=after\s)|(?<=during\s))cny(?!\s?\d))(?:\sholidays?)?{AFTER})",
)
def _feast(m: re.Match[str]) -> Built:
    word = m[1].lower()
    holiday = word.endswith("holiday") or "holiday" in m[0].lower()
    return (Feast(_FEASTS[word], "break" if holiday else "day"),)


@WORDS.matches("english.weekday", either("ntl"), rf"(?i:{BEFORE}(next|this|last)\s{{1,2}}{DAY}\.?{AFTER})")
def _shifted_weekday(m: re.Match[str]) -> Built:
    return Week(SHIFT[m[1].lower()]), Weekday(DAYS[m[2][:3].lower()])


_TO_DAY = "|".join(f"(?<={day}-)" for day in (*DAYS, "day"))
"""Mon-Fri: the other end of a range."""


@WORDS.matches("english.weekday", either("mtwfs"), rf"(?i:(?:{BEFORE}|{_TO_DAY}){DAY}{AFTER})")
def _weekday(m: re.Match[str]) -> Built:
    word = m[1]
    if len(word) < 6 and not (word[0].isupper() and word[1:].islower()):
        return None  # sat, wed and sun are words, SUN and MON are names
    if word == "Sun" and not _SUNDAY.search(m.string, max(0, m.start() - 8), m.start()):
        return None
    return (Weekday(DAYS[word[:3].lower()]),)


_SUNDAY = re.compile(r"(?i:\b(?:sat|fri|mon|on|by|or|and|to)[\s/,&-]{0,3})$|[-/或和到]\s?$")
"""What makes Sun the day: another day before it, or a word that days follow."""


@WORDS.matches(
    "english.period",
    either("ntl"),
    rf"(?i:{BEFORE}(next|this|last)\s{{1,2}}(week|month|quarter|year|weekend){AFTER})",
)
def _period(m: re.Match[str]) -> Built:
    shift = SHIFT[m[1].lower()]
    made: dict[str, tuple[Element, ...]] = {
        "week": (Week(shift),),
        "month": (Month(shift=shift),),
        "quarter": (Quarter(shift=shift),),
        "year": (Year(shift=shift),),
        "weekend": (Week(shift), Weekend()),
    }
    return made[m[2].lower()]


@WORDS.matches("english.weekend", either("w"), rf"(?i:{BEFORE}weekend{AFTER})")
def _weekend(m: re.Match[str]) -> Built:
    return (Weekend(),)


_OWN_DAY = r"(?:tomorrow|tmr|tmrw|today|(?:next\s|this\s)?(?:mon|tue|wed|thu|fri|sat|sun)|[明后今本下周星礼])"
"""EOD tomorrow is tomorrow: the day stands behind."""


@WORDS.matches(
    "english.end",
    either("e"),
    rf"(?i:{BEFORE}(?:(eod|eob)(?!\s(?:on\s)?{_OWN_DAY})|(eow)|(eom)|(eoq)|(eoy)|end\sof\s(?:the\s|this\s)?(day|week|month|quarter|year)){AFTER})",
)
@WORDS.matches(
    "english.end", either("c"), rf"(?i:{BEFORE}(cob|close\sof\sbusiness)(?!\s(?:on\s)?{_OWN_DAY})()()()()(){AFTER})"
)
def _end_of(m: re.Match[str]) -> Built:
    said = next((n for n in range(1, 6) if m[n]), 0)
    unit = ("", "day", "week", "month", "quarter", "year")[said] or m[6].lower()
    if unit == "day":
        return (Closing(),)
    if unit == "week":
        return (Week(0),)
    return (Slice("end", _SLICED[unit]),)


_PARTS: dict[str, Literal["start", "middle", "end"]] = {"early": "start", "mid": "middle", "late": "end", "end": "end"}
_PARTS |= {"beginning": "start", "start": "start", "middle": "middle"}


@WORDS.matches("english.slice", either("eml"), rf"(?i:{BEFORE}(early|mid|late)[\s-]{MONTH}{AFTER})")
@WORDS.matches(
    "english.slice",
    either("ebsm"),
    rf"(?i:{BEFORE}(end|beginning|start|middle)\sof\s{MONTH}(?:\s20\d\d)?{AFTER})",
)
def _slice_of_month(m: re.Match[str]) -> Built:
    words = re.split(r"[\s-]", m[0].lower())
    year = (Year(int(words.pop())),) if words[-1].isdecimal() else ()
    return *year, Month(MONTHS[words[-1][:3]]), Slice(_PARTS[m[1].lower()], "month")


@WORDS.matches(
    "english.slice",
    either("ebsm"),
    rf"(?i:{BEFORE}(end|beginning|start|middle)\sof\s(next|last)\s(month|quarter|year|week){AFTER})",
)
def _slice_of_period(m: re.Match[str]) -> Built:
    part, shift, unit = _PARTS[m[1].lower()], SHIFT[m[2].lower()], m[3].lower()
    if unit == "week":
        return (Week(shift),)
    of: dict[str, Element] = {"month": Month(shift=shift), "quarter": Quarter(shift=shift), "year": Year(shift=shift)}
    return of[unit], Slice(part, _SLICED[unit])


@WORDS.matches("english.slice", either("ebsm"), rf"(?i:{BEFORE}(end|beginning|start|middle)\sof\sq([1-4]){AFTER})")
def _slice_of_quarter(m: re.Match[str]) -> Built:
    return Quarter(int(m[2])), Slice(_PARTS[m[1].lower()], "quarter")


@WORDS.matches("english.part", either("n"), rf"(?i:{BEFORE}noon{AFTER})")
@WORDS.matches("english.part", either("ma"), rf"(?i:{BEFORE}(morning|afternoon){AFTER})")
@WORDS.matches("english.part", either("e"), rf"(?i:{BEFORE}evening{AFTER})")
def _part(m: re.Match[str]) -> Built:
    word = m[0].lower()
    if re.search(r"(?i)good\s$", m.string[max(0, m.start() - 5) : m.start()]):
        return None
    return (Part({"n": "noon", "m": "morning", "a": "afternoon", "e": "evening"}[word[0]]),)  # type: ignore[arg-type]


COUNT = r"(\d{1,3}|an?|one|two|three|four|five|six|seven|ten|half\san?)"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}


@WORDS.matches("english.away", either("iw"), rf"(?i:{BEFORE}(in|within)\s{COUNT}\s({_UNIT})s?{AFTER})")
def _away(m: re.Match[str]) -> Built:
    n, unit = length(m[2], m[3])
    return (Away(n, unit) if m[1].lower() == "in" else Within(n, unit),)


@WORDS.matches(
    "english.ago",
    either("aothfs") + FIGURES,
    rf"(?i:{BEFORE}{COUNT}\s({_UNIT})s?\s(ago|from\snow|later|from\stoday){AFTER})",
)
def _ago(m: re.Match[str]) -> Built:
    n, unit = length(m[1], m[2])
    return (Away(n, unit, -1 if m[3].lower() == "ago" else 1),)


def length(words: str, named: str) -> tuple[Fraction, Unit]:
    """How many of which unit."""
    words, named = words.lower(), named.lower()
    n = Fraction(1, 2) if words.startswith("half") else Fraction(_COUNTS.get(words) or int(words))
    return n, _UNITS.get(named, "workday")


@WORDS.matches(
    "english.date",
    _LETTERS,
    rf"(?i:{BEFORE}{MONTH}\.?\s?\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s?20\d\d)?)(?![A-Za-z0-9:])",
)
@WORDS.matches(
    "english.date",
    FIGURES,
    rf"(?i:{BEFORE}\d{{1,2}}(?:st|nd|rd|th)?[\s-]?(?:of\s)?{MONTH}(?:\.?,?[\s-]?20\d\d)?)(?![A-Za-z0-9])",
)
def _month_named(m: re.Match[str]) -> Built:
    token = m[0]
    year = re.search(r"20\d\d$", token)
    parsed = _dateparser(token if year else f"{token} 2024")
    if parsed is None:
        return None
    return (Fixed(parsed),) if year else (Month(parsed.month), Day(parsed.day))


@WORDS.matches(
    "english.month",
    _LETTERS,
    rf"{BEFORE}(January|February|April|June|July|August|September|October|November|December){AFTER}",
)
def _month(m: re.Match[str]) -> Built:
    return (Month(MONTHS[m[1][:3].lower()]),)


@lru_cache(maxsize=256)
def _dateparser(token: str) -> date | None:
    """The day that the token writes in full; None when dateparser knows none or lands far from the year written."""
    import dateparser  # 60 ms to import, and most messages have no such token

    year = int(token[-4:])
    # only a day is asked for
    base = datetime(year, 1, 1)  # noqa: DTZ001
    found = dateparser.parse(token, languages=["en", "zh"], settings={"RELATIVE_BASE": base, "STRICT_PARSING": True})
    return found.date() if found and abs(found.year - year) <= 3 else None

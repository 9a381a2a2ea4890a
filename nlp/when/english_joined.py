"""English times in several words: March 2026, next 3 weeks, half past 3, 8 tonight, first Monday of May."""

from __future__ import annotations

import re

from nlp.when.atoms import TAILS, WORDS, Built
from nlp.when.elements import Clock, Coming, Day, Element, Half, Month, Nth, Part, Quarter, Today, Week, Weekday, Year
from nlp.when.english import AFTER, BEFORE, COUNT, DAY, DAYS, MONTH, MONTHS, SHIFT, either, length
from nlp.when.terms import FIGURES

_MONTH_NAME = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)


@WORDS.matches("english.year", "JFMASOND", rf"{BEFORE}({_MONTH_NAME})\.?,?\s(20\d\d){AFTER}")
def _month_of_year(m: re.Match[str]) -> Built:
    return Year(int(m[2])), Month(MONTHS[m[1][:3].lower()])


@WORDS.matches("english.year", "QqH", rf"{BEFORE}(?:[Qq]([1-4])|H([12]))[\s,/-]{{1,2}}(20\d\d){AFTER}(?!年)")
def _season_of_year(m: re.Match[str]) -> Built:
    return Year(int(m[3])), Quarter(int(m[1])) if m[1] else Half(int(m[2]))


@WORDS.matches(
    "english.coming", either("nclp"), rf"(?i:{BEFORE}(next|coming|last|past)\s{COUNT}\s(day|week|month|year)s{AFTER})"
)
def _coming(m: re.Match[str]) -> Built:
    n, unit = length(m[2], m[3])
    if n.denominator > 1 or unit not in ("day", "week", "month", "year"):
        return None
    return (Coming(int(n), unit, 1 if m[1].lower() in ("next", "coming") else -1),)


@WORDS.matches("english.week", either("w"), rf"(?i:{BEFORE}week after next{AFTER})")
def _week_after_next(m: re.Match[str]) -> Built:
    return (Week(2),)


@WORDS.matches("english.week", either("mtwfs"), rf"(?i:{BEFORE}{DAY},?\s(next|this|last)\sweek{AFTER})")
def _day_of_week(m: re.Match[str]) -> Built:
    return Week(SHIFT[m[2].lower()]), Weekday(DAYS[m[1][:3].lower()])


_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


@WORDS.matches(
    "english.nth",
    either("fstl"),
    rf"(?i:{BEFORE}({'|'.join(_NTH)})\s(?:(day|week|weekend)|{DAY})\sof\s(?:({MONTH})|(?:(the|this)|(next|last))\smonth){AFTER})",
)
def _nth_of_month(m: re.Match[str]) -> Built:
    month = Month(MONTHS[m[4][:3].lower()]) if m[4] else Month(shift=SHIFT[m[6].lower()] if m[6] else 0)
    n, unit = _NTH[m[1].lower()], (m[2] or "").lower()
    last: Element = Week(nth=n) if unit == "week" else Nth(n, DAYS[m[3][:3].lower()] if m[3] else unit)  # type: ignore[arg-type]
    return month, last


@WORDS.matches(
    "english.ordinal",
    FIGURES,
    rf"(?i:(?:(?<=on\sthe\s)|(?<=by\sthe\s)|(?<=ore\sthe\s))(\d{{1,2}})(?:st|nd|rd|th){AFTER})",
)
def _day_of_month(m: re.Match[str]) -> Built:
    """on the 15th, by the 3rd, before the 1st."""
    return (Day(int(m[1])),) if 1 <= int(m[1]) <= 31 else None


_PAST = {"half": 30, "quarter": 15, "a quarter": 15}


@WORDS.matches("english.clock", either("hqa"), rf"(?i:{BEFORE}(half|(?:a\s)?quarter)\s(past|to)\s(\d{{1,2}}){AFTER})")
def _quarters(m: re.Match[str]) -> Built:
    hour, minute = int(m[3]), _PAST[m[1].lower()]
    if m[2].lower() == "to":
        hour, minute = hour - 1, 60 - minute
    return (Clock(hour, minute),) if 0 < hour <= 12 else None


@WORDS.matches("english.clock", FIGURES, rf"(?i:{BEFORE}(1[0-2]|[1-9])\s?o'clock{AFTER})")
def _oclock(m: re.Match[str]) -> Built:
    return (Clock(int(m[1])),)


@WORDS.matches("english.clock", FIGURES, rf"(?i:{BEFORE}(1[0-2]|[1-9])(?::([0-5]\d))?\stonight{AFTER})")
def _tonight(m: re.Match[str]) -> Built:
    return Today(0), Part("evening"), Clock(int(m[1]), int(m[2]) if m[2] else None)


@WORDS.matches("english.night", either("l"), rf"(?i:{BEFORE}last\snight{AFTER})")
def _last_night(m: re.Match[str]) -> Built:
    return Today(-1), Part("evening")


@TAILS.matches("english.night", " ", rf"(?i:\snight{AFTER})")
def _night(m: re.Match[str]) -> Built:
    return (Part("evening"),)

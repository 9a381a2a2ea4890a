"""Dates in figures: 2026-03-15, 3/15, 3.15-3.20, 15/03/2026, 2026-04-01T08:30Z, and the capital ones of cheques."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from nlp.numerals import integer
from nlp.when.atoms import WORDS, Built
from nlp.when.elements import Day, Element, Fixed, Moment, Month
from nlp.when.terms import COUNTED, NOT_IN_CODE, THING


@WORDS.matches(
    "moment",
    "2",
    rf"{NOT_IN_CODE}(20\d\d-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?"
    r"\s?(?:[Zz]|UTC|GMT|([+-])(\d\d):?(\d\d))(?![0-9A-Za-z+-])",
)
def _moment(m: re.Match[str]) -> Built:
    """2026-04-01T08:30Z, 2026-08-05T06:40+02:00: another zone's clock."""
    if m[4] and ((m[0][10] == " " and not m[3]) or int(m[5]) > 14):
        return None  # 2026-03-15 14:00-16:00 is a range
    east = int(m[5]) * 60 + int(m[6]) if m[4] else 0
    try:
        at = datetime.fromisoformat(f"{m[1]}T{m[2]}")
    except ValueError:
        return None
    return (Moment(at, -east if m[4] == "-" else east),)


@WORDS.matches(
    "date.iso", "12", rf"{NOT_IN_CODE}(20\d\d|19\d\d)(?P<sep>[-/.])(\d{{1,2}})(?P=sep)(\d{{1,2}})(?![\d])(?:T(?=\d))?"
)
@WORDS.matches(
    "date.iso", "2", rf"{NOT_IN_CODE}(?<!号)(?<!单)(?<!号[:码])(20[1-4]\d)()([01]\d)([0-3]\d)(?![0-9A-Za-z\-])"
)
def _full_date(m: re.Match[str]) -> Built:
    return _full_date_of(int(m[1]), int(m[3]), int(m[4]))


@WORDS.matches(
    "date.day_first",
    "0123456789",
    rf"{NOT_IN_CODE}(\d{{1,2}})(?P<mark>[/.-])(\d{{1,2}})(?P=mark)((?:19|20)\d\d)(?![0-9A-Za-z/.\-])",
)
def _year_last(m: re.Match[str]) -> Built:
    """15/03/2026 and 3/15/2026; where both could be a month it is the first, as in 3/15."""
    one, two = int(m[1]), int(m[3])
    day, month = (one, two) if one > 12 else (two, one)
    if (m[2] != "/" and day < 13) or not _valid(month, day):
        return None
    return _full_date_of(int(m[4]), month, day)


@WORDS.matches(
    "date.short_year",
    "23",
    rf"{NOT_IN_CODE}(?<!版)(?<!本)(2[2-9]|3[0-5])(?P<dash>[/.-])(\d{{1,2}})(?P=dash)(\d{{1,2}})(?![0-9A-Za-z/.\-%])",
)
def _year_of_two(m: re.Match[str]) -> Built:
    month, day = int(m[3]), int(m[4])
    return _full_date_of(2000 + int(m[1]), month, day) if _valid(month, day) else None


def _full_date_of(year: int, month: int, day: int) -> Built:
    try:
        return (Fixed(date(year, month, day)),)
    except ValueError:
        return None


_GOES_ON = re.compile(
    r"(?:\s{0,2}(?:上午|下午|早上|晚上|中午|凌晨|早|晚(?!点)|[(]?(?:周|星期)[一二三四五六日天]|\d{1,2}[:点]\d?)"
    r"|\s?(?:之前|以前|前(?![台面期往后])|截止|为止|当天|那天|全天|(?:发|寄|签|装|到)的|发货|到货|交货|提[货柜]|截[关港]|[离靠]港|开船|装[车柜]|入库|到港|开标|截标|大促|活动|购物节|展会|狂欢|囤货|已(?:签收|到|发|寄|付|收)|礼盒|晚会|预售|专场|放假|上班|复工|收假|报到|报名|开学|入学|开班|开课|考试|答辩|体检|出发|上线|上架|截稿|开业|开工|开幕|上新|发车|开抢|开售|开播|[领拍](?![卖摄导到了板]))"
    r")"
)
_BARGAINED = r"\s?(?:又|再|直接|一路|硬)?(?:[砍压谈让抬杀改调磨还加]|谈判)了?[到至成]\s?\d"
"""从3.8谈到3.55: a price on its way to another."""
_SAYS_MORE = re.compile(r"\s?(?:的|以上|左右|$|[,，。])")
_SAID_BEFORE = re.compile(
    r"(?:截止到?|截至|最迟|最晚|不晚于|[定约排改推延]在?[到在了]|日期[是写填开]?[的是]?|时间[是:]?|deadline|(?<![A-Za-z])(?:by|on)|从|(?<![高低大小多少优])于)\s?:?$",
    re.I,
)


@WORDS.matches(
    "date.slash", "0123456789", rf"{NOT_IN_CODE}(\d{{1,2}})/(\d{{1,2}})(?![0-9A-Za-z/.]|\s?[英寸期{COUNTED}])"
)
def _slash_date(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    if not _valid(n, d):
        return None
    clear = (d > 12 and n < d) or _GOES_ON.match(m.string, m.end()) or _said_before(m) or _ranged(m, "/")
    starts = n > d or not _SAYS_MORE.match(m.string, m.end())
    return _month_day(n, d) if clear or (starts and _opens_clause(m)) else None


@WORDS.matches(
    "date.dash",
    "0123456789",
    rf"{NOT_IN_CODE}(?<!\d-)(\d{{1,2}})-(\d{{1,2}})(?=\s{{0,2}}\S)(?![0-9A-Za-z/.\-]|\s?[{COUNTED}天周月年号日点时第])",
)
def _dash_date(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    clear = _GOES_ON.match(m.string, m.end()) or (_opens_clause(m) and m.string[m.end()] == " ")
    return _month_day(n, d) if clear and _valid(n, d) else None


@WORDS.matches(
    "date.dot",
    "0123456789",
    rf"{NOT_IN_CODE}(\d{{1,2}})\.(\d{{1,2}})(?![0-9A-Za-z/.]|\s?[降涨跌升{COUNTED}]|{_BARGAINED})",
)
def _dot_date(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    if not _valid(n, d) or not (_GOES_ON.match(m.string, m.end()) or _said_before(m) or _ranged(m, ".")):
        return None
    return _month_day(n, d)


@WORDS.matches("date.dot", "0123456789", rf"{NOT_IN_CODE}(\d{{1,2}})[./](\d{{1,2}})[号日](?!{THING})")
def _dot_date_with_unit(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    return _month_day(n, d) if _valid(n, d) else None


def _month_day(month: int, day: int) -> tuple[Element, ...]:
    return Month(month), Day(day)


def _valid(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def _opens_clause(m: re.Match[str]) -> bool:
    return m.start() == 0 or m.string[m.start() - 1] in ",，。;；!！?？\n、:"


def _said_before(m: re.Match[str]) -> bool:
    return _SAID_BEFORE.search(m.string, max(0, m.start() - 9), m.start()) is not None


class _Range(NamedTuple):
    """A range of two alike (3.15-3.20), as the figures at one end of it see the other."""

    ahead: re.Pattern[str]
    behind: re.Pattern[str]
    earlier: re.Pattern[str]


def _range(mark: str) -> _Range:
    one = rf"(?:0?[1-9]|1[0-2])\{mark}(?:0?[1-9]|[12]\d|3[01])"
    to = r"\s?(?:-{1,2}|~|(?:[开办展]|持续|一直|延续)?到|至)\s?"
    return _Range(
        re.compile(rf"{to}{one}(?![\d.{COUNTED}]|之间|以[上下内]|左右)"),
        re.compile(rf"(?<![\d.]){one}{to}$"),
        re.compile(rf"\d{{1,2}}\{mark}\d{{1,2}}\s?(?:-{{1,2}}|~|到|至)\s?\d{{1,2}}\{mark}\d{{1,2}}"),
    )


_RANGES = {mark: _range(mark) for mark in "/."}
_NO_DATES = re.compile(r"之间|以[上下内]|左右")


def _ranged(m: re.Match[str], mark: str) -> bool:
    """The figures are one end of a range of two alike."""
    text, ranges = m.string, _RANGES[mark]
    behind = ranges.behind.search(text, max(0, m.start() - 9), m.start())
    if behind and _NO_DATES.match(text, m.end()):
        return False
    if behind or ranges.ahead.match(text, m.end()):
        return True
    return ranges.earlier.search(text, max(0, m.start() - 40), m.start()) is not None


_CAPITAL = "零〇壹贰叁肆伍陆柒捌玖十"


@WORDS.matches(
    "date.capital", "贰", rf"(贰[零〇][{_CAPITAL}]{{2}})年([{_CAPITAL}]{{1,3}})月([{_CAPITAL}]{{1,4}})[日号]"
)
def _capital(m: re.Match[str]) -> Built:
    """贰零贰陆年零叁月壹拾伍日, as cheques are dated."""
    year, month, day = (integer(words.lstrip("零〇") or words) for words in m.groups())
    return _full_date_of(year or 0, month or 0, day or 0)

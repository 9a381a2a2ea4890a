"""Words that count from now: 三天后, 两周前, 3个工作日内, 半小时后, 未来两周."""

from __future__ import annotations

import re
from fractions import Fraction

from nlp.when.atoms import WORDS, Built
from nlp.when.elements import Away, Coming, Unit, Within
from nlp.when.terms import COUNT, NOT_COUNTING, NOT_IN_CODE, STARTS, count

_UNITS: dict[str, Unit] = {
    "工作日": "workday", "工作天": "workday", "交易日": "workday", "分钟": "minute", "小时": "hour",
    "钟头": "hour", "h": "hour", "H": "hour", "天": "day", "日": "day",
    "星期": "week", "礼拜": "week", "周": "week", "月": "month", "季度": "quarter", "年": "year",
}  # fmt: skip
_UNIT = (
    r"(个?工作[日天]|个?交易日|分钟|个?小时|个?钟头|[hH]|天|日|个?星期|个?礼拜|周|个月|个?季度|年"
    r"|(?:(?<=个半)|(?<=[俩仨]))(?:月|小时|钟头|星期|季度))"
)
_BEGIN = rf"{NOT_IN_CODE}{NOT_COUNTING}(?<![第前后近这那每上下数多完])(?<!之日起)(?<!后[,，])"
_AFTER = r"(?:(?:之|以)后|后(?!期|续|面|悔|台|者|天|勤|手)|过后)"
_AGO = r"(?:之前|以前|前(?!期|面|台|往|后|端|置|三|两|五))"
_INSIDE = r"(?:之内|以内|内(?!部|容|存|陆|地|勤|径))"


def _unit(word: str) -> Unit:
    return _UNITS[word.removeprefix("个")]


@WORDS.matches(
    "away",
    STARTS + "两百俩仨",
    _BEGIN
    + rf"(?:({COUNT})(个半)?{_UNIT}(半)?|({COUNT})\s?(?:到|至|-|~)\s?({COUNT}){_UNIT})"
    + rf"(?:的)?时?间?(?:({_AFTER})|({_AGO})|({_INSIDE}))",
)
def _away(m: re.Match[str]) -> Built:
    low = None
    if m[5]:
        found, nearer, unit = count(m[6]), count(m[5]), _unit(m[7])
        low = int(nearer[0]) if nearer else None
    else:
        found, unit = count(m[1], half=bool(m[2] or m[4])), _unit(m[3])
    if found is None:
        return None
    return _stretch(found[0], found[1] or low, unit, m[8], m[9], m[7] or m[3])


def _stretch(n: Fraction, low: int | None, unit: Unit, after: str | None, ago: str | None, word: str) -> Built:
    if after:
        return (Away(n, unit, 1, low),)
    if ago:
        return None if word == "日" else (Away(n, unit, -1, low),)
    return (Within(n, unit),)


@WORDS.matches(
    "away",
    STARTS + "两",
    _BEGIN + rf"({COUNT})(?:个?小时|个?钟头?)(?:零|又|过)?({COUNT})分钟?(?:({_AFTER})|({_AGO})|({_INSIDE}))",
)
def _hours_and_minutes(m: re.Match[str]) -> Built:
    hours, minutes = count(m[1]), count(m[2])
    if hours is None or minutes is None:
        return None
    return _stretch(hours[0] * 60 + minutes[0], None, "minute", m[3], m[4], "分钟")


@WORDS.matches(
    "away", STARTS + "两", _BEGIN + rf"({COUNT})年(?:零|又)?({COUNT}|半)(?:个月)?(?:({_AFTER})|({_AGO})|({_INSIDE}))"
)
def _years_and_months(m: re.Match[str]) -> Built:
    years, months = count(m[1]), (Fraction(6), None) if m[2] == "半" else count(m[2])
    if years is None or months is None or (m[2] != "半" and "月" not in m[0]):
        return None
    return _stretch(years[0] * 12 + months[0], None, "month", m[3], m[4], "个月")


@WORDS.matches(
    "away.half",
    "半",
    rf"(?<![上下前后一两个大])半(个月|年|个?小时|个?钟头|天|个?星期|刻钟)(?:的)?时?间?(?:({_AFTER})|({_AGO})|({_INSIDE}))",
)
def _half_away(m: re.Match[str]) -> Built:
    unit = _unit(m[1])
    n = Fraction(1, 2)
    if unit == "day":
        n, unit = Fraction(12), "hour"
    return _stretch(n, None, unit, m[2], m[3], m[1])


@WORDS.matches("away.quarter", "一", rf"一刻钟(?:({_AFTER})|({_AGO})|({_INSIDE}))")
def _quarter_hour(m: re.Match[str]) -> Built:
    return _stretch(Fraction(15), None, "minute", m[1], m[2], "分钟")


@WORDS.matches("away.quarter", "再过", r"(?:再过|(?<![不超])过)一刻钟")
def _quarter_passing(m: re.Match[str]) -> Built:
    return (Away(Fraction(15), "minute"),)


@WORDS.matches(
    "away.pass",
    "再过隔",
    rf"(?<![经通超不])(?:再过|过|隔)(?:(半)(个月|年|个?小时|个?钟头)|({COUNT})(个半)?{_UNIT}(半)?)(?:{_AFTER})?(?![内的])",
)
def _passing(m: re.Match[str]) -> Built:
    if m[1]:
        return (Away(Fraction(1, 2), _unit(m[2])),)
    if m[3] in ("两", "几") and m[5] in ("天", "日") and not m[0].endswith("后"):
        return None  # 过两天 is "some day"
    found = count(m[3], half=bool(m[4] or m[6]))
    if found is None or m[5] == "日" or found[1] is not None:
        return None
    return (Away(found[0], _unit(m[5])),)


@WORDS.matches(
    "coming",
    "未接今往下过最近",
    rf"(未来|接下来的?|今后|往后|过去的?|最近|近)({COUNT})(天|个?星期|个?礼拜|周|个月|年)(?!来|一次)",
)
def _coming(m: re.Match[str]) -> Built:
    found = count(m[2])
    if found is None or found[1] is not None or (m[1] in ("最近", "近") and (m[3] == "天" and found[0] < 3)):
        return None
    unit = _unit(m[3])
    sign = -1 if m[1].startswith(("过去", "最近", "近")) else 1
    return (Coming(int(found[0]), unit, sign),)  # type: ignore[arg-type]

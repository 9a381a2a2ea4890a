"""Words for days: 明天, 今晚, 次日, 15号, 3到5号, 3/15, 2026-03-15, 下班前, 最后一个工作日."""

from __future__ import annotations

import re
from typing import Literal

from nlp.numerals import approximate, integer
from nlp.when.atoms import TAILS, WORDS, Built
from nlp.when.elements import Between, Closing, Day, Nth, Part, Today
from nlp.when.terms import COUNTED, NOT_COUNTING, NOT_IN_CODE, NUM, PART_WORDS, STARTS, THING, WEEKDAYS, number

_SHIFTS = {"今": 0, "明": 1, "后": 2, "昨": -1, "前": -2}
_DAY_PARTS = {"早": "早上", "晨": "早上", "晚": "晚上", "夜": "晚上", "夜里": "晚上"}


@WORDS.matches(
    "day.word",
    "今明昨",
    r"(?<!赶(?=明儿))([今明昨])(?:天(?!气|津|猫|河)|日(?!头条|早报|晚报|之星|方舟|之后|资本|说法|重现|均)|儿个?)(?!集团|股份|控股)",
)
@WORDS.matches(
    "day.word",
    "大后前",
    r"(?<![以之然今往此最日月年周目从会饭雨])(大*[后前])(?:天(?![性天气晴色空津河猫])|日(?![本子企系资常])|儿个?(?![子女童]))",
)
def _day_word(m: re.Match[str]) -> Built:
    shift = _SHIFTS[m[1][-1]]
    return (Today(shift + (len(m[1]) - 1) * (1 if shift > 0 else -1)),)


@WORDS.matches("day.word", "听琴寻", r"(?<![动好收打倾搜找钢])(?:(听|[琴寻])日(?![报期])|(听|[琴寻])(晚(?!上?会)|朝))")
def _day_in_cantonese(m: re.Match[str]) -> Built:
    """听日, 琴日, 听晚: what Cantonese calls tomorrow and yesterday."""
    day = Today(1 if (m[1] or m[2]) == "听" else -1)
    return (day, Part("evening" if m[3] == "晚" else "morning")) if m[3] else (day,)


@WORDS.matches(
    "day.part",
    "今明昨",
    r"([今明昨])(早上?|早晨|晨|晚上?|夜里?|上午|下午|中午|午后)(?!宴(?!请)|期(?!待|盼)|年(?!会)|点(?!\d|[一二三四五六七八九十]))",
)
@WORDS.matches("day.part", "前后", r"(?<![以之然今往此最日月年周目从会饭提])([前后])(晚)(?![期点来年餐饭辈])")
def _day_and_part(m: re.Match[str]) -> Built:
    return Today(_SHIFTS[m[1]]), Part(PART_WORDS[_DAY_PARTS.get(m[2], m[2])])


@WORDS.matches("day.pair", "今明", r"(今明|明后)(?:两[天日]|俩天|天)")
def _two_days(m: re.Match[str]) -> Built:
    first = _SHIFTS[m[1][0]]
    return (Between(Today(first), Today(first + 1)),)


@WORDS.matches("day.of_sentence", "次翌第隔转", r"次日|翌日|第二天|隔天|转天")
def _day_after_sentence(m: re.Match[str]) -> Built:
    return (Today(1, of_sentence=True),)


@WORDS.matches("day.of_sentence", "当那同", r"(?:当[天日]|那天|同一天|同日)(?=上午|下午|中午|晚|早)")
def _day_of_sentence(m: re.Match[str]) -> Built:
    return (Today(0, of_sentence=True),)


@WORDS.matches("day.of_sentence", "前头", r"(?:前一天|头一?天)(?=上午|下午|中午|晚|早)")
def _day_before_sentence(m: re.Match[str]) -> Built:
    return (Today(-1, of_sentence=True),)


@WORDS.matches("day.of_sentence", "当", r"当[晚夜](?![会宴])")
def _evening_of_sentence(m: re.Match[str]) -> Built:
    return Today(0, of_sentence=True), Part("evening")


@WORDS.matches("day.closing", "下收", r"(?:下班|收工)(?:之前|以前|前)(?!台)")
@TAILS.matches("day.closing", "下上收", r"(?:[下上]班|收[工盘])(?:之前|以前|前)(?!台)")
def _closing(m: re.Match[str]) -> Built:
    return (Closing(),)


# days of the month

_NO_ADDRESS = r"(?<![近第路街巷弄栋座村苑坊桥园#第型])(?<!小区)(?<!大道)(?<!编号)(?<!代号)(?<!No)"
_DAY_UNIT = rf"(?:号(?!{THING})|日(?![游志元语式线均常本益程]|三餐|[一两三]次|[之以]?内(?![部容])|之计|为师|千里|不见))"


@WORDS.matches(
    "month_day", STARTS, rf"{NOT_IN_CODE}{NOT_COUNTING}{_NO_ADDRESS}(二十[一二三四五六七八九]{{2}}|{NUM}){_DAY_UNIT}"
)
def _day_of_month(m: re.Match[str]) -> Built:
    of_things = _OF_THINGS.match(m.string, m.end())
    if of_things and _NUMBERED_THING.search(m.string, max(0, m.start() - _NEAR), m.start()):
        return None
    return _day_or_pair(m[1])


_NEAR = 24
"""So many characters before, the number of a thing tells that another is one (5号电池两节,7号的塞不进去)."""
_NUMBERED_THING, _OF_THINGS = re.compile(rf"\d号{THING}[^。\n]*$"), re.compile("[的那也]")
"""遥控器要5号电池,7号的塞不进去: what numbers things goes on numbering them."""


def _day_or_pair(words: str) -> Built:
    day = number(words, 1, 31)
    if day:
        return (Day(day),)
    pair = approximate(words[-2:])
    tens = integer(words[:-2]) if words[:-2] else 0
    if pair is None or tens not in (0, 10, 20):
        return None
    return (Between(Day(tens + pair[0]), Day(tens + pair[1])),)


@TAILS.matches(
    "month_day",
    STARTS,
    rf"(\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?)(?![0-9.:%{COUNTED}点时天月年周个十几])",
)
def _day_without_unit(m: re.Match[str]) -> Built:
    day = number(m[1], 1, 31)
    return (Day(day),) if day else None


@WORDS.matches(
    "month_day",
    STARTS,
    rf"{NOT_IN_CODE}{NOT_COUNTING}{_NO_ADDRESS}({NUM})(?=(?:\s?[、,，和或及跟/]\s?{NUM}){{1,5}}[号日])",
)
def _day_of_list(m: re.Match[str]) -> Built:
    day = number(m[1], 1, 31)
    return (Day(day),) if day else None


@WORDS.matches("month_day", STARTS, rf"(?<=[{STARTS}][、,，和及跟/])({NUM})(?=[两三四五]天(?![内后前之以]))")
def _last_of_list(m: re.Match[str]) -> Built:
    """11月12、13两天."""
    day = number(m[1], 1, 31)
    return (Day(day),) if day else None


_TO = r"\s?(?:到|至|-{1,2}|~)\s?"


@WORDS.matches(
    "month_day.range", STARTS, rf"{NOT_IN_CODE}{NOT_COUNTING}{_NO_ADDRESS}({NUM}){_TO}({NUM}){_DAY_UNIT}(?![内后前])"
)
def _days_to_day(m: re.Match[str]) -> Built:
    first, last = number(m[1], 1, 31), number(m[2], 1, 31)
    return (Between(Day(first), Day(last)),) if first and last else None


# the n-th

_NTH = r"(?:第([一二三四五六七八九十]{1,2}|\d{1,2})|(首|头一|最初一)|(最后一|倒数第一)|(倒数第二))个?"


@TAILS.matches("nth", "第首头最倒", _NTH + r"(工作[日天]|天|周末|月(?!份?的?第)|(?:周|星期|礼拜)([一二三四五六日天]))")
def _nth(m: re.Match[str]) -> Built:
    n = -2 if m[4] else -1 if m[3] else 1 if m[2] else number(m[1], 1, 31)
    return (Nth(n, nth_unit(m[5], m[6])),) if n else None


def nth_unit(word: str, weekday: str | None) -> int | Literal["day", "workday", "weekend", "month"]:
    """The unit of an ``Nth`` that the words name."""
    if weekday:
        return WEEKDAYS[weekday]
    if word.startswith("工作"):
        return "workday"
    return "month" if word == "月" else "day" if word == "天" else "weekend"


@WORDS.matches("workday.next", "下", r"下一?个?工作[日天]")
def _next_workday(m: re.Match[str]) -> Built:
    return (Nth(1, "workday"),)

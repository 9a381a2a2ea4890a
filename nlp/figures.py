"""Numbers as they stand in a text, with their scales taken in: 217万3千, 三万五, 1亿2000万, 3.5w, 三五万."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from nlp.edges import firsts, lasts
from nlp.numerals import DIGITS, decimal

HAN_DIGIT = "零〇一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?"
SCALES = {
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 1000,
    "仟": 1000,
    "百": 100,
    "佰": 100,
}
SCALES |= {"w": 10**4, "W": 10**4, "k": 1000, "K": 1000, "个亿": 10**8, "个w": 10**4, "个W": 10**4, "个万": 10**4}
_STEPS = {"十": 10, **SCALES}
_SCALE = r"个?亿|千万|百万|十万|个?[万wW]|[千仟百佰kK]"
NUMBER = re.compile(
    rf"(?:{_FIGURES})|半(?=个亿)|[{HAN_DIGIT}十廿卅百千拾佰仟万亿]{{1,16}}(?:点[零一二三四五六七八九]{{1,3}}(?=[万亿千百元块]))?"
)
"""Where a number may begin."""
BEGINS = re.compile(rf"[\d{''.join(sorted(firsts(NUMBER.pattern)))}]")
"""Its first character, which is found sooner."""
_STEP = re.compile(rf"(多|来|余|好几)?\s?({_SCALE})(?:(多|来|余)(?=[元块万]|$|[^个台件套]))?")
_STEP_IN_CHARACTERS = re.compile(
    r"(?:个亿|个[wW万]|(?:多|来|余|把)([万亿千]))|[wW](?![A-Za-z0-9])|(?P<some>[多来余把])(?=[元块])"
)
_ABOUT = re.compile(r"[百千万](?=[来把多余][万块元])|百十(?=万)")
"""百来万, 千把块: about one of that scale; 上百万, 几百万 say no number."""
_AND_TENTHS = re.compile(r"\d(?![\dA-Za-z.%一二三四五六七八九十百千万亿])")
"""6w9, 5k8: the digit behind counts tenths."""
_TWICE = re.compile(rf"([{HAN_DIGIT}十百千]+([万千百]))(?=[{HAN_DIGIT}十]+\2)")
"""三万五万 are two numbers."""
_FURTHER = re.compile(rf"(?:零|又)?(\d{{1,4}}(?:\.\d+)?|[{HAN_DIGIT}])(千万|百万|十万|[万千百十])?")
_TWO = re.compile(r"(.{0,4}?)([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]{1,2})$")
_A_PIECE = re.compile("[一每](?![千百十万亿毛角])[\u4e00-\u9fff]")
_EACH = re.compile(
    r"(?<=[百千万亿一二三四五六七八九])一(?=[路直共起般台套件个只支箱盒瓶桶袋包米吨斤平张条双把份辆部块片根卷家间位年月天次方版车床期亩户晚桌趟棵头场节桩罐盆篇席组]|分[没不都])"
)
"""两千一台, 五千八一个: 一 belongs to what is counted."""
_THING = re.compile(r"[个人台套件次位条支批份箱吨年月日号点笔家]")
IN_CODE = re.compile(r"[A-Za-z0-9_.#/]$|\d-$|[A-Za-z]-$")
"""What stands before figures that are part of a code."""
CODE_ENDS = lasts(IN_CODE.pattern)


class Said(NamedTuple):
    """A number as read: where, how much, and its largest scale (0 = none)."""

    start: int
    end: int
    value: Decimal
    scale: int
    exact: bool = True
    """False for 200多万."""
    low: Decimal | None = None
    """The nearer end of a spoken pair (三五万), whose digit is the first character."""


def number_at(text: str, at: int) -> Said | None:
    """The whole number that begins at this place of the folded text; None when the words say no number."""
    match = NUMBER.match(text, at)
    return said_by(match) if match else None


def said_by(match: re.Match[str]) -> Said | None:
    """The same of the words where a number may begin."""
    text, at, first = match.string, match.start(), match[0][0]
    if first in "百千万亿佰仟" and not _ABOUT.match(text, at):
        return None
    figures, before = first.isdecimal(), text[at - 1 : at]
    if before in ("第", "几"):
        return None
    if not figures and (before in ("数", "好") or text[match.end() : match.end() + 1] == "几"):
        return None
    last, end = match.end() - 1, match.end() + 2
    if "一" in text[last:end] and (each := _EACH.search(text, last, end)):
        match = NUMBER.fullmatch(text, at, each.start()) or match
    if not figures and (twice := _TWICE.match(text, at, match.end())):
        match = NUMBER.fullmatch(text, at, twice.end()) or match
    value = Decimal("0.5") if match[0] == "半" else decimal(match[0])
    if value is None:
        return _pair(match)
    if figures or match[0] == "半" or "点" in match[0]:
        return _scaled(text, at, match.end(), value)
    return _in_characters(text, at, match, value)


def _in_characters(text: str, at: int, match: re.Match[str], value: Decimal) -> Said:
    step = _STEP_IN_CHARACTERS.match(text, match.end())
    if step and step["some"]:
        return Said(at, step.end(), value, _largest_scale(match[0]), exact=False)
    if step:
        word = step[1] or step[0]
        return Said(at, step.end(), value * SCALES[word], SCALES[word], step[1] is None)
    return Said(at, match.end(), value, _largest_scale(match[0]))


def _largest_scale(words: str) -> int:
    largest = 0
    for c in words:
        largest = max(largest, SCALES.get(c, 0))
    return largest


def _pair(match: re.Match[str]) -> Said | None:
    """三五万, 七八百, 十五六万, 一百三四十万: the two ends of a spoken pair."""
    two = _TWO.match(match[0])
    if two is None or not 0 < DIGITS[two[3]] - DIGITS[two[2]] <= (1 if two[1] else 2):
        return None
    low, high = decimal(two[1] + two[2] + two[4]), decimal(two[1] + two[3] + two[4])
    if low is None or high is None or low >= high:
        return None
    return Said(*match.span(), high, _largest_scale(two[4]), True, low)


def _scaled(text: str, start: int, end: int, value: Decimal) -> Said:
    step = _STEP.match(text, end)
    if step is None:
        return Said(start, end, value, 0)
    top = scale = SCALES[step[2]]
    end, exact, total = step.end(), not (step[1] or step[3]), value * scale
    if step[2] in "kKwW":
        tenths = _AND_TENTHS.match(text, end) if value % 1 == 0 else None
        last = _last_digit_of(text, tenths.end(), Decimal(tenths[0]), scale) if tenths else None
        return Said(start, end + bool(last), total + (last or 0), scale, exact)
    while more := _FURTHER.match(text, end):
        if more[0] == "一" and _A_PIECE.match(text, end):
            break
        part, below = decimal(more[1]), _STEPS.get(more[2] or "", 0)
        if part is None or below >= scale:
            break
        if not below:
            last = _last_digit(text, more, part, scale)
            return Said(start, more.end(), total + last, top, exact) if last else Said(start, end, total, top, exact)
        total, scale, end = total + part * below, below, more.end()
    return Said(start, end, total, top, exact)


def _last_digit(text: str, more: re.Match[str], part: Decimal, scale: int) -> Decimal | None:
    """The 5 of 3万5 counts thousands; None where the digit belongs to what follows (3万5个人)."""
    return _last_digit_of(text, more.end(), part, scale) if len(more[1]) == 1 else None


def _last_digit_of(text: str, end: int, part: Decimal, scale: int) -> Decimal | None:
    follow = text[end : end + 1]
    if _A_PIECE.match(text, end):  # 12万8一版
        return part * scale / 10
    if follow and (follow.isdecimal() or follow in DIGITS or _THING.match(follow)):
        return None
    return part * scale / 10

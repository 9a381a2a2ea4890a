"""Numbers as they stand in a text, with their scales taken in: 217万3千, 三万五, 1亿2000万, 3.5w, 三五万."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

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
_SCALE = r"个?亿|千万|百万|十万|个?[万wW]|[千仟百佰kK]"
NUMBER = re.compile(
    rf"(?:{_FIGURES})|半(?=个亿)|[{HAN_DIGIT}十百千拾佰仟万亿]{{1,16}}(?:点[零一二三四五六七八九]{{1,3}}(?=[万亿千百元块]))?"
)
"""Where a number may begin."""
_STEP = re.compile(rf"(多|来|余|好几)?\s?({_SCALE})(?:(多|来|余)(?=[元块万]|$|[^个台件套]))?")
_STEP_IN_CHARACTERS = re.compile(r"(?:个亿|(?:多|来|余)([万亿千]))|[wW](?![A-Za-z0-9])")
_FURTHER = re.compile(rf"(?:零|又)?(\d{{1,4}}(?:\.\d+)?|[{HAN_DIGIT}])(千万|百万|十万|[万千百十])?")
_TWO = re.compile(r"([一二两三四五六七八])([二三四五六七八九])((?:十|百|千)?[万亿]?)$")
_THING = re.compile(r"[个人台套件次位条支批份箱吨年月日号点]")
IN_CODE = re.compile(r"[A-Za-z0-9_.#/]$|\d-$|[A-Za-z]-$")
"""What stands before figures that are part of a code."""


@dataclass(frozen=True, slots=True)
class Said:
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
    if match is None or match[0][0] in "百千万亿佰仟" or text[at - 1 : at] in _UNCOUNTED:
        return None
    value = Decimal("0.5") if match[0] == "半" else decimal(match[0])
    if value is None:
        return _pair(match)
    if match[0][0].isdecimal() or match[0] == "半" or "点" in match[0]:
        return _scaled(text, at, match.end(), value)
    return _in_characters(text, at, match, value)


_UNCOUNTED = frozenset("几数第好")
"""Before a number they leave it open (几十万), or make it a place in a row."""


def _in_characters(text: str, at: int, match: re.Match[str], value: Decimal) -> Said:
    step = _STEP_IN_CHARACTERS.match(text, match.end())
    if step:
        word = step[1] or step[0]
        return Said(at, step.end(), value * SCALES[word], SCALES[word], step[1] is None)
    return Said(at, match.end(), value, max((SCALES[c] for c in match[0] if c in SCALES), default=0))


def _pair(match: re.Match[str]) -> Said | None:
    two = _TWO.match(match[0])
    if two is None or DIGITS[two[1]] >= DIGITS[two[2]] or not two[3]:
        return None
    times = decimal("一" + two[3]) if two[3][0] != "十" else decimal(two[3])
    if times is None:
        return None
    scale = max((SCALES[c] for c in two[3] if c in SCALES), default=0)
    return Said(*match.span(), DIGITS[two[2]] * times, scale, True, DIGITS[two[1]] * times)


def _scaled(text: str, start: int, end: int, value: Decimal) -> Said:
    step = _STEP.match(text, end)
    if step is None:
        return Said(start, end, value, 0)
    top = scale = SCALES[step[2]]
    end, exact, total = step.end(), not (step[1] or step[3]), value * scale
    if step[2] in "kKwW":
        return Said(start, end, total, scale, exact)
    while more := _FURTHER.match(text, end):
        part, below = decimal(more[1]), {"十": 10, **SCALES}.get(more[2] or "", 0)
        if part is None or below >= scale:
            break
        if not below:
            last = _last_digit(text, more, part, scale)
            return Said(start, more.end(), total + last, top, exact) if last else Said(start, end, total, top, exact)
        total, scale, end = total + part * below, below, more.end()
    return Said(start, end, total, top, exact)


def _last_digit(text: str, more: re.Match[str], part: Decimal, scale: int) -> Decimal | None:
    """The 5 of 3万5 counts thousands; None where the digit belongs to what follows (3万5个人)."""
    follow = text[more.end() : more.end() + 1]
    if len(more[1]) != 1 or (follow and (follow.isdecimal() or follow in DIGITS or _THING.match(follow))):
        return None
    return part * scale / 10

"""Shares and counts: 30%, 三成, 两个点; 50台, 三百套, 2万件."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.figures import HAN_DIGIT, IN_CODE, NUMBER, number_at
from nlp.fold import fold
from nlp.numerals import decimal
from nlp.reading import Finding
from nlp.values import value


@value
class Percent(Finding):
    """A share, 30% as 0.30."""

    value: Decimal


@value
class Quantity(Finding):
    """So many of a thing counted by ``unit`` (台, 套, 人)."""

    value: Decimal
    unit: str


_PERCENT = re.compile(
    rf"(?<![0-9A-Za-z.])(\d{{1,4}}(?:\.\d{{1,3}})?)\s?%|(\d{{1,3}}(?:\.\d)?|[{HAN_DIGIT}十]{{1,3}})个(?:百分)?点(?!儿)"
    rf"|百分之([{HAN_DIGIT}十百点]{{1,6}}|\d{{1,3}})|([一二三四五六七八九])成(?![立功本交为就员长])"
)
_MEASURE = re.compile(
    r"公斤|平方米|平米|千克|公里|立方|人次|[台套件辆架箱吨斤只张条支根份批人位名间组盒瓶桶袋米卷副双片颗粒栋户]"
    r"|个(?!月|星期|礼拜|小时|钟头|工作日|季度|百分|点|亿|[wW万])"
)
_LOOSE = re.compile(r"\s?(?:多|来|余)?")


def percentages(text: str) -> tuple[Percent, ...]:
    """Every share of the text as a fraction of one (30% = 0.30, 三成 = 0.3, 两个点 = 0.02)."""
    found = []
    for match in _PERCENT.finditer(fold(text)):
        words, parts = match[1] or match[2] or match[3] or match[4], Decimal(10 if match[4] else 100)
        value = decimal(words)
        if value is not None:
            found.append(Percent(text[match.start() : match.end()], match.span(), "percent", 0.97, value / parts))
    return tuple(found)


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every count of things with its measure word (50台, 三百套, 2万件), in order; durations and money are none."""
    folded = fold(text)
    found: list[Quantity] = []
    at = 0
    while match := NUMBER.search(folded, at):
        said, at = number_at(folded, match.start()), match.end()
        if said is None:
            continue
        loose = _LOOSE.match(folded, said.end)
        unit = _MEASURE.match(folded, loose.end() if loose else said.end)
        if unit and not IN_CODE.search(folded, max(0, said.start - 2), said.start):
            span = (said.start, unit.end())
            found.append(Quantity(text[span[0] : span[1]], span, "quantity", 0.9, said.value, unit[0]))
        at = max(at, unit.end() if unit else said.end)
    return tuple(found)

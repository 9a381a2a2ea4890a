"""Blanks between a number and its unit, as careful typists and many keyboards put them (3 月 16 号, 46 万): the
grammars read the text without them, and what they find stands where it stood in the text as given."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache
from typing import Any, NamedTuple

from nlp.edges import looked_for
from nlp.reading import Deal, Finding, Reading, Why

_UNIT = "年月日号號点點分时時秒天周週个個万萬亿億千百元块塊季折"
_GAP = looked_for(
    rf"(?<=[0-9０-９])[ \u3000\xa0]{{1,2}}(?=[{_UNIT}%％])(?!周[一二三四五六日末天])"
    r"|(?<=[周週期拜])[ \u3000\xa0]{1,2}(?=[一二三四五六日末]"
    r"(?![家个台次套人天月年份点位批单笔期件轮起下直样共定般金方常用]))"
    r"|(?<=[明今昨])[ \u3000\xa0]{1,2}(?=天(?![天气然]))"
    r"|(?<=年)[ \u3000\xa0]{1,2}(?=\d{1,2}[ \u3000\xa0]?月)"
    r"|(?<=月)[ \u3000\xa0]{1,2}(?=\d{1,2}[ \u3000\xa0]?[日号號])"
    r"|(?<=[点點时時])[ \u3000\xa0]{1,2}(?=\d{1,2}[ \u3000\xa0]?分)"
    r"|(?<=[午晨晚])[ \u3000\xa0]{1,2}(?=\d{1,2}[ \u3000\xa0]?[点點时時:：])"
)
"""A blank that only parts what belongs together. Between two numbers of the same unit (1 月 2 月) it parts."""
_BEFORE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![年月点點时時])[ \u3000\xa0]{1,2}"
    rf"(?=[0-9０-９]+(?:\.\d+)?[ \u3000\xa0]{{0,2}}[{_UNIT}])"
)
"""Who puts a blank behind a number puts one before it, too (预算 46 万)."""


class Tight(NamedTuple):
    """``text`` without those blanks; ``places`` is where each of its code points stood, ``given`` whence it comes."""

    text: str
    places: list[int]
    given: str

    def span(self, span: tuple[int, int]) -> tuple[int, int]:
        """Where a span of the tight text lies in the text as given."""
        start, end = span
        if start == end:
            at = self.places[start] if start < len(self.places) else len(self.given)
            return at, at
        return self.places[start], self.places[end - 1] + 1

    def finding(self, found: Any) -> Any:
        """The finding as it stands in the text as given."""
        span = self.span(found.span)
        inner = {
            name: self.finding(value)
            for name in _names(found.__class__)
            if isinstance(value := getattr(found, name), Finding)
        }
        return replace(found, span=span, text=self.given[slice(*span)], **inner)

    def reading(self, reading: Reading) -> Reading:
        moved: dict[str, Any] = {name: self._moved(getattr(reading, name)) for name in _names(Reading)}
        return replace(reading, **{**moved, "text": self.given})

    def _moved(self, value: Any) -> Any:
        if isinstance(value, Finding):
            return self.finding(value)
        if isinstance(value, Why):
            return value._replace(span=self.span(value.span))
        if isinstance(value, Deal):
            return replace(value, **{name: self._moved(getattr(value, name)) for name in _names(Deal)})
        if type(value) is tuple:
            return tuple(map(self._moved, value))
        return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Those of its fields; Python makes them anew for each who asks."""
    return tuple(one.name for one in fields(kind))


def tight(text: str) -> Tight | None:
    """None where there is no such blank, as in most texts."""
    if not (" " in text or "\u3000" in text or "\xa0" in text):
        return None
    gaps = [found.span() for found in _GAP.finditer(text)]
    if not gaps:
        return None
    gaps = sorted({*gaps, *(found.span() for found in _BEFORE.finditer(text))})
    places, at = list[int](), 0
    for start, end in gaps:
        places += range(at, start)
        at = end
    places += range(at, len(text))
    return Tight("".join([text[place] for place in places]), places, text)

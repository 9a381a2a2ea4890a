"""New names that stand in a row with one that was found: 鼎丰、瑞和、百川, 晨光文具和东湖宾馆."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp import coined
from nlp.reading import Span
from nlp.seen import JOINING, Seen

_RIGHT = re.compile("[、和跟与及]([\u4e00-\u9fff]{2,4}?)(?=[、,。;!?\\s]|$|[和跟与及都也两三四几这那])")
_LEFT = re.compile("(?:^|[,。;!?:、\\s]|[给跟找约见催把了去跑趟过])([\u4e00-\u9fff]{2,4})[、和跟与及]$")


def beside(seen: Seen, found: Sequence[Span]) -> Iterator[Span]:
    """The names right of those found, one after the other, and the one left of each."""
    if not found or not seen.signs & JOINING:
        return
    hidden, begins, ends = seen.text, seen.begins, seen.ends
    for start, end in found:
        while (match := _RIGHT.match(hidden, end)) and coined.nameable(hidden, *match.span(1), ends, begins):
            yield match.span(1)
            end = match.end(1)
        left = _LEFT.search(hidden, max(0, start - 7), start)
        if left and coined.nameable(hidden, *left.span(1), ends, begins):
            yield left.span(1)

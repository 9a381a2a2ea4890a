"""Stages and steps that are said by the playbook's own words: 伦理备案批了, where a step lists 伦理备案批. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.playbook.model import Stage

NOT_YET = re.compile(
    r"(?:没|未|还没|别|等|待|如果|要是|若|一旦|争取|预计|打算|准备|计划|希望|快要?|能不能|是否|下次|明天|后天|下周)[^，。；,;!？?]{0,6}$"
)
ASKS = re.compile(r"^[^，。；,;]{0,3}(?:吗|没有?[？?]|么|嘛|[？?]|不了|不下来|前|之前)")


def heard(text: str, stages: Iterable[Stage]) -> tuple[Stage, str, int] | None:
    """The furthest of the stages that the words say is reached, with the words and where they stand; None where none
    is, or where it is only asked, denied or still to come."""
    found = None
    for stage in stages:
        said = as_done(text, stage.spoken)
        found = found if said is None else (stage, *said)
    return found


def as_done(text: str, words: Iterable[str]) -> tuple[str, int] | None:
    """The first of the words that is said as done, and where; None where none is."""
    for word in words:
        at = text.find(word)
        if at >= 0 and not NOT_YET.search(text[:at]) and not ASKS.search(text[at + len(word) :]):
            return word, at
    return None

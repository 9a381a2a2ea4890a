"""The lines of a pasted chat: where each stands, and which of them nobody said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from nlp.lexicon import normalise, table
from nlp.stamps import CLOCK, DATE, STAMP

Kind = Literal["blank", "rule", "day", "heading", "system", "greeting", "state", "quote", "stamp", "said"]
"""``greeting`` is what the program says, or lets a new contact say: 我通过了你的朋友验证请求."""

LONGEST = 120
"""Code points of a line that may be something else than words."""
_AROUND = "\u200b\u200e\u200f\ufeff\u2005\u2006\u2028 \t\r\n\x0b\x0c\u3000\xa0"
_FORWARDED = ">＞"
"""What mail programs put before the lines of a forwarded text."""
_DASH = r"[—\-–_=*─━·~\s]"
_RULE = re.compile(r"(?:[-—–_=*─━~]\s?){3,}")
_RULED_DAY = re.compile(rf"[—\-–_=─━*]{_DASH}*{DATE}{_DASH}*(?:{CLOCK})?{_DASH}*")
_DAY = re.compile(rf"{DATE}")
_STAMP = re.compile(rf"[\[(—\-–\s]*{STAMP}[\])—\-–\s]*")
_QUOTED = 40
"""Lines that a quoted message may have."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the paste: ``[start, end)`` without the blanks around it, its words and the same normalised."""

    start: int
    end: int
    words: str
    plain: str
    kind: Kind

    @property
    def is_ruled(self) -> bool:
        """A date with a rule drawn around it, which cannot be somebody's words."""
        return bool(_RULED_DAY.fullmatch(self.plain))


def lines_of(text: str) -> list[Line]:
    """The lines of the text, each with its kind; ``said`` is everything that may be a label or a message."""
    found: list[Line] = []
    at = 0
    raws = text.splitlines(keepends=True)
    around = _AROUND + _FORWARDED if sum(raw.startswith(tuple(_FORWARDED)) for raw in raws) > 1 else _AROUND
    for raw in raws:
        words = raw.lstrip(around).rstrip(_AROUND)
        start = at + (raw.index(words) if words else 0)
        plain = normalise(words)
        found.append(Line(start, start + len(words), words, plain, _kind(plain)))
        at += len(raw)
    return _quotes(found)


@cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    rows = table("chats")["lines"]
    kinds: tuple[Kind, ...] = ("state", "greeting", "system", "heading", "quote")
    return tuple((kind, re.compile("|".join(rows[kind]))) for kind in kinds)


def _kind(plain: str) -> Kind:
    if not plain:
        return "blank"
    if len(plain) > LONGEST:
        return "said"
    if _RULE.fullmatch(plain):
        return "rule"
    if _RULED_DAY.fullmatch(plain) or _DAY.fullmatch(plain):
        return "day"
    if _STAMP.fullmatch(plain):
        return "stamp"
    return next((kind for kind, pattern in _patterns() if pattern.fullmatch(plain)), "said")


def _quotes(found: list[Line]) -> list[Line]:
    """The quoted message above a reply marked: 「王总：…」 and the rule of dashes beneath it."""
    out, n = list(found), 0
    while n < len(found):
        end = _quote_end(found, n)
        for k in range(n, end):
            out[k] = replace(found[k], kind="quote")
        n = max(end, n + 1)
    return out


def _quote_end(found: Sequence[Line], n: int) -> int:
    """Behind the rule that closes the quotation which opens at line ``n``; ``n`` when none does."""
    if not found[n].plain.startswith("「"):
        return n
    last = next((k for k in range(n, min(n + _QUOTED, len(found))) if found[k].plain.endswith("」")), None)
    if last is None:
        return n
    rest = next((k for k in range(last + 1, len(found)) if found[k].kind != "blank"), None)
    return rest + 1 if rest is not None and found[rest].kind == "rule" else n

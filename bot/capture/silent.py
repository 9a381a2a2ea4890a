"""What of a kept chat tells something: numbers, dates, deeds (CAP-7). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from nlp.lexicon import table
from nlp.reading import Reading
from nlp.turns import Transcript, Turn
from storage.chatlines import Line

NUMBER = re.compile(r"[0-9０-９]|[一二两三四五六七八九十百千万]+(?:[台套个件家份万年月天号点]|成|折)")
LEAST_VERB = 2
MOST = 3


@cache
def _verbs() -> frozenset[str]:
    words = table("verbs").get("words", {})
    return frozenset(word for line in words.values() for word in line.split() if len(word) >= LEAST_VERB)


def tells(text: str, reading: Reading) -> bool:
    """The message holds a number, a date, or a verb of what is done."""
    found = reading.dates or reading.amounts or reading.commitments or reading.action or reading.stage
    return bool(found) or bool(NUMBER.search(text)) or _does(text)


def _does(text: str) -> bool:
    longest = 6
    return any(text[n : n + size] in _verbs() for n in range(len(text)) for size in range(LEAST_VERB, longest + 1))


def hit(text: str, words: Iterable[str]) -> str:
    """The first of the words that stands in the text; "" for none."""
    return next((word for word in words if word in text), "")


def chat_of(lines: Sequence[Line], us: str, them: str) -> Transcript:
    """The lines as a chat that can be read: each with its side, its time and its place in the text."""
    turns, start = [], 0
    for line in lines:
        flat = " ".join(line.text.split())
        span = (start, start + len(flat))
        ours = line.side == "us"
        turns.append(
            Turn(us if ours else them, line.at, flat, span, line.side, idle=False, label=(start, start), lines=(span,))
        )
        start = span[1] + 1
    return Transcript(tuple(turns), 0, "\n".join(turn.text for turn in turns), (us,))

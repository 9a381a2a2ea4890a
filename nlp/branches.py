"""Lists of words as regular expressions that are quick to try: words that begin alike share their first character.

An expression tries its words one after the other, and of hundreds each must be looked at, most of them in vain. Told
apart by their first characters they are a tenth as many. What fits, and in which order, stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_PLAIN = re.compile(r"[^\W_]")
_REPEATED = frozenset("?*+{")


def one_of(words: Iterable[str]) -> str:
    """An expression for one of these words, tried in this order; they may be expressions themselves."""
    found: list[str] = []
    run: list[str] = []
    for word in words:
        if _is_split(word):
            run.append(word)
        else:  # it may fit where any of the others does, so it keeps its place among them
            found += (*_by_first(run), word)
            run = []
    return f"(?:{'|'.join((*found, *_by_first(run)))})"


def led_by_one_of(words: Sequence[str]) -> str:
    """The same where it is seldom there: one look at the first character tells. Not for what is searched for, which is
    quicker without."""
    if not all(map(_is_split, words)):
        return one_of(words)
    return f"(?:(?=[{''.join(dict.fromkeys(word[0] for word in words))}]){one_of(words)})"


def _is_split(word: str) -> bool:
    """It begins with a character that stands for itself, once."""
    return _PLAIN.match(word) is not None and word[1:2] not in _REPEATED and "|" not in _outside(word)


def _outside(word: str) -> str:
    """What of an expression stands in no brackets."""
    while (less := re.sub(r"\([^()]*\)|\[[^\]]*\]", "", word)) != word:
        word = less
    return word


def _by_first(words: Sequence[str]) -> list[str]:
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(word[1:])
    return [first + (rest[0] if len(rest) == 1 else f"(?:{'|'.join(rest)})") for first, rest in rests.items()]

"""Automata that find many words in one pass over a text, made so that they step quickly.

What may follow a character is tried one after the other, in the order in which it was added, and what matters is where
words begin: there are a thousand and more first characters. So words that begin with the characters met most often
are added first, and a character that is met often and begins no word gets a place of its own among them, or all the
first characters would be tried for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

import ahocorasick

HIDDEN = "\0"
"""What stands in a text for what an earlier finder took (nlp/segment.py)."""
NOWHERE = "\uf8ff\uf8ff"
"""Hardly a text holds it; what is found there has no value and is left out."""


T = TypeVar("T")


class Automaton(Generic[T]):
    """Finds words in a text."""

    def __init__(self, found: ahocorasick.Automaton) -> None:
        self._found = found

    def iter(self, text: str) -> Iterator[tuple[int, T]]:
        """Where each word ends, and its value."""
        return (one for one in self._found.iter(text) if one[1] is not None)


def automaton(values: Mapping[str, T]) -> Automaton[T]:
    """Finds these words."""
    begun = {word[0] for word in values}
    places = {first: place for place, first in enumerate(_often())}
    words: dict[str, object] = {**values, **{first + NOWHERE: None for first in places if first not in begun}}
    found = ahocorasick.Automaton()
    for word in sorted(words, key=lambda word: places.get(word[0], len(places))):
        found.add_word(word, words[word])
    found.make_automaton()
    return Automaton(found)


@cache
def _often() -> str:
    """The characters of talk, from the commonest on."""
    text = (Path(__file__).parent / "lexicon" / "often.txt").read_text(encoding="utf-8")
    return HIDDEN + text.replace("\n", "")

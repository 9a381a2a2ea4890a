"""The longest words of a list in a text, leftmost first, none over another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import itemgetter
from typing import NamedTuple, Protocol

from nlp.automata import automaton
from nlp.compiled.chosen import core, used


class Word(NamedTuple):
    """A word of the lexicon where it stands in a text: ``[start, end)`` and the mark of its concepts. ``marked`` is how
    a line has it (nlp/segment.py): the mark, then its characters, those of a shield veiled."""

    start: int
    end: int
    mark: str
    marked: str


Found = tuple[list[Word], dict[int, Word], dict[int, Word]]
"""The words in order, and the same by where each begins and where it ends."""
_word = partial(tuple.__new__, Word)
"""Quicker than ``Word(...)``; a message has as many as it has words."""
_start, _end = itemgetter(0), itemgetter(1)


class Longest(Protocol):
    def look(self, text: str) -> Found:
        """The words that stand in a text."""


def longest(words: Mapping[str, tuple[str, str]]) -> Longest:
    """Looks for words, each with its mark and how a line has it."""
    return Compiled(words) if used else Automaton(words)


class Compiled:
    """In C."""

    def __init__(self, words: Mapping[str, tuple[str, str]]) -> None:
        self._told = tuple(words.values())
        self._table = core.table({word: (number,) for number, word in enumerate(words)})
        self._words = core.words

    def look(self, text: str) -> Found:
        return self._words(self._table, text, self._told, Word)


class Automaton:
    """In Python, with an automaton that tells every word, also those that stand over others."""

    def __init__(self, words: Mapping[str, tuple[str, str]]) -> None:
        self._automaton = automaton({word: (len(word), *told) for word, told in words.items()})

    def look(self, text: str) -> Found:
        found: list[Word] = []
        done = 0
        for last, (length, mark, marked) in self._automaton.iter(text):
            end = last + 1
            start = end - length
            if start < done:  # a word that ends later begins within: it stays only where it begins first
                kept = len(found)
                while kept and found[kept - 1][0] >= start:
                    kept -= 1
                if kept == len(found) or (kept and found[kept - 1][1] > start):
                    continue
                del found[kept:]
            found.append(_word((start, end, mark, marked)))
            done = end
        begins = dict(zip(map(_start, found), found, strict=True))
        return found, begins, dict(zip(map(_end, found), found, strict=True))

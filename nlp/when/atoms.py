"""The words of time: what stands at one place of the folded text, as elements.

Each family of words is registered with the characters it can begin with; at a place only the families of its
character are tried, and the longest that fits wins. Neighbours that make the words something else (3号楼, 五一路,
三日游) stand with the family that they would spoil.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from nlp.edges import NUMERALS, behind
from nlp.when.elements import Element

Built = tuple[Element, ...] | None
Read = tuple[tuple[Element, ...], int] | None
"""Elements and where they end."""
Family = tuple[str, Callable[[str, int], Read]]
"""A name and the reader of (text, place)."""
Row = Mapping[str, Sequence[Family]]
LONGEST = 12
"""No word of time begins with a number of more characters."""
ANYTHING = ""
"""What no family names, or the end of the text."""
_NUMBER = re.compile(rf"[\d{''.join(sorted(NUMERALS))}]{{1,{LONGEST}}}")


class Atom(NamedTuple):
    """What was read at one place: the elements, where they end, and the family's name."""

    elements: tuple[Element, ...]
    end: int
    name: str


class Lexicon:
    """Families of words by the character they begin with."""

    def __init__(self) -> None:
        self.families: dict[str, list[Family]] = {}
        self._hints: dict[str, list[str]] = {}
        self._rows: dict[str, Row] = {}

    def reads(
        self, name: str, starts: str, hint: str
    ) -> Callable[[Callable[[str, int], Read]], Callable[[str, int], Read]]:
        """Register the decorated reader of (text, place) under the characters it can begin with. Where the pattern
        ``hint`` does not fit, the reader is not asked."""

        def register(read: Callable[[str, int], Read]) -> Callable[[str, int], Read]:
            for c in dict.fromkeys(starts):
                self.families.setdefault(c, []).append((name, read))
                self._hints.setdefault(c, []).append(hint)
            return read

        return register

    def matches(
        self, name: str, starts: str, pattern: str
    ) -> Callable[[Callable[[re.Match[str]], Built]], Callable[[re.Match[str]], Built]]:
        """Register the decorated builder for a pattern; it may refuse a match by returning None."""
        asked = cache(partial(re.compile, pattern))  # compiled where it may first fit: most texts hold few of the words

        def register(build: Callable[[re.Match[str]], Built]) -> Callable[[re.Match[str]], Built]:
            def read(text: str, at: int) -> Read:
                match = asked().match(text, at)
                elements = build(match) if match else None
                return (elements, match.end()) if match and elements else None

            self.reads(name, starts, pattern)(read)
            return build

        return register

    def hints(self, start: str) -> Sequence[str]:
        """The patterns of the families of a character: one of them fits wherever a family does."""
        return self._hints.get(start, ())

    def fitting(self, text: str, at: int) -> Sequence[Family]:
        """The families of the character that may fit here, by what stands behind it, or behind the number that it
        begins: most characters of most texts have none."""
        c = text[at]
        row = self._rows.get(c)
        if row is None:
            row = self._rows[c] = self._row(c)
        if c in NUMERALS:
            at = _NUMBER.match(text, at).end()  # type: ignore[union-attr]  # it begins here
        else:
            at += 1
        return row.get(text[at : at + 1]) or row[ANYTHING]

    def _row(self, c: str) -> Row:
        """The families of the character by what may stand behind it; where that is anything the family is in all."""
        families = self.families.get(c, ())
        told = [behind(hint, c) for hint in self.hints(c)]
        known = {ANYTHING}.union(*filter(None, told))
        return {
            one: tuple(family for family, chars in zip(families, told, strict=True) if chars is None or one in chars)
            for one in known
        }

    def longest(self, text: str, at: int) -> Atom | None:
        """The longest reading of the words that begin at ``at``; None when no family knows them."""
        return longest_of(self.fitting(text, at), text, at)


def longest_of(families: Sequence[Family], text: str, at: int) -> Atom | None:
    """The longest reading that these families have of the words that begin at ``at``; None when they have none."""
    best: Atom | None = None
    for name, read in families:
        found = read(text, at)
        if found and (best is None or found[1] > best.end):
            best = Atom(found[0], found[1], name)
    return best


WORDS = Lexicon()
"""Words that can begin a phrase."""

TAILS = Lexicon()
"""Words that only go on with the element before them: the 底 of 三月底."""

"""The words of time: what stands at one place of the folded text, as elements.

Each family of words is registered with the characters it can begin with; at a place only the families of its
character are tried, and the longest that fits wins. Neighbours that make the words something else (3号楼, 五一路,
三日游) stand with the family that they would spoil.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from nlp.when.elements import Element
from nlp.when.seconds import SECONDS
from nlp.when.terms import FIGURES, NUMBERED, STARTS

Built = tuple[Element, ...] | None
Read = tuple[tuple[Element, ...], int] | None
"""Elements and where they end."""
Family = tuple[str, Callable[[str, int], Read]]
"""A name and the reader of (text, place)."""


class Atom(NamedTuple):
    """What was read at one place: the elements, where they end, and the family's name."""

    elements: tuple[Element, ...]
    end: int
    name: str


class Gate(NamedTuple):
    """What tells of all the families of a character at once: a pattern with a group for each, and by the group that
    fits the families from this one on."""

    fits: re.Pattern[str]
    families: Mapping[str, Sequence[Family]]


class Lexicon:
    """Families of words by the character they begin with. Two things tell of all the families of a character at once
    that none fits: ``ahead`` holds a pattern for some characters, ``seconds`` what may stand behind others."""

    def __init__(self, ahead: Mapping[str, str] | None = None, seconds: Mapping[str, str] | None = None) -> None:
        self._seconds = seconds or {}
        self._ahead = ahead or {}
        self.families: dict[str, list[Family]] = {}
        self._hints: dict[str, list[str]] = {}
        self._gates: dict[str, Gate] = {}

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
        compiled = re.compile(pattern)

        def register(build: Callable[[re.Match[str]], Built]) -> Callable[[re.Match[str]], Built]:
            def read(text: str, at: int) -> Read:
                match = compiled.match(text, at)
                elements = build(match) if match else None
                return (elements, match.end()) if match and elements else None

            self.reads(name, starts, pattern)(read)
            return build

        return register

    def hints(self, start: str) -> Sequence[str]:
        """The patterns of the families of a character: one of them fits wherever a family does."""
        return self._hints.get(start, ())

    def fitting(self, text: str, at: int) -> Sequence[Family]:
        """The families of the character from the first on that may fit here: one look, where most characters of most
        texts have none."""
        c = text[at]
        second = self._seconds.get(c)
        if second is not None and text[at + 1 : at + 2] not in second:
            return ()
        gate = self._gates.get(c)
        if gate is None:
            hints = "|".join(f"(?P<family{n}>{hint})" for n, hint in enumerate(self._hints.get(c, ["(?!)"])))
            families = {f"family{n}": self.families[c][n:] for n in range(len(self.hints(c)))}
            gate = self._gates[c] = Gate(re.compile(f"(?={self._ahead.get(c, '')})(?:{hints})"), families)
        match = gate.fits.match(text, at)
        return gate.families[match.lastgroup] if match and match.lastgroup else ()

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


WORDS = Lexicon(dict.fromkeys(STARTS + "两", NUMBERED) | dict.fromkeys(FIGURES, f"(?<![0-9])(?:{NUMBERED})"), SECONDS)
"""Words that can begin a phrase."""

TAILS = Lexicon()
"""Words that only go on with the element before them: the 底 of 三月底."""

"""Which frames a clause may fit, told by its characters and words: of each frame's needs one must be there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Protocol

from nlp.automata import automaton
from nlp.clauses import Clause
from nlp.compiled.chosen import core, used
from nlp.segment import Skeleton

Needs = Sequence[frozenset[str]]
"""What a frame cannot do without, the rarest first: of each set one mark or word must be there."""


class Fitting(Protocol):
    def told(self, skeleton: Skeleton, clauses: Sequence[Clause]) -> list[Any]:
        """What each clause tells: its marks and characters, and the words of several that begin in it."""

    def fitting(self, told: list[Any]) -> list[int]:
        """The places of the frames all of whose needs are met by what some clauses tell together, in order."""


def needs_of(frames: Sequence[Needs]) -> Fitting:
    """Looks for the needs of these frames."""
    return Compiled(frames) if used else Integers(frames)


def _numbered(frames: Sequence[Needs], half: int) -> tuple[dict[str, list[int]], dict[int, tuple[int, ...]]]:
    """What each mark or word tells, as the numbers of bits: one for each frame whose rarest need it meets, half as many
    further on one for each whose second need it meets (of a frame of one need the same one), beyond these the further
    needs. And the further needs that a frame has."""
    told: dict[str, list[int]] = {}
    beyond: dict[frozenset[str], int] = {}
    further = {}
    for place, (rarest, *others) in enumerate(frames):
        rest = [beyond.setdefault(need, 2 * half + len(beyond)) for need in others[1:]]
        if rest:
            further[place] = tuple(rest)
        for need, bit in ((rarest, place), ((others or [rarest])[0], half + place)):
            for word in need:
                told.setdefault(word, []).append(bit)
    for need, bit in beyond.items():
        for word in need:
            told.setdefault(word, []).append(bit)
    return told, further


class Compiled:
    """In C, what is told as bytes."""

    def __init__(self, frames: Sequence[Needs]) -> None:
        self._half = -(-len(frames) // 8) * 8
        told, self._further = _numbered(frames, self._half)
        self._table = core.table({word: tuple(bits) for word, bits in told.items()})

    def told(self, skeleton: Skeleton, clauses: Sequence[Clause]) -> list[bytes]:
        text, line, starts = skeleton.text, skeleton.line, skeleton.starts
        found, begin = [], 0
        for clause in clauses:
            until = starts[clause.end]
            found.append(core.told(self._table, line, clause.start, clause.end, text, begin, until))
            begin = until
        return found

    def fitting(self, told: list[bytes]) -> list[int]:
        return core.fitting(told, self._half, self._further)


class Integers:
    """In Python, what is told as one integer."""

    def __init__(self, frames: Sequence[Needs]) -> None:
        self._count = len(frames)
        told, further = _numbered(frames, self._count)
        self._further = {place: _bits(bits) for place, bits in further.items()}
        same: dict[int, int] = {}
        tells = {word: same.setdefault(bits, bits) for word, bits in zip(told, map(_bits, told.values()), strict=True)}
        self._of_character = {word: bits for word, bits in tells.items() if len(word) == 1}
        self._words = automaton({word: (len(word) - 1, bits) for word, bits in tells.items() if len(word) > 1})
        self._places = (1 << self._count) - 1

    def told(self, skeleton: Skeleton, clauses: Sequence[Clause]) -> list[int]:
        starts, of_character = skeleton.starts, self._of_character
        told = [reduce(or_, filter(None, map(of_character.get, clause.holds)), 0) for clause in clauses]
        ends = [starts[clause.end] for clause in clauses]
        told.append(0)  # what stands behind the last clause
        for last, (back, tells) in self._words.iter(skeleton.text):
            told[bisect_right(ends, last - back)] |= tells
        return told[:-1]

    def fitting(self, told: list[int]) -> list[int]:
        tells = reduce(or_, told)
        left, found = tells & tells >> self._count & self._places, []
        while left:
            place = left.bit_length() - 1
            left ^= 1 << place
            further = self._further.get(place, 0)
            if tells & further == further:
                found.append(place)
        found.reverse()
        return found


def _bits(numbers: Sequence[int]) -> int:
    """A bit for each number."""
    return reduce(or_, (1 << number for number in numbers), 0)

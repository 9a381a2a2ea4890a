"""Frames: patterns over concepts and words, written in the lexicon, tried only where their rarest part is present.

A pattern is a regular expression with three additions: ``<budget>`` or ``<sign|seal>`` is one word of these concepts,
``~`` (``~6``) a gap of up to about four (six) characters within the clause, ``~~12`` one within the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from nlp.lexicon import ANY_MARK, END, Lexicon, table

CONCEPT = re.compile(r"<([a-z_|]+)>")
PART = re.compile(r"<[a-z_|]+>|~~?\d*|\[[^\]]*\]|\\d|[\u4e00-\u9fff]|[a-z]+|.", re.S)
LITERALS = re.compile(r"\(([\u4e00-\u9fffa-z|]+)\)(?![?*{])|([\u4e00-\u9fff]+)(?![?*{])")


@dataclass(frozen=True, slots=True)
class Frame:
    """One rule of the lexicon. ``gives`` is what a fitting clause says; the other fields say what it needs."""

    rule: str
    pattern: re.Pattern[str]
    gives: Mapping[str, str]
    by: str
    """them: only what the other side does counts, not 我发报价."""
    allow: frozenset[str]
    anchor: bool
    sure: float
    unless: re.Pattern[str] | None
    """Words in the clause that take the fact away."""
    speaker: str
    """rep or customer: only said by them; empty for both."""
    wide: bool
    """Reaches over the clauses of a sentence."""
    trigger: frozenset[str]
    """Marks of which the clause must hold one; empty where words decide."""
    needles: frozenset[str]
    """Words of which the message must hold one; empty where marks decide."""


def compiled(pattern: str, lexicon: Lexicon) -> str:
    """A pattern of the lexicon as a regular expression over lines."""
    return "".join(_part(part, lexicon) for part in PART.findall(pattern))


def _part(part: str, lexicon: Lexicon) -> str:
    if concept := CONCEPT.fullmatch(part):
        return f"(?:[{re.escape(lexicon.marks(*concept[1].split('|')))}][^\ue000-\uf8ff,;]*+{END}?)"
    if part[0] == "~":
        reach = int(part.strip("~") or 4) * 3 // 2 + 1
        return f"[^{'' if part.startswith('~~') else ',;'}。!?]{{0,{reach}}}?"
    if (part[0] == "[" and "^" not in part) or part == "\\d" or "\u4e00" <= part[0] <= "\u9fff":
        return f"(?:{ANY_MARK}*{part})"
    if part.isalpha():
        return f"(?:{ANY_MARK}*{part})"
    return part


def trigger(pattern: str, lexicon: Lexicon) -> frozenset[str]:
    """The marks of the rarest concept that the pattern cannot do without; empty when it has none."""
    choices = [lexicon.marks(*m.split("|")) for m in CONCEPT.findall(_needed(pattern))]
    return frozenset(min(choices, key=lambda marks: len(marks))) if choices else frozenset()


def needles(pattern: str) -> frozenset[str]:
    """The words of which a pattern without a concept needs one."""
    needed = re.sub(r"\(\?[!<=][^()]*\)|\([^()]*\)\?|.\?", "", pattern)
    options = [frozenset((m[1] or m[2]).split("|")) for m in LITERALS.finditer(needed)]
    return max(options, key=lambda o: min(map(len, o)) - len(o) / 20) if options else frozenset()


def _needed(pattern: str) -> str:
    flat = re.sub(r"<[a-z_|]+>\?|\[[^\]]*\]|\(\?[!<=][^()]*\)", "", pattern)
    while (shorter := re.sub(r"\([^()]*\)", "", flat)) != flat:
        flat = shorter
    return flat


class Frames:
    """The frames of one file of the lexicon (``stages``, ``signals`` …), compiled for a lexicon."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], lexicon: Lexicon) -> None:
        self.all = tuple(_frames(rows, lexicon))
        self._by_mark: dict[str, list[int]] = {}
        self._by_needle: dict[str, list[int]] = {}
        for n, frame in enumerate(self.all):
            for mark in frame.trigger:
                self._by_mark.setdefault(mark, []).append(n)
            for needle in frame.needles:
                self._by_needle.setdefault(needle, []).append(n)
        self._words = ahocorasick.Automaton()
        for needle, numbers in self._by_needle.items():
            self._words.add_word(needle, tuple(numbers))
        if self._by_needle:
            self._words.make_automaton()

    def worded(self, text: str) -> frozenset[int]:
        """The numbers of the frames whose words the text holds."""
        if not self._by_needle:
            return frozenset()
        return frozenset(n for _, numbers in self._words.iter(text) for n in numbers)

    def fitting(self, line: str, worded: frozenset[int], *, wide: bool) -> list[Frame]:
        """The frames that a clause (``wide``: a sentence) may fit, in the order of the file."""
        numbers = set(worded)
        for mark in set(line):
            numbers.update(self._by_mark.get(mark, ()))
        return [self.all[n] for n in sorted(numbers) if self.all[n].wide is wide]


@lru_cache(maxsize=64)
def frames(kind: str, lexicon: Lexicon) -> Frames:
    """The frames of a kind for a lexicon."""
    return Frames(table(kind)["frame"], lexicon)


def _frames(rows: Iterable[Mapping[str, Any]], lexicon: Lexicon) -> Iterator[Frame]:
    for row in rows:
        for pattern in row["match"]:
            marks = trigger(pattern, lexicon)
            words = frozenset() if marks else needles(pattern)
            if not marks and not words:
                raise ValueError(f"a frame that anything could fit: {row['rule']} {pattern}")
            yield Frame(
                rule=row["rule"],
                pattern=re.compile(compiled(pattern, lexicon)),
                gives=row["gives"],
                by=row.get("by", ""),
                allow=frozenset(row.get("allow", ())),
                anchor=row.get("anchor", False),
                sure=row.get("sure", 0.9),
                unless=re.compile(compiled(row["unless"], lexicon)) if "unless" in row else None,
                speaker=row.get("speaker", ""),
                wide="~~" in pattern,
                trigger=marks,
                needles=words,
            )

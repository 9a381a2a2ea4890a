"""Frames: patterns over concepts and words, written in the lexicon, tried only where their rarest part is present.

A pattern is a regular expression with three additions: ``<budget>`` or ``<sign|seal>`` is one word of these concepts,
``~`` (``~6``) a gap of up to about four (six) characters within the clause, ``~~12`` one within the sentence. ``{ask}``
is the text of that name among the parts of the file, written in its place when the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import ahocorasick

from nlp.lexicon import ANY_MARK, END, ENTITIES, Lexicon, frame_rows
from nlp.segment import veiled

CONCEPT = re.compile(r"<([a-z_|]+)>")
PART = re.compile(
    r"<[a-z_|]+>|~~?\d*|\[[^\]]*\]|\\d|[\u4e00-\u9fff]+(?![?*+{\u4e00-\u9fff])|[\u4e00-\u9fff]|[a-z]+|.", re.S
)
WORDS = re.compile(r"[\u4e00-\u9fffa-z]+")
MARKS = re.compile(r"[\ue000-\uf8ff]")
COMMON = ("person", "cust", "date", "we", "he", "customerword", "title", "amount", "dealword")
"""Concepts so frequent that a pattern is better looked for by something else."""


KINDS = ("stages", "signals", "actions")
"""The files of the lexicon that hold frames."""
BLOCKING = (
    "question", "wh", "ask", "if", "hedge", "wish", "must", "later", "example", "lesson", "joke", "retract", "third",
    "domestic", "plan", "neg", "until", "stuck",
)  # fmt: skip
"""Moods in which nothing is a fact, unless a frame allows them; a mood is the bit of its place here."""


_BITS = {mood: 1 << place for place, mood in enumerate(BLOCKING)}


def mask(moods: Iterable[str]) -> int:
    """Moods as bits; those that block nothing are left out."""
    return sum(_BITS[mood] for mood in moods if mood in _BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One pattern of a row of the lexicon. ``gives`` is what a fitting clause says by its tense; the other fields say
    what it needs."""

    kind: str
    row: int
    rule: str
    written: str
    """The pattern as the lexicon has it."""
    gives: Mapping[str, str]
    blocks: int
    allow: frozenset[str]
    anchor: str
    """True: a deal must be spoken of; named: a customer or a person."""
    sure: float
    by: str
    """them: only what the other side does counts, not 我发报价."""
    speaker: str
    """rep or customer: only said by them; empty for both."""
    excepted: str
    """Words in the clause that take the fact away, as the lexicon has them; empty for none."""
    wide: bool
    """Reaches over the clauses of a sentence."""
    needs: int
    """The bits of all that the pattern cannot do without."""
    place: int
    """Its number among all frames, in the order of the files: of several that fit, the first speaks."""
    lexicon: Lexicon

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern over lines, compiled when a message first asks for it: most messages ask for few."""
        return _regex(self.written, self.lexicon)

    @property
    def unless(self) -> re.Pattern[str] | None:
        """What takes the fact away; None where nothing does."""
        return _regex(self.excepted, self.lexicon) if self.excepted else None


def compiled(pattern: str, lexicon: Lexicon) -> str:
    """A pattern of the lexicon as a regular expression over lines."""
    return "".join(_part(part, lexicon) for part in PART.findall(pattern))


def _any_of(concepts: Sequence[str], lexicon: Lexicon) -> str:
    """One word of these concepts with its characters, or one entity, which is its mark alone."""
    entities = lexicon.marks(*(concept for concept in concepts if concept in ENTITIES))
    words = lexicon.marks(*(concept for concept in concepts if concept not in ENTITIES))
    choices = [f"[{entities}]"] if entities else []
    if words:
        choices.append(f"[{words}][^\ue000-\uf8ff,;]*+{END}?")
    return f"(?:{'|'.join(choices)})"


def _part(part: str, lexicon: Lexicon) -> str:
    if concept := CONCEPT.fullmatch(part):
        return _any_of(concept[1].split("|"), lexicon)
    if part[0] == "~":
        reach = int(part.strip("~") or 4) * 3 // 2 + 1
        return f"[^{'' if part.startswith('~~') else ',;'}。!?]{{0,{reach}}}?"
    if "\u4e00" <= part[0] <= "\u9fff":
        return _spelt(part, lexicon)
    if (part[0] == "[" and "^" not in part) or part == "\\d":
        return f"(?:{ANY_MARK}*{part})"
    if part.isalpha():
        return f"(?:{ANY_MARK}*{part})"
    return f"{END}*$" if part == "$" else part


def _spelt(words: str, lexicon: Lexicon) -> str:
    """Characters one by one, whatever marks stand between; a shield's word that is spelt out whole is seen veiled, too
    (试试 means to try, where a frame says it)."""
    choices = list(words)
    for word in lexicon.find(words):
        if word.mark in lexicon.shields:
            for at in range(word.start, word.end):
                choices[at] = f"[{words[at]}{veiled(words[at])}]"
    return "".join(f"(?:{ANY_MARK}*{choice})" for choice in choices)


def requirements(pattern: str, lexicon: Lexicon) -> list[frozenset[str]]:
    """What a pattern cannot do without: sets of marks and words of which one must be there, the rarest first."""
    common = frozenset(lexicon.marks(*COMMON))
    found = [choice for part in _parts(pattern) if (choice := _choice(part, lexicon))]
    return sorted(found, key=lambda choice: (bool(choice & common), len(choice)))


def _parts(pattern: str) -> Iterator[str]:
    """The parts of a pattern in order: concepts, groups, classes, words; the optional ones left out."""
    at = 0
    while at < len(pattern):
        end = _end_of_part(pattern, at)
        optional = pattern[end : end + 1] in ("?", "*")
        part = pattern[at:end]
        if optional and len(part) > 1 and WORDS.fullmatch(part):
            yield part[:-1]
        elif not optional:
            yield part
        at = end + optional


def _end_of_part(pattern: str, at: int) -> int:
    if pattern[at] == "(":
        depth, end = 0, at
        while True:
            depth += {"(": 1, ")": -1}.get(pattern[end], 0)
            end += 1
            if not depth:
                return end
    if pattern[at] in "[<":
        return pattern.index("]" if pattern[at] == "[" else ">", at) + 1
    if word := WORDS.match(pattern, at):
        return word.end()
    return at + (2 if pattern[at] == "\\" else 1)


def _choice(part: str, lexicon: Lexicon) -> frozenset[str]:
    """The marks and words of which a part needs one; empty for a part that tells nothing."""
    if concept := CONCEPT.fullmatch(part):
        return frozenset(lexicon.marks(*concept[1].split("|")))
    if WORDS.fullmatch(part):
        return frozenset([part])
    if part[0] != "(" or part.startswith("(?"):
        return frozenset()
    choices = [_first_choice(alternative, lexicon) for alternative in _alternatives(part[1:-1])]
    return frozenset().union(*choices) if all(choices) else frozenset()


def _first_choice(alternative: str, lexicon: Lexicon) -> frozenset[str]:
    return next((choice for part in _parts(alternative) if (choice := _choice(part, lexicon))), frozenset())


def _alternatives(inner: str) -> list[str]:
    """The alternatives of a group, parted at the bars that stand in no inner group, concept or class."""
    found, depth, start = [], 0, 0
    for at, character in enumerate(inner):
        depth += {"(": 1, "<": 1, "[": 1, ")": -1, ">": -1, "]": -1}.get(character, 0)
        if character == "|" and not depth:
            found.append(inner[start:at])
            start = at + 1
    return [*found, inner[start:]]


class Sought(NamedTuple):
    """What a mark or word tells: the bits of the needs it meets, and the frames that are looked for by it."""

    meets: int
    narrow: tuple[Frame, ...]
    wide: tuple[Frame, ...]


NOTHING = Sought(0, (), ())


class Frames:
    """All frames of the lexicon with what tells quickly which of them a clause may fit."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._bits: dict[frozenset[str], int] = {}
        self._by_need: dict[int, list[Frame]] = {}
        self._count = 0
        for kind in KINDS:
            for number, row in enumerate([*frame_rows(kind), *lexicon.rows(kind)]):
                for pattern in row["match"]:
                    self._add(kind, number, row, pattern, lexicon)
        sought: dict[str, Sought] = {}
        for choice, bit in self._bits.items():
            by_this = self._by_need.get(bit, ())
            narrow = tuple(frame for frame in by_this if not frame.wide)
            wide = tuple(frame for frame in by_this if frame.wide)
            for one in choice:
                old = sought.get(one, NOTHING)
                sought[one] = Sought(old.meets | bit, old.narrow + narrow, old.wide + wide)
        self.of_mark = {one: found for one, found in sought.items() if "\ue000" <= one <= "\uf8ff"}
        self._words = ahocorasick.Automaton()
        for word, found in sought.items():
            if word not in self.of_mark:
                self._words.add_word(word, (len(word), found))
        self._words.make_automaton()

    def _add(self, kind: str, number: int, row: Mapping[str, Any], pattern: str, lexicon: Lexicon) -> None:
        choices = requirements(pattern, lexicon)
        if not choices:
            raise ValueError(f"a frame that anything could fit: {row['rule']} {pattern}")
        bits = [self._bits.setdefault(choice, 1 << len(self._bits)) for choice in choices]
        allow = frozenset(row.get("allow", ()))
        frame = Frame(
            kind=kind,
            row=number,
            rule=row["rule"],
            written=pattern,
            gives=row["gives"],
            blocks=mask(set(BLOCKING) - allow),
            allow=allow,
            anchor=str(row.get("anchor", "")),
            sure=row.get("sure", 0.9),
            by=row.get("by", ""),
            speaker=row.get("speaker", ""),
            excepted=row.get("unless", ""),
            wide="~~" in pattern,
            needs=sum(set(bits)),
            place=self._count,
            lexicon=lexicon,
        )
        self._count += 1
        self._by_need.setdefault(bits[0], []).append(frame)

    @property
    def every(self) -> list[Frame]:
        """All of them in the order of the files."""
        return sorted((frame for found in self._by_need.values() for frame in found), key=_place)

    def worded(self, text: str) -> Iterator[tuple[int, tuple[int, Sought]]]:
        """Where in the text words end that frames look for, with their lengths, in order."""
        found: Iterator[tuple[int, tuple[int, Sought]]] = self._words.iter(text)
        return found

    def present(self, line: str) -> list[Sought]:
        """What the marks of a line tell."""
        of_mark = self.of_mark
        return [of_mark[mark] for mark in MARKS.findall(line) if mark in of_mark]


def fitting(present: Iterable[Sought], *, wide: bool) -> list[Frame]:
    """The frames that a clause (``wide``: a sentence) may fit in which this is present, in the order of the files."""
    met, looked_for = 0, list[Frame]()
    for meets, narrow_ones, wide_ones in present:
        met |= meets
        looked_for += wide_ones if wide else narrow_ones
    if not looked_for:
        return []
    found = {frame for frame in looked_for if frame.needs & met == frame.needs}
    return sorted(found, key=_place) if found else []


def _place(frame: Frame) -> int:
    return frame.place


@lru_cache(maxsize=16384)
def _regex(pattern: str, lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(compiled(pattern, lexicon))


@lru_cache(maxsize=16)
def frames(lexicon: Lexicon) -> Frames:
    """The frames for a lexicon."""
    return Frames(lexicon)

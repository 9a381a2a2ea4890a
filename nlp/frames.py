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
from nlp.needs import CONCEPT, requirements
from nlp.segment import veiled

PART = re.compile(
    r"<[a-z_|]+>|~~?\d*|\[[^\]]*\]|\\d|[\u4e00-\u9fff]+(?![?*+{\u4e00-\u9fff])|[\u4e00-\u9fff]|[a-z]+|.", re.S
)
MARKS = re.compile(r"[\ue000-\uf8ff]")
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
    further: int
    """The bits of what the pattern cannot do without, but for its two rarest needs: by those it is looked for."""
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


class Sought(NamedTuple):
    """What marks and words tell, as bits: the frames (by their places) whose rarest need they meet, those whose second
    need they meet, and the further needs they meet."""

    first: int
    second: int
    further: int


NOTHING = Sought(0, 0, 0)


def together(heard: Iterable[Sought]) -> Sought:
    """What several marks and words tell."""
    first = second = further = 0
    for one in heard:
        first |= one.first
        second |= one.second
        further |= one.further
    return Sought(first, second, further)


class Frames:
    """All frames of the lexicon with what tells quickly which of them a clause may fit."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.every: list[Frame] = []
        """All of them in the order of the files."""
        self._wide = self._narrow = self._of_one_need = 0
        self._further: dict[frozenset[str], int] = {}
        self._sought: dict[str, Sought] = {}
        for kind in KINDS:
            for number, row in enumerate([*frame_rows(kind), *lexicon.rows(kind)]):
                for pattern in row["match"]:
                    self._add(kind, number, row, pattern, lexicon)
        self._of_mark = {one: found for one, found in self._sought.items() if MARKS.match(one)}
        self._words = ahocorasick.Automaton()
        for word, found in self._sought.items():
            if word not in self._of_mark:
                self._words.add_word(word, (len(word), found))
        self._words.make_automaton()

    def _add(self, kind: str, number: int, row: Mapping[str, Any], pattern: str, lexicon: Lexicon) -> None:
        needs = list(dict.fromkeys(requirements(pattern, lexicon)))
        if not needs:
            raise ValueError(f"a frame that anything could fit: {row['rule']} {pattern}")
        allow = frozenset(row.get("allow", ()))
        place = 1 << len(self.every)
        bits = [self._further.setdefault(need, 1 << len(self._further)) for need in needs[2:]]
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
            further=sum(bits),
            lexicon=lexicon,
        )
        self.every.append(frame)
        if frame.wide:
            self._wide |= place
        else:
            self._narrow |= place
        if len(needs) == 1:
            self._of_one_need |= place
        tells = [Sought(place, 0, 0), Sought(0, place, 0), *(Sought(0, 0, bit) for bit in bits)]
        for need, told in zip(needs, tells, strict=False):
            for one in need:
                self._sought[one] = together((self._sought.get(one, NOTHING), told))

    def marked(self, line: str) -> Sought:
        """What the marks of a line tell."""
        of_mark = self._of_mark
        return together([of_mark[mark] for mark in MARKS.findall(line) if mark in of_mark])

    def worded(self, text: str) -> Iterator[tuple[int, tuple[int, Sought]]]:
        """Where in the text words end that frames look for, with their lengths, in order."""
        found: Iterator[tuple[int, tuple[int, Sought]]] = self._words.iter(text)
        return found

    def fitting(self, heard: Sought, *, wide: bool) -> Iterator[Frame]:
        """The frames that a clause (``wide``: a sentence) may fit in which this is heard, in the order of the files."""
        places = heard.first & (heard.second | self._of_one_need) & (self._wide if wide else self._narrow)
        while places:
            lowest = places & -places
            places ^= lowest
            frame = self.every[lowest.bit_length() - 1]
            if frame.further & heard.further == frame.further:
                yield frame


@lru_cache(maxsize=16384)
def _regex(pattern: str, lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(compiled(pattern, lexicon))


@lru_cache(maxsize=16)
def frames(lexicon: Lexicon) -> Frames:
    """The frames for a lexicon."""
    return Frames(lexicon)

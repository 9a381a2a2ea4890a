"""Frames: patterns over concepts and words, written in the lexicon, tried only where their rarest part is present.

A pattern is a regular expression with three additions: ``<budget>`` or ``<sign|seal>`` is one word of these concepts,
``~`` (``~6``) a gap of up to about four (six) characters within the clause, ``~~12`` one within the sentence. ``{ask}``
is the text of that name among the parts of the file, written in its place when the file is read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from nlp.about import About
from nlp.fitting import needs_of
from nlp.hoisting import hoisted
from nlp.lexicon import END, ENTITIES, Lexicon, frame_rows, unveiled, veiled
from nlp.needs import CONCEPT, needed_by_any, requirements
from nlp.segment import Skeleton, unmarked

PART = re.compile(
    r"<[a-z_|]+>|~~?\d*|\[[^\]]*\]|\\d|[\u4e00-\u9fff]+(?![?*+{\u4e00-\u9fff])|[\u4e00-\u9fff]|[a-z]+|.", re.S
)
BREATH = 0.01
"""Seconds between two patterns that are compiled ahead; one takes about a tenth of that, so that a loop under load is
hardly held up."""
KINDS = ("stages", "signals", "actions")
"""The files of the lexicon that hold frames."""
BLOCKING = frozenset((
    "question", "wh", "ask", "if", "hedge", "wish", "must", "later", "example", "lesson", "joke", "retract", "third",
    "domestic", "plan", "neg", "until", "stuck",
))  # fmt: skip
"""Moods in which nothing is a fact, unless a frame allows them."""


@dataclass(slots=True, eq=False)
class Frame:
    """One pattern of a row of the lexicon. ``gives`` is what a fitting clause says by its tense; the other fields say
    what it needs."""

    kind: str
    row: int
    rule: str
    written: str
    """The pattern as the lexicon has it."""
    gives: Mapping[str, str]
    blocked: frozenset[str]
    """By these moods it is."""
    allow: frozenset[str]
    """Moods that block others and not this one."""
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
    needs: tuple[frozenset[str], ...]
    """What the pattern cannot do without, the rarest first: of each set one mark or word must be there."""
    lexicon: Lexicon
    _pattern: re.Pattern[str] | None = field(default=None, init=False)
    _cues: Cues | None = field(default=None, init=False)
    _unless: re.Pattern[str] | None = field(default=None, init=False)

    def may_speak(self, about: About) -> bool:
        """A message about so much has what the frame is anchored to."""
        if not self.anchor:
            return True
        return about.told if self.anchor == "told" else about.anchored and (self.anchor == "true" or about.named)

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern over lines, compiled when it is first asked for: most messages ask for few."""
        if self._pattern is None:
            self._pattern = _regex(self.written, self.lexicon)
        return self._pattern

    @property
    def unless(self) -> re.Pattern[str] | None:
        """What takes the fact away; None where nothing does."""
        return _regex(self.excepted, self.lexicon) if self.excepted else None

    def takes_away(self, skeleton: Skeleton, start: int, end: int) -> bool:
        """``line[start:end]`` holds what takes the fact away. Its words are looked for first: they hardly ever stand
        there, and to find that out costs a tenth of trying the pattern."""
        if not self.excepted:
            return False
        if self._cues is None:
            self._cues = _cues(self.excepted, self.lexicon)
        if not self._cues.may_stand(skeleton, start, end):
            return False
        if self._unless is None:
            self._unless = self.unless
        return self._unless is not None and self._unless.search(skeleton.line, start, end) is not None


class Cues(NamedTuple):
    """The words and the marks of which a pattern needs one; None for both where nothing is known of it."""

    words: re.Pattern[str] | None
    marks: re.Pattern[str] | None
    entities: re.Pattern[str]

    def may_stand(self, skeleton: Skeleton, start: int, end: int) -> bool:
        """The pattern may fit ``line[start:end]``."""
        if self.words is None:
            return True
        if self.words.search(skeleton.words(start, end)):
            return True
        if self.marks and self.marks.search(skeleton.line, start, end):
            return True
        if not skeleton.entities or not self.entities.search(skeleton.line, start, end):
            return False
        return self.words.search(unveiled(unmarked(skeleton.line[start:end]))) is not None  # around a name


@lru_cache(maxsize=16384)
def _cues(pattern: str, lexicon: Lexicon) -> Cues:
    needed = needed_by_any(pattern, lexicon)
    marks = "".join(one for one in needed if not unmarked(one))
    words = sorted(filter(unmarked, needed))
    return Cues(
        words=re.compile("|".join(words) or "(?!)") if needed else None,
        marks=re.compile(f"[{marks}]") if marks else None,
        entities=re.compile(f"[{lexicon.marks(*ENTITIES)}]"),
    )


def compiled(pattern: str, lexicon: Lexicon) -> str:
    """A pattern of the lexicon as a regular expression over lines."""
    written = "".join(_part(part, lexicon) for part in PART.findall(pattern))
    return hoisted(written, f"[{lexicon.every_mark}]*")


def _any_of(concepts: Sequence[str], lexicon: Lexicon) -> str:
    """One word of these concepts with its characters, or one entity, which is its mark alone."""
    entities = lexicon.marks(*(concept for concept in concepts if concept in ENTITIES))
    words = lexicon.marks(*(concept for concept in concepts if concept not in ENTITIES))
    choices = [f"[{entities}]"] if entities else []
    if words:
        choices.append(f"[{words}][^{lexicon.every_mark},;]*+{END}?")
    return f"(?:{'|'.join(choices)})"


def _part(part: str, lexicon: Lexicon) -> str:
    if concept := CONCEPT.fullmatch(part):
        return _any_of(concept[1].split("|"), lexicon)
    if part[0] == "~":
        reach = int(part.strip("~") or 4) * 3 // 2 + 1
        return f"[^{'' if part.startswith('~~') else ',;'}。!?]{{0,{reach}}}?"
    if "\u4e00" <= part[0] <= "\u9fff":
        return _spelt(part, lexicon)
    if (part[0] == "[" and "^" not in part) or part == "\\d" or part.isalpha():
        return f"(?:[{lexicon.every_mark}]*{part})"
    return f"{END}*$" if part == "$" else part


def _spelt(words: str, lexicon: Lexicon) -> str:
    """Characters one by one, whatever marks stand between; a shield's word that is spelt out whole is seen veiled, too
    (试试 means to try, where a frame says it)."""
    choices = list(words)
    for word in lexicon.find(words):
        if word.mark in lexicon.shields:
            for at in range(word.start, word.end):
                choices[at] = f"[{words[at]}{veiled(words[at])}]"
    return "".join(f"(?:[{lexicon.every_mark}]*{choice})" for choice in choices)


class Frames:
    """All frames of the lexicon with what tells quickly which of them a clause may fit."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.every = sorted(_all(lexicon), key=attrgetter("wide"))
        """All of them in the order of the files, those that reach over the clauses of a sentence behind the others."""
        self._first_wide = bisect_left(self.every, True, key=attrgetter("wide"))
        self._needs = needs_of([frame.needs for frame in self.every])
        self.told = self._needs.told
        """For each clause of a message what it tells of the frames it may fit."""
        self._speaking: dict[About, Sequence[Frame | None]] = {}

    def places(self, told: list[Any]) -> tuple[list[int], list[int]]:
        """The places of the frames that clauses may fit that tell so much, if anchor and moods let them: of those for
        one clause, and of those that reach over several."""
        found = self._needs.fitting(told)
        if not found or found[-1] < self._first_wide:
            return found, []
        wide = bisect_left(found, self._first_wide)
        return found[:wide], found[wide:]

    def fitting(self, places: Iterable[int], about: About, moods: Set[str]) -> list[Frame]:
        """Of the frames at these places those that a message about so much lets speak, and no mood blocks."""
        speaking = self._speaking.get(about)
        if speaking is None:
            speaking = self._speaking[about] = [one if one.may_speak(about) else None for one in self.every]
        found = [frame for place in places if (frame := speaking[place]) is not None]
        return [frame for frame in found if frame.blocked.isdisjoint(moods)] if moods and found else found


def _all(lexicon: Lexicon) -> Iterator[Frame]:
    rows = [(kind, row) for kind in KINDS for row in (*frame_rows(kind), *lexicon.rows(kind))]
    for number, (kind, row) in enumerate(rows):
        for pattern in row["match"]:
            yield _frame(kind, number, row, pattern, lexicon)


def _frame(kind: str, number: int, row: Mapping[str, Any], pattern: str, lexicon: Lexicon) -> Frame:
    needs = tuple(dict.fromkeys(requirements(pattern, lexicon)))
    if not needs:
        raise ValueError(f"a frame that anything could fit: {row['rule']} {pattern}")
    allow = frozenset(row.get("allow", ()))
    return Frame(
        kind=kind,
        row=number,
        rule=row["rule"],
        written=pattern,
        gives=row["gives"],
        blocked=BLOCKING - allow,
        allow=allow,
        anchor=str(row.get("anchor", "")).lower(),
        sure=row.get("sure", 0.9),
        by=row.get("by", ""),
        speaker=row.get("speaker", ""),
        excepted=row.get("unless", ""),
        wide="~~" in pattern,
        needs=needs,
        lexicon=lexicon,
    )


@lru_cache(maxsize=16384)
def _regex(pattern: str, lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(compiled(pattern, lexicon))


def compile_ahead(lexicon: Lexicon, stopped: Callable[[float], bool]) -> None:
    """Compiles the patterns before messages ask for them; some seconds, so on a thread. ``stopped`` pauses for so many
    seconds, that the loop may work between two patterns, and says whether to stop."""
    for frame in frames(lexicon).every:
        if stopped(BREATH):
            return
        _ = frame.pattern, frame.unless


@lru_cache(maxsize=16)
def frames(lexicon: Lexicon) -> Frames:
    """The frames for a lexicon."""
    return Frames(lexicon)

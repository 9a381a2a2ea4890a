"""How likely the words of a sentence tell each signal: one weight for every run of characters, concept and mood.

Frames know turns of speech that somebody wrote down; weights learnt from the labelled sets (`python
benchmarks/hearing.py`) know words, in whatever order. Signals are heard by both (nlp/signals.py). Who is spoken of,
when and for how much is masked: it tells nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp.clauses import Clause
from nlp.lexicon import DATA, Lexicon
from nlp.segment import Skeleton

FIGURES = re.compile("[0-9]+(?:[.,][0-9]+)*")
LONGEST = 160
"""Of a longer clause the beginning is weighed."""
RUNS = (1, 2, 3)
SHARES = {"run": 1.0, "concept": 0.5, "mood": 0.2}
"""How much each kind of feature counts beside the others."""
SWAPPED = {"we": "customerword", "you": "we"}
"""Who is who where the customer speaks."""
THEM = ("customerword", "he", "hemark", "cust", "person")
APART = ("boss", "chief", "legal")
"""Who decides and who reads contracts is told apart from others on their side."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is weighed of some clauses: features by their kind."""

    run: frozenset[str]
    concept: frozenset[str]
    mood: frozenset[str]

    def shares(self) -> Iterable[tuple[str, float]]:
        """Each feature with its share of the whole."""
        for kind, share in SHARES.items():
            found = getattr(self, kind)
            even = share if kind == "mood" else share / math.sqrt(max(1, len(found)))
            for one in found:
                yield one, even


@dataclass(frozen=True, slots=True)
class Weights:
    """``of`` holds for each feature (number of a signal, weight) where it tells something of it; ``floor`` is what
    each signal starts from."""

    signals: tuple[str, ...]
    floor: tuple[float, ...]
    of: Mapping[str, Sequence[tuple[int, float]]]


def words(skeleton: Skeleton, clauses: Sequence[Clause], speaker: str) -> Words:
    """The features of clauses that belong together."""
    theirs = {id(clause): speaker == "customer" or clause.theirs for clause in clauses}
    pieces = (_masked(skeleton, clause, theirs[id(clause)]) + (clause.ending[:1] or ",") for clause in clauses)
    text = f"^{''.join(pieces)}$"
    runs = {text[at : at + size] for size in RUNS for at in range(len(text) - size + 1)}
    concepts = {f"<{concept}>" for clause in clauses for concept in _concepts(skeleton, clause, theirs[id(clause)])}
    moods = {f"={mood}" for clause in clauses for mood in clause.moods}
    return Words(frozenset(runs), frozenset(concepts), frozenset({f"={speaker}", *moods}))


def _concepts(skeleton: Skeleton, clause: Clause, theirs: bool) -> Iterable[str]:
    known = skeleton.lexicon.concepts_of_mark
    for mark in skeleton.line[clause.start : clause.end]:
        for concept in known.get(mark, ()):
            yield SWAPPED.get(concept, concept) if theirs else concept


def _masked(skeleton: Skeleton, clause: Clause, theirs: bool) -> str:
    """The words of a clause, one letter for whoever and whatever is named in it; who says it decides who 我 is."""
    letters, pieces, hidden = _letters(skeleton.lexicon, theirs), [], 0
    for at in range(clause.start, clause.end):
        mark = skeleton.line[at]
        if at in skeleton.entities:
            pieces.append(letters.get(mark, ""))
        elif at in skeleton.tokens and letters.get(mark, "") in ("T", "U"):
            pieces.append(letters[mark])
            hidden = skeleton.tokens[at][1]
        elif skeleton.starts[at] >= hidden:
            pieces.append(skeleton.words(at, at + 1))
    return FIGURES.sub("0", "".join(pieces)[:LONGEST])


@lru_cache(maxsize=32)
def _letters(lexicon: Lexicon, theirs: bool) -> Mapping[str, str]:
    """The letter that stands for a mark: T for them, U for us, H for who decides, D a day, A a sum."""
    apart = set(lexicon.marks(*APART))
    them = {mark: "T" for mark in lexicon.marks(*THEM, *(["we"] if theirs else [])) if mark not in apart}
    kinds = {"D": "date", "A": "amount", "U": "you" if theirs else "we", "H": "chief"}
    return them | {mark: letter for letter, kind in kinds.items() for mark in lexicon.marks(kind)}


def likelihoods(weighed: Words, weights: Weights) -> dict[str, float]:
    """0..1 for each signal."""
    sums, of = list(weights.floor), weights.of
    for feature, share in weighed.shares():
        for n, weight in of.get(feature, ()):
            sums[n] += weight * share
    return {signal: 1 / (1 + math.exp(-total)) for signal, total in zip(weights.signals, sums, strict=True)}


@cache
def learnt() -> Weights:
    """The shipped weights."""
    head, *lines = (DATA / "hearing.txt").read_text(encoding="utf-8").splitlines()
    signals, floor = zip(*(one.split("=") for one in head.split("\t")), strict=True)
    of = {}
    for line in lines:
        feature, *told = line.split("\t")
        of[feature] = tuple((int(n), float(weight)) for n, _, weight in (one.partition(":") for one in told))
    return Weights(tuple(signals), tuple(map(float, floor)), of)

"""How likely the words of a sentence tell each signal, contact or promise: a weight for every run, concept and mood.

Frames know turns of speech that somebody wrote down; weights learnt from the labelled sets (`python
benchmarks/hearing.py`) know words, in whatever order. Both are heard (nlp/signals.py, nlp/actions.py). Who is spoken
of, when and for how much is masked: it tells nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, get_args

from nlp.clauses import MOODS, Clause
from nlp.facts import Fact, Scene
from nlp.lexicon import DATA, ENTITIES, Lexicon
from nlp.likely import Likely, Weights, Words, likelihoods
from nlp.reading import Speaker
from nlp.segment import Skeleton

FIGURES = re.compile("[0-9]+(?:[.,][0-9]+)*")
LONGEST = 160
"""Of a longer clause the beginning is weighed."""
TAUGHT = "lexicon."
WORDS = "words."
"""What the rules of taught frames, and of findings that words alone tell, begin with."""
UNHEARD, SURE = 0.02, 0.9
"""Less likely than the first by clause and by sentence, words speak against what a frame less sure than the second
found."""
TOLD = "stage"
"""The name under which it stands how likely a sentence puts a deal somewhere (nlp/telling.py)."""
SWAPPED = {"we": "customerword", "you": "we"}
"""Who is who where the customer speaks."""
THEM = ("customerword", "he", "hemark", "cust", "person")
APART = ("boss", "chief", "legal")
"""Who decides and who reads contracts is told apart from others on their side."""
_MOOD = {mood: f"={mood}" for mood in (*MOODS, *get_args(Speaker))}
"""The features of moods, and of who speaks."""


class Line(NamedTuple):
    """From which likelihood on words alone tell a step, and how sure that is."""

    least: float
    sure: float


class Stages(NamedTuple):
    """The weights of stages: ``told`` for a step being told at all, ``which`` for each stage where one is; that of no
    name is where a sum begins. ``lines`` from the surest down; won and lost are told from ``closing`` on."""

    told: Mapping[str, float]
    which: Mapping[str, Mapping[str, float]]
    lines: Sequence[Line]
    closing: float


def words(skeleton: Skeleton, clauses: Sequence[Clause], speaker: str) -> Words:
    """The features of clauses that belong together."""
    pieces, concepts, moods = ["^"], set[str](), {_MOOD[speaker]}
    for clause in clauses:
        masks = _masks(skeleton.lexicon, speaker == "customer" or clause.theirs)
        pieces += (_masked(skeleton, clause, masks), clause.ending[:1] or ",")
        concepts.update(*map(masks.concepts.__getitem__, masks.known & clause.holds))
        if clause.moods:
            moods.update(map(_MOOD.__getitem__, clause.moods))
    pieces.append("$")
    return Words("".join(pieces), concepts, moods)


class Masks(NamedTuple):
    """What is weighed instead of who and what is named, and for each mark its concepts as features."""

    letters: Mapping[str, str]
    """The letter that stands for a mark: T for them, U for us, H for who decides, D a day, A a sum."""
    masked: re.Pattern[str]
    marks: frozenset[str]
    """These marks, and those of all entities."""
    known: frozenset[str]
    """The marks that have concepts."""
    concepts: Mapping[str, Sequence[str]]


@lru_cache(maxsize=32)
def _masks(lexicon: Lexicon, theirs: bool) -> Masks:
    """The masks of a lexicon where we speak, or they do: that decides who 我 is."""
    apart = set(lexicon.marks(*APART))
    them = {mark: "T" for mark in lexicon.marks(*THEM, *(["we"] if theirs else [])) if mark not in apart}
    kinds = {"D": "date", "A": "amount", "U": "you" if theirs else "we", "H": "chief"}
    letters = them | {mark: letter for letter, kind in kinds.items() for mark in lexicon.marks(kind)}
    swapped = SWAPPED if theirs else {}
    concepts = {
        mark: [f"<{swapped.get(concept, concept)}>" for concept in found]
        for mark, found in lexicon.concepts_of_mark.items()
    }
    marks = frozenset(letters).union(lexicon.marks(*ENTITIES))
    return Masks(letters, re.compile(f"[{''.join(marks)}]"), marks, frozenset(concepts), concepts)


def _masked(skeleton: Skeleton, clause: Clause, masks: Masks) -> str:
    """The words of a clause, one letter for whoever and whatever is named in it."""
    if masks.marks.isdisjoint(clause.holds):
        return _figures_away(clause.words[:LONGEST])
    text, starts, letters = skeleton.text, skeleton.starts, masks.letters
    pieces: list[str] = []
    done = starts[clause.start]
    for found in masks.masked.finditer(skeleton.line, clause.start, clause.end):
        at, letter = found.start(), letters.get(found[0], "")
        if at in skeleton.entities:
            start, end = starts[at], starts[at + 1]
        elif letter in ("T", "U") and (token := skeleton.token(at)):
            start, end = token
        else:
            continue
        pieces += (text[done:start], letter)
        done = end
    pieces.append(text[done : starts[clause.end]])
    return _figures_away("".join(pieces)[:LONGEST])


def _figures_away(words: str) -> str:
    """The words with 0 for each number."""
    return words if words.isalpha() else FIGURES.sub("0", words)


def of_sentence(scene: Scene, clause: Clause) -> Likely:
    """How likely the sentence of a clause tells each name, 0..1; asked twice, weighed once."""
    known = scene.likely.get(clause.sentence)
    if known is None:
        known = scene.likely[clause.sentence] = _likely(scene, scene.mates(clause))
    return known


def loud(scene: Scene) -> Sequence[Clause]:
    """The first clause of each sentence whose words alone may tell something; of most messages there is none."""
    if scene.loud is None:
        scene.loud = [first for first in scene.firsts if of_sentence(scene, first).loud]
    return scene.loud


def alone(scene: Scene, clause: Clause) -> Likely:
    """The same for the words of a clause by itself."""
    if clause.beyond - clause.first == 1:
        return of_sentence(scene, clause)
    known = scene.alone.get(clause.start)
    if known is None:
        known = scene.alone[clause.start] = _likely(scene, [clause])
    return known


def loudest(scene: Scene, first: Clause, name: str) -> tuple[int, Clause]:
    """The clause of a sentence whose words tell most of a name, the first of equals, with its number."""
    each = list(enumerate(scene.mates(first), first.first))
    return max(each, key=lambda one: alone(scene, one[1])[name]) if len(each) > 1 else each[0]


def spoken_against(fact: Fact, scene: Scene) -> bool:
    """Neither the words of its sentence nor those of its clause tell what a frame that is not sure found there. What a
    team taught is not weighed against what others say."""
    clause = scene.clauses[fact.clause]
    if fact.sure >= SURE or fact.rule.startswith(TAUGHT):
        return False
    return of_sentence(scene, clause)[fact.value] < UNHEARD and alone(scene, clause)[fact.value] < UNHEARD


def sure(likely: float) -> float:
    """How sure a finding is that words alone tell."""
    return round(0.6 + 0.25 * likely, 2)


def _likely(scene: Scene, clauses: Sequence[Clause]) -> Likely:
    return likelihoods(words(scene.skeleton, clauses, scene.speaker), together())


@cache
def learnt() -> Weights:
    """The shipped weights."""
    head, *lines = (DATA / "hearing.txt").read_text(encoding="utf-8").splitlines()
    names, floor = zip(*(one.split("=") for one in head.split("\t")), strict=True)
    of = {}
    for line in lines:
        feature, *told = line.split("\t")
        of[feature] = tuple((int(n), float(weight)) for n, _, weight in (one.partition(":") for one in told))
    return Weights(tuple(names), tuple(map(float, floor)), of)


@cache
def stages() -> Stages:
    """The shipped weights of stages."""
    read = json.loads((DATA / "telling.json").read_text(encoding="utf-8"))
    return Stages(read["told"], read["which"], [Line(*line) for line in read["lines"]], read["closing"])


@cache
def together() -> Weights:
    """All shipped weights as one, so that a sentence is gone through once: those of :func:`learnt`, and ``TOLD``."""
    known, told = learnt(), stages().told
    place, of = len(known.names), dict(known.of)
    for feature, weight in told.items():
        if feature:
            of[feature] = (*of.get(feature, ()), (place, weight))
    needed = {TOLD: stages().lines[-1].least}
    return Weights((*known.names, TOLD), (*known.floor, told[""]), of, needed)

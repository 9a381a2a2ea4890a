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
from nlp.compiled.chosen import core, used
from nlp.facts import Fact, Scene
from nlp.lexicon import DATA, ENTITIES, Lexicon
from nlp.likely import Likely, Ready, Weights, Words, likelihoods, ready
from nlp.reading import STAGE_ORDER, Speaker
from nlp.segment import Skeleton

FIGURES = re.compile("[0-9]+(?:[.,][0-9]+)*")
LONGEST = 160
"""Of a longer clause the beginning is weighed."""
TAUGHT = "lexicon."
WORDS = "words."
"""What the rules of taught frames, and of findings that words alone tell, begin with."""
UNHEARD, UNHEARD_ALONE, SURE = 0.05, 0.2, 0.9
"""Less likely than the first by its sentence and than the second by its clause, words speak against what a frame less
sure than the third found."""
BEYOND_DOUBT = 0.95
"""From here on words tell a signal or contact whatever moods and rules around it say: that is among what they weigh."""
STEP = "step."
"""What the names begin with under which it stands how likely a sentence tells each stage rather than none
(nlp/telling.py)."""
STEPS = tuple(STEP + stage for stage in STAGE_ORDER)
PROMISES, PROMISED = ("promise.us", "promise.customer"), 0.3
"""From this likelihood on words may tell a promise (nlp/toldpromises.py)."""
SWAPPED = {"we": "customerword", "you": "we"}
"""Who is who where the customer speaks."""
THEM = ("customerword", "he", "hemark", "cust", "person")
APART = ("boss", "chief", "legal")
"""Who decides and who reads contracts is told apart from others on their side."""
_MOOD = {mood: f"={mood}" for mood in (*MOODS, *get_args(Speaker))}
"""The features of moods, and of who speaks."""


class Lines(NamedTuple):
    """From the likelihood ``step`` on a step is told, from ``closing`` on that a deal is won or lost."""

    step: float
    closing: float


def words(skeleton: Skeleton, clauses: Sequence[Clause], speaker: str) -> Words:
    """The features of clauses that belong together."""
    pieces, moods = ["^"], {_MOOD[speaker]}
    concepts: set[str] = set()
    theirs = speaker == "customer"
    usual = masks(skeleton.lexicon, theirs)
    for clause in clauses:
        known = masks(skeleton.lexicon, True) if clause.theirs else usual
        pieces += (said(skeleton, clause, known, concepts), clause.ending[:1] or ",")
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
    of_words: Mapping[str, str]
    """Of the letters those that hide words, too, and not only what is named: T and U."""
    known: frozenset[str]
    """The marks that have concepts."""
    concepts: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=32)
def masks(lexicon: Lexicon, theirs: bool) -> Masks:
    """The masks of a lexicon where we speak, or they do: that decides who 我 is."""
    apart = set(lexicon.marks(*APART))
    them = {mark: "T" for mark in lexicon.marks(*THEM, *(["we"] if theirs else [])) if mark not in apart}
    kinds = {"D": "date", "A": "amount", "U": "you" if theirs else "we", "H": "chief"}
    letters = them | {mark: letter for letter, kind in kinds.items() for mark in lexicon.marks(kind)}
    swapped = SWAPPED if theirs else {}
    concepts = {
        mark: tuple(f"<{swapped.get(concept, concept)}>" for concept in found)
        for mark, found in lexicon.concepts_of_mark.items()
    }
    marks = frozenset(letters).union(lexicon.marks(*ENTITIES))
    of_words = {mark: letter for mark, letter in letters.items() if letter in "TU"}
    return Masks(letters, re.compile(f"[{''.join(marks)}]"), marks, of_words, frozenset(concepts), concepts)


def said_in_python(skeleton: Skeleton, clause: Clause, masks: Masks, concepts: set[str]) -> str:
    """What is weighed of the words of a clause; its concepts are added to the set."""
    concepts.update(*map(masks.concepts.__getitem__, masks.known & clause.holds))
    return _masked(skeleton, clause, masks)


def said_in_c(skeleton: Skeleton, clause: Clause, masks: Masks, concepts: set[str]) -> str:
    """The same by the compiled twin."""
    text, line, starts, entities = skeleton.text, skeleton.line, skeleton.starts, skeleton.entities
    letters, of_words = masks.letters, masks.of_words
    return core.masked(
        text, line, starts, entities, clause.start, clause.end, LONGEST, letters, of_words, masks.concepts, concepts
    )


said = said_in_c if used else said_in_python


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
        elif found[0] in masks.of_words and (token := skeleton.token(at)):
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
    return of_sentence(scene, clause)[fact.value] < UNHEARD and alone(scene, clause)[fact.value] < UNHEARD_ALONE


def sure(likely: float) -> float:
    """How sure a finding is that words alone tell."""
    return round(0.6 + 0.25 * likely, 2)


def _likely(scene: Scene, clauses: Sequence[Clause]) -> Likely:
    return likelihoods(words(scene.skeleton, clauses, scene.speaker), together())


def odd(likely: float) -> float:
    """So many times likelier than its opposite."""
    return likely / max(1e-9, 1 - likely)


@cache
def lines() -> Lines:
    """The shipped ones."""
    read = json.loads((DATA / "telling.json").read_text(encoding="utf-8"))
    return Lines(read["line"], read["closing"])


def learnt() -> Weights:
    """The shipped weights of signals, contact and promises, read anew."""
    return read_weights("hearing.txt")


def steps() -> Weights:
    """Those of stages, each against none, under :data:`STEPS`."""
    return read_weights("telling.txt")


def read_weights(name: str) -> Weights:
    """The weights in a file of the lexicon: names with where their sums start, then a feature a line."""
    head, _, rows = (DATA / name).read_text(encoding="utf-8").partition("\n")
    names, floor = zip(*(one.split("=") for one in head.split("\t")), strict=True)
    return Weights(tuple(names), tuple(map(float, floor)), rows)


def write_weights(name: str, weights: Weights) -> None:
    """The same the other way."""
    head = "\t".join(f"{name}={start:.2f}" for name, start in zip(weights.names, weights.floor, strict=True))
    (DATA / name).write_text(f"{head}\n{weights.rows}", encoding="utf-8")


@cache
def together() -> Ready:
    """All shipped weights."""
    least = odd(lines().step) / len(STEPS)
    needed = dict.fromkeys(STEPS, least / (1 + least)) | dict.fromkeys(PROMISES, PROMISED)
    return ready(learnt(), steps(), needed=needed)

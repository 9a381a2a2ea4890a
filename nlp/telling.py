"""How likely a sentence is to put a deal somewhere, and where: learnt weights beside the frames.

A frame knows a turn of speech that somebody wrote down. What is told in other words shows in the concepts of the
sentence, in its moods and in what stands around them; what only sounds like a step does, too. `nlp/hearing.py` weighs
the same features for signals; here are the weights for stages (`python benchmarks/telling.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlp import hearing
from nlp.about import is_business
from nlp.asides import only_mentioned
from nlp.clauses import Clause
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Scene
from nlp.frames import BLOCKING
from nlp.hearing import STEP, STEPS, Line, Steps, odd, steps, told
from nlp.tenses import tense

SHORTEST = 9
"""Fewer characters than these tell too little by themselves: what they mean the talk before tells."""
CLOSING = frozenset({"won", "lost"})
DOUBTFUL = frozenset({"question", "hedge", "if", "wish", "later"})
UNSAID = frozenset(BLOCKING)
RULE = "telling."
ANY = frozenset(STEPS)
SURELY, BEYOND_DOUBT = 0.9, 0.97
"""From the first on words tell a step also where nothing else speaks of business; from the second on also where the
deal seems to be somebody else's. Set by hand: of sentences left out of the learning these tests took more that was
right than wrong, but they were a handful."""
APART = 1.65
"""So many times likelier one stage must be than any other."""


def characters(mates: Sequence[Clause], scene: Scene) -> int:
    """How long the sentence of these clauses is."""
    starts = scene.skeleton.starts
    return starts[mates[-1].end] - starts[mates[0].start]


def told_by_words(scene: Scene, weights: Steps | None = None) -> list[Fact]:
    """The steps that words alone tell, at most one a sentence."""
    known = weights or steps()
    return [fact for first in hearing.loud(scene) if (fact := _step(first, scene, known))]


def _step(first: Clause, scene: Scene, weights: Steps) -> Fact | None:
    heard, mates = hearing.of_sentence(scene, first), scene.mates(first)
    if ANY.isdisjoint(heard.loud) or characters(mates, scene) < SHORTEST:
        return None
    likely, value = told(heard), which(heard)
    line = _line(value, likely, weights) if value else None
    if value is None or line is None:
        return None
    if likely < SURELY and not (scene.anchored or is_business(scene.skeleton)):
        return None
    n, clause = hearing.loudest(scene, first, STEP + value)
    if _unsaid(value, mates) or (likely < BEYOND_DOUBT and UNSAID & clause.moods):
        return None
    return _fact(value, likely, line.sure, n, scene)


def _line(value: str, likely: float, weights: Steps) -> Line | None:
    """The line that a step so likely has passed; None where it is not told."""
    if value not in CLOSING or likely >= weights.closing:
        passed = next((line for line in weights.lines if likely >= line.least), None)
        if passed:
            return passed
    sooner = weights.sooner.get(value)
    return sooner if sooner and likely >= sooner.least else None


def _unsaid(value: str, mates: Sequence[Clause]) -> bool:
    """No clause says anything as so, or a closing is doubted. A deal is lost by what somebody does not do."""
    blocking = UNSAID - {"neg"} if value == "lost" else UNSAID
    if all(blocking & mate.moods or blocking & mate.own.keys() for mate in mates):
        return True
    return value in CLOSING and any(mate.moods & DOUBTFUL for mate in mates)


def _fact(value: str, likely: float, sure: float, n: int, scene: Scene) -> Fact | None:
    skeleton, clause = scene.skeleton, scene.clauses[n]
    when = clause.dates[-1] if clause.dates else None
    said = tense(clause, clause.start, clause.end, skeleton, scene.now)
    if said == "future" and value in CLOSING:
        return None
    span = skeleton.span(clause.start, clause.end)
    fact = Fact(value, RULE + value, sure, span, n, said, when)
    if only_mentioned(fact, scene) or (likely < BEYOND_DOUBT and told_of_another_deal(fact, scene)):
        return None
    return fact


def which(heard: Mapping[str, float]) -> str | None:
    """The stage that words speak for most, given that one is told; None where two are hardly told apart."""
    best, other = sorted(STEPS, key=heard.__getitem__, reverse=True)[:2]
    return best.removeprefix(STEP) if odd(heard[best]) >= APART * odd(heard[other]) else None

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
from nlp.hearing import STEP, STEPS, Steps, odd, steps, told
from nlp.likely import HEARD
from nlp.tenses import tense

SHORTEST = 9
"""Fewer characters than these tell too little by themselves: what they mean the talk before tells."""
CLOSING = frozenset({"won", "lost"})
DOUBTFUL = frozenset({"question", "hedge", "if", "wish", "later"})
UNSAID = frozenset(BLOCKING)
RULE = "telling."
STEPS_APART = frozenset(STEPS)
ASKED = {"negotiation": ("asks_quote", "promise.us"), "contract_signing": ("asks_contract",),
         "solution_demo": ("asks_trial", "promise.us")}  # fmt: skip
"""What speaks against a step that words alone tell: that it is only asked for, or only promised."""
APART = 1.65
"""So many times likelier one stage must be than any other."""


def characters(mates: Sequence[Clause], scene: Scene) -> int:
    """How long the sentence of these clauses is."""
    starts = scene.skeleton.starts
    return starts[mates[-1].end] - starts[mates[0].start]


def told_by_words(scene: Scene, weights: Steps | None = None) -> list[Fact]:
    """The steps that words alone tell, at most one a sentence."""
    if not (scene.anchored or is_business(scene.skeleton)):
        return []
    known = weights or steps()
    return [fact for first in hearing.loud(scene) if (fact := _step(first, scene, known))]


def _step(first: Clause, scene: Scene, weights: Steps) -> Fact | None:
    mates = scene.mates(first)
    if characters(mates, scene) < SHORTEST:
        return None
    heard = hearing.of_sentence(scene, first)
    if STEPS_APART.isdisjoint(heard.loud):
        return None
    likely = told(heard)
    least = weights.lines[-1 if scene.anchored else 0].least
    if likely < least or all(UNSAID & mate.moods or UNSAID & mate.own.keys() for mate in mates):
        return None
    value = which(heard)
    if value in CLOSING and (likely < weights.closing or any(mate.moods & DOUBTFUL for mate in mates)):
        return None
    if value is None or any(heard[name] >= HEARD for name in ASKED.get(value, ())):
        return None
    n, clause = hearing.loudest(scene, first, STEP + value)
    if UNSAID & clause.moods:
        return None
    return _fact(value, next(line.sure for line in weights.lines if likely >= line.least), n, scene)


def _fact(value: str, sure: float, n: int, scene: Scene) -> Fact | None:
    skeleton, clause = scene.skeleton, scene.clauses[n]
    when = clause.dates[-1] if clause.dates else None
    said = tense(clause, clause.start, clause.end, skeleton, scene.now)
    if said == "future" and value in CLOSING:
        return None
    span = skeleton.span(clause.start, clause.end)
    fact = Fact(value, RULE + value, sure, span, n, said, when)
    return None if only_mentioned(fact, scene) or told_of_another_deal(fact, scene) else fact


def which(heard: Mapping[str, float]) -> str | None:
    """The stage that words speak for most, given that one is told; None where two are hardly told apart."""
    best, other = sorted(STEPS, key=heard.__getitem__, reverse=True)[:2]
    return best.removeprefix(STEP) if odd(heard[best]) >= APART * odd(heard[other]) else None

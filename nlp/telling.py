"""How likely a sentence is to put a deal somewhere, and where: learnt weights beside the frames.

A frame knows a turn of speech that somebody wrote down. What is told in other words shows in the concepts of the
sentence, in its moods and in what stands around them; what only sounds like a step does, too. `nlp/hearing.py` weighs
the same features for signals; here are the weights for stages (`python benchmarks/telling.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp import hearing
from nlp.about import is_business
from nlp.asides import only_mentioned
from nlp.clauses import Clause
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Facts, Scene
from nlp.frames import BLOCKING
from nlp.hearing import TOLD, Stages, stages
from nlp.likely import HEARD, Words
from nlp.reading import STAGE_ORDER
from nlp.tenses import tense

SHORTEST = 9
"""Fewer characters than these tell too little by themselves: what they mean the talk before tells."""
CLOSING = frozenset({"won", "lost"})
DOUBTFUL = frozenset({"question", "hedge", "if", "wish", "later"})
UNSAID = frozenset(BLOCKING)
RULE = "telling."
ASKED = {"negotiation": ("asks_quote", "promise.us"), "contract_signing": ("asks_contract",),
         "solution_demo": ("asks_trial", "promise.us")}  # fmt: skip
"""What speaks against a step that words alone tell: that it is only asked for, or only promised."""
APART = 0.5
"""By so much words must speak more for one stage than for any other."""


def characters(mates: Sequence[Clause], scene: Scene) -> int:
    """How long the sentence of these clauses is."""
    starts = scene.skeleton.starts
    return starts[mates[-1].end] - starts[mates[0].start]


def told_by_words(scene: Scene, said: Facts, weights: Stages | None = None) -> list[Fact]:
    """The steps that words alone tell, at most one a sentence; none where a frame found a step, or was refused one."""
    if said["stages"] or not (scene.anchored or is_business(scene.skeleton)):
        return []
    known = weights or stages()
    return [fact for first in hearing.loud(scene) if (fact := _step(first, scene, known))]


def _step(first: Clause, scene: Scene, weights: Stages) -> Fact | None:
    mates = scene.mates(first)
    if characters(mates, scene) < SHORTEST:
        return None
    heard = hearing.of_sentence(scene, first)
    likely = heard[TOLD] if TOLD in heard.loud else 0.0
    least = weights.lines[-1 if scene.anchored else 0].least
    if likely < least or all(UNSAID & mate.moods or UNSAID & mate.own.keys() for mate in mates):
        return None
    value = which(hearing.words(scene.skeleton, mates, scene.speaker), weights)
    if value in CLOSING and (likely < weights.closing or any(mate.moods & DOUBTFUL for mate in mates)):
        return None
    if value is None or any(heard[name] >= HEARD for name in ASKED.get(value, ())):
        return None
    n = _loudest(first, scene, weights)
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


def _loudest(first: Clause, scene: Scene, weights: Stages) -> int:
    """The number of the clause of a sentence that speaks most for a step being told."""

    def spoken(n: int) -> float:
        shares = hearing.words(scene.skeleton, [scene.clauses[n]], scene.speaker).shares()
        return sum(weights.told.get(feature, 0.0) * share for feature, share in shares)

    return max(range(first.first, first.beyond), key=spoken)


def which(words: Words, weights: Stages) -> str | None:
    """The stage that words speak for most, given that one is told; None where two are hardly told apart."""
    shares = list(words.shares())

    def spoken(stage: str) -> float:
        of_stage = weights.which[stage]
        return of_stage[""] + sum(of_stage.get(feature, 0.0) * share for feature, share in shares)

    best, other = sorted(STAGE_ORDER, key=spoken, reverse=True)[:2]
    return best if spoken(best) - spoken(other) >= APART else None

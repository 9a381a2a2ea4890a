"""How likely a sentence is to put a deal somewhere, and where: what its words weigh, and what frames saw in it.

A frame knows a turn of speech that somebody wrote down; what stands around it decides whether it is meant
(我自己那台车试驾完订了). What is told in other words shows in the concepts of the sentence, in its moods and in what
stands around them. So neither decides alone: the learnt weights (`python benchmarks/telling.py`) say how likely each
step is rather than none, and a frame in the sentence makes that likelier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlp import hearing
from nlp.asides import only_mentioned
from nlp.clauses import Clause
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Scene
from nlp.hearing import STEP, STEPS, Lines, lines, odd
from nlp.reading import STAGE_ORDER
from nlp.tenses import tense

CLOSING = frozenset({"won", "lost"})
DOUBTFUL = frozenset({"question", "hedge", "if", "wish", "later"})
RULE = "telling."
ANY = frozenset(STEPS)
_STEPS = tuple(zip(STAGE_ORDER, STEPS, strict=True))
FRAMED, ITS_OWN = 4.5, 2.7
"""So many times likelier a frame makes that a step is told at all, and its own step beside the others. Set by hand:
logistic regression over 13,000 sentences that no frame was written for, most of them to mislead, gave it 1.3 to 1.6
in logarithms, these make it 2.5; people mislead less."""
OUTSPOKEN = 3.0
"""Where words speak so many times more for another step, the frame heard the wrong one."""
SEEN = 0.9
"""What a frame saw need be no likelier to be told; words alone must be surer (`Lines.step`)."""
BRIEF, BRIEFLY = 8, 0.75
"""Fewer characters than the first say too little for words to speak against a frame (启明报价发了): it need only be as
likely as the second."""
BY_ITSELF, NOT_AGAINST = 0.95, 0.2
"""In a sentence that speaks of much else the clause of a frame tells its step from the first on, unless the sentence is
less likely than the second to tell any."""
CLOSED = 0.94
"""From here on a frame closes a deal whose words alone would have to be surer still (`Lines.closing`)."""
BEYOND_DOUBT = 0.99
"""From here on words tell a step whatever moods and rules around it say: that is among what they weigh."""
SUREST = 0.95
"""More is not claimed of what words alone tell."""


def told(scene: Scene, framed: Sequence[Fact], above: Lines | None = None) -> list[Fact]:
    """The steps that the sentences of a scene tell; ``framed`` are those that frames saw there."""
    known = above or lines()
    if not framed:
        return [fact for first in hearing.loud(scene) for fact in _sentence(first, (), scene, known)]
    seen: dict[int, list[Fact]] = {}
    for fact in framed:
        seen.setdefault(scene.clauses[fact.clause].sentence, []).append(fact)
    return [fact for one in scene.firsts for fact in _sentence(one, seen.get(one.sentence, ()), scene, known)]


def _sentence(first: Clause, framed: Sequence[Fact], scene: Scene, known: Lines) -> list[Fact]:
    heard = hearing.of_sentence(scene, first)
    if not framed and ANY.isdisjoint(heard.loud):
        return []
    odds = weighed(heard, {fact.value for fact in framed})
    likely = likelihood(odds)
    if likely >= (known.step if not framed else BRIEFLY if characters(first, scene) < BRIEF else SEEN):
        best = max(odds, key=odds.__getitem__)
        meant = [fact for fact in framed if odds[best] <= OUTSPOKEN * odds[fact.value]]
        if not meant:
            meant = _by_words(best, likely, first, scene)
    elif likely >= NOT_AGAINST:
        likely, meant = _clauses(framed, scene)
    else:
        return []
    closed = likely >= (CLOSED if framed else known.closing)
    if not closed or (likely < BEYOND_DOUBT and any(mate.moods & DOUBTFUL for mate in scene.mates(first))):
        return [fact for fact in meant if fact.value not in CLOSING]
    return meant


def _clauses(framed: Sequence[Fact], scene: Scene) -> tuple[float, list[Fact]]:
    """What frames saw in clauses that tell it by themselves, however much else their sentence speaks of."""
    likely, meant = 0.0, list[Fact]()
    for fact in framed:
        odds = weighed(hearing.alone(scene, scene.clauses[fact.clause]), {fact.value})
        if likelihood(odds) >= BY_ITSELF and max(odds.values()) <= odds[fact.value]:
            likely, meant = max(likely, likelihood(odds)), [*meant, fact]
    return likely, meant


def likelihood(odds: Mapping[str, float]) -> float:
    """0..1: how likely any of the stages is told that are so many times likelier than none."""
    whole = sum(odds.values())
    return whole / (1 + whole)


def characters(first: Clause, scene: Scene) -> int:
    """How long the sentence of a clause is."""
    starts = scene.skeleton.starts
    return starts[scene.mates(first)[-1].end] - starts[first.start]


def weighed(heard: Mapping[str, float], framed: set[str]) -> dict[str, float]:
    """How many times likelier each stage is than none, once frames saw some of them."""
    odds: dict[str, float] = {stage: odd(heard[step]) for stage, step in _STEPS}
    if framed:
        for stage in odds:
            odds[stage] *= FRAMED * ITS_OWN if stage in framed else FRAMED
    return odds


def _by_words(value: str, likely: float, first: Clause, scene: Scene) -> list[Fact]:
    """The step in the clause whose words tell it most. Where they leave a doubt it must not only be asked, supposed or
    mentioned there, and the deal must be ours."""
    certain = likely >= BEYOND_DOUBT
    if not certain and all(DOUBTFUL & mate.moods for mate in scene.mates(first)):
        return []
    n, clause = hearing.loudest(scene, first, STEP + value)
    said = tense(clause, clause.start, clause.end, scene.skeleton, scene.now)
    if said == "future" and value in CLOSING:
        return []
    when = clause.dates[-1] if clause.dates else None
    span = scene.skeleton.span(clause.start, clause.end)
    fact = Fact(value, RULE + value, round(min(likely, SUREST), 2), span, n, said, when)
    if only_mentioned(fact, scene) or (not certain and told_of_another_deal(fact, scene)):
        return []
    return [fact]

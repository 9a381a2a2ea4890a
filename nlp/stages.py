"""Where this message alone puts the deal: the furthest stage that a clause establishes as a fact."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.asides import only_mentioned
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Facts, Scene
from nlp.hearing import STEP, STEPS, odd, of_sentence, told
from nlp.reading import STAGE_ORDER, StageFound
from nlp.segment import Skeleton
from nlp.telling import CLOSING, DOUBTFUL, characters, told_by_words

BARE, LONG = 8, 14
"""Of fewer characters than the first the weights know too little to speak against a frame (启明报价发了); from the
second on there are words enough."""
UNTOLD, BEYOND_DOUBT, SURELY_UNTOLD = 0.2, 0.93, 0.1
"""Below 0.2 (0.15 where words are few) the words of a sentence tell no step, whatever a frame less sure than 0.93
found; below 0.1 whatever any frame found, unless words are few (下周三签合同)."""
FEW = 0.15
OUTSPOKEN = 20.0
"""Where words speak so many times more for another stage, the frame heard the wrong one."""
UNSURE, SPOKEN = 0.75, 0.6
"""A frame less sure than the first counts only where the words of the sentence tell a step with the second, too."""
TAUGHT = "lexicon."
"""What a team taught is not weighed against what others say."""


def find(scene: Scene, said: Facts) -> list[tuple[int, StageFound]]:
    """The stages established, each with the number of its clause: told by a frame, or by words where no frame fits."""
    found = [fact for fact in said["stages"] if _stands(fact, scene) and not _spoken_against(fact, scene)]
    return [(fact.clause, as_stage(fact, scene.skeleton)) for fact in found or told_by_words(scene)]


def _spoken_against(fact: Fact, scene: Scene) -> bool:
    """The sentence around it is of words that tell no step, or another one."""
    if fact.rule.startswith(TAUGHT):
        return False
    clause = scene.clauses[fact.clause]
    heard = of_sentence(scene, clause)
    length = characters(scene.mates(clause), scene)
    if fact.sure >= UNSURE and length < BARE:
        return False
    usual, beyond = (UNTOLD, SURELY_UNTOLD) if length >= LONG else (FEW, 0.0)
    least = SPOKEN if fact.sure < UNSURE else usual if fact.sure < BEYOND_DOUBT else beyond
    if told(heard) < least:
        return True
    return max(odd(heard[step]) for step in STEPS) > OUTSPOKEN * odd(heard[STEP + fact.value])


def _stands(fact: Fact, scene: Scene) -> bool:
    """It is said of a deal of ours; won and lost must not be doubted anywhere in their sentence."""
    if only_mentioned(fact, scene) or told_of_another_deal(fact, scene):
        return False
    if fact.value not in CLOSING:
        return True
    return not any(mate.moods & DOUBTFUL for mate in scene.mates(scene.clauses[fact.clause]))


def as_stage(fact: Fact, skeleton: Skeleton) -> StageFound:
    """The fact as a finding over the text."""
    start, end = fact.span
    when = fact.when if fact.tense == "future" else None
    return StageFound(skeleton.text[start:end], fact.span, fact.rule, fact.sure, fact.value, when)  # type: ignore[arg-type]


def furthest(found: Sequence[StageFound]) -> StageFound | None:
    """The stage that stands furthest from the first hello, the first of equals; None of none."""
    if len(found) < 2:
        return found[0] if found else None
    return max(found, key=lambda stage: STAGE_ORDER.index(stage.value))

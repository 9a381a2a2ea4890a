"""Where this message alone puts the deal: the furthest stage that a clause establishes as a fact."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.asides import only_mentioned
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Facts, Scene
from nlp.hearing import TOLD, of_sentence
from nlp.reading import STAGE_ORDER, StageFound
from nlp.segment import Skeleton
from nlp.telling import CLOSING, DOUBTFUL, characters, told_by_words
from nlp.weighing import silence

SILENT, SURE, SURELY_SILENT = 0.9, 0.9, 0.985
"""From 0.9 on a sentence of such words tells no step, from 0.985 on also against a frame as sure as 0.9: of
fresh sentences that told none the one finds half, the other a quarter; of those that told one 4 % and none are lost."""
UNTOLD, LONG, BEYOND_DOUBT = 0.3, 14, 0.93
"""Below 0.3 the words of a sentence of 14 characters and more tell no step, whatever a frame less sure than 0.93
found: of 407 unseen sentences that told none 3 are still advanced (7 before), of 187 that told one 4 % are lost. A
false step costs more than many that are missed."""
UNSURE, SPOKEN = 0.75, 0.6
"""A frame less sure than the first counts only where the words of the sentence tell a step with the second, too."""
SPOKEN_FOR = 0.4
"""From here on concepts speak for a step, whatever its runs of characters say."""
TAUGHT = "lexicon."
"""What a team taught is not weighed against what others say."""


def find(scene: Scene, said: Facts) -> list[tuple[int, StageFound]]:
    """The stages established, each with the number of its clause: told by a frame, or by words where no frame fits."""
    found = [fact for fact in said["stages"] if _stands(fact, scene) and not _among_silent_words(fact, scene)]
    return [(fact.clause, as_stage(fact, scene.skeleton)) for fact in (*found, *told_by_words(scene, said))]


def _among_silent_words(fact: Fact, scene: Scene) -> bool:
    """The sentence around it is of words that tell no step."""
    if fact.rule.startswith(TAUGHT):
        return False
    clause = scene.clauses[fact.clause]
    mates = scene.mates(clause)
    likely = of_sentence(scene, clause)[TOLD]
    if fact.sure < UNSURE and likely < SPOKEN:
        return True
    if fact.sure < BEYOND_DOUBT and characters(mates, scene) >= LONG and likely < UNTOLD:
        return True
    if likely >= SPOKEN_FOR:
        return False
    return silence(scene.skeleton, mates[0].start, mates[-1].end) > (SILENT if fact.sure < SURE else SURELY_SILENT)


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

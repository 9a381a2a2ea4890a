"""Where this message alone puts the deal: the furthest stage that a clause establishes as a fact."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.asides import only_mentioned
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Facts, Scene
from nlp.reading import STAGE_ORDER, StageFound
from nlp.segment import Skeleton
from nlp.telling import CLOSING, DOUBTFUL, told

TAUGHT = "lexicon."
"""What a team taught is not weighed against what others say."""


def find(scene: Scene, said: Facts) -> list[tuple[int, StageFound]]:
    """The stages established, each with the number of its clause: what a team taught, else what words and frames tell
    together."""
    found = standing(scene, said)
    taught = [fact for fact in found if fact.rule.startswith(TAUGHT)]
    return [(fact.clause, as_stage(fact, scene.skeleton)) for fact in taught or told(scene, found)]


def standing(scene: Scene, said: Facts) -> list[Fact]:
    """What frames saw and nothing around it takes back."""
    return [fact for fact in said["stages"] if _stands(fact, scene)]


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

"""The customer contact that a message reports as done or firmly arranged."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Facts, Scene
from nlp.reading import ActionFound


def find(scene: Scene, said: Facts) -> list[tuple[int, ActionFound]]:
    """The contacts reported, each with the number of its clause, in the order of the text."""
    found = []
    for fact in said["actions"]:
        start, end = fact.span
        arranged = fact.tense == "future"
        words = scene.skeleton.text[start:end]
        action = ActionFound(words, fact.span, fact.rule, fact.sure, fact.value, fact.when, arranged)  # type: ignore[arg-type]
        found.append((fact.clause, action))
    return found


def foremost(found: Sequence[ActionFound]) -> ActionFound | None:
    """What was done before what is arranged, then the surest, then the first; None of none."""
    return max(found, key=lambda action: (not action.arranged, action.confidence), default=None)

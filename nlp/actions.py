"""The customer contact that a message reports as done or firmly arranged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from nlp import hearing
from nlp.facts import Fact, Facts, Scene
from nlp.reading import Action, ActionFound
from nlp.tenses import tense

NAMES: tuple[Action, ...] = get_args(Action)
_NAMES = frozenset(NAMES)
SURELY, OF_NOTHING = 0.65, 0.8
"""From here on words tell a contact that no frame saw, it has more doubles than a signal; and where nothing else speaks
of a deal."""
UNSEEN = frozenset({"joke", "retract", "lesson", "example", "if", "wish", "question", "wh", "third", "domestic"})
"""Moods in which words alone report no contact, unless they leave no doubt."""

CLOCKED = "action.visit.clocked"
CLOCK = ("minute", "hour")


def find(scene: Scene, said: Facts) -> list[tuple[int, ActionFound]]:
    """The contacts reported, each with the number of its clause, in the order of the text: told by a frame that words
    do not speak against, or by words alone."""
    found = [fact for fact in said["actions"] if _fixed(fact) and not hearing.spoken_against(fact, scene)]
    if not found:
        found = _by_words(scene, frozenset(fact.value for fact in said["actions"]))
    return [(fact.clause, _action(fact, scene)) for fact in found]


def _fixed(fact: Fact) -> bool:
    """今天下午3点拜访周主任: a visit for which nobody says yes is arranged where it has its clock time."""
    return fact.rule.removesuffix(".future") != CLOCKED or (fact.when is not None and fact.when.grain in CLOCK)


def _action(fact: Fact, scene: Scene) -> ActionFound:
    words, arranged = scene.skeleton.text[slice(*fact.span)], fact.tense == "future"
    return ActionFound(words, fact.span, fact.rule, fact.sure, fact.value, fact.when, arranged)  # type: ignore[arg-type]


def _by_words(scene: Scene, refused: frozenset[str]) -> list[Fact]:
    """The likeliest contact of each sentence that words alone are enough for, but none that a frame was refused."""
    found = []
    enough = SURELY if scene.anchored else OF_NOTHING
    for first in hearing.loud(scene):
        likely = hearing.of_sentence(scene, first)
        if _NAMES.isdisjoint(likely.loud):
            continue
        best = max(NAMES, key=likely.__getitem__)
        if likely[best] < enough or best in refused:
            continue
        n, clause = hearing.loudest(scene, first, best)
        if clause.moods & UNSEEN and likely[best] < hearing.BEYOND_DOUBT:
            continue
        skeleton = scene.skeleton
        said = tense(clause, clause.start, clause.end, skeleton, scene.now)
        when = clause.dates[-1] if clause.dates else None
        span = skeleton.span(clause.start, clause.end)
        found.append(Fact(best, hearing.WORDS + best, hearing.sure(likely[best]), span, n, said, when))
    return found


def foremost(found: Sequence[ActionFound]) -> ActionFound | None:
    """What was done before what is arranged, then the surest, then the first; None of none."""
    if len(found) < 2:
        return found[0] if found else None
    return max(found, key=lambda action: (not action.arranged, action.confidence))

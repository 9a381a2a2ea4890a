"""How likely words are those of a promise, whoever makes it (nlp/hearing.py)."""

from __future__ import annotations

from nlp import hearing
from nlp.clauses import Clause
from nlp.facts import Scene
from nlp.likely import HEARD
from nlp.reading import Side

NEVER, UNLIKELY, SURELY = 0.001, 0.05, 0.8
"""Less likely than the first, the words of a sentence speak against any promise, less than the second against one that
nobody vows; from the third on they surely speak of one."""
LONG, LONG_ENOUGH = 16, 10
"""Words of shorter texts do not speak against a promise: in a talk what stands before them tells the rest. From the
second on they say whose it is."""
_SIDES = frozenset(("promise.us", "promise.customer"))


def likely(scene: Scene, clause: Clause) -> float:
    """0..1 for the sentence of the clause."""
    told = hearing.of_sentence(scene, clause)
    return max(told["promise.us"], told["promise.customer"])


def likely_of(scene: Scene, clause: Clause, side: Side) -> float:
    """The same for a promise of this side."""
    return hearing.of_sentence(scene, clause)[f"promise.{side}"]


def heard(scene: Scene, clause: Clause) -> bool:
    """The words of the sentence are enough for a promise without a list of verbs."""
    return not _SIDES.isdisjoint(hearing.of_sentence(scene, clause).loud) and likely(scene, clause) >= HEARD


def by_itself(scene: Scene, clause: Clause) -> float:
    """0..1 for the clause alone."""
    told = hearing.alone(scene, clause)
    return max(told["promise.us"], told["promise.customer"])


def told_side(scene: Scene, clause: Clause) -> Side | None:
    """Whose promise the words of the sentence surely are; None where they do not say."""
    if len(scene.skeleton.text) < LONG_ENOUGH or not heard(scene, clause):
        return None
    told = hearing.of_sentence(scene, clause)
    us, them = told["promise.us"], told["promise.customer"]
    if min(us, them) > UNLIKELY:
        return None
    return "us" if us > them else "customer"


def weighable(scene: Scene) -> bool:
    """Long enough for its words to tell."""
    return len(scene.skeleton.text) >= LONG

"""How likely words are those of a promise, whoever makes it (nlp/hearing.py)."""

from __future__ import annotations

from nlp import hearing
from nlp.clauses import Clause
from nlp.facts import Scene
from nlp.likely import HEARD
from nlp.reading import Side

UNLIKELY, SURELY = 0.05, 0.8
"""Less likely than the first, the words of a sentence speak against a promise that nobody vows; from the second on they
surely speak of one."""
LONG = 16
"""Shorter texts are not weighed: in a talk what stands before them tells the rest."""
_SIDES = frozenset(("promise.us", "promise.customer"))


def likely(scene: Scene, clause: Clause) -> float:
    """0..1 for the sentence of the clause."""
    told = hearing.of_sentence(scene, clause)
    return max(told["promise.us"], told["promise.customer"])


def heard(scene: Scene, clause: Clause) -> bool:
    """The words of the sentence are enough for a promise without a list of verbs."""
    return not _SIDES.isdisjoint(hearing.of_sentence(scene, clause).loud) and likely(scene, clause) >= HEARD


def by_itself(scene: Scene, clause: Clause) -> float:
    """0..1 for the clause alone."""
    told = hearing.alone(scene, clause)
    return max(told["promise.us"], told["promise.customer"])


def told_side(scene: Scene, clause: Clause) -> Side | None:
    """Whose promise the words of the sentence surely are; None where they do not say."""
    if not weighable(scene) or not heard(scene, clause):
        return None
    told = hearing.of_sentence(scene, clause)
    us, them = told["promise.us"], told["promise.customer"]
    if min(us, them) > UNLIKELY:
        return None
    return "us" if us > them else "customer"


def weighable(scene: Scene) -> bool:
    """Long enough for its words to tell."""
    return len(scene.skeleton.text) >= LONG

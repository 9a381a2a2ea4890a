"""How likely words are those of a promise, whoever makes it (nlp/hearing.py)."""

from __future__ import annotations

from nlp import hearing
from nlp.clauses import Clause
from nlp.facts import Scene

UNLIKELY, SURELY = 0.05, 0.8
"""Less likely than the first, the words of a sentence speak against a promise that nobody vows; from the second on they
surely speak of one."""
LONG = 16
"""Shorter texts are not weighed: in a talk what stands before them tells the rest."""
_SIDES = ("promise.us", "promise.customer")


def likely(scene: Scene, clause: Clause) -> float:
    """0..1 for the sentence of the clause."""
    heard = hearing.of_sentence(scene, clause)
    return max(heard[side] for side in _SIDES)


def by_itself(scene: Scene, clause: Clause) -> float:
    """0..1 for the clause alone."""
    heard = hearing.alone(scene, clause)
    return max(heard[side] for side in _SIDES)


def weighable(scene: Scene) -> bool:
    """Long enough for its words to tell."""
    return len(scene.skeleton.text) >= LONG

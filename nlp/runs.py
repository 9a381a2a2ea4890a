"""Runs of one to three characters of a text, and what each of them weighs.

A text of twenty characters has some fifty different runs, most of which weigh something. To make them all and look each
up costs twice as much as to go through the text once with an automaton that knows the runs of a table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import add, itemgetter
from typing import Generic, TypeVar

from nlp.automata import Automaton, automaton
from nlp.compiled.chosen import core, used

LONGEST = 3
N = TypeVar("N", int, float)
_known = itemgetter(1)


def runs(text: str) -> set[str]:
    """Each run of one to three characters, once."""
    pairs = list(map(add, text, text[1:]))
    return {*text, *pairs, *map(add, pairs, text[2:])}


def count(text: str) -> int:
    """About how many different ones there are, at least one: of a sentence's pairs and threes hardly any stands twice,
    and to count them exactly costs as much as half of weighing them."""
    return max(1, different(text) + 2 * len(text) - 3)


def different_in_python(text: str) -> int:
    """How many different characters there are."""
    return len({*text})


different = core.different if used else different_in_python


class Table(Generic[N]):
    """The weights of runs; of those first in order the way to them is the shortest."""

    def __init__(self, weights: Mapping[str, N]) -> None:
        known = {
            run: (number, weight) for number, (run, weight) in enumerate(weights.items()) if 0 < len(run) <= LONGEST
        }
        self._automaton: Automaton[tuple[int, N]] | None = automaton(known) if known else None

    def told(self, text: str) -> Collection[N]:
        """The weights of the runs that stand in the text, each run once."""
        return dict(map(_known, self._automaton.iter(text))).values() if self._automaton else ()

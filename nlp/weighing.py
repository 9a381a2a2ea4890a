"""What features weigh for each of some names, added up: runs of characters, concepts and moods apart."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, partial

from nlp.compiled.chosen import core, used
from nlp.lanes import in_lane, lanes_of, packed, signs
from nlp.runs import LONGEST, Table

FINE = 1 << 20
"""The whole number that stands for one when a sum is only looked at."""
Rows = Mapping[str, Sequence[tuple[int, int]]]
"""For each feature (place of a name, weight); those met most often first, so that they lie together."""
Shares = tuple[float, float, float]
"""How much each kind of feature counts: runs, concepts, moods."""
Weighed = tuple[Callable[[int], float], Sequence[int]]
"""The likelihood of the name at a place; and the places of the names that lack nothing, the last first."""
Weigh = Callable[[str, Set[str], Set[str], Shares], Weighed]
"""Weighs the runs of a text, each once, with concepts and moods."""


def scales(rows: Rows, floor: Sequence[float], lacking: Sequence[int]) -> Weigh:
    """For each name what it starts from, and what it lacks then of being loud, in parts of :data:`FINE`."""
    return in_c(rows, floor, lacking) if used else in_python(rows, floor, lacking)


def in_c(rows: Rows, floor: Sequence[float], lacking: Sequence[int]) -> Weigh:
    """Tables whose numbers are the place of a name and a weight, sixteen bits each. Concepts and moods have one of
    their own, in which a character stands for each: to follow their letters costs more than all the runs."""
    numbers = {feature: tuple(map(_number, row)) for feature, row in rows.items()}
    codes = {feature: chr(n) for n, feature in enumerate(one for one in rows if one[0] in "<=")}
    runs = core.table({feature: row for feature, row in numbers.items() if len(feature) <= LONGEST})
    features = core.table({code: numbers[feature] for feature, code in codes.items()})
    weighed = partial(core.weigh, runs, features, codes, array("d", (*floor, *lacking)).tobytes())

    def weigh(text: str, concepts: Set[str], moods: Set[str], shares: Shares) -> Weighed:
        likely, loud = weighed(text, concepts, moods, shares)
        return likely.__getitem__, loud

    return weigh


@cache
def _number(told: tuple[int, int]) -> int:
    name, weight = told
    if not -0x8000 <= weight < 0x8000:
        raise ValueError(f"a weight of {weight} in a table of sixteen bits")
    return name << 16 | weight & 0xFFFF


def in_python(rows: Rows, floor: Sequence[float], lacking: Sequence[int]) -> Weigh:
    """A row is one integer, added up for all names at once (nlp/lanes.py); equal rows are one. Most sentences tell
    nothing; so likelihoods are worked out for those who ask."""
    same: dict[int, int] = {}
    of = {feature: same.setdefault(one, one) for feature, one in zip(rows, map(packed, rows.values()), strict=True)}
    runs, lift, weight = Table(of), signs(len(floor)), of.get
    lifted = packed(enumerate(lacking)) + lift

    def weigh(text: str, concepts: Set[str], moods: Set[str], shares: Shares) -> Weighed:
        run = sum(runs.told(text))
        concept, mood = sum(filter(None, map(weight, concepts))), sum(filter(None, map(weight, moods)))
        by_run, by_concept, by_mood = shares
        total = lifted + run * int(by_run * FINE) + concept * int(by_concept * FINE) + mood * int(by_mood * FINE)

        def likely(n: int) -> float:
            evidence = floor[n] + by_run * in_lane(run + lift, n) + by_concept * in_lane(concept + lift, n)
            return 1 / (1 + math.exp(-(evidence + by_mood * in_lane(mood + lift, n))))

        return likely, list(lanes_of(total & lift)) if total & lift else ()

    return weigh

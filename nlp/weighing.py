"""What features weigh for each of some names, added up: runs of characters, concepts and moods apart."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, partial
from itertools import chain

from nlp.compiled.chosen import core, used
from nlp.lanes import in_lane, lanes_of, packed, signs
from nlp.runs import Table

FINE = 1 << 20
"""The whole number that stands for one when a sum is only looked at."""
PARTS = 10
"""Weights are told in tenths."""
Rows = Sequence[tuple[str, int]]
"""Lines as :func:`rows_of` writes them, and how many names stand before theirs."""
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
    """Tables made of the rows at once. Concepts and moods have one of their own, in which a character stands for each:
    to follow their letters costs more than all the runs."""
    runs, marked = core.weights(tuple(rows))
    codes = {feature: chr(n) for n, feature in enumerate(marked)}
    features = core.table({codes[feature]: row for feature, row in marked.items()})
    weighed = partial(core.weigh, runs, features, codes, array("d", (*floor, *lacking)).tobytes())

    def weigh(text: str, concepts: Set[str], moods: Set[str], shares: Shares) -> Weighed:
        likely, loud = weighed(text, concepts, moods, shares)
        return likely.__getitem__, loud

    return weigh


def in_python(rows: Rows, floor: Sequence[float], lacking: Sequence[int]) -> Weigh:
    """A row is one integer, added up for all names at once (nlp/lanes.py); equal rows are one. The names of which most
    is told have the first lanes, and the features that tell most come first: the less memory is touched, the quicker.
    Most sentences tell nothing; so likelihoods are worked out for those who ask."""
    read = _in_tenths(rows)
    often = Counter(name for name, _ in chain.from_iterable(read.values()))
    names = sorted(range(len(floor)), key=lambda n: -often[n])
    lanes = {n: lane for lane, n in enumerate(names)}
    in_its_lane = cache(lambda told: (lanes[told[0]], told[1]))
    same: dict[int, int] = {}
    of: dict[str, int] = {}
    for feature in sorted(read, key=lambda one: -len(read[one])):
        row = packed(map(in_its_lane, read[feature]))
        anew = feature.encode(errors="surrogatepass").decode(errors="surrogatepass")  # so that they lie together
        of[anew] = same.setdefault(row, row)
    runs, lift, weight = Table(of), signs(len(floor)), of.get
    lifted = packed((lanes[n], lacks) for n, lacks in enumerate(lacking)) + lift

    def weigh(text: str, concepts: Set[str], moods: Set[str], shares: Shares) -> Weighed:
        run = sum(runs.told(text))
        concept, mood = sum(filter(None, map(weight, concepts))), sum(filter(None, map(weight, moods)))
        by_run, by_concept, by_mood = shares
        total = lifted + run * int(by_run * FINE) + concept * int(by_concept * FINE) + mood * int(by_mood * FINE)

        def likely(n: int) -> float:
            lane = lanes[n]
            evidence = floor[n] + by_run * in_lane(run + lift, lane) + by_concept * in_lane(concept + lift, lane)
            return 1 / (1 + math.exp(-(evidence + by_mood * in_lane(mood + lift, lane))))

        return likely, sorted((names[lane] for lane in lanes_of(total & lift)), reverse=True) if total & lift else ()

    return weigh


Told = Sequence[tuple[int, float]]
"""The place of each name of which a feature tells something, and the weight."""


def rows_of(told: Mapping[str, Told]) -> str:
    """A feature a line, and what it tells: ``报价``, then behind a tab each ``3:1.4`` and the like. What holds a tab or
    the end of a line is left out."""
    return "".join(
        "\t".join([feature, *(f"{name}:{weight:g}" for name, weight in row)]) + "\n"
        for feature, row in sorted(told.items())
        if not {"\n", "\t"} & set(feature)
    )


def told_in(rows: str) -> dict[str, list[tuple[int, float]]]:
    """What features tell by rows that were so written."""
    return {feature: [*map(_told, told)] for feature, *told in (row.split("\t") for row in rows.split("\n")[:-1])}


@cache
def _told(written: str) -> tuple[int, float]:
    """``3:-0.5``; of hundreds of thousands a few thousand differ, so each is read once."""
    name, _, weight = written.partition(":")
    return int(name), float(weight)


def _in_tenths(rows: Rows) -> dict[str, list[tuple[int, int]]]:
    """What each feature tells by all of them."""
    found: dict[str, list[tuple[int, int]]] = {}
    for text, before in rows:
        placed = cache(lambda told, before=before: (before + told[0], round(told[1] * PARTS)))
        for feature, row in told_in(text).items():
            found.setdefault(feature, []).extend(map(placed, row))
    return found

"""How likely words tell each of some names: the weights of their features added up, all names at once.

Most sentences tell nothing. So what they add up to is first looked at as whole numbers, in which a thousandth more or
less does not show; the exact likelihood is worked out for those who ask, and for what may be told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from nlp.lanes import packed, signs, unpacked

SHARES = {"run": 1.0, "concept": 0.5, "mood": 0.2}
"""How much each kind of feature counts beside the others."""
PARTS = 10
"""Weights are told in tenths."""
HEARD = 0.5
"""From here on words are enough without a frame."""
FINE = 1 << 20
"""The whole number that stands for one when a sum is only looked at."""
MARGIN, HAIR = 0.05, 1e-9
"""So near to what it needs a name is worked out exactly, and so near a sum of decimals is to what it should be."""
NEVER = -1000.0
"""So much lacks a name that words alone never tell."""


class Words(NamedTuple):
    """What is weighed of some clauses: features by their kind."""

    run: Set[str]
    concept: Set[str]
    mood: Set[str]

    def kinds(self) -> Iterable[tuple[Set[str], float]]:
        """The features of each kind, and the share of the whole that each of them has."""
        for found, (kind, share) in zip(self, SHARES.items(), strict=True):
            yield found, share if kind == "mood" else share / math.sqrt(max(1, len(found)))

    def shares(self) -> Iterable[tuple[str, float]]:
        """Each feature with its share of the whole."""
        return ((one, share) for found, share in self.kinds() for one in found)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """``of`` holds for each feature (number of a name, weight) where it tells something of it; ``floor`` is what each
    starts from. Names are those of signals and actions, and ``promise.us``, ``promise.customer``."""

    names: tuple[str, ...]
    floor: tuple[float, ...]
    of: Mapping[str, Sequence[tuple[int, float]]]
    needed: Mapping[str, float] = field(default_factory=dict)
    """The likelihood from which on words alone may tell a name, where that is not HEARD; 1 for never."""


class Likely(Mapping[str, float]):
    """0..1 for each name, worked out when it is asked for."""

    __slots__ = ("_evidence", "_rows", "_shares", "_told", "loud")

    def __init__(self, rows: Rows, told: Sequence[int], shares: Sequence[float]) -> None:
        self._rows, self._told, self._shares = rows, told, shares
        self._evidence: Sequence[float] = ()
        self.loud: Sequence[str] = self._loud() if _may_tell(rows, told, shares) else ()
        """The names that words alone may tell; of most sentences there are none."""

    def _loud(self) -> Sequence[str]:
        self._evidence = self._added_up()
        each = zip(self._rows.names, self._evidence, self._rows.needed, strict=True)
        return [name for name, said, needed in each if said > needed]

    def __getitem__(self, name: str) -> float:
        self._evidence = self._evidence or self._added_up()
        return 1 / (1 + math.exp(-self._evidence[self._rows.names.index(name)]))

    def _added_up(self) -> Sequence[float]:
        """The logarithm of the odds of each name."""
        run, concept, mood = self._shares
        lanes = len(self._rows.floor)
        told = [unpacked(row, lanes) for row in self._told]
        return [
            start + run * by_run + concept * by_concept + mood * by_mood
            for start, by_run, by_concept, by_mood in zip(self._rows.floor, *told, strict=True)
        ]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows.names)

    def __len__(self) -> int:
        return len(self._rows.names)


def likelihoods(weighed: Words, weights: Weights) -> Likely:
    """0..1 for each name."""
    rows = _rows(weights)
    of_feature = rows.of.get
    told = [sum(filter(None, map(of_feature, found))) for found in weighed]
    return Likely(rows, told, [share / PARTS for _, share in weighed.kinds()])


def _may_tell(rows: Rows, told: Sequence[int], shares: Sequence[float]) -> bool:
    """Some name comes near to what it needs."""
    run, concept, mood = told
    by_run, by_concept, by_mood = shares
    total = rows.lacking + run * int(by_run * FINE) + concept * int(by_concept * FINE) + mood * int(by_mood * FINE)
    return total & rows.signs != 0


class Rows(NamedTuple):
    """Weights made ready to be added up. Of most features little is told; so the names stand with the commonest first,
    and equal rows are one: the less memory is touched, the quicker."""

    of: Mapping[str, int]
    """The weights of each feature in one integer."""
    names: Sequence[str]
    floor: Sequence[float]
    needed: Sequence[float]
    """The evidence from which on each name may be told, a hair less."""
    lacking: int
    """What each name has from the start, less what it needs; ``signs`` added, whose bits stay where a sum is not below
    nought."""
    signs: int


@lru_cache(maxsize=8)
def _rows(weights: Weights) -> Rows:
    often = Counter(n for told in weights.of.values() for n, _ in told)
    order = sorted(range(len(weights.names)), key=lambda n: -often[n])
    lane = {n: place for place, n in enumerate(order)}
    same: dict[int, int] = {}
    of = {}
    for feature, told in weights.of.items():
        row = packed((lane[n], round(weight * PARTS)) for n, weight in told)
        of[feature] = same.setdefault(row, row)
    names, floor = [weights.names[n] for n in order], [weights.floor[n] for n in order]
    needed = [_evidence(weights.needed.get(name, HEARD)) - HAIR for name in names]
    lacking = packed(
        (place, round(max(start - least + MARGIN, NEVER) * FINE))
        for place, (start, least) in enumerate(zip(floor, needed, strict=True))
    )
    return Rows(of, names, floor, needed, lacking + signs(len(order)), signs(len(order)))


def _evidence(likely: float) -> float:
    return math.log(likely / (1 - likely)) if likely < 1 else math.inf

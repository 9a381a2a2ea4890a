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

from nlp.lanes import in_lane, lanes_of, packed, signs
from nlp.runs import Table, count, runs

SHARES = {"run": 1.0, "concept": 0.5, "mood": 0.2}
"""How much each kind of feature counts beside the others."""
PARTS = 10
"""Weights are told in tenths."""
HEARD = 0.5
"""From here on words are enough without a frame."""
FINE = 1 << 20
"""The whole number that stands for one when a sum is only looked at."""
MARGIN = 0.05
"""So near to what it needs a name is called loud: rounding is less."""
NEVER = -1000.0
"""So much lacks a name that words alone never tell."""


class Words(NamedTuple):
    """What is weighed of some clauses: the runs of characters of their words, and features of two more kinds."""

    text: str
    concept: Set[str]
    mood: Set[str]

    @property
    def run(self) -> Set[str]:
        """Each run of characters, once."""
        return runs(self.text)

    def parts(self) -> tuple[float, float, float]:
        """The share of the whole that a feature of each kind has."""
        run, concept = math.sqrt(count(self.text)), math.sqrt(len(self.concept) or 1)
        return SHARES["run"] / run, SHARES["concept"] / concept, SHARES["mood"]

    def shares(self) -> Iterable[tuple[str, float]]:
        """Each feature with its share of the whole."""
        kinds = (self.run, self.concept, self.mood)
        return ((one, share) for found, share in zip(kinds, self.parts(), strict=True) for one in found)


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

    __slots__ = ("_known", "_rows", "_shares", "_told", "loud")

    def __init__(self, rows: Rows, told: Sequence[int], shares: Sequence[float]) -> None:
        self._rows, self._told, self._shares = rows, told, shares
        self._known: dict[str, float] = {}
        self.loud: Sequence[str] = _loud(rows, told, shares)
        """The names that words alone may tell, or nearly; of most sentences there are none."""

    def __getitem__(self, name: str) -> float:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._worked_out(name)
        return known

    def _worked_out(self, name: str) -> float:
        rows, (run, concept, mood), (by_run, by_concept, by_mood) = self._rows, self._told, self._shares
        n, lift = rows.lanes[name], rows.signs
        evidence = rows.floor[n] + by_run * in_lane(run + lift, n) + by_concept * in_lane(concept + lift, n)
        return 1 / (1 + math.exp(-(evidence + by_mood * in_lane(mood + lift, n))))

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows.names)

    def __len__(self) -> int:
        return len(self._rows.names)


def likelihoods(weighed: Words, weights: Weights) -> Likely:
    """0..1 for each name."""
    rows = _rows(weights)
    weight = rows.of.get
    told = (
        sum(rows.runs.told(weighed.text)),
        sum(filter(None, map(weight, weighed.concept))),
        sum(filter(None, map(weight, weighed.mood))),
    )
    by_run, by_concept, by_mood = weighed.parts()
    return Likely(rows, told, (by_run / PARTS, by_concept / PARTS, by_mood / PARTS))


def _loud(rows: Rows, told: Sequence[int], shares: Sequence[float]) -> Sequence[str]:
    """The names that come near to what they need."""
    run, concept, mood = told
    by_run, by_concept, by_mood = shares
    total = rows.lacking + run * int(by_run * FINE) + concept * int(by_concept * FINE) + mood * int(by_mood * FINE)
    return [rows.names[n] for n in lanes_of(total & rows.signs)] if total & rows.signs else ()


class Rows(NamedTuple):
    """Weights made ready to be added up. Of most features little is told; so the names stand with the commonest first,
    and equal rows are one: the less memory is touched, the quicker."""

    of: Mapping[str, int]
    """The weights of each feature in one integer."""
    runs: Table[int]
    """Those of runs of characters."""
    names: Sequence[str]
    lanes: Mapping[str, int]
    """Where each name stands."""
    floor: Sequence[float]
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
    for feature in _side_by_side(sorted(weights.of, key=lambda one: -len(weights.of[one]))):
        row = packed((lane[n], round(weight * PARTS)) for n, weight in weights.of[feature])
        of[feature] = same.setdefault(row, row)
    names, floor = [weights.names[n] for n in order], [weights.floor[n] for n in order]
    needed = [_evidence(weights.needed.get(name, HEARD)) for name in names]
    lacking = packed(
        (place, round(max(start - least + MARGIN, NEVER) * FINE))
        for place, (start, least) in enumerate(zip(floor, needed, strict=True))
    )
    lanes = {name: place for place, name in enumerate(names)}
    return Rows(of, Table(of), names, lanes, floor, lacking + signs(len(order)), signs(len(order)))


def _side_by_side(features: Sequence[str]) -> Sequence[str]:
    """The same words, made anew in this order, so that the commonest lie together in memory."""
    return [feature.encode().decode() for feature in features]


def _evidence(likely: float) -> float:
    return math.log(likely / (1 - likely)) if likely < 1 else math.inf

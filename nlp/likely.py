"""How likely words tell each of some names: the weights of their features added up, all names at once.

Most sentences tell nothing. So what they add up to is first looked at as whole numbers, in which a thousandth more or
less does not show; the exact likelihood is worked out for those who ask, and for what may be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import accumulate
from typing import NamedTuple

from nlp.runs import count, runs
from nlp.weighing import FINE, PARTS, Weigh, scales

SHARES = {"run": 0.6, "concept": 0.5, "mood": 0.2}
"""How much each kind of feature counts beside the others."""
THINNING = -0.35
"""How the share of a run falls with their number. By the root, -0.5, what a long sentence tells is drowned by what it
says beside: on sentences left out of the learning that found fewer steps with as many false ones."""
HEARD = 0.6
"""From here on words are enough without a frame."""
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
        text, concepts, _ = self
        run, concept = count(text) ** THINNING, math.sqrt(len(concepts) or 1)
        return SHARES["run"] * run, SHARES["concept"] / concept, SHARES["mood"]

    def shares(self) -> Iterable[tuple[str, float]]:
        """Each feature with its share of the whole."""
        kinds = (self.run, self.concept, self.mood)
        return ((one, share) for found, share in zip(kinds, self.parts(), strict=True) for one in found)


class Weights(NamedTuple):
    """``rows`` holds what features tell of the names, as :func:`rows_of` writes it; ``floor`` is what each name starts
    from."""

    names: tuple[str, ...]
    floor: tuple[float, ...]
    rows: str


class Likely(Mapping[str, float]):
    """0..1 for each name, worked out at the latest when it is asked for."""

    __slots__ = ("_likely", "_places", "loud")

    def __init__(self, places: Mapping[str, int], likely: Callable[[int], float], loud: Sequence[str]) -> None:
        self._places, self._likely = places, likely
        self.loud = loud
        """The names that words alone may tell, or nearly; of most sentences there are none."""

    def __getitem__(self, name: str) -> float:
        return self._likely(self._places[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Ready(NamedTuple):
    """Weights made ready to be added up."""

    weigh: Weigh
    names: Sequence[str]
    places: Mapping[str, int]
    """Where each name stands."""


def ready(*parts: Weights, needed: Mapping[str, float] | None = None) -> Ready:
    """Weights of different names as one, so that a sentence is gone through once. ``needed`` is the likelihood from
    which on words alone may tell a name, where that is not HEARD; 1 for never."""
    names = [name for part in parts for name in part.names]
    floor = [start for part in parts for start in part.floor]
    least = [_evidence((needed or {}).get(name, HEARD)) for name in names]
    lacking = [round(max(start - enough + MARGIN, NEVER) * FINE) for start, enough in zip(floor, least, strict=True)]
    before = accumulate((len(part.names) for part in parts), initial=0)
    rows = [(part.rows, so_many) for part, so_many in zip(parts, before, strict=False)]
    return Ready(scales(rows, floor, lacking), names, {name: n for n, name in enumerate(names)})


def likelihoods(weighed: Words, ready: Ready) -> Likely:
    """0..1 for each name."""
    by_run, by_concept, by_mood = weighed.parts()
    text, concept, mood = weighed
    likely, loud = ready.weigh(text, concept, mood, (by_run / PARTS, by_concept / PARTS, by_mood / PARTS))
    return Likely(ready.places, likely, [ready.names[n] for n in loud] if loud else ())


def _evidence(likely: float) -> float:
    return math.log(likely / (1 - likely)) if likely < 1 else math.inf

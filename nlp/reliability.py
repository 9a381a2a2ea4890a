"""Whether the reader is as sure as it is right: confidence against the share that is right, field by field. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlp.scoring import FIELDS, KEYS, promises

EDGES = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Where one bin of confidence ends and the next begins."""
BINS = tuple(f"{low:.2f}–{high:.2f}" for low, high in zip((0.0, *EDGES), (*EDGES, 1.0), strict=True))
Judged = tuple[str, float, bool]
"""A finding's field, its confidence, and whether it is right."""


@dataclass(slots=True)
class Bin:
    found: int = 0
    right: int = 0
    sure: float = 0.0
    """The sum of the confidences."""

    @property
    def share(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def stated(self) -> float:
        """The mean confidence."""
        return self.sure / self.found if self.found else 0.0


@dataclass(slots=True)
class Reliability:
    fields: dict[str, list[Bin]] = field(default_factory=lambda: {name: [Bin() for _ in BINS] for name in FIELDS})

    def add(self, judged: Iterable[Judged]) -> None:
        for name, confidence, right in judged:
            one = self.fields[name][bisect_right(EDGES, confidence)]
            one.found += 1
            one.right += right
            one.sure += confidence

    def error(self, name: str) -> float:
        """The expected calibration error: how far stated and real share lie apart on average; 0 where nothing is."""
        bins = self.fields[name]
        found = sum(one.found for one in bins)
        return sum(abs(one.stated - one.share) * one.found for one in bins) / found if found else 0.0


def judged(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Judged]:
    """Each finding of a line with its confidence, both in the shape of `genjin extract`."""
    right = _right(expected, found)
    for line in found["why"]:
        name, _, n = line["field"].partition("[")
        if name in expected:
            yield name, line["confidence"], right[name][int(n.rstrip("]")) if n else 0]


def _right(expected: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, list[bool]]:
    return {name: _of_field(name, expected[name], found[name]) for name in FIELDS if name in expected}


def _of_field(name: str, expected: Any, found: Any) -> list[bool]:
    if name in ("action", "stage"):
        return [expected == found]
    if name == "commitments":
        matched = [id(match) for _, match in promises(expected, found) if match is not None]
        return [id(one) in matched for one in found]
    left = Counter(map(KEYS[name], expected))
    answers = []
    for one in found:
        key = KEYS[name](one)
        answers.append(left[key] > 0)
        left[key] -= 1
    return answers

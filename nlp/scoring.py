"""How well the reader does on a labelled set: precision, recall and F1 by field, false advances, wrong dues. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

FIELDS = ("dates", "customers", "contacts", "phones", "emails", "amounts", "action", "stage", "signals", "commitments")
CLOSING = ("won", "lost")


@dataclass(slots=True)
class Count:
    """Right, wrong and missed findings of one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, right: int, wrong: int, missed: int) -> None:
        self.right += right
        self.wrong += wrong
        self.missed += missed

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(slots=True)
class Score:
    """Totals over a set. Rates are shares of 1; a rate over nothing is 0."""

    lines: int = 0
    fields: dict[str, Count] = field(default_factory=lambda: {name: Count() for name in FIELDS})
    without_stage: int = 0
    false_advances: int = 0
    false_closings: int = 0
    """won or lost where the label has not that stage"""
    dues: int = 0
    wrong_dues: int = 0
    misses: list[tuple[str, str]] = field(default_factory=list)
    """(id, field) of every line that is not wholly right in a field"""

    @property
    def false_advance_rate(self) -> float:
        return self.false_advances / self.without_stage if self.without_stage else 0.0

    @property
    def wrong_due_rate(self) -> float:
        return self.wrong_dues / self.dues if self.dues else 0.0


def score(lines: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> Score:
    """The score of (id, expected, found) lines, both in the shape of `genjin extract`; a field that ``expected``
    does not hold is not judged."""
    total = Score()
    for id, expected, found in lines:
        total.lines += 1
        for name in FIELDS:
            if name not in expected:
                continue
            right, wrong, missed = compare(name, expected[name], found[name])
            total.fields[name].add(right, wrong, missed)
            if wrong or missed:
                total.misses.append((id, name))
        if "stage" in expected:
            _advances(total, expected["stage"], found["stage"])
        _dues(total, expected.get("commitments", ()), found["commitments"])
    return total


def _advances(total: Score, expected: str | None, found: str | None) -> None:
    if expected is None:
        total.without_stage += 1
        total.false_advances += found is not None
    total.false_closings += found in CLOSING and found != expected


def _dues(total: Score, expected: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> None:
    for promise, match in promises(expected, found):
        if match is not None:
            total.dues += 1
            total.wrong_dues += promise["due"] != match["due"]


def compare(name: str, expected: Any, found: Any) -> tuple[int, int, int]:
    """(right, wrong, missed) of one field of one line."""
    if name in ("action", "stage"):
        if expected == found:
            return int(expected is not None), 0, 0
        return 0, int(found is not None), int(expected is not None)
    if name == "commitments":
        matched = sum(match is not None for _, match in promises(expected, found))
        return matched, len(found) - matched, len(expected) - matched
    key = KEYS[name]
    wanted, got = Counter(map(key, expected)), Counter(map(key, found))
    right = sum((wanted & got).values())
    return right, sum(got.values()) - right, sum(wanted.values()) - right


KEYS: dict[str, Callable[[Any], Any]] = {
    "dates": lambda when: when["start"],
    "customers": lambda customer: customer["name"],
    "contacts": lambda contact: (contact["name"], contact["title"]),
    "phones": lambda phone: phone,
    "emails": lambda email: email,
    "amounts": lambda amount: (amount["value"], amount["currency"]),
    "signals": lambda signal: signal,
}


def promises(
    expected: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Each expected promise with the found one of the same side that is likest in words, None where none is like it."""
    left = list(found)
    pairs: list[tuple[Mapping[str, Any], Mapping[str, Any] | None]] = []
    for promise in expected:
        fitting = [f for f in left if f["by"] == promise["by"] and likeness(f["what"], promise["what"]) >= 0.5]
        best = max(fitting, key=lambda f: likeness(f["what"], promise["what"]), default=None)
        if best is not None:
            left.remove(best)
        pairs.append((promise, best))
    return pairs


def likeness(one: str, other: str) -> float:
    """How much two short phrases share, 0..1, small words aside."""
    one, other = (re.sub(r"[的了把给一份个版您他她们我\s]", "", phrase) for phrase in (one, other))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()

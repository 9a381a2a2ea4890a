"""How well dates are read in single sentences: findings against labels by place, the day right, the minute for clock
times. Pure; LABELS-time.md says what a label means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nlp.reading import When
from nlp.scoring import Count

CLOCK = ("hour", "minute")


@dataclass(slots=True)
class DateScore:
    """Totals over a set of sentences. ``clean`` counts those in which all dates are right, ``silent`` those of
    ``empty`` (sentences without a date) in which nothing was found."""

    sentences: int = 0
    clean: int = 0
    empty: int = 0
    silent: int = 0
    dates: Count = field(default_factory=Count)
    dues: int = 0
    wrong_dues: int = 0
    misses: list[str] = field(default_factory=list)
    """Ids of the sentences that are not wholly right."""


def score_dates(lines: Iterable[tuple[Mapping[str, Any], Sequence[When]]]) -> DateScore:
    """The score of (labelled sentence, dates found in it)."""
    total = DateScore()
    for labelled, found in lines:
        right, wrong, missed = _judge(labelled["expect"], found)
        clean, late = not wrong and not missed, False
        if "due" in labelled:
            late = all(_written(when) != labelled["due"] for when in found)
            total.dues += 1
            total.wrong_dues += late
        total.sentences += 1
        total.clean += clean
        if not labelled["expect"]:
            total.empty += 1
            total.silent += not found
        total.dates.add(right, wrong, missed)
        if late or not clean:
            total.misses.append(str(labelled["id"]))
    return total


def _written(when: When) -> str | None:
    return when.due.isoformat() if when.due is not None else None


def _judge(labels: Sequence[Mapping[str, Any]], found: Sequence[When]) -> tuple[int, int, int]:
    """(right, wrong, missed). A second finding on the words of a label says no more than the first while it agrees."""
    matched: set[int] = set()
    right = wrong = 0
    for when in found:
        here = [n for n, label in enumerate(labels) if _touches(label["span"], when.span)]
        fitting = [n for n in here if _same(labels[n], when)]
        fresh = [n for n in fitting if n not in matched]
        if fresh:
            matched.add(fresh[0])
            right += 1
        elif not fitting:
            wrong += 1
    return right, wrong, len(labels) - len(matched)


def _touches(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _same(label: Mapping[str, Any], when: When) -> bool:
    """The same minute where a clock time was said, else the same days; N 天内 is judged by its end."""
    start, end = datetime.fromisoformat(label["start"]), datetime.fromisoformat(label["end"])
    if label["grain"] in CLOCK:
        return when.grain in CLOCK and start == when.start
    if label["text"].endswith("内"):
        return _last(end) == _last(when.end)
    return start.date() == when.start.date() and _last(end) == _last(when.end)


def _last(end: datetime) -> object:
    return (end - timedelta(microseconds=1)).date()

"""Learns the weights of nlp/hearing.py from the labelled sets that may be looked at, and writes them.

`python benchmarks/hearing.py` writes nlp/lexicon/hearing.txt; `--try` instead says how well weights learnt from four
fifths of the sentences hear what is told in the last fifth; `--promises` leaves the weights of all other names as they are.
The held-back sets are not touched.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._labelled import TRADES, labelled, scene_of_row
from nlp.hearing import learnt as shipped
from nlp.hearing import words, write_weights
from nlp.likely import Ready, Weights, Words, likelihoods, ready
from nlp.reading import Action
from nlp.signals import SIGNALS
from nlp.weighing import rows_of, told_in

SETS = ("messages-dev", "fresh-dev", "meaning-dev", "signals-dev", "promises-dev", "mixed-dev", TRADES)
ACTIONS = get_args(Action)
PROMISES = ("promise.us", "promise.customer")
NAMES = (*SIGNALS, *ACTIONS, *PROMISES)
ROUNDS, RARE, LEAST = 12, 3, 0.8
PACE, DECAY = 12.0, 0.00002
STEP = 0.004
"""A smaller error teaches nothing."""


class Example(NamedTuple):
    """A labelled message: its features with their shares, those of each sentence, the names that are judged and those
    that it tells."""

    whole: list[tuple[str, float]]
    sentences: list[Words]
    judged: frozenset[str]
    told: frozenset[str]


def examples(names: Sequence[str] = SETS) -> list[Example]:
    """The labelled messages."""
    found = []
    for row in labelled(names):
        scene = scene_of_row(row)
        whole = words(scene.skeleton, scene.clauses, scene.speaker)
        sentences = [words(scene.skeleton, scene.mates(first), scene.speaker) for first in scene.firsts]
        judged, told = labels(row["expect"])
        found.append(Example(list(whole.shares()), sentences, judged, told))
    return found


def labels(expect: dict[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a label judges, and those that it says are told."""
    judged: set[str] = set()
    told: set[str] = set()
    if "signals" in expect:
        judged.update(SIGNALS)
        told.update(expect["signals"])
    if "action" in expect:
        judged.update(ACTIONS)
        told.update([expect["action"]] if expect["action"] else [])
    if "commitments" in expect:
        judged.update(PROMISES)
        told.update(f"promise.{one['by']}" for one in expect["commitments"])
    if "promised" in expect:
        judged.update(PROMISES)
        told.update(f"promise.{side}" for side in expect["promised"])
    return frozenset(judged), frozenset(told)


def learnt(rows: Sequence[Example]) -> Weights:
    """Weights by logistic regression over features that are not rare, all signals at once."""
    often = Counter(feature for row in rows for feature, _ in row.whole)
    data = [
        ([(feature, share) for feature, share in row.whole if often[feature] >= RARE],
         [(n, name in row.told) for n, name in enumerate(NAMES) if name in row.judged])
        for row in rows
    ]  # fmt: skip
    floor, of = [-3.0] * len(NAMES), {feature: [0.0] * len(NAMES) for row, _ in data for feature, _ in row}
    order = random.Random(1)
    for turn in range(ROUNDS):
        order.shuffle(data)
        pace = PACE / (1 + 0.4 * turn)
        for row, told in data:
            sums = floor[:]
            for feature, share in row:
                sums = [total + share * weight for total, weight in zip(sums, of[feature], strict=True)]
            for n, is_so in told:
                step = is_so - 1 / (1 + math.exp(-sums[n]))
                if abs(step) < STEP:
                    continue
                floor[n] += 0.02 * pace * step
                for feature, share in row:
                    held = of[feature]
                    held[n] += pace * step * share - DECAY * pace * held[n]
    kept = {
        feature: tuple((n, round(weight, 1)) for n, weight in enumerate(held) if abs(weight) >= LEAST)
        for feature, held in of.items()
    }
    return Weights(NAMES, tuple(floor), rows_of({feature: told for feature, told in kept.items() if told}))


def heard(row: Example, weights: Ready) -> dict[str, float]:
    """The likelihood of each name in its likeliest sentence."""
    each = [likelihoods(sentence, weights) for sentence in row.sentences]
    return {name: max((one[name] for one in each), default=0.0) for name in weights.names}


def merged(known: Weights, fresh: Weights, names: Sequence[str]) -> Weights:
    """The known weights, with the fresh ones of these names."""
    new = {n for n, name in enumerate(NAMES) if name in names}
    floor = tuple(fresh.floor[n] if n in new else start for n, start in enumerate(known.floor))
    of, before, after = {}, told_in(known.rows), told_in(fresh.rows)
    for feature in {*before, *after}:
        kept = [one for one in before.get(feature, ()) if one[0] not in new]
        kept += [one for one in after.get(feature, ()) if one[0] in new]
        if kept:
            of[feature] = sorted(kept)
    return Weights(NAMES, floor, rows_of(of))


def tried(rows: list[Example], least: float, parts: int = 5) -> tuple[float, float]:
    """Precision and recall of what is heard as likely as ``least``, each part by weights that never saw it."""
    right = wrong = missed = 0
    for part in range(parts):
        weights = ready(learnt([row for n, row in enumerate(rows) if n % parts != part]))
        for row in rows[part::parts]:
            said = {name for name, likely in heard(row, weights).items() if likely > least and name in row.judged}
            right += len(said & row.told)
            wrong += len(said - row.told)
            missed += len(row.told - said)
    return right / (right + wrong), right / (right + missed)


def main() -> None:
    """Learns from all sets and writes the weights; ``--try`` only measures."""
    rows = examples()
    if "--try" in sys.argv:
        precision, recall = tried(rows, 0.2)
        print(f"precision {precision:.2f} recall {recall:.2f}")
    elif "--promises" in sys.argv:
        write_weights("hearing.txt", merged(shipped(), learnt(rows), PROMISES))
    else:
        write_weights("hearing.txt", learnt(rows))


if __name__ == "__main__":
    main()

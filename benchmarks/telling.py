"""Learns the weights of nlp/telling.py from the labelled sets that may be looked at, and writes them.

`python benchmarks/telling.py DATE` writes nlp/lexicon/telling.json: the weights learnt from all sentences, and
the lines from which on they speak alone, drawn where weights learnt from four fifths advanced too many of the last
fifth that tell no step. `--try` only prints the lines. The held-back sets are not touched.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._labelled import labelled, scene_of_row
from nlp.facts import Scene
from nlp.hearing import TOLD, Line, Stages, words
from nlp.hearing import learnt as heard
from nlp.lexicon import DATA
from nlp.likely import Likely, likelihoods
from nlp.reading import STAGE_ORDER
from nlp.telling import CLOSING, told_by_words

SETS = ("messages-dev", "advances-dev", "stages-dev", "meaning-dev", "told-dev")
ROUNDS, RARE, LEAST, PACE = 12, 2, 0.2, 4.0
TRUST = 10.0
"""How far weights may go for what few sentences say; less keeps them smaller."""
PARTS = 5
MOST = (0.0015,)
"""The share of sentences without a step that may be advanced from each line on."""
AT_LEAST = 0.98
"""No line is drawn lower: on messages, where more is said around a step, what stood between it and the line that was
drawn on these sentences was wrong as often as right."""
ALL = (Line(0.5, 0.0),)

Shares = list[tuple[str, float]]


class Measured(Likely):
    """Likelihoods that somebody else worked out; all of them may be told."""

    def __init__(self, measured: Mapping[str, float]) -> None:
        self._measured, self.loud = measured, tuple(measured)

    def __getitem__(self, name: str) -> float:
        return self._measured[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._measured)

    def __len__(self) -> int:
        return len(self._measured)


class Example(NamedTuple):
    """A labelled message: its scene, the stage that it tells, and what is learnt from: the whole where it tells one,
    else each sentence."""

    scene: Scene
    stage: str | None
    pieces: list[Shares]
    sentences: dict[int, Shares]
    others: dict[int, Mapping[str, float]]
    """How likely each sentence tells anything else."""


def examples(names: Sequence[str] = SETS) -> list[Example]:
    """The labelled messages of these sets."""
    found = []
    for row in labelled(names):
        if "stage" not in row["expect"]:
            continue
        scene = scene_of_row(row)
        stage = row["expect"]["stage"]
        weighed = {one.sentence: words(scene.skeleton, scene.mates(one), scene.speaker) for one in scene.firsts}
        sentences = {number: sorted(one.shares()) for number, one in weighed.items()}
        others = {number: likelihoods(one, heard()) for number, one in weighed.items()}
        whole = sorted(words(scene.skeleton, scene.clauses, scene.speaker).shares())
        found.append(Example(scene, stage, [whole] if stage else list(sentences.values()), sentences, others))
    return found


def fitted(data: Sequence[tuple[Shares, bool]]) -> dict[str, float]:
    """Weights by logistic regression: how much each feature speaks for the answer."""
    weights = {"": -1.0}
    often = Counter(feature for shares, _ in data for feature, _ in shares)
    held_back = {feature: 1 / (TRUST * times) for feature, times in often.items()}
    data, order = list(data), random.Random(1)
    for turn in range(ROUNDS):
        order.shuffle(data)
        pace = PACE / (1 + 0.4 * turn)
        for shares, is_so in data:
            step = is_so - likely(shares, weights)
            weights[""] += 0.02 * pace * step
            for feature, share in shares:
                held = weights.get(feature, 0.0)
                weights[feature] = held + pace * (step * share - held_back[feature] * held)
    return weights


def likely(shares: Shares, weights: dict[str, float]) -> float:
    """0..1: how much these features speak for the answer."""
    total = weights[""] + sum([weights.get(feature, 0.0) * share for feature, share in shares])
    return 1 / (1 + math.exp(-max(-40.0, total)))


def learnt(rows: Sequence[Example]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """The weights for a step being told, and for each stage where one is."""
    pieces = [(piece, row.stage) for row in rows for piece in row.pieces]
    often = Counter(feature for piece, _ in pieces for feature, _ in piece)
    kept = [([one for one in piece if often[one[0]] >= RARE], stage) for piece, stage in pieces]
    told = fitted([(piece, stage is not None) for piece, stage in kept])
    steps = [(piece, stage) for piece, stage in kept if stage]
    return told, {one: fitted([(piece, stage == one) for piece, stage in steps]) for one in STAGE_ORDER}


def tried(rows: Sequence[Example]) -> list[tuple[float, str, str | None]]:
    """What words alone would propose for each message, by weights that never saw it: likelihood, stage, label."""
    found, order = [], list(range(len(rows)))
    random.Random(2).shuffle(order)
    for part in range(PARTS):
        told, which = learnt([rows[n] for place, n in enumerate(order) if place % PARTS != part])
        weights = Stages(told, which, ALL, 0.0)
        for n in order[part::PARTS]:
            scene, sentences = rows[n].scene, rows[n].sentences
            for number, shares in sentences.items():
                scene.likely[number] = Measured({**rows[n].others[number], TOLD: likely(shares, told)})
            for fact in told_by_words(scene, {"stages": []}, weights):
                number = scene.clauses[fact.clause].sentence
                found.append((scene.likely[number][TOLD], fact.value, rows[n].stage))
            scene.likely.clear()
    return sorted(found, reverse=True)


def lines(found: Sequence[tuple[float, str, str | None]], silent: int) -> list[Line]:
    """The lines, each as sure as what stands between it and the one above is right."""
    drawn, above = list[Line](), 0
    for most in MOST:
        wrong = [place for place, (_, _, label) in enumerate(found) if label is None]
        allowed = int(most * silent)
        upto = wrong[allowed] if allowed < len(wrong) else len(found)
        between = found[above:upto]
        right = sum(stage == label for _, stage, label in between)
        drawn.append(Line(max(AT_LEAST, round(between[-1][0], 4)), round(right / len(between), 2)))
        above = upto
    return drawn


def closing(found: Sequence[tuple[float, str, str | None]]) -> float:
    """The likelihood above which no deal is closed that is not."""
    wrong = [sure for sure, stage, label in found if stage in CLOSING and label not in CLOSING]
    return round(max(wrong, default=0.0) + 0.0001, 4)


def main() -> None:
    """Learns from all sets and writes the weights; ``--try`` only draws the lines."""
    rows = examples()
    found = tried(rows)
    drawn = lines(found, sum(row.stage is None for row in rows))
    print(*drawn, closing(found))
    if "--try" in sys.argv:
        return
    told, which = learnt(rows)
    made = {
        "source": f"python benchmarks/telling.py, from {', '.join(SETS)}",
        "date": sys.argv[1],
        "lines": drawn,
        "closing": closing(found),
        "told": _short(told),
        "which": {stage: _short(weights) for stage, weights in which.items()},
    }
    text = json.dumps(made, ensure_ascii=False, indent=0, sort_keys=True)
    (DATA / "telling.json").write_text(text + "\n", encoding="utf-8")


def _short(weights: dict[str, float]) -> dict[str, float]:
    """The weights that matter, in few figures."""
    return {one: round(weight, 1) for one, weight in weights.items() if not one or abs(weight) >= LEAST}


if __name__ == "__main__":
    main()

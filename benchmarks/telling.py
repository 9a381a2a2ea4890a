"""Learns the weights of nlp/telling.py from the labelled sets that may be looked at, and writes them.

`python benchmarks/telling.py DATE` writes nlp/lexicon/telling.txt, the weights learnt from all sentences, and
nlp/lexicon/telling.json, the lines from which on they speak alone, drawn where weights learnt from the other batches
advanced too many sentences of a batch that tell no step. `--try` only prints the lines, `--keep` leaves the
common ones as they are. The held-back sets are not touched.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._labelled import HERE, labelled, scene_of_row
from nlp.facts import Scene
from nlp.hearing import STEPS, Line, Steps, told, words
from nlp.hearing import learnt as heard
from nlp.lexicon import DATA
from nlp.likely import Likely, Weights, likelihoods
from nlp.reading import STAGE_ORDER
from nlp.telling import CLOSING, told_by_words

SETS = ("messages-dev", "advances-dev", "stages-dev", "meaning-dev", "told-dev", "voices-dev", "short-dev")
OTHERS = "stages-of-others.json"
"""Which stage lines of other sets tell, by their ids."""
ROUNDS, RARE, LEAST, PACE = 12, 2, 0.3, 5.0
TRUST = 40.0
"""How far weights may go for what few sentences say; less keeps them smaller."""
STEP = 0.008
"""A smaller error teaches nothing."""
PARTS = 4
MOST = (0.0015,)
"""The share of sentences without a step that may be advanced from each line on."""
AT_LEAST = 0.92
"""No line is drawn lower."""
SOONEST = (0.8, 0.83, 0.86, 0.89)
"""From where a step's own line may be drawn, below the common one."""
ENOUGH = 15
"""So many cases draw a line of a step's own."""
RIGHT = 0.94
"""The share of what stands between a step's own line and the common one that must be right. Won and lost have none."""
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
    """A labelled message: its scene, the stage that it tells, its batch, and what is learnt from: the whole where it
    tells a stage, else each sentence."""

    scene: Scene
    stage: str | None
    batch: str
    pieces: list[Shares]
    sentences: dict[int, Shares]
    others: dict[int, Mapping[str, float]]
    """How likely each sentence tells anything else."""


def examples(names: Sequence[str] = SETS) -> list[Example]:
    """The labelled messages of these sets, and those of others of which a stage is known."""
    rows = [(name, row) for name in names for row in labelled([name]) if "stage" in row["expect"]]
    return [_example(name, row) for name, row in (*rows, *of_others())]


def of_others() -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of other sets that tell a stage or surely none, with their set."""
    for name, by_stage in json.loads((HERE / OTHERS).read_text(encoding="utf-8")).items():
        stages = {one: stage for stage, ids in by_stage.items() for one in ids.split()}
        for row in labelled([name]):
            if row["id"] in stages:
                stage = stages[row["id"]]
                yield name, {**row, "expect": {"stage": None if stage == "none" else stage}}


def _example(name: str, row: dict[str, Any]) -> Example:
    scene, stage = scene_of_row(row), row["expect"]["stage"]
    weighed = {one.sentence: words(scene.skeleton, scene.mates(one), scene.speaker) for one in scene.firsts}
    sentences = {number: sorted(one.shares()) for number, one in weighed.items()}
    others = {number: likelihoods(one, heard()) for number, one in weighed.items()}
    whole = sorted(words(scene.skeleton, scene.clauses, scene.speaker).shares())
    batch = f"{name}:{row.get('tags', [''])[0]}"
    return Example(scene, stage, batch, [whole] if stage else list(sentences.values()), sentences, others)


def fitted(data: Sequence[tuple[Shares, str | None]]) -> Weights:
    """Weights by multinomial logistic regression: how much each feature speaks for each stage rather than none."""
    floor, of = [-3.0] * len(STEPS), {feature: [0.0] * len(STEPS) for shares, _ in data for feature, _ in shares}
    often = Counter(feature for shares, _ in data for feature, _ in shares)
    held_back = {feature: 1 / (TRUST * times) for feature, times in often.items()}
    data, order = list(data), random.Random(1)
    for turn in range(ROUNDS):
        order.shuffle(data)
        pace = PACE / (1 + 0.4 * turn)
        for shares, stage in data:
            likely = likelihood(shares, floor, of)
            steps = [(n, (STAGE_ORDER[n] == stage) - one) for n, one in enumerate(likely)]
            steps = [(n, step) for n, step in steps if abs(step) >= STEP]
            for n, step in steps:
                floor[n] += 0.02 * pace * step
            for feature, share in shares if steps else ():
                held, back = of[feature], held_back[feature]
                for n, step in steps:
                    held[n] += pace * (step * share - back * held[n])
    kept = {one: tuple((n, round(w, 1)) for n, w in enumerate(held) if abs(w) >= LEAST) for one, held in of.items()}
    return Weights(STEPS, tuple(floor), {feature: held for feature, held in kept.items() if held})


def likelihood(shares: Shares, floor: Sequence[float], of: Mapping[str, Sequence[float]]) -> list[float]:
    """0..1 for each stage; what is left of 1 is that none is told."""
    sums = list(floor)
    for feature, share in shares:
        sums = [total + share * weight for total, weight in zip(sums, of[feature], strict=True)]
    odds = [math.exp(min(40.0, total)) for total in sums]
    whole = 1 + sum(odds)
    return [odd / whole for odd in odds]


def learnt(rows: Sequence[Example]) -> Weights:
    """The weights that these messages teach."""
    pieces = [(piece, row.stage) for row in rows for piece in row.pieces]
    often = Counter(feature for piece, _ in pieces for feature, _ in piece)
    return fitted([([one for one in piece if often[one[0]] >= RARE], stage) for piece, stage in pieces])


def against_none(shares: Shares, weights: Weights) -> dict[str, float]:
    """0..1 for each stage, rather than none."""
    sums = list(weights.floor)
    for feature, share in shares:
        for n, weight in weights.of.get(feature, ()):
            sums[n] += share * weight
    return {step: 1 / (1 + math.exp(-max(-40.0, total))) for step, total in zip(STEPS, sums, strict=True)}


def tried(rows: Sequence[Example]) -> list[tuple[float, str, str | None]]:
    """What words alone would propose for each message, by weights that never saw its batch: likelihood, stage, label."""
    found = []
    batches = sorted({row.batch for row in rows})
    for part in range(PARTS):
        left_out = set(batches[part::PARTS])
        weights = learnt([row for row in rows if row.batch not in left_out])
        for row in rows:
            if row.batch in left_out:
                found += _proposed(row, Steps(weights, ALL, 0.0))
    return sorted(found, reverse=True, key=lambda one: one[0])


def _proposed(row: Example, weights: Steps) -> list[tuple[float, str, str | None]]:
    scene, found = row.scene, []
    for number, shares in row.sentences.items():
        scene.likely[number] = Measured({**row.others[number], **against_none(shares, weights.weights)})
    for fact in told_by_words(scene, weights):
        found.append((told(scene.likely[scene.clauses[fact.clause].sentence]), fact.value, row.stage))
    scene.likely.clear()
    return found


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


def sooner(found: Sequence[tuple[float, str, str | None]], least: float) -> dict[str, Line]:
    """The steps that are told below the common line already, each with its own."""
    drawn = dict[str, Line]()
    for step in (one for one in STAGE_ORDER if one not in CLOSING):
        for start in SOONEST:
            right = [label == step for likely, stage, label in found if stage == step and start <= likely < least]
            if len(right) >= ENOUGH and sum(right) >= RIGHT * len(right):
                drawn[step] = Line(start, round(sum(right) / len(right), 2))
                break
    return drawn


def closing(found: Sequence[tuple[float, str, str | None]]) -> float:
    """The likelihood above which no deal is closed that is not."""
    wrong = [sure for sure, stage, label in found if stage in CLOSING and label not in CLOSING]
    return round(max(wrong, default=0.0) + 0.0001, 4)


def main() -> None:
    """Learns from all sets and writes the weights; ``--try`` only draws the lines."""
    rows = examples()
    found = tried(rows)
    drawn, close = lines(found, sum(row.stage is None for row in rows)), closing(found)
    print(*drawn, close)
    if "--keep" in sys.argv:  # the common lines as they are
        drawn, close = _kept()
    early = sooner(found, drawn[-1].least)
    print(early)
    if "--try" in sys.argv:
        return
    write(learnt(rows), drawn, close, early, sys.argv[1])


def _kept() -> tuple[list[Line], float]:
    known = json.loads((DATA / "telling.json").read_text(encoding="utf-8"))
    return [Line(*line) for line in known["lines"]], known["closing"]


def write(weights: Weights, drawn: Sequence[Line], close: float, early: Mapping[str, Line], date: str) -> None:
    """The weights as nlp/hearing.py reads them."""
    head = "\t".join(f"{name}={start:.2f}" for name, start in zip(weights.names, weights.floor, strict=True))
    rows = [
        "\t".join([feature, *(f"{n}:{weight:g}" for n, weight in held)])
        for feature, held in sorted(weights.of.items())
        if not {"\n", "\t"} & set(feature)
    ]
    (DATA / "telling.txt").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    source = f"python benchmarks/telling.py, from {', '.join(SETS)} and {OTHERS}"
    made = {"source": source, "date": date, "lines": drawn, "closing": close, "sooner": early}
    (DATA / "telling.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

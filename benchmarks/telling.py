"""Learns the weights of nlp/telling.py from the labelled sets that may be looked at, and writes them.

`python benchmarks/telling.py DATE` writes nlp/lexicon/telling.txt, the weights learnt from all sentences, and
nlp/lexicon/telling.json, the likelihoods from which on a step is told, drawn where weights learnt from the other batches
advanced too many sentences that tell none. `--try` only prints them, `--keep` leaves them as they are. The
held-back sets are not touched.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._labelled import HERE, THEN, TRADES, labelled, scene_of_row
from nlp.facts import Scene, facts
from nlp.hearing import STEPS, Lines, words, write_weights
from nlp.hearing import learnt as heard
from nlp.lexicon import DATA
from nlp.likely import Likely, Ready, Weights, likelihoods, ready
from nlp.reading import STAGE_ORDER
from nlp.stages import standing
from nlp.telling import CLOSING, weighed
from nlp.telling import likelihood as any_likelihood
from nlp.telling import told as stages_told
from nlp.weighing import rows_of, told_in

SETS = (
    *("messages-dev", "fresh-dev", "advances-dev", "stages-dev", "meaning-dev", "told-dev", "voices-dev", "short-dev"),
    TRADES,
)
OTHERS = "stages-of-others.json"
"""Which stage lines of other sets tell, by their ids."""
EVERYDAY = "everyday-dev.txt"
"""Lines that tell none; from every second one weights learn, the others are for a test."""
ROUNDS, RARE, LEAST, PACE = 12, 3, 0.6, 5.0
TRUST = 40.0
"""How far weights may go for what few sentences say; less keeps them smaller."""
STEP = 0.008
"""A smaller error teaches nothing."""
PARTS = 4
MOST, MOST_CLOSED = 0.0075, 0.0015
"""Of sentences that tell no step, nearly all written to sound like one, so many may be advanced, and so many deals closed
that are not."""
ALL = 0.5
"""The line while others are drawn."""

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


class Found(NamedTuple):
    """A step that would be told, how likely it is, and what the label says."""

    likely: float
    stage: str
    label: str | None


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
    """The labelled messages of these sets, those of others of which a stage is known, and everyday lines."""
    rows = [(name, row) for name in names for row in labelled([name]) if "stage" in row["expect"]]
    return [_example(name, row) for name, row in (*rows, *of_others(), *everyday())]


def of_others() -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of other sets that tell a stage or surely none, with their set."""
    for name, by_stage in json.loads((HERE / OTHERS).read_text(encoding="utf-8")).items():
        stages = {one: stage for stage, ids in by_stage.items() for one in ids.split()}
        for row in labelled([name]):
            if row["id"] in stages:
                stage = stages[row["id"]]
                yield name, {**row, "expect": {"stage": None if stage == "none" else stage}}


def everyday() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every second everyday line, with its set."""
    for line in (HERE / EVERYDAY).read_text(encoding="utf-8").splitlines()[::2]:
        yield EVERYDAY, {"text": line, "now": THEN, "expect": {"stage": None}}


def _example(name: str, row: dict[str, Any]) -> Example:
    scene, stage = scene_of_row(row), row["expect"]["stage"]
    weighed = {one.sentence: words(scene.skeleton, scene.mates(one), scene.speaker) for one in scene.firsts}
    sentences = {number: sorted(one.shares()) for number, one in weighed.items()}
    others = {number: likelihoods(one, _heard()) for number, one in weighed.items()}
    whole = sorted(words(scene.skeleton, scene.clauses, scene.speaker).shares())
    batch = f"{name}:{row.get('tags', [''])[0]}"
    return Example(scene, stage, batch, [whole] if stage else list(sentences.values()), sentences, others)


@cache
def _heard() -> Ready:
    return ready(heard())


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
    return Weights(STEPS, tuple(floor), rows_of({feature: held for feature, held in kept.items() if held}))


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
    sums, told = list(weights.floor), _told_in(weights.rows)
    for feature, share in shares:
        for n, weight in told.get(feature, ()):
            sums[n] += share * weight
    return {step: 1 / (1 + math.exp(-max(-40.0, total))) for step, total in zip(STEPS, sums, strict=True)}


_told_in = lru_cache(maxsize=1)(told_in)


def tried(rows: Sequence[Example]) -> list[Found]:
    """What would be told of each sentence of ``TRADES``, whose frames were written without it, by weights that never saw
    its batch; the likeliest first."""
    found = []
    batches = sorted({row.batch for row in rows if row.batch.startswith(TRADES)})
    for part in range(PARTS):
        left_out = set(batches[part::PARTS])
        weights = learnt([row for row in rows if row.batch not in left_out])
        for row in rows:
            if row.batch in left_out:
                found += _proposed(row, weights)
    return sorted(found, reverse=True, key=lambda one: one.likely)


def _proposed(row: Example, weights: Weights) -> list[Found]:
    scene, found = row.scene, []
    for number, shares in row.sentences.items():
        scene.likely[number] = Measured({**row.others[number], **against_none(shares, weights)})
    framed = standing(scene, facts(scene))
    for fact in stages_told(scene, framed, Lines(ALL, ALL)):
        sentence = scene.clauses[fact.clause].sentence
        seen = {one.value for one in framed if scene.clauses[one.clause].sentence == sentence}
        likely = any_likelihood(weighed(scene.likely[sentence], seen))
        found.append(Found(likely, fact.value, row.stage))
    scene.likely.clear()
    return found


def line(found: Sequence[Found], silent: int) -> float:
    """The likelihood from which on a step is told: of ``silent`` sentences without one no more are advanced than may."""
    return _above([one.likely for one in found if one.label is None], int(MOST * silent))


def closing(found: Sequence[Found], silent: int) -> float:
    """The same for won and lost."""
    wrong = [one.likely for one in found if one.stage in CLOSING and one.label not in CLOSING]
    return _above(wrong, int(MOST_CLOSED * silent))


def _above(wrong: Sequence[float], allowed: int) -> float:
    """Just above the first of these, the highest first, that is one too many."""
    return math.ceil(wrong[allowed] * 10000 + 1e-6) / 10000 if allowed < len(wrong) else ALL


def main() -> None:
    """Learns from all sets and writes the weights; ``--try`` only draws the lines, ``--keep`` leaves them as they are."""
    rows = examples()
    if "--keep" in sys.argv:
        known = json.loads((DATA / "telling.json").read_text(encoding="utf-8"))
        told_from, closed_from = known["line"], known["closing"]
    else:
        found = tried(rows)
        silent = sum(row.stage is None for row in rows if row.batch.startswith(TRADES))
        told_from, closed_from = line(found, silent), closing(found, silent)
        print(told_from, closed_from)
    if "--try" not in sys.argv:
        write(learnt(rows), told_from, closed_from, sys.argv[1])


def write(weights: Weights, told_from: float, closed_from: float, date: str) -> None:
    """The weights as nlp/hearing.py reads them."""
    write_weights("telling.txt", weights)
    source = f"python benchmarks/telling.py, from {', '.join(SETS)}, {OTHERS} and {EVERYDAY}"
    made = {"source": source, "date": date, "line": told_from, "closing": closed_from}
    (DATA / "telling.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

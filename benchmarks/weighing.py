"""Learns the weights of nlp/weighing.py from the labelled sets that may be looked at, and writes them.

`python benchmarks/weighing.py` writes nlp/lexicon/weights.txt; the held-back sets are not touched.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from datetime import datetime
from pathlib import Path

from nlp import stages
from nlp.customers import NameEntry, NameIndex
from nlp.facts import Facts, Scene
from nlp.lexicon import DATA, shipped
from nlp.read import read
from nlp.reading import StageFound
from nlp.runs import runs
from nlp.weighing import masked
from nlp.workdays import Calendar

SETS = ("messages-dev", "advances-dev", "stages-dev", "meaning-dev")
HERE = Path(__file__).parents[1] / "tests" / "reading"
ROUNDS, RARE, LEAST = 10, 3, 0.05


def examples(names: tuple[str, ...] = SETS) -> list[tuple[list[str], bool, str]]:
    """The runs of each labelled message, whether it sets no stage, and its first tag."""
    found, seen = [], list[Scene]()

    def catch(scene: Scene, said: Facts) -> list[tuple[int, StageFound]]:
        seen.append(scene)
        return []

    finder, stages.find = stages.find, catch
    for name in names:
        for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "stage" not in row["expect"]:
                continue
            entries = [
                NameEntry(str(n), one) if isinstance(one, str) else NameEntry(str(n), one["name"])
                for n, one in enumerate(row.get("customers", ()))
            ]
            read(
                row["text"], datetime.fromisoformat(row["now"]), names=NameIndex(entries), lexicon=shipped(),
                calendar=Calendar.national(),
            )  # fmt: skip
            found.append((sorted(runs(masked(seen.pop().skeleton))), row["expect"]["stage"] is None, row["tags"][0]))
    stages.find = finder
    return found


def learnt(rows: list[tuple[list[str], bool, str]]) -> dict[str, float]:
    """Weights by logistic regression over runs that are not rare."""
    often = Counter(gram for found, _, _ in rows for gram in found)
    data = [([gram for gram in found if often[gram] >= RARE], silent) for found, silent, _ in rows]
    weights: dict[str, float] = {"": 0.0}
    order = random.Random(1)
    for turn in range(ROUNDS):
        order.shuffle(data)
        for found, silent in data:
            scale = 1 / math.sqrt(max(1, len(found)))
            total = weights[""] + scale * sum(weights.get(gram, 0.0) for gram in found)
            step = (silent - 1 / (1 + math.exp(-total))) / (1 + 0.3 * turn)
            weights[""] += 0.1 * step
            for gram in found:
                weights[gram] = weights.get(gram, 0.0) + 1.5 * step * scale
    return {gram: weight for gram, weight in weights.items() if not gram or abs(weight) >= LEAST}


def main() -> None:
    """Learns from all sets and writes the weights."""
    weights = learnt(examples())
    lines = [
        f"{gram}\t{weight:.2f}" for gram, weight in sorted(weights.items()) if "\n" not in gram and "\t" not in gram
    ]
    (DATA / "weights.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

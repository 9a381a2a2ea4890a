"""A second look at a message in which a frame found a stage: how likely it is that none may be set.

Frames say what is told; talk that tells nothing (a lesson, a rumour, an aside) shows in more words than anybody lists.
What words weigh is learnt from the labelled sets (`python benchmarks/weighing.py`); it takes away, and never gives.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache

from nlp.lexicon import DATA, Lexicon
from nlp.runs import Table
from nlp.segment import Skeleton

FIGURES = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
SHORTEST = 9
"""Fewer characters than these say too little to be weighed: what they mean the talk before tells."""
LONGEST = 400
"""Of a longer text the beginning is weighed."""
KINDS = {"cust": "C", "person": "P", "date": "D", "amount": "A"}


def masked(skeleton: Skeleton, start: int = 0, end: int | None = None) -> str:
    """The words behind ``line[start:end]``, a letter for each name, time and sum: who and when tells nothing."""
    end = len(skeleton.line) if end is None else end
    letters, done = _letters(skeleton.lexicon), skeleton.starts[start]
    pieces: list[str] = []
    for at in filter(skeleton.entities.__contains__, range(start, end)):
        if letter := letters.get(skeleton.line[at]):
            pieces += (skeleton.text[done : skeleton.starts[at]], letter)
            done = skeleton.starts[at + 1]
    pieces.append(skeleton.text[done : skeleton.starts[end]])
    return FIGURES.sub("0", "".join(pieces))[:LONGEST]


@lru_cache(maxsize=32)
def _letters(lexicon: Lexicon) -> dict[str, str]:
    """The letter that stands for a mark."""
    return {mark: letter for kind, letter in reversed(KINDS.items()) for mark in lexicon.marks(kind)}


def silence(skeleton: Skeleton, start: int, end: int) -> float:
    """0..1: how likely the words behind ``line[start:end]`` are to put no deal anywhere."""
    text = masked(skeleton, start, end)
    if len(text) < SHORTEST:
        return 0.0
    floor, table = _weights()
    known = table.told(text)
    return 1 / (1 + math.exp(-(floor + sum(known) / math.sqrt(max(1, len(known))))))


@cache
def _weights() -> tuple[float, Table[float]]:
    """What every text starts from, and what each run adds."""
    rows = (line.rsplit("\t", 1) for line in (DATA / "weights.txt").read_text(encoding="utf-8").splitlines())
    weights = {gram: float(weight) for gram, weight in rows}
    return weights[""], Table(weights)

"""Learns the weights of nlp/named.py from the labelled houses that may be looked at, and writes them.

`python benchmarks/named.py` writes nlp/lexicon/named.txt (some ten minutes). `--try` learns four times from three
quarters of the batches instead, and prints what the reader with these weights finds of new houses in the fourth. The
held-back sets are not touched.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._chain import BEGIN, END, MIDDLE, NONE, Example, learnt
from benchmarks._labelled import TRADES, labelled
from nlp import named
from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import DATA, normalise, shipped
from nlp.named import ALONE, LABELS, PARTS, REACH, Tell, Weights, kind_of, kinds, seen_as, teller
from nlp.organisations import proposals
from nlp.read import looked_over
from nlp.reading import Span, span_of
from nlp.scoring import Count
from nlp.workdays import Calendar

SETS = (TRADES, "messages-dev", "names-dev", "mixed-dev")
FOUR = 4
ROUNDS, PACE, RARE, LEAST = 4, 0.15, 6, 2
"""Features of fewer lines and weights of less than so many tenths are left out."""
MOST = 3
"""Characters a run."""
LONGEST = max(map(len, kinds()))
"""Characters a word of the lists."""


class Line(NamedTuple):
    """A message as weights see it; ``rules`` are what rules propose: (start, end, kind)."""

    text: str
    rules: list[tuple[int, int, str]]
    houses: list[Span]
    batch: str
    judged: bool
    """Rules were made while this line was looked at, so that it does not tell how far they can be trusted."""


Feature = tuple[str, int]
"""A run and how far right of its first character the one stands that it is a feature of; or a kind and which part."""


def lines() -> Iterator[Line]:
    """The labelled messages with the houses in them that are not known."""
    for name in SETS:
        for row in labelled([name]):
            if name == TRADES or "customers" in row["expect"]:
                yield _line(name, row)


def _line(name: str, row: dict[str, Any]) -> Line:
    text, lexicon = row["text"], shipped()
    known = [] if name == TRADES else [_entry(n, one) for n, one in enumerate(row.get("customers", ()))]
    looked = looked_over(
        text, normalise(text), datetime.fromisoformat(row["now"]), NameIndex(known), lexicon, Calendar.national(),
        row.get("speaker", "rep"),
    )  # fmt: skip
    people_at = frozenset(contact.span[0] for contact in looked.people)
    proposed = dict.fromkeys(
        (one.start + 1, one.end + 1, kind_of(one.rule, one.sure))
        for one in proposals(looked.seen, lexicon, looked.people, people_at)
    )
    houses = row["houses"] if name == TRADES else _mentions(text, row["expect"]["customers"])
    new = [span for span in houses if not any(k.span[0] < span[1] and span[0] < k.span[1] for k in looked.known)]
    return Line(
        seen_as(looked.seen, [*map(span_of, looked.people)]),
        list(proposed),
        [(start + 1, end + 1) for start, end in new if end - start > 1],
        f"{name}:{row.get('tags', [''])[0]}",
        name != TRADES and row.get("tags") != ["z1"],
    )


def _entry(number: int, one: Any) -> NameEntry:
    if isinstance(one, str):
        return NameEntry(str(number), one)
    return NameEntry(str(number), one["name"], tuple(one.get("aliases", ())), tuple(one.get("contacts", ())))


def _mentions(text: str, customers: Iterable[dict[str, str]]) -> Iterator[Span]:
    """Where each is named, one after the other."""
    done = 0
    for customer in customers:
        start = text.find(customer["text"], done)
        start = text.find(customer["text"]) if start < 0 else start
        done = start + len(customer["text"])
        yield start, done


def features(line: Line) -> list[list[Feature]]:
    """Those of each character but the edges."""
    text, size = line.text, len(line.text)
    found: list[list[Feature]] = [[] for _ in text]
    for start in range(size):
        for length in range(1, min(MOST, size - start) + 1):
            run = text[start : start + length]
            for place in range(-REACH, REACH + 1):
                if 0 <= start + place < size and "<" not in run:
                    found[start + place].append((run, place))
        for length in range(1, min(LONGEST, size - start) + 1):
            for kind in kinds().get(text[start : start + length], ()):
                _add(found, start, start + length, kind)
    for start, end, kind in line.rules if not line.judged else ():
        _add(found, start, end, kind)
    return found[1:-1]


def _add(found: list[list[Feature]], start: int, end: int, kind: str) -> None:
    """A word of a kind is a feature of the characters before it, in it and behind it."""
    within = ((at, 2) for at in range(start + 1, end - 1))
    last = ((end - 1, 3),) if end - start > 1 else ()
    for at, part in ((start - 1, 0), (start, 1), *within, *last, (end, 4)):
        if 0 <= at < len(found):
            found[at].append(("<" + kind, part))


def labels(line: Line) -> list[int]:
    found = [NONE] * len(line.text)
    for start, end in line.houses:
        found[start:end] = [BEGIN, *[MIDDLE] * (end - start - 2), END]
    return found[1:-1]


def weights(data: Sequence[Line]) -> Weights:
    """What these lines teach."""
    each = [features(line) for line in data]
    often = Counter(feature for line in each for of in line for feature in of)
    number = {feature: n for n, feature in enumerate(one for one, times in often.items() if times >= RARE)}
    model = learnt(
        [
            Example([[number[one] for one in of if one in number] for of in line], labels(given))
            for line, given in zip(each, data, strict=True)
        ],
        len(number), ROUNDS, PACE,
    )  # fmt: skip
    first, second, third, fourth, fifth = (round(10 * move) for move in model.moves)
    runs: dict[str, list[tuple[int, int, int]]] = {}
    of_kinds: dict[str, list[int]] = {}
    for (name, place), n in number.items():
        told = [round(10 * of[n]) for of in (model.begin, model.middle, model.end)]
        if name.startswith("<") and len(name) > 1:
            of_kinds.setdefault(name[1:], [0] * (PARTS * LABELS))[place * LABELS : (place + 1) * LABELS] = told
        elif not any(map(str.isspace, name)):
            kept = [(place, label, weight) for label, weight in enumerate(told) if abs(weight) >= LEAST]
            runs.setdefault(name, []).extend(kept)
    return Weights((first, second, third, fourth, fifth), {run: row for run, row in runs.items() if row}, of_kinds)


def tried(data: Sequence[Line]) -> None:
    """Prints how many new houses are found in each batch by weights learnt from others."""
    batches = sorted({line.batch for line in data})
    total = Count()
    for part in range(FOUR):
        left_out = set(batches[part::FOUR])
        known = weights([line for line in data if line.batch not in left_out])
        tell, numbers = teller(known), {kind: number for number, kind in enumerate(known.kinds)}
        for batch in sorted(left_out):
            counted = Count()
            for line in data:
                if line.batch == batch:
                    found = _found(line, tell, numbers)
                    right = len(found & set(line.houses))
                    counted.add(right, len(found) - right, len(line.houses) - right)
            total.add(counted.right, counted.wrong, counted.missed)
            _print(batch, counted)
    _print("all", total)


def _found(line: Line, tell: Tell, numbers: dict[str, int]) -> set[Span]:
    names, _ = tell(line.text, [(start, end, numbers[kind]) for start, end, kind in line.rules if kind in numbers])
    return {(start, end) for start, end, weight in names if weight >= ALONE}


def _print(batch: str, counted: Count) -> None:
    print(f"{batch:28} precision {counted.precision:.3f} recall {counted.recall:.3f} F1 {counted.f1:.3f}")


def main() -> None:
    data = list(lines())
    if "--try" in sys.argv:
        tried(data)
    else:
        (DATA / "named.txt").write_text(named.written(weights(data)), encoding="utf-8")


if __name__ == "__main__":
    main()

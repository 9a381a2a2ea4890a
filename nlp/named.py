"""Where a house is named: what its characters, the words they make and those around weigh, and what rules saw there.

A rule knows a way in which houses are named; of those that only the sentence tells (老街坊要了二十箱, 跟辰光约了)
no list of rules has enough, and everyday words fill the same places. So learnt weights (`python benchmarks/named.py`,
a chain of conditional likelihoods over characters) and rules decide together: what a rule proposes is a feature beside
runs of characters and the words of the lists.

Each character is the begin, the middle or the end of a name, or no part of one, which weighs nought. All numbers are
tenths of a natural logarithm of how many times likelier that is.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import starmap
from typing import NamedTuple

from nlp.compiled.chosen import core, used
from nlp.lexicon import DATA, common, common_nouns, shipped, table
from nlp.namedloop import in_python
from nlp.reading import Span
from nlp.seen import LATIN, Seen
from nlp.signs import sign
from nlp.slotwords import words as slot_words
from nlp.trades import Proposal

PERSON, KNOWN, BEGIN, END = "\1", "\2", "\3", "\4"
"""What stands for the characters of a person and of a known customer, and before and behind the text."""
PARTS, LABELS = 5, 3
"""A word of a kind weighs for the character before it, its first, those within, its last and the one behind it; each as
begin, middle and end of a name."""
ALONE, PROPOSED = 7, -10
"""What a name must weigh that no rule proposes, and one that a rule does."""
SECONDED = -5
"""And one that a model of general Chinese takes for a name (nlp/recogniser.py). In 6,000 sentences that neither had
seen 46 more houses are found so, and 10 that are none; below it everyday places and people of real chat come in."""
IN_SO_MANY_WORDS = "customer.named"
"""The rule for what is said to be the name (招牌叫巴扎往事): it holds whatever the words of the name weigh."""
UNSURE = 0.6
"""A rule that is less sure only tells where a known customer may be meant."""
RULE = "customer.told"
RECOGNISED = "customer.recognised"
REACH = 3
"""So far from a run of characters it still weighs."""
PICTURES = 0x2400
"""A character that no file should hold is written as its picture."""
_DIGITS = sign("0123456789")
_NUMBER = re.compile("[0-9]")
_SMALL, _CAPITAL, _NO_CAPITAL = re.compile("[a-z]+"), re.compile("[A-Z]"), re.compile("[^A-Z]")
Moves = tuple[int, int, int, int, int]
"""From no name to the begin of one, from there to a middle and to an end, from a middle to another and to an end."""
Told = tuple[Sequence[tuple[int, int, int]], Sequence[int]]
"""(start, end, weight) of the names on the likeliest way through a text, and the weights of what was proposed."""
Tell = Callable[[str, Sequence[tuple[int, int, int]]], Told]
"""Goes through a text with its :data:`BEGIN` and :data:`END`, and the kinds of what rules propose there."""


class Weights(NamedTuple):
    """``runs``: for each run of characters (place, label, weight), where place is how far right of its first character
    the one stands for which it weighs; ``kinds``: for each kind of word and of proposal its PARTS x LABELS weights."""

    moves: Moves
    runs: Mapping[str, Sequence[tuple[int, int, int]]]
    kinds: Mapping[str, Sequence[int]]


def seen_as(seen: Seen, people: Iterable[Span]) -> str:
    """The text as weights know it, between its edges: figures and letters all alike, people and customers hidden."""
    text = seen.text
    if seen.signs & LATIN:
        text = _SMALL.sub(lambda run: _letters(seen.given[run.start() : run.end()]), text)
    if seen.signs & _DIGITS:
        text = _NUMBER.sub("0", text)
    shown: list[str] = []
    for spans, hidden in ((people, PERSON), (seen.known, KNOWN)):
        for start, end in spans:
            shown = shown or list(text)
            shown[start:end] = hidden * (end - start)
    return BEGIN + ("".join(shown) or text) + END


def _letters(given: str) -> str:
    return _NO_CAPITAL.sub("a", _CAPITAL.sub("A", given))


@cache
def kind_of(rule: str, sure: float) -> str:
    """What a proposal of a rule is to weights."""
    return f"{rule} {sure:.2f}"


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """The words of the lists, each with its kinds: which list, and how long the word is."""
    companies, people = table("companies")["companies"], table("people")["people"]
    lists: dict[str, Iterable[str]] = {
        "noun": common_nouns(),
        "common": common() - common_nouns(),
        "industry": companies["industries"].split(),
        "kind": companies["kinds"].split(),
        "legal": companies["legal"].split(),
        "place": {*companies["regions"].split(), *companies["places"].split()},
        "role": people["roles"].split(),
        "office": people["departments"].split(),
        "title": people["titles"].split(),
        "brand": slot_words().brands,
        "word": {word for word in shipped().all_words() if len(word) > 1},
        "firmly": slot_words().firmly,
        "family": slot_words().families,
    }
    found: dict[str, tuple[str, ...]] = {}
    for name, words in lists.items():
        by_length = ["", *[f"{name}.{length}" for length in range(1, 5)]]
        for word in words:
            found[word] = (*found.get(word, ()), by_length[min(len(word), 4)])
    return found


def ranked(
    seen: Seen, people: Sequence[Span], proposed: Sequence[Proposal]
) -> tuple[Sequence[Span], Sequence[Proposal]]:
    """Where a house may be named at all; and the likely names, the likeliest first."""
    tell, numbers = _teller()
    number, unknown = numbers.get, len(numbers)
    told, weights = tell(
        seen_as(seen, people),
        [(start + 1, end + 1, number(kind_of(rule, sure), unknown)) for start, end, rule, sure in proposed],
    )
    if not (told or proposed):
        return (), ()
    likely = {(start - 1, end - 1): (weight, RULE) for start, end, weight in told if weight >= ALONE}
    spans = [(start, end) for start, end, _, _ in proposed]
    for span, weight, (_, _, rule, sure) in zip(spans, weights, proposed, strict=True):
        weight = max(weight, ALONE) if rule == IN_SO_MANY_WORDS else weight
        if weight >= PROPOSED and sure >= UNSURE and likely.get(span, (0, RULE))[1] == RULE:
            likely[span] = weight, rule
    spans += [(start - 1, end - 1) for start, end, _ in told]
    best = sorted(likely.items(), key=_weight, reverse=True)
    return spans, [Proposal(*span, rule, sureness(weight)) for span, (weight, rule) in best]


def weighed(seen: Seen, spans: Sequence[Span]) -> Sequence[int]:
    """What each span weighs as a name that no rule proposes."""
    tell, numbers = _teller()
    return tell(seen_as(seen, ()), [(start + 1, end + 1, len(numbers)) for start, end in spans])[1]


def seconded(seen: Seen, spans: Sequence[Span]) -> Iterator[Proposal]:
    """Those of the spans that a model takes for names and that weigh enough to be one."""
    for span, weight in zip(spans, weighed(seen, spans), strict=True) if spans else ():
        if weight >= SECONDED:
            yield Proposal(*span, RECOGNISED, sureness(weight))


def _weight(told: tuple[Span, tuple[int, str]]) -> int:
    return told[1][0]


@cache
def sureness(weight: int) -> float:
    """How sure a name is that weighs so much."""
    return round(0.55 + 0.4 / (1 + math.exp(-weight / 10)), 2)


@cache
def _teller() -> tuple[Tell, dict[str, int]]:
    known = learnt()
    return teller(known), {kind: number for number, kind in enumerate(known.kinds)}


def teller(known: Weights) -> Tell:
    """Goes through texts with these weights."""
    numbers = {kind: number for number, kind in enumerate(known.kinds)}
    of_kinds = cache(lambda names: tuple(_KIND | numbers[name] for name in names if name in numbers))
    votes = {word: of_kinds(names) for word, names in kinds().items()}
    for run, row in known.runs.items():
        votes[run] = (*starmap(_vote, row), *votes.get(run, ()))
    flat = [weight for row in known.kinds.values() for weight in row]
    if not used:
        return in_python(votes, flat, known.moves)
    words, weights, moves = core.table(votes), array("i", flat).tobytes(), known.moves
    return lambda text, proposed: core.named(words, weights, text, proposed, moves)


_KIND = 1 << 31


@cache
def _vote(place: int, label: int, weight: int) -> int:
    """A number of 32 bits, as both loops read it."""
    return (place + REACH) << 20 | label << 16 | weight & 0xFFFF


@cache
def learnt() -> Weights:
    """The shipped weights."""
    text = (DATA / "named.txt").read_text(encoding="utf-8")
    for picture, hidden in _SHOWN.items():
        text = text.replace(chr(picture), hidden)
    head, *rows = text.splitlines()
    first, second, third, fourth, fifth = map(int, head.split())
    runs: dict[str, Sequence[tuple[int, int, int]]] = {}
    weighed: dict[str, Sequence[int]] = {}
    for row in rows:
        name, *said = row.split("\t")
        if name.startswith("<"):
            weighed[name[1:]] = list(map(int, said))
        else:
            runs[name] = tuple(map(_said, said))
    return Weights((first, second, third, fourth, fifth), runs, weighed)


_SHOWN = {PICTURES + ord(hidden): hidden for hidden in ("\0", PERSON, KNOWN, BEGIN, END)}
_NAMES = "BIE"


@cache
def _said(one: str) -> tuple[int, int, int]:
    """``B-2:13``; of hundreds of thousands some hundreds differ."""
    place, _, weight = one[1:].partition(":")
    return int(place), _NAMES.index(one[0]), int(weight)


def written(known: Weights) -> str:
    """The weights as the file has them."""
    shown = {ord(hidden): picture for picture, hidden in _SHOWN.items()}
    lines = [" ".join(map(str, known.moves))]
    lines += ["\t".join(("<" + kind, *map(str, row))) for kind, row in sorted(known.kinds.items())]
    for run, row in sorted(known.runs.items()):
        lines.append("\t".join((run.translate(shown), *(f"{_NAMES[n]}{place}:{weight}" for place, n, weight in row))))
    return "\n".join(lines) + "\n"

"""Known short names that are words of every day: dropped where all around speaks against a house (马上到, 大单)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp import named
from nlp.lexicon import table
from nlp.reading import Customer, span_of
from nlp.seen import Seen
from nlp.signs import signs_of
from nlp.spokenof import turned_to

AGAINST = -66
"""A short name that weighs less where nothing turns to it is a word of every day."""
_SHORT = 4
_IN_SAYINGS = frozenset(("brand", "vague", "abbreviation", "core", "shortened", "order"))


def meant(text: str, plain: str, known: Sequence[Customer]) -> Sequence[Customer]:
    """The mentions but those that are only words of a saying or of every day."""
    short = [c for c in known if len(c.text) <= _SHORT and c.how in _IN_SAYINGS]
    if not short:
        return known
    none = {c.span for c in short if _in_a_saying(plain, *c.span)}
    doubtful = [c for c in short if c.how in ("brand", "vague") and c.span not in none and _may_be_a_word(plain, c)]
    if doubtful:
        weights = named.weighed(_alone(text, plain, known, doubtful), [c.span for c in doubtful])
        none |= {c.span for c, weight in zip(doubtful, weights, strict=True) if weight < AGAINST}
    return [c for c in known if c.span not in none] if none else known


def _may_be_a_word(plain: str, customer: Customer) -> bool:
    return customer.text not in _names_of_words() and not turned_to(plain, *customer.span)


def _alone(text: str, plain: str, known: Sequence[Customer], doubtful: Sequence[Customer]) -> Seen:
    """The message with only the other customers hidden."""
    weighed = {c.span for c in doubtful}
    others = [span_of(c) for c in known if c.span not in weighed]
    return Seen(text, plain, [], frozenset(), {}, {}, signs_of(plain), others)


@cache
def _names_of_words() -> frozenset[str]:
    """把把, 给力: houses that are called by such words, and mostly meant by them."""
    return frozenset(table("companies")["companies"]["uncut"].split())


def _in_a_saying(plain: str, start: int, end: int) -> bool:
    """精诚所 in 精诚所至: a part of a saying, and not all of it."""
    return any(
        said.start() <= start and end <= said.end() and said.end() - said.start() > end - start
        for said in _sayings().finditer(plain, max(0, start - _SHORT), end + _SHORT)
    )


@cache
def _sayings() -> re.Pattern[str]:
    return re.compile("|".join(table("companies")["companies"]["sayings"].split()))

"""The word lists by which organisations are told, ready for use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp.lexicon import Lexicon, table


@dataclass(frozen=True, slots=True)
class Patterns:
    """The word lists of companies.toml, ready for use."""

    lead: re.Pattern[str]
    cut: re.Pattern[str]
    cut_always: re.Pattern[str]
    wanted: re.Pattern[str]
    rivals: re.Pattern[str]
    product: re.Pattern[str]
    generic: frozenset[str]
    leading: frozenset[str]
    uncut: frozenset[str]
    trades: frozenset[str]
    not_customers: frozenset[str]


@cache
def patterns() -> Patterns:
    """The lists of companies.toml."""
    words = {key: found.split() for key, found in table("companies")["companies"].items()}
    either = {key: "|".join(sorted(map(re.escape, words[key]), key=len, reverse=True)) for key in words}
    return Patterns(
        lead=re.compile(f"(?:{either['lead']})+"),
        cut=re.compile(either["cut"]),
        cut_always=re.compile(either["cut_always"]),
        wanted=re.compile(f"(?:{either['wanted']})$"),
        rivals=re.compile(
            f"(?:{either['rivals']})[^。,]{{0,2}}\0|\0[^。!?]{{0,14}}是[^。,]{{0,4}}(?:{either['rivals']})"
        ),
        product=re.compile(f"(?:{either['product']})"),
        generic=frozenset(words["generic"]) | frozenset(words["regions"]),
        uncut=frozenset(words["uncut"]),
        leading=frozenset(words["lead"]),
        trades=frozenset(words["industries"]) | frozenset(words["kinds"]),
        not_customers=frozenset(words["notcustomer"]),
    )


@lru_cache(maxsize=64)
def marks_of(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """The marks of trades, kinds, places, legal forms, offices and roles."""
    names = ("industry", "region", "orgkind", "legalform", "dept", "role", "title")
    classes = {name: frozenset(lexicon.marks(name)) for name in names}
    classes["tail"] = classes["industry"] | classes["orgkind"] | classes["legalform"]
    classes["within"] = classes["industry"] | classes["orgkind"] | classes["region"]
    return classes

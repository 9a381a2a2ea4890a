"""What a customer and its people are tagged with: the trade by a name, the way of buying and what somebody decides by
what is said. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from nlp.lexicon import table
from nlp.reading import Contact

STOPS = re.compile("[。.;；!！?？\\n]")
BEHIND = (
    r"[\s,，]*(?:他|她|人家|本人)?(?:自己|就|也|还|手里|手上|这边|那边|一个人|完全)*"
    "(?P<not>没有?(?!有)|不是?|无|并没有?|并不是?)?"
)
"""What may stand between a name and what he decides: what others decide stands farther off (王总说要老板拍板)."""
LEGAL = re.compile(r"(?:有限责任公司|股份有限公司|集团有限公司|有限公司|集团|公司|股份)+$")


@cache
def _words(section: str) -> tuple[tuple[str, str], ...]:
    """(word, tag), the longest first."""
    pairs = [(word, tag) for tag, words in table("tags")[section].items() for word in words.split()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def industries() -> frozenset[str]:
    return frozenset(table("tags")["industry"])


@cache
def usual() -> frozenset[str]:
    """Tags that are told as such wherever they stand: trades, ways of buying, departments."""
    return industries() | frozenset(table("tags")["way"]) | frozenset(table("people")["people"]["departments"].split())


@lru_cache(maxsize=4096)
def industry(name: str) -> str:
    """The trade that the name tells; "" where it tells none."""
    bare = LEGAL.sub("", name)
    found = [(bare.rfind(word) + len(word), len(word), tag) for word, tag in _words("industry") if word in bare]
    return max(found)[2] if found else ""


def ways(text: str) -> tuple[str, ...]:
    """The ways of buying that are spoken of."""
    return tuple(dict.fromkeys(tag for word, tag in _words("way") if word in text))


def tags_of(name: str, stored: Sequence[str], departments: Iterable[str | None] = ()) -> tuple[str, ...]:
    """A customer's tags: those that were kept; else the trade by its name, and the departments one deals with."""
    if stored:
        return tuple(stored)
    found = [industry(name), *(one for one in departments if one)]
    return tuple(dict.fromkeys(one for one in found if one))


@cache
def _decides() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((role, re.compile(f"{BEHIND}(?:{pattern})")) for role, pattern in table("tags")["decides"].items())


def decides(text: str, person: Contact, others: Iterable[Contact] = ()) -> str:
    """What the words say that this person decides, up to the next one named or the sentence's end; "" for nothing."""
    return next((role for role, denied in _told(text, person, others) if not denied), "")


def decides_not(text: str, person: Contact, others: Iterable[Contact] = ()) -> frozenset[str]:
    """What the words deny of this person: 王总没有预算审批权."""
    return frozenset(role for role, denied in _told(text, person, others) if denied)


def _told(text: str, person: Contact, others: Iterable[Contact]) -> Iterator[tuple[str, bool]]:
    end = person.span[1]
    stop = STOPS.search(text, end)
    ends = [one.span[0] for one in others if one.span[0] > end] + [stop.start() if stop else len(text)]
    said = text[end : min(ends)]
    for role, pattern in _decides():
        found = pattern.match(said)
        if found:
            yield role, found["not"] is not None


def by_title(title: str | None, department: str | None) -> str:
    """决策人, 采购, 技术 or 财务 by what somebody is; "" where that tells nothing."""
    for word, role in _words("by_title"):
        if word in (title, department):
            return role
    return ""

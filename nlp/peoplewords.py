"""The word lists of people, ready for use, and where a name may begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp.branches import one_of
from nlp.lexicon import Lexicon, table
from nlp.seen import Seen
from nlp.signs import sign

HAN = re.compile(r"[\u4e00-\u9fff]")
CUES = sign({word[0] for word in table("people")["people"]["cues"].split()})
"""What leads up to a name begins with these."""
LEFT_OPEN = frozenset("的了和跟与去找给向对让请约见问催是在从到说把被有就也还于同位及叫陪帮替由等嘅派畀俾搵")
"""Characters after which a name may begin."""


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """The word lists of people.toml, ready for use."""

    surnames: frozenset[str]
    compound: frozenset[str]
    families: dict[str, tuple[str, ...]]
    """The surnames by the character that they begin with."""
    risky: frozenset[str]
    not_given: frozenset[str]
    not_names: frozenset[str]
    bases: re.Pattern[str]
    ours: re.Pattern[str]
    inner: re.Pattern[str]
    owned: tuple[str, ...]
    cues: re.Pattern[str]
    speaking: tuple[str, ...]
    narrowing: frozenset[str]
    latin_orgs: frozenset[str]
    given_latin: frozenset[str]
    given_pairs: frozenset[str]


@cache
def listed() -> PeopleWords:
    """The lists of people.toml."""
    people = table("people")["people"]
    lists = {key: people[key].split() for key in people if key != "surnames"}
    either = {key: one_of(sorted(map(re.escape, found), key=len, reverse=True)) for key, found in lists.items()}
    return PeopleWords(
        surnames=frozenset(people["surnames"]),
        compound=frozenset(lists["compound"]),
        families=_families(people["surnames"], lists["compound"]),
        risky=frozenset(lists["risky"]),
        not_given=frozenset(lists["not_given"]),
        not_names=frozenset(lists["not_names"]),
        bases=re.compile(f"(?:{either['bases']}|[\u4e00-\u9fff][员师长])$"),
        ours=re.compile(f"(?:{either['ours']})的?$"),
        inner=re.compile(f"(?:{either['inner_functions']})的?$"),
        owned=tuple(lists["owned"]),
        cues=re.compile(f"(?:{either['cues']})(?:换成了|改成了|换成|改成|改为|换了|的是|的|是|人|为|叫|:)?\\s?"),
        speaking=tuple(lists["speaking"]),
        narrowing=frozenset(lists["narrowing"]),
        latin_orgs=frozenset(lists["latin_orgs"]),
        given_pairs=frozenset(lists["given_pairs"]),
        given_latin=frozenset(lists["given_latin"]),
    )


def _families(surnames: str, compound: list[str]) -> dict[str, tuple[str, ...]]:
    families: dict[str, tuple[str, ...]] = {}
    for name in (*surnames, *compound):
        families[name[0]] = (*families.get(name[0], ()), name)
    return families


@lru_cache(maxsize=64)
def marks_of(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """The marks of titles, roles and departments."""
    marks = {concept: frozenset(lexicon.marks(concept)) for concept in ("title", "role", "dept")}
    marks["office"] = marks["role"] | marks["dept"]
    marks["leading"] = marks["title"] | marks["office"]
    marks["house"] = frozenset(lexicon.marks("industry", "orgkind"))
    return marks | {"firm": frozenset(lexicon.marks("industry", "orgkind", "legalform"))}


def open_left(seen: Seen, start: int) -> bool:
    return start == 0 or start in seen.ends or seen.text[start - 1] in LEFT_OPEN or not HAN.match(seen.text[start - 1])

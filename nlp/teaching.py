"""What a team adds to the lexicon: words under named meanings, words taken away, the packs of its trade. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from typing import Any

from nlp.frames import frames
from nlp.lexicon import DATA, Lexicon, frame_rows, normalise, shipped, table

SURE = 0.9
"""How sure the reader is of a phrase that an admin taught."""
RULE = "lexicon."
"""What the rule of a taught phrase begins with."""
LIKE = 2
"""Characters that a phrase must share with known words before a meaning is guessed by them."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words may be taught for: they join lists of the lexicon, or say a stage, signal or action by themselves."""

    id: str
    name: str
    also: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    kind: str = ""
    """stages, signals, actions; empty for a list of words"""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Taught:
    """Words by the id of their meaning, words taken away, and the names of packs; hashable, in one order."""

    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """The words of a trade, by the id of their meaning."""

    id: str
    name: str
    words: Mapping[str, tuple[str, ...]]


@cache
def meanings() -> Mapping[str, Meaning]:
    """Every meaning by its id, in the order in which they are listed."""
    found = {}
    for row in table("meanings")["meaning"]:
        kind, value = row.get("says", ("", ""))
        found[row["id"]] = Meaning(
            row["id"], row["name"], tuple(row.get("also", ())), tuple(row.get("concepts", ())), kind, value
        )
    return found


def meaning(said: str) -> Meaning | None:
    """The meaning that is called so (name, other name or id); None where none is."""
    wanted = said.strip('「」“”" ')
    return _called().get(wanted)


@cache
def _called() -> dict[str, Meaning]:
    called: dict[str, Meaning] = {}
    for one in meanings().values():
        for word in (one.id, one.name, *one.also):
            called.setdefault(word, one)
    return called


def nearest(said: str) -> Meaning | None:
    """The meaning whose name is most like the words; None where none is near."""
    near = get_close_matches(said, list(_called()), n=1, cutoff=0.5)
    return _called()[near[0]] if near else None


def guess(phrase: str) -> Meaning | None:
    """The meaning that a phrase most likely has, by the longest piece that it shares with what is known of each;
    None where no piece is long enough."""
    plain = normalise(phrase)
    best, longest = None, LIKE - 1
    for one in meanings().values():
        known = _known_of(one.id)
        size = SequenceMatcher(None, plain, known, autojunk=False).find_longest_match().size
        if size > longest:
            best, longest = one, size
    return best


@cache
def _known_of(id: str) -> str:
    """All that the shipped lexicon holds for a meaning, in one string."""
    one = meanings()[id]
    rows = [row for row in frame_rows(one.kind) if one.value in row["gives"].values()] if one.kind else []
    patterns = [pattern for row in rows for pattern in row["match"]]
    words = [word for concept in one.concepts for word in shipped().words(concept)]
    return "\n".join([*patterns, *words])


# -- packs ---------------------------------------------------------------------------------------------------------


@cache
def packs() -> Mapping[str, Pack]:
    """The packs that come with the product, by id."""
    found = {}
    for file in sorted((DATA / "packs").glob("*.toml")):
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        words = {id: tuple(listed.split()) for id, listed in raw["words"].items()}
        found[file.stem] = Pack(file.stem, raw["name"], words)
    return found


def pack(said: str) -> Pack | None:
    """The pack that is called so, by id or name; None where there is none."""
    return next((one for one in packs().values() if said.strip("「」 ") in (one.id, one.name)), None)


# -- the lexicon that comes of it ----------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def lexicon_of(taught: Taught) -> Lexicon:
    """The shipped lexicon with what is taught, ready to read with; the shipped one itself where nothing is. Building
    one takes up to a second or two, so not on the loop."""
    if taught == Taught():
        return shipped()
    words: dict[str, list[str]] = {}
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for one, found in _by_meaning(taught):
        for concept in _lists(one):
            words.setdefault(concept, []).extend(found)
        if one.id == "dept":
            heads = [f"{department}长" for department in found if department[-1] in "部科处"]
            for concept in ("title", "role"):
                words.setdefault(concept, []).extend(heads)
        if one.kind:
            rows.setdefault(one.kind, []).append(_row(one))
    made = shipped().extended(words, taught.without, rows)
    frames(made)  # compiled here, not at the first message
    return made


def _by_meaning(taught: Taught) -> list[tuple[Meaning, list[str]]]:
    """The words of the packs and the team's own by meaning, without those taken away."""
    gone = frozenset(map(normalise, taught.without))
    found: dict[str, list[str]] = {}
    lists = [*(packs()[id].words.items() for id in taught.packs if id in packs()), taught.words]
    for pairs in lists:
        for id, words in pairs:
            kept = [word for word in words if normalise(word) not in gone]
            found.setdefault(id, []).extend(kept)
    return [(meanings()[id], words) for id, words in found.items() if words and id in meanings()]


def _lists(one: Meaning) -> tuple[str, ...]:
    return (*one.concepts, f"taught_{one.id}") if one.kind else one.concepts


def _row(one: Meaning) -> Mapping[str, Any]:
    """A frame of one word: it says its meaning in the moods in which the shipped frames of that meaning do."""
    model = next(row for row in frame_rows(one.kind) if {*row["gives"].values()} - {""} == {one.value})
    tenses = set(model["gives"])
    gives = {"any"} if tenses & {"any"} or tenses == {"future"} else {"past", "plain", *tenses}
    return {
        "rule": f"{RULE}{one.id}",
        "match": [f"<taught_{one.id}>"],
        "gives": dict.fromkeys(gives, one.value),
        "allow": model.get("allow", ()),
        "by": model.get("by", ""),
        "anchor": True,
        "sure": SURE,
    }


def touched(before: Taught, after: Taught) -> frozenset[str]:
    """The words, normalised, by which two lexicons differ: a text with none of them reads the same with both."""
    return frozenset(word for _, word in _pairs(before) ^ _pairs(after))


def _pairs(taught: Taught) -> set[tuple[str, str]]:
    return {(one.id, normalise(word)) for one, words in _by_meaning(taught) for word in words} | {
        ("without", normalise(word)) for word in taught.without
    }


def taught_words(taught: Taught, phrase: str) -> tuple[Meaning, ...]:
    """The meanings under which the team itself taught the phrase; packs do not count."""
    plain = normalise(phrase)
    return tuple(meanings()[id] for id, words in taught.words if id in meanings() and plain in map(normalise, words))


def shipped_for(phrase: str) -> bool:
    """The shipped lexicon or one of its packs holds the phrase."""
    plain = normalise(phrase)
    return plain in _shipped_words() or any(
        plain in map(normalise, w) for p in packs().values() for w in p.words.values()
    )


@cache
def _shipped_words() -> frozenset[str]:
    lexicon = shipped()
    return frozenset(lexicon.all_words())

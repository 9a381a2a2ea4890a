"""The words of sales talk as data: which concepts a word stands for, and one pass that finds them all.

A word may stand for several concepts (过 is "passed" and a mark of the past). Words with the same set of concepts share
one mark, a character of the private use area, so that rules over concepts are plain regular expressions.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from nlp.longest import Found, longest
from nlp.longest import Word as Word

DATA = Path(__file__).parent / "lexicon"
ENTITIES = ("date", "cust", "person", "amount", "phoneno", "mailto", "percent", "chief")
"""Concepts that no word list fills: other parts of the reader put them over what they found."""
INCLUDED = {"chief": ("person",)}
"""An entity that is of another kind as well: the head of a house is a person."""
FIRST_MARK = 0xE000
MARK_OF = {entity: chr(FIRST_MARK + n) for n, entity in enumerate(ENTITIES)}
"""What stands for an entity in a line, the same in every lexicon."""
END = "\uf8ff"
"""The mark behind a word that no other word follows at once."""
PART_NAME = re.compile(r"\{([a-z_]+)\}")
ANY_MARK = "[\ue000-\uf8ff]"
PERFECT = ("了", "完", "好", "成", "下来", "回来", "到账", "妥")
"""Endings that make a verb of the lexicon a finished deed."""


VEIL = 0x100000
"""What is added to the characters of a shield; beyond all that is written."""
VEILED = re.compile(f"[{chr(VEIL)}-\U0010ffff]")


@lru_cache(maxsize=4096)
def veiled(words: str) -> str:
    """The words of a shield (海报), so written that no rule's own characters are seen in them (报)."""
    return "".join(chr(ord(character) + VEIL) for character in words)


def unveiled(line: str) -> str:
    """A piece of a line with the words of shields readable again."""
    return VEILED.sub(_readable, line)


def _readable(veiled: re.Match[str]) -> str:
    return chr(ord(veiled[0]) - VEIL)


def word_at(words: Sequence[Word], start: int) -> Word | None:
    """The word that begins there; words stand in order, and none over another."""
    at = bisect_left(words, start, key=_start)
    return words[at] if at < len(words) and words[at].start == start else None


def _start(word: Word) -> int:
    return word.start


class Lexicon:
    """Concepts by word. Immutable once built; ``extended`` gives another with an admin's words added."""

    def __init__(
        self, words: Mapping[str, Iterable[str]], rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
    ) -> None:
        self._rows = dict(rows or {})
        self._given = {concept: tuple(found) for concept, found in words.items()}
        concepts_of: dict[str, set[str]] = {}
        for concept, found in self._given.items():
            for word in found:
                concepts_of.setdefault(word, set()).add(concept)
        for word, concepts in concepts_of.items():
            if len(word) > 1 and (word.endswith(PERFECT) or "了" in word or word[0] == "已"):
                concepts.add("perfect")
        self._marks = self._number(concepts_of)
        self.shields = frozenset(self._marks.get(frozenset(["none"]), ""))
        """The mark of words that stand for nothing but hide shorter ones."""
        self._words = longest(dict(self._found(concepts_of)))
        self._classes: dict[str, str] = {}
        self._asked: dict[tuple[str, ...], str] = {}
        for grouped, mark in self._marks.items():
            for concept in grouped:
                self._classes[concept] = self._classes.get(concept, "") + mark
        self.concepts_of_mark = {mark: concepts for concepts, mark in self._marks.items()}
        self.every_mark = f"{chr(FIRST_MARK)}-{max(self.concepts_of_mark)}{END}"
        """The marks in use, for use inside ``[...]``: few of all that could be, so much quicker to compile."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process builds its own from the same words."""
        return (shipped, ()) if self is shipped() else (Lexicon, (self._given, self._rows))

    def _found(self, concepts_of: Mapping[str, set[str]]) -> Iterator[tuple[str, tuple[str, str]]]:
        """Each word with its mark, and how a line has it."""
        for word, concepts in concepts_of.items():
            mark = self._marks[frozenset(concepts)]
            yield word, (mark, mark + (veiled(word) if mark in self.shields else word))

    @staticmethod
    def _number(concepts_of: Mapping[str, set[str]]) -> dict[frozenset[str], str]:
        marks = {frozenset([name, *INCLUDED.get(name, ())]): mark for name, mark in MARK_OF.items()}
        for concepts in concepts_of.values():
            marks.setdefault(frozenset(concepts), chr(FIRST_MARK + len(marks)))
        return marks

    def extended(
        self,
        words: Mapping[str, Iterable[str]],
        without: Iterable[str] = (),
        rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> Lexicon:
        """A lexicon with these words added to their concepts and the words of ``without`` gone. ``rows`` are further
        frames by their kind, written as those of the files are."""
        gone = frozenset(map(normalise, without))
        merged = {c: [w for w in found if w not in gone] for c, found in self._given.items()}
        for concept, found in words.items():
            merged.setdefault(concept, []).extend(normalise(w) for w in found)
        more = rows or {}
        return Lexicon(merged, {kind: (*self.rows(kind), *more.get(kind, ())) for kind in {*self._rows, *more}})

    def rows(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Frames of that kind beside those of the files; empty where nobody added any."""
        return self._rows.get(kind, ())

    def marks(self, *concepts: str) -> str:
        """The characters that stand for any of these concepts, for use inside ``[...]``; empty for unknown ones."""
        known = self._asked.get(concepts)
        if known is None:
            known = self._asked[concepts] = "".join(self._classes.get(concept, "") for concept in concepts)
        return known

    def words(self, concept: str) -> tuple[str, ...]:
        """The words given for a concept; empty for an unknown one."""
        return self._given.get(concept, ())

    def all_words(self) -> Iterable[str]:
        """Every word, as often as it has concepts."""
        return (word for found in self._given.values() for word in found)

    def find(self, text: str) -> list[Word]:
        """The longest words of the lexicon in a normalised text, leftmost first, none over another."""
        return self._words.look(text)[0]

    def look(self, text: str) -> Found:
        """The same words, and beside them by where each begins and ends."""
        return self._words.look(text)


@cache
def shipped() -> Lexicon:
    """The lexicon that comes with the product; read from disk at the first call (some 20 ms)."""
    words: dict[str, list[str]] = {}
    for file in sorted(DATA.glob("*.toml")):
        for concept, found in table(file.stem).get("words", {}).items():
            words.setdefault(concept, []).extend(normalise(word) for word in found.split())
    people, companies = table("people")["people"], table("companies")["companies"]
    for concept, found in (
        ("title", people["titles"]),
        ("role", people["roles"]),
        ("dept", people["departments"]),
        ("industry", companies["industries"]),
        ("region", companies["regions"]),
        ("orgkind", companies["kinds"]),
        ("legalform", companies["legal"]),
    ):
        words[concept] = found.split()
    heads = [department + "长" for department in words["dept"] if department[-1] in "部科处"]
    words["title"] += heads
    words["role"] += heads
    return Lexicon(words)


@cache
def table(name: str) -> dict[str, Any]:
    """One file of the shipped lexicon, as its tables."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def frame_rows(kind: str) -> tuple[Mapping[str, Any], ...]:
    """The frames of a file, in their patterns and exceptions the text of each part ({ask}) for its name."""
    rows, parts = table(kind)["frame"], table(kind).get("parts", {})
    return tuple(
        {**row, "match": [filled(one, parts) for one in row["match"]], "unless": filled(row.get("unless", ""), parts)}
        for row in rows
    )


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with its parts written out; a part may hold others."""
    while PART_NAME.search(pattern):
        pattern = PART_NAME.sub(lambda name: parts[name[1]], pattern)
    return pattern


@cache
def common() -> frozenset[str]:
    """Words of every day, two or three characters long: what is among them is hardly a proper name."""
    return common_nouns() | _common()["others"]


@cache
def common_nouns() -> frozenset[str]:
    """The nouns among them: with a trade behind they describe (牙科诊所), where other words make names (安居家政)."""
    return _common()["nouns"]


@cache
def _common() -> dict[str, frozenset[str]]:
    text = (DATA / "common.txt").read_text(encoding="utf-8")
    sections = re.findall(r"^\[(\w+)\]\n([^\[]*)", text, re.M)
    return {title: frozenset(words.split()) for title, words in sections}


@cache
def _letters() -> dict[str, str]:
    widths = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    capitals = {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    wide_capitals = {chr(code): chr(code - 0xFEE0 + 32) for code in range(0xFF21, 0xFF3B)}
    pairs = table("traditional")["pairs"]
    simple = {pair[0]: pair[1] for pair in re.findall(r"\S\S", pairs)}
    return {**simple, **widths, **capitals, **wide_capitals, "\u3000": " ", "\xa0": " ", "\t": " "}


def normalise(text: str) -> str:
    """The same text, character by character, with narrow letters, small letters and simplified characters."""
    return _changed()(text.replace("，", ",").replace("？", "?").replace("：", ":"))  # each that is put in takes longer


@cache
def _changed() -> Callable[[str], str]:
    """Changes the characters that :func:`normalise` changes: to look for these few is quicker than to look each of a
    text up."""
    letters = _letters()
    strange = re.compile(f"[{re.escape(''.join(letters))}]")
    return partial(strange.sub, lambda found: letters[found[0]])

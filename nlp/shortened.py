"""Known names shortened, turned about or misheard in ways no list foresees: 马钢, 绍兴农行, 建行余杭.

A name is a row of words; who shortens it takes the beginnings of some of them, or a whole one, or the last character of
its kind (院, 局). What can be cut from a name so, and holds what makes it a name, stands for it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from operator import and_
from typing import NamedTuple

from nlp.lexicon import common, normalise, table
from nlp.names import PARENTHESIS
from nlp.sounds import sound

FULLEST = 24
"""A character (or its sound) that more names than this hold tells nothing."""
LONGEST = 14
_LEGAL = frozenset("有限公司股份责任")
MOST = 40
"""Beginnings of shortenings looked into at one place of a text."""


class Piece(NamedTuple):
    """A word of a name; ``sort`` is place, kind, or proper."""

    text: str
    sounds: tuple[str, ...]
    sort: str


class Match(NamedTuple):
    """``[start, end)`` of a text stands for the name of this number, this surely; ``weak`` where only the words around
    can tell that it is a name at all."""

    start: int
    end: int
    number: int
    score: float
    how: str
    weak: bool


class Cut(NamedTuple):
    """What was cut from a name: characters by their sort, misheard ones, turns, and the words touched."""

    size: int
    slips: int
    turns: int
    pieces: int
    touched: tuple[tuple[int, int], ...]


@cache
def _sorts() -> dict[str, str]:
    lists = table("companies")["companies"]
    sorts = dict.fromkeys(common(), "proper")
    sorts |= dict.fromkeys((*lists["kinds"].split(), *lists["industries"].split(), *lists["of_many"].split()), "kind")
    sorts |= dict.fromkeys((*lists["regions"].split(), *lists["places"].split()), "place")
    return sorts


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[Piece, ...]:
    """A normalised name as its words, without what all firms bear (有限公司)."""
    core = PARENTHESIS.sub("", name)
    for legal in ("股份有限公司", "有限责任公司", "集团公司", "有限公司", "总公司"):
        core = core.replace(legal, "集团" if legal == "集团公司" else "")
    sorts, found, at, strange = _sorts(), list[Piece](), 0, ""
    while at < len(core):
        size = next((n for n in (5, 4, 3, 2) if core[at : at + n] in sorts and at + n <= len(core)), 0)
        if not size:
            strange += core[at]
            at += 1
            continue
        if strange:
            found += _strange(strange)
            strange = ""
        text = core[at : at + size]
        found.append(_piece(text, sorts[text]))
        at += size
    found += _strange(strange)
    for place in PARENTHESIS.findall(name):  # 岳阳粮谷: 中粮粮谷(岳阳)有限公司
        if sorts.get(bare := place.strip("()")) == "place":
            found.append(_piece(bare, "place"))
    return tuple(found)


def _strange(run: str) -> list[Piece]:
    if not run:
        return []
    level = next((n for n in range(2, min(4, len(run) - 1)) if run[n] in "省市区县镇"), 0)
    if level:
        return [_piece(run[:level], "place"), _piece(run[level], "kind"), *_strange(run[level + 1 :])]
    if len(run) == 4 and run[-1] not in "厂店馆院所局社":
        return [_piece(run[:2], "proper"), _piece(run[2:], "proper")]
    if run in "省市区县镇第局厂店院所":
        return [_piece(run, "kind")]
    if len(run) > 2 and run[-1] in "厂店馆院所局社":
        return [_piece(run[:-1], "proper"), _piece(run[-1], "kind")]
    return [_piece(run, "proper")]


_NUMERALS = frozenset("一二三四五六七八九十")


def _piece(text: str, sort: str) -> Piece:
    return Piece(text, tuple(sound(character) for character in text), sort)


def cuts(said: str, heard: list[str], words: tuple[Piece, ...]) -> Iterator[Cut]:
    """The ways in which a beginning of what was said can be cut from a name."""
    stack: list[tuple[int, int, int, int, int, tuple[tuple[int, int], ...]]] = [(0, -1, 0, 0, 0, ())]
    seen = 0
    while stack and seen < MOST * 8:
        at, last, slips, turns, pieces, touched = stack.pop()
        seen += 1
        if at >= 2:
            yield Cut(at, slips, turns, pieces, touched)
        used = {word for word, _ in touched}
        for n, word in enumerate(words):
            turned = turns + (n < last)
            if n in used or turned > 1:
                continue
            for size, wrong in _takes(said, heard, at, word):
                if slips + wrong <= 1:
                    stack.append((at + size, n, slips + wrong, turned, pieces + 1, (*touched, (n, size))))


def _takes(said: str, heard: list[str], at: int, word: Piece) -> Iterator[tuple[int, int]]:
    """How many characters may be taken of a word at this place of the text, and how many of them are misheard."""
    wrong = size = 0
    for character, syllable in zip(word.text, word.sounds, strict=True):
        if at + size >= len(said):
            return
        if said[at + size] != character:
            if heard[at + size] != syllable or (character in _NUMERALS and said[at + size] in _NUMERALS):
                break
            wrong += 1
        size += 1
        yield size, wrong
    if at < len(said) and len(word.text) > 1 and size == 0 and said[at] == word.text[-1] and word.sort == "kind":
        yield 1, 0
    if len(word.text) > 2 and said[at : at + 2] == word.text[0] + word.text[-1]:
        yield 2, 0


def fits(cut: Cut, words: tuple[Piece, ...]) -> tuple[float, bool] | None:
    """How surely what was cut stands for the name, and whether only the words around can tell; None: it does not."""
    taken = dict(cut.touched)
    branch = next((n for n, w in enumerate(words) if w.text in ("分行", "支行", "分公司", "分局", "支公司")), -1)
    attached = next((n for n, w in enumerate(words) if w.text == "附属"), -1)
    proper = [n for n, w in enumerate(words) if w.sort == "proper"]
    if attached >= 0 and any(n > attached for n in proper):
        proper = [n for n in proper if n > attached]
    places = [n for n, w in enumerate(words) if w.sort == "place" and w.text != "中国"]
    sizes = {sort: sum(k for n, k in cut.touched if words[n].sort == sort) for sort in ("proper", "place", "kind")}
    whole = any(n in taken and taken[n] == len(words[n].text) for n in proper)
    score = 0.92 - 0.03 * cut.turns - 0.07 * cut.slips
    if branch >= 0 and places:
        where = max((n for n in places if n < branch), default=places[-1])
        others = cut.size - taken.get(where, 0)
        return (score - 0.02, False) if taken.get(where, 0) >= 2 and others >= 2 else None
    if cut.slips and (cut.turns or cut.size < 3 or sizes["kind"] == cut.size):
        return None
    if proper:
        first = proper[0]
        length, got = len(words[first].text), taken.get(first, 0)
        if not got:
            later = any(taken.get(n, 0) == len(words[n].text) > 1 for n in proper[1:])
            if not later or cut.slips or words[first].text in common():
                return None
            return (score - 0.08, False) if cut.size >= 4 and sizes["proper"] < cut.size else (0.76, True)
        if got == length and got >= 2:
            alone = cut.size == got
            known = words[first].text in common()
            return score - 0.04 * alone, (alone or sizes["kind"] + sizes["proper"] == got) and known
        if got >= 2 and (length <= 4 or cut.size >= 4):
            return score - 0.06 - 0.02 * (cut.size == got), cut.size == got or cut.slips > 0
        if cut.slips or cut.turns:
            return None
        if cut.size == 2:
            return (0.78, True) if cut.pieces == 2 and _ends(cut, words) else None
        return (0.82, cut.size == 3) if whole or _ends(cut, words) else None
    if not places or cut.slips:
        return None
    where = sum(taken.get(n, 0) for n in places)
    if not where or where == cut.size:
        return None
    if cut.size == 2:
        return (0.76, True) if cut.pieces == 2 and not cut.turns and _ends(cut, words) else None
    return (score - 0.08, cut.size == 3) if _ends(cut, words) or sizes["kind"] >= 2 else None


def _ends(cut: Cut, words: tuple[Piece, ...]) -> bool:
    """Beside its first words it holds the kind of house or the chief trade."""
    first = min(n for n, _ in cut.touched)
    chief = {n for n in range(first + 1, len(words)) if words[n].text not in _of_many()}
    return any(n in chief for n, _ in cut.touched if n != first)


@cache
def _of_many() -> frozenset[str]:
    return frozenset(table("companies")["companies"]["of_many"].split())


class Shortened:
    """Numbers of names by their characters and by how these sound. Grows and shrinks by the name."""

    def __init__(self) -> None:
        self._holding: dict[str, array[int]] = {}
        self._telling = _Telling(self._holding)

    def add(self, number: int, name: str) -> None:
        for key in _keys(name):
            self._holding.setdefault(key, array("I")).append(number)
        self._telling.clear()

    def remove(self, number: int, name: str) -> None:
        for key in _keys(name):
            holding = self._holding.get(key)
            if holding is not None and number in holding:
                holding.remove(number)
                if not holding:
                    del self._holding[key]
        self._telling.clear()

    def near(self, text: str, name_of: Callable[[int], str]) -> Iterator[Match]:
        """Every place of a normalised text that can be cut from a name, as long as it can be."""
        telling = self._telling.__getitem__
        if not any(map(telling, text)):
            return
        held = list(map(telling, text))
        if all(map(frozenset.isdisjoint, held, held[1:])):
            return
        heard = [sound(character) for character in text]
        for start, numbers in enumerate(map(and_, held, held[1:])):
            for number in numbers:
                yield from _best(text, heard, start, number, words_of(normalise(name_of(number))))


class _Telling(dict[str, frozenset[int]]):
    """The names that a character tells of, looked up once: messages are made of the same few thousand characters."""

    def __init__(self, holding: Mapping[str, array[int]]) -> None:
        self._holding = holding

    def __missing__(self, character: str) -> frozenset[int]:
        self[character] = found = self._found(character) if "\u4e00" <= character <= "\u9fff" else frozenset()
        return found

    def _found(self, character: str) -> frozenset[int]:
        for key in ("~" + sound(character), character):
            found = self._holding.get(key, ())
            if len(found) <= FULLEST:
                return frozenset(found)
        return frozenset()


def _keys(name: str) -> set[str]:
    letters = {character for character in normalise(name) if "\u4e00" <= character <= "\u9fff"} - _LEGAL
    return letters | {"~" + sound(character) for character in letters}


def _best(text: str, heard: list[str], start: int, number: int, words: tuple[Piece, ...]) -> Iterator[Match]:
    best: Match | None = None
    for cut in cuts(text[start : start + LONGEST], heard[start : start + LONGEST], words):
        fit = fits(cut, words)
        end = start + cut.size
        broken = cut.touched[-1][1] == 1 and text[end - 1 : end + 1] in common()
        if fit is None or broken or (text[start:end] in common() and not fit[1]):
            continue
        score, weak = fit
        how = "pinyin" if cut.slips else "order" if cut.turns else "shortened"
        match = Match(start, start + cut.size, number, round(score, 3), how, weak)
        if best is None or (match.end, match.score) > (best.end, best.score):
            best = match
    if best is not None:
        yield best

"""What a pattern of the lexicon cannot do without: the marks and words of which a clause must hold one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.lexicon import Lexicon

CONCEPT = re.compile(r"<([a-z_|]+)>")
WORDS = re.compile(r"[\u4e00-\u9fffa-z]+")
GROUPED = re.compile("[()]")
BARS = re.compile(r"[(<\[)>\]|]")
DEPTH = {"(": 1, "<": 1, "[": 1, ")": -1, ">": -1, "]": -1, "|": 0}
COMMON = ("person", "cust", "date", "we", "he", "customerword", "title", "amount", "dealword")
OFTEN = frozenset("了的我不一你要说个好没他给有来到在过完就能还看会得是去上下")
"""Concepts and words so frequent that a pattern is better looked for by something else."""


def requirements(pattern: str, lexicon: Lexicon) -> list[frozenset[str]]:
    """What a pattern cannot do without: sets of marks and words of which one must be there, the rarest first."""
    common = OFTEN.union(lexicon.marks(*COMMON))
    found = [choice for part in _parts(pattern) if (choice := _choice(part, lexicon))]
    return sorted(found, key=lambda choice: (bool(choice & common), len(choice)))


def needed_by_any(pattern: str, lexicon: Lexicon) -> frozenset[str]:
    """The marks and words of which a pattern of alternatives needs one; empty where one of them could do without."""
    return _choice(f"({pattern})", lexicon)


def _parts(pattern: str) -> Iterator[str]:
    """The parts of a pattern in order: concepts, groups, classes, words; the optional ones left out."""
    at = 0
    while at < len(pattern):
        end = _end_of_part(pattern, at)
        optional = pattern[end : end + 1] in ("?", "*")
        part = pattern[at:end]
        if optional and len(part) > 1 and WORDS.fullmatch(part):
            yield part[:-1]
        elif not optional:
            yield part
        at = end + optional


def _end_of_part(pattern: str, at: int) -> int:
    if pattern[at] == "(":
        depth = 0
        for bracket in GROUPED.finditer(pattern, at):
            depth += DEPTH[bracket[0]]
            if not depth:
                return bracket.end()
    if pattern[at] in "[<":
        return pattern.index("]" if pattern[at] == "[" else ">", at) + 1
    if word := WORDS.match(pattern, at):
        return word.end()
    return at + (2 if pattern[at] == "\\" else 1)


def _choice(part: str, lexicon: Lexicon) -> frozenset[str]:
    """The marks and words of which a part needs one; empty for a part that tells nothing."""
    if concept := CONCEPT.fullmatch(part):
        return frozenset(lexicon.marks(*concept[1].split("|")))
    if WORDS.fullmatch(part):
        return frozenset([part])
    if part[0] != "(" or part.startswith("(?"):
        return frozenset()
    choices = [_best_choice(alternative, lexicon) for alternative in _alternatives(part[1:-1])]
    return frozenset().union(*choices) if all(choices) else frozenset()


def _best_choice(alternative: str, lexicon: Lexicon) -> frozenset[str]:
    """The choice of longer words, which are rarer; the first of equals. A number (1688) is a word."""
    if alternative.isdigit() or WORDS.fullmatch(alternative):
        return frozenset([alternative])
    choices = [choice for part in _parts(alternative) if (choice := _choice(part, lexicon))]
    return max(choices, key=lambda choice: min(map(len, choice)), default=frozenset())


def _alternatives(inner: str) -> list[str]:
    """The alternatives of a group, parted at the bars that stand in no inner group, concept or class."""
    found, depth, start = [], 0, 0
    for sign in BARS.finditer(inner):
        depth += DEPTH[sign[0]]
        if sign[0] == "|" and not depth:
            found.append(inner[start : sign.start()])
            start = sign.end()
    return [*found, inner[start:]]

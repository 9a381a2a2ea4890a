"""Regular expressions over lines, made quicker: marks that each alternative may begin with are looked for once.

A word that a frame spells out may have marks before each of its characters, so an alternation of forty words is forty
branches that all begin with ``[marks]*``. Only after the marks does a branch meet the character that nearly always
refuses it; with the marks before the alternation, Python refuses a branch by one comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

QUANTIFIERS = frozenset("?*+{")


def hoisted(regex: str, marks: str) -> str:
    """The same expression; ``marks`` is how it writes the marks before a character."""
    each = [_inner(one, marks) for one in alternatives(regex)]
    if len(each) == 1:
        return each[0]
    found: list[str] = []
    for marked, run in groupby(each, key=lambda one: _unit_end(one, marks) > 0):
        several = list(run)
        if marked and len(several) > 1:
            found.append(f"(?:{marks}(?:{'|'.join(_bare(one, marks) for one in several)}))")
        else:
            found += several
    return "|".join(found)


def _unit_end(alternative: str, marks: str) -> int:
    """Where the unit ends that begins with marks; 0 where the alternative begins with none, or could do without."""
    if not alternative.startswith(f"(?:{marks}"):
        return 0
    end = closing(alternative, 0) + 1
    return 0 if alternative[end : end + 1] in QUANTIFIERS else end


def _bare(alternative: str, marks: str) -> str:
    """The alternative without the marks before its first unit."""
    end = _unit_end(alternative, marks)
    return alternative[len(marks) + 3 : end - 1] + alternative[end:]


def _inner(regex: str, marks: str) -> str:
    """The expression with its groups made quicker."""
    pieces: list[str] = []
    at = 0
    for start, end in _groups(regex):
        opening = "(?:" if regex.startswith("(?:", start) else "("
        if opening == "(" and regex[start + 1] == "?":  # a look around
            continue
        pieces += (regex[at:start], _group(hoisted(regex[start + len(opening) : end], marks), marks))
        at = end + 1
    return "".join((*pieces, regex[at:]))


def _group(inner: str, marks: str) -> str:
    """The inside of a group as a group; what is one already stays one."""
    alone = inner.startswith(f"(?:{marks}") and closing(inner, 0) == len(inner) - 1
    return inner if alone else f"(?:{inner})"


def _groups(regex: str) -> Iterator[tuple[int, int]]:
    """The outermost groups: where each opens and closes."""
    at = 0
    while at < len(regex):
        if regex[at] == "(":
            end = closing(regex, at)
            yield at, end
            at = end + 1
        else:
            at = behind(regex, at)


def alternatives(regex: str) -> list[str]:
    """What the bars part that stand in no group and no class."""
    found, at, start = [], 0, 0
    while at < len(regex):
        if regex[at] == "|":
            found.append(regex[start:at])
            start = at + 1
        at = closing(regex, at) + 1 if regex[at] == "(" else behind(regex, at)
    return [*found, regex[start:]]


def closing(regex: str, start: int) -> int:
    """Where the group closes that opens at ``start``."""
    depth, at = 0, start
    while True:
        depth += {"(": 1, ")": -1}.get(regex[at], 0)
        if not depth:
            return at
        at = behind(regex, at)


def behind(regex: str, at: int) -> int:
    """The place behind the character, the escape or the class that stands there."""
    if regex[at] == "\\":
        return at + 2
    if regex[at] != "[":
        return at + 1
    at += 2  # a bracket that stands first in a class closes nothing
    while regex[at] != "]":
        at += 2 if regex[at] == "\\" else 1
    return at + 1

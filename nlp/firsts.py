"""Expressions that are searched for and have many branches: where none of the characters stands that one of them
begins with, none is tried.

Python skips quickly to a character that an expression can begin with where each branch begins with one. Where some
begin with a look behind or with a group it tries them all at every place of a text, most of them in vain.
"""

from __future__ import annotations

import re

from nlp.hoisting import QUANTIFIERS, alternatives, behind, closing

_STANDING = re.compile(r"[^\W_]|@")
"""A character that stands for itself."""
_OF_CLASSES = frozenset("-^[&|~")
"""What says something else in a class than itself, or may one day."""


def sought(pattern: str) -> re.Pattern[str]:
    """The expression, to be searched for; what it finds stays the same."""
    firsts = "" if _skipped_to(pattern) else _of_any(pattern)
    return re.compile(f"(?=[{firsts}])(?:{pattern})" if firsts else pattern)


def _skipped_to(pattern: str) -> bool:
    """Python skips to where the expression may begin by itself: each alternative begins with a character, or each where
    the text begins."""
    each = alternatives(pattern)
    if len(each) == 1 and pattern.startswith("(?:"):
        end = closing(pattern, 0)
        return pattern[end + 1 : end + 2] not in QUANTIFIERS and _skipped_to(pattern[3:end])
    if all(one.startswith("^") for one in each):
        return True
    return all(_STANDING.match(one) and one[1:2] not in QUANTIFIERS for one in each)


def _of_any(pattern: str) -> str:
    """The characters that its alternatives may begin with, as the inside of a class; empty where they are not known."""
    found = [_of_one(one) for one in alternatives(pattern)]
    together = dict.fromkeys("".join(found))
    return "".join(together) if all(found) and _OF_CLASSES.isdisjoint(together) else ""


def _of_one(alternative: str) -> str:
    """The same of one without bars of its own."""
    found, at = "", 0
    while at < len(alternative):
        end = closing(alternative, at) + 1 if alternative[at] == "(" else behind(alternative, at)
        part = alternative[at:end]
        if part == "^" or part.startswith(("(?<", "(?!", "(?=")):  # it takes no character
            at = end
            continue
        firsts = _of_part(part)
        found += firsts
        optional = alternative[end : end + 1] in ("?", "*") or alternative.startswith(("{0", "{,"), end)
        if not firsts or not optional:
            return found if firsts else ""
        at = end + 1
        if alternative[end] == "{":
            at = alternative.index("}", end) + 1
        at += alternative[at : at + 1] in ("?", "+")  # of lazy and of greedy ones
    return ""


def _of_part(part: str) -> str:
    if part.startswith("(?:"):
        return _of_any(part[3:-1])
    if part[0] == "(" and part[1] != "?":
        return _of_any(part[1:-1])
    if part[0] == "[" and part[1] != "^" and "\\" not in part:
        return part[1:-1]
    return part if _STANDING.fullmatch(part) else ""

"""What an expression may begin with, end with, or have behind its first character: where something else stands there,
it need not be tried. Told from the expression itself, taken apart as Python's own compiler takes it apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

NUMERALS = frozenset("0123456789零〇一二三四五六七八九十廿卅两百千")
"""What a number is made of."""
_FEW = 300
"""A class of more characters is taken for any character."""
_PLANE = [chr(n) for n in range(0x3001)]
_CATEGORIES = {
    code.CATEGORY_DIGIT: frozenset(filter(str.isdecimal, _PLANE)),
    code.CATEGORY_SPACE: frozenset(filter(str.isspace, _PLANE)),
}
_ALIKE = "\u017f\u212a\u0130\u0131"
"""What is s, k or i where small and large letters are one."""

Chars = frozenset[str] | None
"""None: any character."""
Node = Any  # Chars | Either | Again | Look
Nodes = tuple[Node, ...]


class Either(NamedTuple):
    ways: tuple[Nodes, ...]


class Again(NamedTuple):
    """Any number of times, none included."""

    what: Nodes


class Look(NamedTuple):
    """A look ahead, or behind where the expression is read backwards."""

    what: Nodes


def firsts(pattern: str) -> frozenset[str]:
    """The characters of which one stands first wherever the expression fits."""
    return _known(pattern, _nodes_of(pattern))


def lasts(pattern: str) -> frozenset[str]:
    """The characters of which one stands last, or the end of a line, before which $ fits as well."""
    return _known(pattern, _backwards(_nodes_of(pattern, ahead=False))) | {"\n"}


def looked_for(pattern: str) -> re.Pattern[str]:
    """The expression, to be searched for: none of its branches is tried where none of its first characters stands."""
    return re.compile(f"(?=[{re.escape(''.join(sorted(firsts(pattern))))}])(?:{pattern})")


class Before:
    """An expression that ends where the text does: searched for only behind a character that it may end with."""

    __slots__ = ("_ends", "_expression")

    def __init__(self, pattern: str) -> None:
        self._expression, self._ends = re.compile(pattern), lasts(pattern)

    def search(self, text: str) -> re.Match[str] | None:
        return self._expression.search(text) if text[-1:] in self._ends else None


class Behind:
    """An expression that is tried only where a character stands that it may begin with."""

    __slots__ = ("_begins", "_expression")

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._expression = re.compile(pattern, flags)
        self._begins = firsts(f"(?i:{pattern})" if flags & re.IGNORECASE else pattern)

    def match(self, text: str, at: int) -> re.Match[str] | None:
        return self._expression.match(text, at) if text[at : at + 1] in self._begins else None


def _known(pattern: str, nodes: Nodes) -> frozenset[str]:
    said, through = _next(nodes, frozenset())
    if through or said is None:
        raise ValueError(f"anything may stand there: {pattern}")
    return said


def _backwards(nodes: Nodes) -> Nodes:
    return tuple(map(_turned, reversed(nodes)))


def _turned(node: Node) -> Node:
    if isinstance(node, Either):
        return Either(tuple(map(_backwards, node.ways)))
    return node._replace(what=_backwards(node.what)) if isinstance(node, Again | Look) else node


def behind(pattern: str, first: str) -> Chars:
    """The characters of which one stands behind ``first`` wherever the pattern fits a text that begins so, or behind
    the whole number where that is a numeral; None where anything may."""
    passing = NUMERALS if first in NUMERALS else frozenset[str]()
    nodes = _nodes_of(pattern)
    if _may_be_empty(nodes):
        return None
    found: set[str] = set()
    for rest in _after(nodes, first):
        said, through = _next(rest, passing)
        if through or said is None:
            return None
        found |= said
    return frozenset(found)


def _after(nodes: Nodes, first: str) -> Iterator[Nodes]:
    """What is left of the pattern when it has taken this character."""
    for n, node in enumerate(nodes):
        rest = nodes[n + 1 :]
        if isinstance(node, Either):
            yield from ((*left, *rest) for way in node.ways for left in _after(way, first))
            if not any(map(_may_be_empty, node.ways)):
                return
        elif isinstance(node, Again):
            yield from ((*left, node, *rest) for left in _after(node.what, first))
        elif not isinstance(node, Look):
            if node is None or first in node:
                yield rest
            return


def _may_be_empty(nodes: Nodes) -> bool:
    return all(
        any(map(_may_be_empty, node.ways)) if isinstance(node, Either) else isinstance(node, Again | Look)
        for node in nodes
    )


def _next(nodes: Nodes, passing: frozenset[str]) -> tuple[Chars, bool]:
    """The first of the coming characters that does not pass, and whether the nodes may end before one comes."""
    found: Chars = frozenset()
    for node in nodes:
        said, through = _next_of(node, passing)
        found = None if found is None or said is None else found | said
        if not through:
            return found, False
    return found, True


def _next_of(node: Node, passing: frozenset[str]) -> tuple[Chars, bool]:
    if isinstance(node, Either):
        ways = [_next(way, passing) for way in node.ways]
        return _any_of(said for said, _ in ways), any(through for _, through in ways)
    if isinstance(node, Again):
        return _next(node.what, passing)[0], True
    if isinstance(node, Look):  # it takes nothing, but where it goes beyond what passes it tells what comes
        said, through = _next(node.what, passing)
        return (frozenset(), True) if through else (said, False)
    return (None, bool(passing)) if node is None else (node - passing, not passing.isdisjoint(node))


def _any_of(several: Iterable[Chars]) -> Chars:
    found: frozenset[str] = frozenset()
    for one in several:
        if one is None:
            return None
        found |= one
    return found


# taking a pattern apart


@lru_cache(maxsize=512)
def _nodes_of(pattern: str, *, ahead: bool = True) -> Nodes:
    """The expression, with what it looks for ahead, or else behind."""
    parsed = parser.parse(pattern)
    return _nodes(parsed, ahead, bool(parsed.state.flags & re.IGNORECASE))


def _nodes(parsed: Iterable[tuple[Any, Any]], ahead: bool, alike: bool) -> Nodes:
    return tuple(node for op, said in parsed for node in _node(op, said, ahead, alike))


def _node(op: Any, said: Any, ahead: bool, alike: bool) -> Nodes:
    if op is code.AT or op is code.ASSERT_NOT:
        return ()
    if op is code.ASSERT:
        direction, what = said
        return (Look(_nodes(what, ahead, alike)),) if (direction > 0) == ahead else ()
    if op is code.SUBPATTERN:
        _, on, off, what = said
        return _nodes(what, ahead, (alike or bool(on & re.IGNORECASE)) and not off & re.IGNORECASE)
    if op is code.BRANCH:
        return (Either(tuple(_nodes(way, ahead, alike) for way in said[1])),)
    if op is code.MAX_REPEAT or op is code.MIN_REPEAT:
        least, most, what = said
        inner = _nodes(what, ahead, alike)
        if most == 1:
            return (Either((inner, ())),)
        return (*inner * least, Again(inner)) if most > least else inner * least
    if op is code.GROUPREF:
        return (None, Again((None,)))
    return (_chars(op, said, alike),)


def _chars(op: Any, said: Any, alike: bool) -> Chars:
    if op is code.LITERAL:
        c = chr(said)
        return frozenset((c, c.lower(), c.upper(), *_ALIKE)) if alike else frozenset(c)
    if op is code.CATEGORY:
        return _CATEGORIES.get(said)
    if op is code.RANGE:
        first, last = said
        return _any_of(_chars(code.LITERAL, n, alike) for n in range(first, last + 1)) if last - first < _FEW else None
    if op is code.IN and said[0][0] is not code.NEGATE:
        return _any_of(_chars(one, what, alike) for one, what in said)
    return None

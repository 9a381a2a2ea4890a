"""What a text may hold, told by its characters in one pass: a bit for each thing that somebody looks for.

Most of what the finders of names look for stands in few messages. To ask a number for a bit costs a tenth of what it
costs to search the text, and the text is gone through once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce
from operator import or_

from nlp.compiled.chosen import core, used

_BITS: dict[str, int] = {}
_given: list[int] = []


def sign(characters: Iterable[str]) -> int:
    """A bit of its own for these characters. To be asked for while modules are loaded, before the first text is read;
    numbers of up to thirty bits are the quick ones."""
    bit = 1 << len(_given)
    _given.append(bit)
    for character in characters:
        _BITS[character] = _BITS.get(character, 0) | bit
    return bit


def in_python(text: str) -> int:
    """The bits of all signs of which a character stands in the text."""
    return reduce(or_, filter(None, map(_BITS.get, text)), 0)


def in_c(text: str) -> int:
    """The same by the compiled twin."""
    return int.from_bytes(core.told(_table(), text, 0, len(text), "", 0, 0), "little")


signs_of = in_c if used else in_python


@cache
def _table() -> core.Table:
    return core.table({one: tuple(n for n in range(len(_given)) if bits >> n & 1) for one, bits in _BITS.items()})

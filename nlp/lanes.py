"""Rows of small whole numbers that are added up all at once: a row is one integer in which each number has its lane.

Adding two such integers adds every pair of numbers, in C; forty rows of twenty are some microseconds so.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

WIDTH = 32
"""Bits a lane: sums of thousands of small numbers stay within."""
_HALF = 1 << (WIDTH - 1)


def packed(numbers: Iterable[tuple[int, int]]) -> int:
    """A row of which these lanes hold these numbers; the others hold none."""
    return sum(number << (WIDTH * lane) for lane, number in numbers)


def unpacked(row: int, lanes: int) -> Sequence[int]:
    """The numbers of a row, or of a sum of rows."""
    lift, layout = _lanes(lanes)
    signed = (row + lift) ^ lift  # a number below nought has borrowed from the next: lent, and taken back in its lane
    return layout.unpack(signed.to_bytes(layout.size, "little"))


def signs(lanes: int) -> int:
    """A number that, added to a row, sets those of its own bits whose lanes were not below nought."""
    return _lanes(lanes)[0]


@lru_cache(maxsize=8)
def _lanes(lanes: int) -> tuple[int, struct.Struct]:
    return packed((lane, _HALF) for lane in range(lanes)), struct.Struct(f"<{lanes}i")

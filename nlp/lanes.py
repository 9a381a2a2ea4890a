"""Rows of small whole numbers that are added up all at once: a row is one integer in which each number has its lane.

Adding two such integers adds every pair of numbers, in C; forty rows of twenty are some microseconds so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

WIDTH = 32
"""Bits a lane: sums of thousands of small numbers stay within."""
_HALF, _WHOLE = 1 << (WIDTH - 1), (1 << WIDTH) - 1


def packed(numbers: Iterable[tuple[int, int]]) -> int:
    """A row of which these lanes hold these numbers; the others hold none."""
    return sum(number << (WIDTH * lane) for lane, number in numbers)


def in_lane(lifted: int, lane: int) -> int:
    """The number that a row, or a sum of rows, holds in this lane, once :func:`signs` were added to it: what is below
    nought has borrowed from the next lane, and they lend it what it needs."""
    return (lifted >> (WIDTH * lane) & _WHOLE) - _HALF


def signs(lanes: int) -> int:
    """A number that, added to a row, leaves those of its own bits whose lanes were not below nought."""
    return packed((lane, _HALF) for lane in range(lanes))


def lanes_of(bits: int) -> Iterator[int]:
    """The lanes in which bits of :func:`signs` stand, the last first."""
    while bits:
        top = bits.bit_length() - 1
        bits ^= 1 << top
        yield top // WIDTH

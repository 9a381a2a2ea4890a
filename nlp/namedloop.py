"""The twin in Python of the loop that goes through a text for the names of houses (nlp/compiled/named.c)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nlp.automata import automaton

KIND, PARTS, LABELS, REACH = 1 << 31, 5, 3, 3
NEVER = -(1 << 29)
Sums = list[list[int]]


def in_python(
    votes: Mapping[str, tuple[int, ...]], kinds: Sequence[int], moves: Sequence[int]
) -> Callable[[str, Sequence[tuple[int, int, int]]], tuple[list[tuple[int, int, int]], list[int]]]:
    words = automaton({word: (len(word), row) for word, row in votes.items()}) if votes else None

    def named(text: str, proposed: Sequence[tuple[int, int, int]]) -> tuple[list[tuple[int, int, int]], list[int]]:
        sums = [[0] * LABELS for _ in text]
        for last, (length, row) in words.iter(text) if words else ():
            for one in row:
                if one & KIND:
                    _add_kind(sums, last + 1 - length, last + 1, one - KIND, kinds)
                else:
                    _add(sums, last + 1 - length + (one >> 20) - REACH, one >> 16 & 3, (one & 0xFFFF ^ 0x8000) - 0x8000)
        for start, end, kind in proposed:
            _add_kind(sums, start, end, kind, kinds)
        return _names(sums, moves), [_weight(sums, start, end, moves) for start, end, _ in proposed]

    return named


def _add(sums: Sums, at: int, label: int, weight: int) -> None:
    if 0 <= at < len(sums):
        sums[at][label] += weight


def _add_kind(sums: Sums, start: int, end: int, kind: int, kinds: Sequence[int]) -> None:
    row = kinds[kind * PARTS * LABELS : (kind + 1) * PARTS * LABELS]
    if not row:
        return
    places = [(start - 1, 0), (start, 1), *((at, 2) for at in range(start + 1, end - 1)), (end, 4)]
    if end - start > 1:
        places.append((end - 1, 3))
    for at, part in places:
        for label in range(LABELS):
            _add(sums, at, label, row[part * LABELS + label])


def _weight(sums: Sums, start: int, end: int, moves: Sequence[int]) -> int:
    """How much speaks for a name there."""
    if end - start < 2:
        return NEVER
    total = moves[0] + sums[start][0] + sums[end - 1][2]
    if end - start == 2:
        return total + moves[2]
    return total + moves[1] + moves[4] + moves[3] * (end - start - 3) + sum(one[1] for one in sums[start + 1 : end - 1])


def _names(sums: Sums, moves: Sequence[int]) -> list[tuple[int, int, int]]:
    """The names on the likeliest way, the first first. At no place but within a name is anything heavier than none."""
    none, begun, within, ended = 0, NEVER, NEVER, NEVER
    back: list[tuple[bool, bool, bool]] = []
    for of_begin, of_middle, of_end in sums[1:-1]:
        behind = ended > none
        middle, end = within + moves[3] > begun + moves[1], within + moves[4] > begun + moves[2]
        back.append((behind, middle, end))
        free = ended if behind else none
        going = within + moves[3] if middle else begun + moves[1]
        gone = within + moves[4] if end else begun + moves[2]
        none, begun, within, ended = free, free + moves[0] + of_begin, going + of_middle, gone + of_end
    found: list[tuple[int, int, int]] = []
    label, until = (2 if ended > none else 3), 0
    for at in range(len(sums) - 2, 0, -1):
        behind, middle, end = back[at - 1]
        if label == 2:
            until, label = at + 1, 1 if end else 0
        elif label == 1:
            label = 1 if middle else 0
        else:
            if label == 0:
                found.append((at, until, _weight(sums, at, until, moves)))
            label = 2 if behind else 3
    return found[::-1]

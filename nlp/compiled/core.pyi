from collections.abc import Mapping, Sequence, Set
from typing import Any, NewType, TypeVar

Table = NewType("Table", object)
T = TypeVar("T", bound=tuple[Any, ...])

CONTRACT: int

def table(words: dict[str, tuple[int, ...]], /) -> Table: ...
def weights(rows: tuple[tuple[str, int], ...], /) -> tuple[Table, dict[str, tuple[int, ...]]]: ...
def words(
    table: Table, text: str, told: tuple[tuple[str, str], ...], type: type[T], /
) -> tuple[list[T], dict[int, T], dict[int, T]]: ...
def line(text: str, items: Sequence[tuple[int, int, str, str | Any]], /) -> tuple[str, list[int], dict[int, Any]]: ...
def unmarked(line: str, /) -> str: ...
def told(table: Table, line: str, start: int, end: int, text: str, begin: int, until: int, /) -> bytes: ...
def fitting(told: list[bytes], half: int, further: Mapping[int, tuple[int, ...]], /) -> list[int]: ...
def masked(
    text: str,
    line: str,
    starts: Sequence[int],
    entities: Mapping[int, Any],
    start: int,
    end: int,
    longest: int,
    of_entities: Mapping[str, str],
    of_words: Mapping[str, str],
    concepts: Mapping[str, tuple[str, ...]],
    found: set[str],
    /,
) -> str: ...
def weigh(
    runs: Table,
    features: Table,
    codes: dict[str, str],
    names: bytes,
    text: str,
    concepts: Set[str],
    moods: Set[str],
    shares: tuple[float, float, float],
    /,
) -> tuple[list[float], list[int]]: ...
def different(text: str, /) -> int: ...
def named(
    table: Table,
    kinds: bytes,
    text: str,
    proposed: Sequence[tuple[int, int, int]],
    moves: tuple[int, int, int, int, int],
    /,
) -> tuple[list[tuple[int, int, int]], list[int]]: ...

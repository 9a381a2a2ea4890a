"""Records read once a transaction: an answer holds until the transaction writes to its table.

Inside a transaction nobody else's word is taken later than its first read: a change stands on what it was decided by,
and is refused as stale where that has moved (``storage.audit``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

READS = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)')
WRITES = re.compile(r'\s*(?:UPDATE|INSERT INTO|DELETE FROM)\s+"?(\w+)')
MOST = 500
"""Answers of one table: a transaction that asks more (an import) begins anew."""
Key = tuple[str, tuple[Any, ...]]


class Once:
    """What the open transaction has read, by table."""

    __slots__ = ("_read",)

    def __init__(self) -> None:
        self._read: dict[str, dict[Key, list[Any]]] = {}

    def of(self, table: str, key: Key) -> list[Any] | None:
        return self._read.get(table, {}).get(key)

    def keep(self, table: str, key: Key, found: Sequence[Any]) -> None:
        """``key``'s statement reads ``table``; where it reads another one too, its answer is not kept."""
        if not reads_alone(key[0]):
            return
        answers = self._read.setdefault(table, {})
        if len(answers) >= MOST:
            answers.clear()
        answers[key] = list(found)

    def written(self, sql: str) -> None:
        """Whatever a writing statement may have changed is read again."""
        table = written_by(sql)
        if table is None:
            self._read.clear()
        else:
            self._read.pop(table, None)

    def forget(self) -> None:
        """Others may have changed anything: after waiting for a lock."""
        self._read.clear()


@lru_cache(maxsize=2048)
def reads_alone(sql: str) -> bool:
    return len(set(READS.findall(sql))) == 1


@lru_cache(maxsize=2048)
def written_by(sql: str) -> str | None:
    """The table that the statement writes to; None where that cannot be told."""
    found = WRITES.match(sql)
    return found[1] if found else None

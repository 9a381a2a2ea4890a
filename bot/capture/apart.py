"""Long texts, read on a thread: the loop stays free, and what was read once is at hand when it is asked for again.

A message is read ahead of its transaction, so that nobody waits for a lock meanwhile; inside it the same words, names
and moment find their reading here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
LONG = 500
"""Characters from which a text is read on a thread: what is shorter costs less than a change of threads is worth."""
KEPT = 32
TRIES = 3


class Apart:
    """One long text at a time, so that threads do not take the loop's turns. ``renewed`` is called whenever the names
    change: what was being read then is read again, and what is kept no longer holds."""

    def __init__(self) -> None:
        self._version = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._last: tuple[Hashable, Any] | None = None
        self._turn = asyncio.Semaphore(1)

    def renewed(self) -> None:
        self._version += 1

    async def of(self, text: str, key: Hashable, read: Callable[[], T]) -> T:
        """What ``read`` gives; ``key`` is all that it depends on beside the text and the names."""
        if len(text) < LONG:
            return self._here(text, key, read)
        async with self._turn:
            whole = (self._version, text, key)
            if whole not in self._kept:
                found = await self._on_thread(read)
                whole = (self._version, text, key)
                self._kept[whole] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(whole)
            kept: T = self._kept[whole]
            return kept

    def _here(self, text: str, key: Hashable, read: Callable[[], T]) -> T:
        """Read on the spot. The last one is at hand: one message is asked about by several, one after the other."""
        whole = (self._version, text, key)
        if self._last is None or self._last[0] != whole:
            self._last = (whole, read())
        found: T = self._last[1]
        return found

    async def _on_thread(self, read: Callable[[], T]) -> T:
        """Names that change under the reader may show it half of one; it then begins again."""
        for _ in range(TRIES):
            before = self._version
            try:
                found = await asyncio.to_thread(read)
            except Exception:
                if self._version == before:
                    raise
                continue
            if self._version == before:
                return found
        return read()  # names come by the second: the loop waits this once

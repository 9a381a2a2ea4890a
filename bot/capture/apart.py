"""What need not be read again: long texts, read on a thread so that the loop stays free, and what was read ahead.

A message is read ahead of its transaction, so that nobody waits for a lock meanwhile; inside it the same words, names
and moment find their reading here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
LONG = 500
"""Characters from which a text is read on a thread: what is shorter costs less than a change of threads is worth."""
KEPT = 32
SHORT = 512
"""Short texts are kept for as long as those who ask of one message, or as many messages wait, need them."""
KEYS = 8
"""Readings of one short text: 好的 is said by everybody, each time at another moment."""
TRIES = 3


class Apart:
    """One long text at a time, so that threads do not take the loop's turns. ``renewed`` is called whenever the names
    change: what was being read then is read again, and what is kept no longer holds."""

    def __init__(self) -> None:
        self._version = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._short: OrderedDict[str, tuple[int, list[tuple[Hashable, Any]]]] = OrderedDict()
        self._turn = asyncio.Semaphore(1)

    @property
    def version(self) -> int:
        """Another one after each change of a name."""
        return self._version

    def keep(self, text: str, version: int, found: Mapping[Hashable, Any]) -> None:
        """What a short text was read as elsewhere, by ``key``, with the names as they were then."""
        if version != self._version:
            return
        of_version, known = self._short.pop(text, (version, []))
        held = known if of_version == version else []
        self._short[text] = version, [*found.items(), *held][:KEYS]
        while len(self._short) > SHORT:
            self._short.popitem(last=False)

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
        """Read on the spot, unless it was read ahead or somebody asked the same just before."""
        version, known = self._short.get(text, (self._version, []))
        for of_key, one in known if version == self._version else ():
            if of_key == key:
                kept: T = one
                return kept
        found = read()
        self.keep(text, self._version, {key: found})
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

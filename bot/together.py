"""Small pieces of work that wait at the same time, done in one transaction with one commit.

A piece that fails is taken back alone, and whoever asked for it hears why: each is a part of its own, or, where they
hardly ever fail (``parts=False``), all are done again one by one. Where the database itself cannot, none of them is
kept, and each hears that. A crash repeats what was not committed, as ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from copy import copy
from typing import Any, TypeVar, cast

from bot.slots import DATABASE
from storage.connect import transaction
from storage.sql import part

T = TypeVar("T")
Work = Callable[[], Awaitable[Any]]
Piece = tuple[Work, asyncio.Future[Any]]


class Together:
    """At most ``most`` pieces at once: so long others who want to write wait. ``others`` says whether somebody may
    soon have a piece to add, for whom ``gather`` seconds are waited. Without ``parts`` a piece does nothing but
    write, so that it may be done again."""

    def __init__(
        self, most: int, others: Callable[[int], bool] | None = None, gather: float = 0.01, *, parts: bool = True
    ) -> None:
        self._most, self._others, self._gather, self._parts = most, others, gather, parts
        self._waiting: list[Piece] = []
        self._runner: asyncio.Task[None] | None = None

    async def do(self, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` gives, once it is committed; raises what it raises, or what the database says."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run(), context=Context())
        return cast(T, await done)

    async def _run(self) -> None:
        while self._waiting:
            if self._others is not None and self._others(len(self._waiting)):
                await asyncio.sleep(self._gather)
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                came = await (_all(batch) if self._parts else _plainly(batch))
            except Exception as fault:  # told to each who waits
                came = [fault, *(copy(fault) for _ in batch[1:])]
            for (_, done), what in zip(batch, came, strict=True):
                _tell(done, what)


async def _all(batch: list[Piece]) -> list[Any]:
    """What came of each, an exception for one that failed. Raises what keeps the database from taking any."""
    async with transaction():
        if len(batch) == 1:  # the transaction is its own part
            return [await batch[0][0]()]
        return [await _one(work) for work, _ in batch]


async def _plainly(batch: list[Piece]) -> list[Any]:
    """As :func:`_all`, without the cost of parts as long as none fails."""
    try:
        async with transaction():
            return [await work() for work, _ in batch]
    except DATABASE:
        raise
    except Exception:  # whose it is comes out
        return await _all(batch)


async def _one(work: Work) -> Any:
    await asyncio.sleep(0)  # who only reads, or answers a callback, need not wait for all of them
    try:
        async with part():
            return await work()
    except DATABASE:
        raise
    except Exception as fault:  # told to the one who waits
        return fault


def _tell(done: asyncio.Future[Any], what: Any) -> None:
    """One who went away meanwhile is let go."""
    if done.done():
        return
    if isinstance(what, Exception):
        done.set_exception(what)
    else:
        done.set_result(what)

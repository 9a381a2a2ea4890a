"""Small pieces of work that wait at the same time, done in one transaction with one commit.

Hardly ever does a piece fail; where one does, all are taken back and done again, each as a part of its own that can be
taken back alone, and whoever asked for it hears why. So a piece does nothing but read and write, and may be done again,
as after a crash. Where the database itself cannot, none of them is kept, and each hears that.
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
    soon have a piece to add, for whom ``gather`` seconds are waited."""

    def __init__(self, most: int, others: Callable[[int], bool] | None = None, gather: float = 0.01) -> None:
        self._most, self._others, self._gather = most, others, gather
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
                came = await _all(batch)
            except Exception as fault:  # told to each who waits
                came = [fault, *(copy(fault) for _ in batch[1:])]
            for (_, done), what in zip(batch, came, strict=True):
                _tell(done, what)


async def _all(batch: list[Piece]) -> list[Any]:
    """What came of each, an exception for one that failed. Raises what keeps the database from taking any."""
    try:
        async with transaction():
            return [await work() for work, _ in batch]
    except DATABASE:
        raise
    except Exception as fault:
        if len(batch) == 1:
            return [fault]
    return await _one_by_one(batch)  # whose it was comes out


async def _one_by_one(batch: list[Piece]) -> list[Any]:
    """As :func:`_all`, each piece a part of the transaction."""
    async with transaction():
        return [await _alone(work) for work, _ in batch]


async def _alone(work: Work) -> Any:
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

"""Intake: a callback's bytes on disk before it is answered, many at a time with one commit."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from storage import nonces, sql
from storage.connect import Database
from storage.crypto import ring
from storage.errors import Collision, StorageError
from storage.models.fields import to_micros
from storage.records import new_id
from storage.rows import clean
from storage.sqlite import SqliteEngine, named_errors, open_file

T = TypeVar("T")
COLUMNS = (
    "id", "account", "event_key", "conversation", "received_at", "sent_at", "kind", "payload", "payload_key",
    "state", "sender", "chat", "tries", "reason", "ready_at",
)  # fmt: skip
INSERT = (
    f"INSERT INTO message ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "
    "ON CONFLICT (account, event_key) DO NOTHING"
)
MARK = (
    "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = CASE "
    "WHEN CAST(excluded.value AS BIGINT) > CAST(mark.value AS BIGINT) THEN excluded.value ELSE mark.value END"
)
MOST_AT_ONCE = 500
NONCE = f"INSERT INTO {nonces.TABLE} ({', '.join(nonces.COLUMNS)}) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
INTAKE_LOCK = 0x67656E69  # "geni"


@dataclass(slots=True)
class _Waiting:
    row: tuple[Any, ...]
    mark: tuple[str, int] | None
    nonce: tuple[Any, ...] | None
    answer: asyncio.Future[bool]


class Intake:
    """The inbox's door. All who wait share one commit; each is answered after it.

    On SQLite it has a connection and a thread of its own with synchronous=FULL, and takes turns with the writer.
    """

    def __init__(
        self, database: Database, *, patience: float = 3.0, on_conflict: Callable[[], None] = lambda: None
    ) -> None:
        """``patience``: seconds to wait for another process's lock before Busy (platforms give 3 to 5).
        ``on_conflict`` is called when a batch was taken back for another's sake, and goes again."""
        self._database, self._patience, self._on_conflict = database, patience, on_conflict
        self._waiting: list[_Waiting] = []
        self._drain: asyncio.Task[None] | None = None
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._stopped = False

    async def start(self) -> None:
        """Returns when a callback could be kept; raises Busy, Full or Down when none could."""
        if self._database.path is not None and self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
            self._connection = await self._on_thread(self._open)
        self._stopped = False

    def _open(self) -> sqlite3.Connection:
        assert self._database.path is not None
        connection = open_file(self._database.path, synchronous="FULL")
        connection.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")  # here waiting holds up nobody
        return connection

    async def _on_thread(self, work: Callable[[], T]) -> T:
        with named_errors():
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def stop(self) -> None:
        """Returns when all that wait are answered."""
        self._stopped = True
        while self._drain is not None and not self._drain.done():
            await asyncio.wait([self._drain])
        if self._thread is not None and self._connection is not None:
            await self._on_thread(self._connection.close)
            self._thread.shutdown()
            self._thread = self._connection = None

    async def keep(
        self,
        *,
        account: str,
        key: str,
        conversation: str,
        sent_at: datetime | None,
        received_at: datetime,
        payload: bytes,
        kind: str,
        mark: tuple[str, int] | None = None,
        nonce: str = "",
    ) -> bool:
        """True when it is new, False for a repeat: of the key, or of the ``nonce`` under any key. Returns only once it
        is on disk, and ``mark`` (name, how far) with it, which only rises. Raises Busy, Full or Down."""
        if self._stopped:
            raise StorageError("收件口已关闭")
        account, key = clean(account), clean(key)
        sealed, key_id = ring().seal(payload, f"payload:{account}:{key}")
        received = to_micros(received_at)
        sent = None if sent_at is None else to_micros(sent_at)
        row = (
            new_id("msg", received_at), account, key, clean(conversation), received, sent, kind, sealed,
            key_id, "new", "", "", 0, "", received,
        )  # fmt: skip
        once = (nonces.id_of(account, nonce), key, received) if nonce else None
        waiting = _Waiting(row, mark, once, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._empty())
        return await waiting.answer

    async def _empty(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                new = await self._write(batch, _highest(batch))
            except Exception as error:
                _answer(batch, error)
            else:
                _answer(batch, new)

    async def _write(self, batch: Sequence[_Waiting], marks: Mapping[str, int]) -> list[bool]:
        engine = self._database.engine
        if not isinstance(engine, SqliteEngine):
            return await self._shared(batch, marks)
        async with engine.turn:
            new = await self._on_thread(lambda: self._insert(batch, marks))
        engine.committed()
        return new

    async def _shared(self, batch: Sequence[_Waiting], marks: Mapping[str, int]) -> list[bool]:
        """Into a database that others write to as well, a batch after the other: two who hear the same in different
        order would each wait for a key of the other's, and the order of coming must stand in the rows."""
        tail = "ON CONFLICT (account, event_key) DO NOTHING RETURNING id"
        for last in (False, False, True):
            try:
                async with sql.transaction():
                    await sql.fetch("SELECT pg_advisory_xact_lock(?)", INTAKE_LOCK)
                    rows = [waiting.row for waiting in await _first_of(batch)]
                    kept = {row[0] for row in await sql.insert("message", COLUMNS, rows, tail)}
                    for name, value in marks.items():
                        await sql.run(MARK, name, str(value))
                return [waiting.row[0] in kept for waiting in batch]
            except Collision:
                self._on_conflict()
                if last:
                    raise
        raise AssertionError("the last try returns or raises")

    def _insert(self, batch: Sequence[_Waiting], marks: Mapping[str, int]) -> list[bool]:
        connection = self._connection
        assert connection is not None
        connection.execute("BEGIN IMMEDIATE")
        try:
            new = [
                (one.nonce is None or connection.execute(NONCE, one.nonce).rowcount == 1)
                and connection.execute(INSERT, one.row).rowcount == 1
                for one in batch
            ]
            for name, value in marks.items():
                connection.execute(MARK, (name, str(value)))
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return new


async def _first_of(batch: Sequence[_Waiting]) -> list[_Waiting]:
    """Those whose nonce, where they have one, is new with this very event."""
    given = [one.nonce for one in batch if one.nonce is not None]
    tail = "ON CONFLICT (id) DO NOTHING RETURNING id, event_key"
    new = {tuple(row) for row in await sql.insert(nonces.TABLE, nonces.COLUMNS, given, tail)} if given else set()
    return [one for one in batch if one.nonce is None or one.nonce[:2] in new]


def _highest(batch: Sequence[_Waiting]) -> dict[str, int]:
    """How far each of the marks comes with these."""
    found: dict[str, int] = {}
    for name, value in (waiting.mark for waiting in batch if waiting.mark is not None):
        found[name] = max(value, found.get(name, value))
    return found


def _answer(batch: Sequence[_Waiting], new: Sequence[bool] | Exception) -> None:
    """Wakes all who waited; one who went away meanwhile is let go."""
    for at, waiting in enumerate(batch):
        if waiting.answer.done():
            continue
        if isinstance(new, Exception):
            waiting.answer.set_exception(copy(new))
        else:
            waiting.answer.set_result(new[at])

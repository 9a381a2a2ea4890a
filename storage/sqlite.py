"""SQLite in WAL mode: one writer and one reader on the event loop's thread, long reads on threads of their own.

A statement of ours takes microseconds and a hop to a thread ninety, so statements run where they are asked. Nothing
in them can wait: the lock is waited for outside (``busy_timeout`` 0 and a patient loop), the disk is synced by the
intake's and the checkpoint's threads (``synchronous=NORMAL``, no automatic checkpoint on the writer).

The log is moved into the file in two steps. Most of it is moved beside those who write; but while they write it never
comes to an end, and a log that is not moved to its end only grows. So the little that came meanwhile is moved while
nobody of ours writes, and the log begins anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import IO, Any, TypeVar

import structlog

from storage.errors import Busy, Clash, Down, Full, SecondProcess, StorageError
from storage.sql import Dialect, Line, Row, Snapshot

log = structlog.get_logger(__name__)

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds to wait for another process's lock before :class:`Busy`."""
LOG_BYTES = 4000 * 4096
"""So long a log is worth moving: as many pages as one table of its index holds, so that a page is looked for in one."""
LOOK_EVERY = 10
"""Commits between two looks at how long it is."""
FULL_CODES = {sqlite3.SQLITE_FULL}
BUSY_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextlib.contextmanager
def named_errors() -> Iterator[None]:
    """SQLite's errors as ours, each with what to do next."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Clash(f"键已存在：{error}") from error
    except sqlite3.OperationalError as error:
        raise _named(error) from error


def _named(error: sqlite3.OperationalError) -> StorageError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in FULL_CODES:
        return Full("磁盘已满", hint="腾出空间后会自动继续，不用重启")
    if code in BUSY_CODES:
        return Busy("数据库被其他进程占用", hint="检查有没有别的程序打开了数据库文件")
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
        return Down(f"数据库读写失败：{error}", hint="检查磁盘和数据目录的权限")
    return StorageError(f"数据库语句失败：{error}")


def open_file(path: Path, *, synchronous: str, read_only: bool = False, any_thread: bool = False) -> sqlite3.Connection:
    """A connection with our settings; it begins no transaction by itself, and waits by itself only where it belongs to
    threads: several that open at once are for a moment in each other's way."""
    with named_errors():
        connection = sqlite3.connect(
            path, timeout=PATIENCE if any_thread else 0, isolation_level=None, cached_statements=512,
            check_same_thread=not any_thread,
        )  # fmt: skip
        for pragma in (
            *(() if read_only else ("journal_mode=WAL",)),  # stands in the file; setting it anew asks for a lock
            f"synchronous={synchronous}",
            "wal_autocheckpoint=0",
            "journal_size_limit=67108864",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16384",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
    return connection


def _unless_busy(error: sqlite3.Error) -> None:
    """Raises the error as ours, unless the statement may be tried again: that of a lock, and of nothing else."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in BUSY_CODES:
        with named_errors():
            raise error


class SqliteLine:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Row]:
        try:
            return self.connection.execute(sql, args).fetchall()
        except sqlite3.Error as error:
            _unless_busy(error)
        return await patiently(lambda: self.connection.execute(sql, args).fetchall())

    async def run(self, sql: str, args: Sequence[Any]) -> int:
        try:
            return self.connection.execute(sql, args).rowcount
        except sqlite3.Error as error:
            _unless_busy(error)
        return await patiently(lambda: self.connection.execute(sql, args).rowcount)


class SqliteSnapshot:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def chunks(self, sql: str, args: Sequence[Any] = (), size: int = 1000) -> AsyncIterator[list[Row]]:
        with named_errors():
            cursor = await asyncio.to_thread(self._connection.execute, sql, args)
            while rows := await asyncio.to_thread(cursor.fetchmany, size):
                yield rows


class Turn:
    """Who may write now, in order of asking: transactions and intake batches of this process never meet in SQLite."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        if not self._lock.locked():
            await self._lock.acquire()  # which then does not wait
            return
        try:
            async with asyncio.timeout(PATIENCE * 3):
                await self._lock.acquire()
        except TimeoutError:
            raise Busy("数据库写入排队超时", hint="查看日志里耗时最长的事务") from None

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


async def patiently(attempt: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What ``attempt`` gives as soon as the lock is free; raises Busy after ``seconds``, other errors as ours."""
    until, pause = 0.0, 0.001
    while True:
        try:
            return attempt()
        except sqlite3.IntegrityError as error:
            raise Clash(f"键已存在：{error}") from error
        except sqlite3.OperationalError as error:
            until = until or monotonic() + seconds
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in BUSY_CODES or monotonic() > until:
                raise _named(error) from error
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.05)


class SqliteEngine:
    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, *, alone: bool = True, patience: float = PATIENCE) -> None:
        self.path, self.patience = path, patience
        self._held = hold(path) if alone else None
        try:
            self._writer = open_file(path, synchronous="NORMAL")
            self.reader: Line = SqliteLine(open_file(path, synchronous="NORMAL", read_only=True))
        except BaseException:
            self._release()
            raise
        self.turn = Turn()
        self._commits = 0
        self._left_over = 0
        self._checkpoint: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[Line]:
        writer = self._writer
        async with self.turn:
            await patiently(lambda: writer.execute("BEGIN IMMEDIATE"), self.patience)
            try:
                yield SqliteLine(writer)
                with named_errors():
                    writer.execute("COMMIT")
            except BaseException:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
                raise
        self.committed()

    def committed(self) -> None:
        """To be told of every commit: the log is moved into the file from time to time."""
        self._commits += 1
        if self._commits % LOOK_EVERY == 0:
            self.checkpoint_soon()

    @property
    def log_bytes(self) -> int:
        """How long the log is."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def checkpoint_soon(self) -> None:
        """Moves the log into the file, once it has grown so much that it is worth it."""
        busy = self._checkpoint is not None and not self._checkpoint.done()
        if not busy and self.log_bytes - self._left_over > LOG_BYTES:
            self._checkpoint = asyncio.create_task(self._empty_log())

    async def _empty_log(self) -> None:
        """What a long reader still looks at stays in the log until it has grown once more. A disk that cannot take it
        is told of by those who write: the log keeps what it has."""
        try:
            await asyncio.to_thread(self._move_log, "PASSIVE")
            async with self.turn:
                await asyncio.to_thread(self._move_log, "TRUNCATE")
        except StorageError as fault:
            log.warning("log.unmoved", code=fault.code)
        self._left_over = self.log_bytes

    def _move_log(self, how: str) -> None:
        with contextlib.closing(open_file(self.path, synchronous="NORMAL")) as connection, named_errors():
            connection.execute(f"PRAGMA wal_checkpoint({how})").close()

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        connection = await asyncio.to_thread(
            open_file, self.path, synchronous="NORMAL", read_only=True, any_thread=True
        )
        try:
            connection.execute("BEGIN")
            yield SqliteSnapshot(connection)
        finally:
            connection.close()

    async def close(self) -> None:
        if self._checkpoint is not None:
            await asyncio.wait([self._checkpoint])
        for line in (self.reader, SqliteLine(self._writer)):
            if isinstance(line, SqliteLine):
                line.connection.close()
        self._release()

    def _release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def hold(path: Path) -> IO[bytes]:
    """The lock that keeps a second bot off this file; the kernel drops it when the process dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise SecondProcess(f"{path} 正被另一个进程使用", hint="先停掉那个进程；要多个副本请改用 PostgreSQL") from error
    return lock

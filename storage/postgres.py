"""PostgreSQL through a pool of asyncpg connections."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction

from storage.errors import Busy, Clash, Collision, Down, Full, StorageError
from storage.sql import LIMIT, UNLIMITED, Dialect, Line, Row, Snapshot, numbered

WAIT_MS = 10_000
"""Longest wait for a row lock or an advisory lock before :class:`Busy`."""
STILL_MS = 60_000
"""Who says nothing for so long in an open transaction stands still: what it locks is free for the others again."""
TOO_LONG = "25P04"
"""PostgreSQL's name of a transaction that lasted too long."""


@contextlib.contextmanager
def named_errors() -> Iterator[None]:
    """asyncpg's errors as ours."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise Clash(f"键已存在：{error}") from error
    except asyncpg.DiskFullError as error:
        raise Full("磁盘已满", hint="腾出空间后会自动继续，不用重启") from error
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise Collision("和另一个进程撞上了", hint="会自动重试") from error
    except (asyncpg.LockNotAvailableError, asyncpg.TooManyConnectionsError) as error:
        raise Busy("数据库正忙", hint="稍后会自动重试") from error
    except (
        asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError,
        asyncpg.IdleInTransactionSessionTimeoutError,
    ) as error:  # fmt: skip
        raise Down(f"连不上数据库：{error}", hint="检查 [database] url 和 PostgreSQL 是否在运行") from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == TOO_LONG:
            raise Down(f"连不上数据库：{error}", hint="事务停得太久，被数据库断开，会自动重试") from error
        raise StorageError(f"数据库语句失败：{error}") from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise Down(f"连不上数据库：{error}", hint="检查 [database] url 和 PostgreSQL 是否在运行") from error


class PostgresLine:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Row]:
        with named_errors():
            return list(await self._connection.fetch(numbered(sql), *args))

    async def run(self, sql: str, args: Sequence[Any]) -> int:
        with named_errors():
            said = await self._connection.execute(numbered(sql), *args)
        last = said.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0


class PoolLine:
    """Each question on whatever connection is free, outside of any transaction."""

    def __init__(self, engine: PostgresEngine) -> None:
        self._engine = engine

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Row]:
        try:
            return await self._once(sql, args)
        except Down:  # a connection that died in the pool: once more on a new one
            return await self._once(sql, args)

    async def _once(self, sql: str, args: Sequence[Any]) -> list[Row]:
        async with self._engine.connection() as connection:
            return await PostgresLine(connection).fetch(sql, args)

    async def run(self, sql: str, args: Sequence[Any]) -> int:
        async with self._engine.connection() as connection:
            return await PostgresLine(connection).run(sql, args)


def _cut(connection: asyncpg.Connection) -> None:
    """Ends a connection whose state nobody knows; one that the pool has already dropped is let be."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _rolled_back(connection: asyncpg.Connection, transaction: Transaction) -> None:
    """Takes the transaction back; where the line was cut the server has done so already."""
    try:
        await transaction.rollback()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        _cut(connection)


class PostgresSnapshot:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def chunks(self, sql: str, args: Sequence[Any] = (), size: int = 1000) -> AsyncIterator[list[Row]]:
        with named_errors():
            cursor = await self._connection.cursor(numbered(sql), *args)
            while rows := await cursor.fetch(size):
                yield list(rows)


class PostgresEngine:
    dialect: Dialect = "postgres"

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.reader: Line = PoolLine(self)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """One of the pool's, which does not get it back once the line was cut."""
        with named_errors():
            connection = await self.pool.acquire()
        try:
            yield connection
        except Down:
            _cut(connection)
            await self.pool.expire_connections()
            raise
        finally:
            await self.pool.release(connection)

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[Line]:
        connection, transaction = await self._begun()
        try:
            yield PostgresLine(connection)
            with named_errors():
                await transaction.commit()
        except BaseException:
            await _rolled_back(connection, transaction)
            raise
        finally:
            await self.pool.release(connection)

    async def _begun(self, **options: Any) -> tuple[asyncpg.Connection, Transaction]:
        """A connection with a transaction begun; of connections that died in the pool the first is forgiven."""
        for last in (False, True):
            with named_errors():
                connection = await self.pool.acquire()
            try:
                transaction = connection.transaction(**options)
                with named_errors():
                    await transaction.start()
            except BaseException as error:
                _cut(connection)
                await self.pool.release(connection)
                if last or not isinstance(error, Down):
                    raise
                await self.pool.expire_connections()  # a restart has cut them all
            else:
                return connection, transaction
        raise AssertionError("the last try returns or raises")

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        connection, transaction = await self._begun(isolation="repeatable_read", readonly=True)
        try:
            await connection.execute(UNLIMITED)
            yield PostgresSnapshot(connection)
        finally:
            await _rolled_back(connection, transaction)
            await self.pool.release(connection)

    async def close(self) -> None:
        await self.pool.close()


async def _bounded(connection: asyncpg.Connection) -> None:
    """No transaction of the session lasts longer than STILL_MS. While a statement is being prepared PostgreSQL does not
    call a session idle: one that stands still there would keep its locks for ever."""
    await connection.execute(LIMIT.format(STILL_MS, "false"))


async def _nothing_to_reset(_: object) -> None:
    """We set nothing on a session, so a connection goes back as it came: a round trip less each time."""


async def open_pool(url: str, most: int = 10) -> PostgresEngine:
    """Connected, or raises Down."""
    with named_errors():
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=most,
            statement_cache_size=512,
            reset=_nothing_to_reset,
            init=_bounded,
            server_settings={
                "lock_timeout": str(WAIT_MS),
                "idle_in_transaction_session_timeout": str(STILL_MS),
                "application_name": "genjin",
            },
        )
    return PostgresEngine(pool)

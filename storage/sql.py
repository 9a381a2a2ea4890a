"""The way every question of storage takes to the database: SQL with ``?``, inside the open transaction if there is one.

Outside a transaction ``fetch`` reads what is committed; ``run`` and ``insert`` open a transaction of their own.
``scan`` is for what may take long: it never holds the event loop.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Literal, Protocol

from storage.errors import Busy, Down, Full, StorageError
from storage.once import Once

Row = Sequence[Any]
Dialect = Literal["sqlite", "postgres"]
MOST_ARGUMENTS = 30_000
"""Both databases take at most 32,766 in one statement."""


class Line(Protocol):
    """A connection in hand."""

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Row]: ...
    async def run(self, sql: str, args: Sequence[Any]) -> int:
        """How many rows it touched."""
        ...


class Snapshot(Protocol):
    """The database as it was at one moment, read piece by piece on a thread or a connection of its own."""

    def chunks(self, sql: str, args: Sequence[Any] = (), size: int = 1000) -> AsyncIterator[list[Row]]: ...


class Engine(Protocol):
    dialect: Dialect
    reader: Line

    def begin(self) -> AbstractAsyncContextManager[Line]: ...
    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]: ...
    async def close(self) -> None: ...


class Transaction:
    """An open transaction; ``done`` keeps a task that was started inside from using it afterwards.

    ``before`` is done as its last statements, ``after`` once it is committed; ``bag`` is what they need for it.
    """

    __slots__ = ("after", "bag", "before", "done", "line", "once")

    def __init__(self, line: Line) -> None:
        self.line, self.done = line, False
        self.once = Once()
        self.bag: dict[str, Any] = {}
        self.before: dict[str, Callable[[], Awaitable[None]]] = {}
        self.after: list[Callable[[], None]] = []


_open: ContextVar[Transaction | None] = ContextVar("storage_transaction", default=None)
_engine: Engine | None = None


def use(engine: Engine | None) -> Engine | None:
    """Takes this engine from now on; what was in use before."""
    global _engine
    before, _engine = _engine, engine
    return before


def engine() -> Engine:
    if _engine is None:
        raise StorageError("没有打开的数据库", hint="先 await storage.connect.connect(url)")
    return _engine


def dialect() -> Dialect:
    return engine().dialect


LIMIT = "SELECT set_config('transaction_timeout', '{}', {}) WHERE current_setting('server_version_num')::int >= 170000"
"""PostgreSQL: the longest a transaction may take in milliseconds, and whether that is for this one alone. There is no
such limit before its version 17."""
UNLIMITED = LIMIT.format(0, "true")
"""Said first in a transaction that may take as long as it takes."""


def inside() -> Transaction | None:
    """The open transaction; None outside of one."""
    open_ = _open.get()
    return None if open_ is None or open_.done else open_


def transaction() -> AbstractAsyncContextManager[None]:
    """Everything that storage is asked inside is one transaction; inside another one it joins that."""
    return _begun() if inside() is None else nullcontext()


@asynccontextmanager
async def _begun() -> AsyncIterator[None]:
    async with engine().begin() as line:
        open_ = Transaction(line)
        token = _open.set(open_)
        try:
            yield
            while open_.before:  # one of them may ask for another
                await open_.before.pop(next(iter(open_.before)))()
        finally:
            open_.done = True
            _open.reset(token)
    for call in open_.after:
        call()


def at_last(name: str, call: Callable[[], Awaitable[None]]) -> None:
    """Calls ``call`` once all else of the open transaction is done, inside it."""
    open_ = inside()
    assert open_ is not None, "nothing is open whose end could be waited for"
    open_.before[name] = call


@asynccontextmanager
async def part() -> AsyncIterator[None]:
    """A part of the open transaction that may fail by itself: what it wrote is then taken back, and the rest stands.
    Where the database gives up (full, gone, locked) the whole transaction does."""
    open_ = inside()
    assert open_ is not None, "a part is of a transaction"
    bag, before, after = _copied(open_.bag), dict(open_.before), len(open_.after)
    await open_.line.run("SAVEPOINT part", ())
    try:
        yield
    except (Busy, Full, Down):
        raise
    except BaseException:
        await open_.line.run("ROLLBACK TO SAVEPOINT part", ())
        await open_.line.run("RELEASE SAVEPOINT part", ())
        open_.bag, open_.before = bag, before
        del open_.after[after:]
        open_.once.forget()
        raise
    await open_.line.run("RELEASE SAVEPOINT part", ())


def _copied(bag: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, list) else value for name, value in bag.items()}


def after_commit(call: Callable[[], None]) -> None:
    """Calls ``call`` once the open transaction is committed; at once where there is none."""
    open_ = inside()
    if open_ is None:
        call()
    else:
        open_.after.append(call)


async def fetch(sql: str, *args: Any) -> list[Row]:
    """The rows; inside a transaction as it sees them."""
    open_ = inside()
    return await (open_.line if open_ else engine().reader).fetch(sql, args)


async def once(table: str, sql: str, *args: Any) -> list[Any]:
    """As :func:`fetch` of one table, asked once a transaction until something is written there."""
    open_ = inside()
    known = None if open_ is None else open_.once.of(table, (sql, args))
    if known is None:
        known = await fetch(sql, *args)
        if open_ is not None:
            open_.once.keep(table, (sql, args), known)
    return known


async def wait_for_lock(number: int) -> None:
    """PostgreSQL's advisory lock until the transaction ends; what was read before it is read again."""
    open_ = inside()
    await fetch("SELECT pg_advisory_xact_lock(?)", number)
    if open_ is not None:
        open_.once.forget()


async def one(sql: str, *args: Any) -> Row | None:
    rows = await fetch(sql, *args)
    return rows[0] if rows else None


async def value(sql: str, *args: Any) -> Any:
    """The first column of the first row; None when there is no row."""
    rows = await fetch(sql, *args)
    return rows[0][0] if rows else None


async def run(sql: str, *args: Any) -> int:
    """How many rows the statement touched."""
    open_ = inside()
    if open_ is not None:
        open_.once.written(sql)
        return await open_.line.run(sql, args)
    async with engine().begin() as line:
        return await line.run(sql, args)


async def returning(sql: str, *args: Any) -> list[Row]:
    """The rows that a writing statement gives back."""
    open_ = inside()
    if open_ is not None:
        open_.once.written(sql)
        return await open_.line.fetch(sql, args)
    async with engine().begin() as line:
        return await line.fetch(sql, args)


async def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = "") -> list[Row]:
    """One statement for all rows (several where they are very many); what ``tail`` returns, if it returns."""
    most = max(1, MOST_ARGUMENTS // len(columns))
    found: list[Row] = []
    async with transaction():
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            sql = _insert_sql(table, tuple(columns), len(part), tail)
            args = [value for row in part for value in row]
            if "RETURNING" in tail:
                found += await returning(sql, *args)
            else:
                await run(sql, *args)
    return found


@lru_cache(maxsize=512)
def _insert_sql(table: str, columns: tuple[str, ...], count: int, tail: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = "(" + ", ".join("?" * len(columns)) + ")"
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([marks] * count)} {tail}'.rstrip()


async def scan(sql: str, *args: Any, chunk: int = 1000) -> AsyncIterator[Row]:
    """The committed rows one by one, ``chunk`` at a time in memory; the loop stays free."""
    async for rows in scanned(sql, *args, chunk=chunk):
        for row in rows:
            yield row


async def scanned(sql: str, *args: Any, chunk: int = 1000) -> AsyncIterator[list[Row]]:
    """As :func:`scan`, ``chunk`` rows together."""
    async with engine().snapshot() as snapshot:
        async for rows in snapshot.chunks(sql, args, chunk):
            yield rows


async def slowly(sql: str, *args: Any) -> list[Row]:
    """The committed rows of a question that reads much to say little: on a thread, the loop stays free."""
    return [row async for row in scan(sql, *args)]


def marks(values: Iterable[Any]) -> str:
    """``?, ?, ?`` for an IN list; an IN list of nothing is ``NULL``, which nothing equals."""
    return ", ".join("?" for _ in values) or "NULL"


@lru_cache(maxsize=2048)
def numbered(sql: str) -> str:
    """``?`` as PostgreSQL's $1, $2 …; our statements hold no other question mark."""
    first, *rest = sql.split("?")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, 1))


NOW: dict[Dialect, str] = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
    "postgres": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
}
"""The database's own clock in microseconds: leases are by it alone, whatever the processes believe."""
SKIP_LOCKED: dict[Dialect, str] = {"sqlite": "", "postgres": "FOR UPDATE SKIP LOCKED"}
BY_ID: dict[Dialect, str] = {"sqlite": "+", "postgres": ""}
"""Before a column beside ``id IN (…)``: SQLite then looks the ids up, and not all rows of that state one by one."""
SAME: dict[Dialect, str] = {"sqlite": "IS", "postgres": "IS NOT DISTINCT FROM"}
"""Equality in which nothing equals nothing."""

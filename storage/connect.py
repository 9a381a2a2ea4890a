"""Opening and closing the database. Nothing else makes a connection (the intake has its own, by the same hands)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage import crypto, leases, sql
from storage.errors import NotMigrated
from storage.migrate import SQLITE_PREFIXES, pending_in, sqlite_file
from storage.sql import Dialect, Engine, at_last, transaction
from storage.sqlite import SqliteEngine

__all__ = ["Database", "at_last", "close", "connect", "one_writer", "ping", "transaction"]


@dataclass(slots=True)
class Database:
    url: str
    dialect: Dialect
    directory: Path
    """Where the SQLite file lies; for PostgreSQL the directory that was given."""
    engine: Engine = field(repr=False)
    path: Path | None = None
    _before: tuple[Engine | None, crypto.Ring] = field(default=(None, crypto.Ring(())), repr=False)
    """What was in use when this was opened, and is again when it is closed."""


async def connect(
    url: str,
    *,
    keys: Sequence[bytes] = (),
    check_schema: bool = True,
    alone: bool = True,
    directory: Path | str = ".",
) -> Database:
    """The database, open for every question of storage in this process.

    ``sqlite:PATH``, ``sqlite://PATH`` or ``postgres://…``; ``keys`` are 32 bytes each, newest first. With ``alone``
    a second process on the same SQLite file raises SecondProcess; a command that only looks beside a running bot
    passes False. Raises NotMigrated, Down, Busy.
    """
    ring = crypto.Ring(keys)
    engine: Engine
    if url.startswith(SQLITE_PREFIXES):
        path = sqlite_file(url)
        engine = SqliteEngine(path, alone=alone)
        database = Database(url, "sqlite", path.parent, engine, path)
    else:
        from storage.postgres import open_pool  # asyncpg is an extra

        engine = await open_pool(url)
        database = Database(url, "postgres", Path(directory), engine)
    database._before = (sql.use(engine), crypto.use(ring))
    if check_schema and (missing := await pending_in(engine.reader)):
        await close(database)
        raise NotMigrated(f"数据库结构与程序不一致：{'、'.join(missing)}", hint="运行 genjin migrate")
    if check_schema and alone and database.dialect == "sqlite":
        await leases.free_all()  # the file's lock says that whoever held them is dead: nothing waits for a lease to end
    return database


async def close(database: Database) -> None:
    engine, ring = database._before
    current = sql.use(engine)
    if current is database.engine:
        crypto.use(ring)
    else:  # another one was opened meanwhile and stays in use
        sql.use(current)
    await database.engine.close()


def one_writer() -> bool:
    """Transactions go one behind the other here anyway, so that several pieces of work may well share one; elsewhere
    they run beside each other."""
    return sql.dialect() == "sqlite"


async def ping(database: Database) -> None:
    """Returns when the database answers; raises Down or Busy."""
    await database.engine.reader.fetch("SELECT 1", ())

"""Bringing a database's schema to this program's, version by version, and saying what is still to do.

Each version and the note that it is done are one transaction: a process killed in between leaves the version before.
SQLite is copied first and runs without foreign keys, and its connection obeys transactions also in scripts.
"""

from __future__ import annotations

import asyncio
import fcntl
import pkgutil
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from importlib import import_module
from pathlib import Path
from typing import Any

from storage.errors import NotMigrated, StorageError
from storage.sql import Line

MODELS = [f"storage.models.{room}" for room in ("people", "customers", "deals", "leads", "proof", "learning", "flow")]
MIGRATIONS = "storage.migrations"
APP = "genjin"
ADVISORY_LOCK = 0x67656E6A  # "genj"
SQLITE_PREFIXES = ("sqlite:",)


def sqlite_path(url: str) -> Path:
    """The file of ``sqlite:PATH`` or ``sqlite://PATH``."""
    return Path(url.removeprefix("sqlite:").removeprefix("//"))


def sqlite_file(url: str) -> Path:
    """The file of a SQLite URL, made where there is none; nobody but its owner may read it."""
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return path


def tortoise_config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database of ours."""
    connection: Any
    if url.startswith(SQLITE_PREFIXES):
        credentials = {"file_path": str(sqlite_path(url)), "foreign_keys": "OFF", "busy_timeout": 10_000}
        connection = {"engine": "storage.sqlite_script", "credentials": credentials}
    else:
        connection = url
    app = {"models": MODELS, "migrations": MIGRATIONS, "default_connection": "default"}
    return {"connections": {"default": connection}, "apps": {APP: app}}


TORTOISE_ORM = tortoise_config("sqlite://genjin-dev.db")
"""For ``tortoise -c storage.migrate.TORTOISE_ORM makemigrations``."""


def known() -> list[str]:
    """The versions of this program, oldest first."""
    package = import_module(MIGRATIONS)
    return sorted(name for _, name, is_package in pkgutil.iter_modules(package.__path__) if not is_package)


async def pending_in(line: Line) -> list[str]:
    """Versions not yet applied; a version that this program does not know is named with a leading ``?``."""
    try:
        rows = await line.fetch("SELECT name FROM tortoise_migrations WHERE app = ? ORDER BY id", (APP,))
    except StorageError:  # no such table: nothing was ever applied
        return known()
    applied = {row[0] for row in rows}
    return [name for name in known() if name not in applied] + [f"?{name}" for name in sorted(applied - set(known()))]


async def pending(url: str) -> list[str]:
    """Versions that :func:`migrate` would apply, oldest first."""
    async with _connection(url) as connection:
        return await _pending(connection)


async def migrate(url: str, upto: str | None = None) -> list[str]:
    """The versions applied now, oldest first, ``upto`` (or the newest) the last; nothing where all are.

    Raises NotMigrated for a database that is newer than this program.
    """
    if not url.startswith(SQLITE_PREFIXES):
        async with _connection(url) as connection, _advisory_lock(url):
            return await _apply_pending(connection, upto)
    path = sqlite_file(url)
    with path.with_name(path.name + ".migrate-lock").open("ab") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if _up_to_date(path):
            return []
        async with _connection(url) as connection:
            if path.stat().st_size and await _pending(connection):
                await asyncio.to_thread(copy_sqlite, path, path.with_name(path.name + ".before-migration"))
            applied = await _apply_pending(connection, upto)
        _check_foreign_keys(path)
        return applied


def _up_to_date(path: Path) -> bool:
    """Asked of the file itself: the schema of all tables takes Tortoise a third of a start to build."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT name FROM tortoise_migrations WHERE app = ?", (APP,)).fetchall()
        except sqlite3.OperationalError:
            return False  # no table yet
    return {name for (name,) in rows} == set(known())


def copy_sqlite(source: Path, target: Path) -> None:
    """A whole copy of the file as of now, whoever is writing to it; ``target`` appears complete or not at all."""
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(half)) as written:
        read.backup(written)
    shutil.move(half, target)


def _check_foreign_keys(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            raise StorageError("迁移后外键检查不通过", hint=f"原文件在 {path.name}.before-migration")


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[Any]:
    """A Tortoise connection in a context of its own, beside whatever is open."""
    from tortoise.context import TortoiseContext

    if not url.startswith(SQLITE_PREFIXES):
        url = url.replace("postgresql://", "postgres://", 1)
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url))
        yield context.db("default")


@asynccontextmanager
async def _advisory_lock(url: str) -> AsyncIterator[None]:
    import asyncpg

    holder = await asyncpg.connect(url)
    try:
        await holder.execute(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
        yield
    finally:
        await holder.close()


async def _pending(connection: Any) -> list[str]:
    from tortoise.migrations.recorder import MigrationRecorder

    applied = {key.name for key in await MigrationRecorder(connection).applied_migrations()}
    if strange := sorted(applied - set(known())):
        raise NotMigrated(f"数据库比程序新：{'、'.join(strange)}", hint="请升级程序")
    return [name for name in known() if name not in applied]


async def _apply_pending(connection: Any, upto: str | None) -> list[str]:
    from tortoise.migrations.executor import MigrationExecutor
    from tortoise.migrations.recorder import MigrationRecorder
    from tortoise.transactions import in_transaction

    todo = [name for name in await _pending(connection) if upto is None or name <= upto]
    if not todo:
        return []  # to tell what all versions made of the schema takes most of a second
    executor = MigrationExecutor(connection, tortoise_config("")["apps"])
    await executor.loader.build_graph()
    await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
    plan = [step for step in await executor.plan() if step.migration.name in todo]
    state = await executor._project_state(executor.loader.applied_migrations)
    for step in plan:
        async with in_transaction("default") as inside:
            editor = executor._schema_editor(atomic=True)
            editor.client = inside
            await _forward(step.migration, state, editor)
            await MigrationRecorder(inside).record_applied(APP, step.migration.name)
    return todo


async def _forward(migration: Any, state: Any, editor: Any) -> None:
    """What ``Migration.apply`` does, without a copy of the whole schema where an operation never looks back: the
    copies were four fifths of a new database's start."""
    from tortoise.migrations.operations import AddField, CreateModel

    for operation in migration.operations:
        before = state if isinstance(operation, CreateModel | AddField) else state.clone()
        operation.state_forward(APP, state)
        await operation.database_forward(APP, before, state, editor)
    state.validate_relations_initialized()

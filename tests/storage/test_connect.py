from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from storage import connect, marks, sql
from storage.connect import Database, transaction
from storage.errors import Busy, Full, NotMigrated, SecondProcess, StorageError
from storage.inbox import Intake
from storage.migrate import migrate, sqlite_path
from storage.sqlite import LOG_BYTES, SqliteEngine
from tests.storage.samples import NOW

ROOT = Path(__file__).parents[2]
OPEN = "import asyncio, sys; from storage import connect; asyncio.run(connect.connect(sys.argv[1]))"


async def test_it_answers(db: Database):
    await connect.ping(db)
    assert db.dialect in {"sqlite", "postgres"} and db.directory.is_dir()


def test_a_second_process_on_the_file_is_refused(sqlite_db: Database):
    second = subprocess.run(
        [sys.executable, "-c", OPEN, sqlite_db.url], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert second.returncode != 0 and "SecondProcess" in second.stderr


async def test_a_second_opening_is_refused_until_the_first_is_closed(sqlite_url: str):
    first = await connect.connect(sqlite_url)
    with pytest.raises(SecondProcess):
        await connect.connect(sqlite_url)
    await marks.put("still", "open")
    beside = await connect.connect(sqlite_url, alone=False)
    assert await marks.get("still") == "open"
    await connect.close(beside)
    assert await marks.get("still") == "open"
    await connect.close(first)
    with pytest.raises(StorageError):
        await marks.get("still")
    await connect.close(await connect.connect(sqlite_url))


async def test_nobody_else_may_read_the_file(tmp_path: Path):
    url = f"sqlite:{tmp_path / 'data' / 'own.db'}"
    await migrate(url)
    database = await connect.connect(url)
    await marks.put("a", "1")
    assert {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "data").glob("own.db*")}.items() >= {
        ("own.db", 0), ("own.db-wal", 0)
    }  # fmt: skip
    await connect.close(database)


async def test_without_its_tables_it_does_not_start(empty_url: str):
    with pytest.raises(NotMigrated, match="0001_initial"):
        await connect.connect(empty_url)


async def test_a_database_of_a_newer_program_is_refused(database_url: str):
    database = await connect.connect(database_url)
    await sql.run(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('genjin', '9999_x', CURRENT_TIMESTAMP)"
    )
    await connect.close(database)
    with pytest.raises(NotMigrated, match="9999_x"):
        await connect.connect(database_url)


async def test_a_transaction_inside_another_joins_it(db: Database):
    with pytest.raises(RuntimeError):
        async with transaction():
            async with transaction():
                await marks.put("a", "1")
            assert await marks.get("a") == "1"
            raise RuntimeError
    assert await marks.get("a") is None


async def test_outside_one_sees_only_what_is_committed(db: Database):
    seen: list[str | None] = []
    inside, outside = asyncio.Event(), asyncio.Event()

    async def watch() -> None:
        await inside.wait()
        seen.append(await marks.get("a"))
        outside.set()

    watcher = asyncio.create_task(watch())
    async with transaction():
        await marks.put("a", "1")
        inside.set()
        await outside.wait()
    await watcher
    assert seen == [None] and await marks.get("a") == "1"


async def test_a_task_that_outlives_its_transaction_is_outside(db: Database):
    go = asyncio.Event()

    async def late() -> str | None:
        await go.wait()
        await marks.put("b", "2")
        return await marks.get("a")

    async with transaction():
        await marks.put("a", "1")
        task = asyncio.create_task(late())
    go.set()
    assert await task == "1" and await marks.get("b") == "2"


async def test_a_cancelled_transaction_leaves_nothing_and_no_lock(db: Database):
    async def never_ends() -> None:
        async with transaction():
            await marks.put("a", "1")
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await marks.put("b", "2")
    assert await marks.get("a") is None


async def test_what_waits_for_the_commit_is_called_after_it(db: Database):
    called: list[str] = []
    async with transaction():
        sql.after_commit(lambda: called.append("after"))
        assert called == []
    assert called == ["after"]
    with pytest.raises(RuntimeError):
        async with transaction():
            sql.after_commit(lambda: called.append("never"))
            raise RuntimeError
    assert called == ["after"]


class TestSqlite:
    """What can go wrong with a file."""

    @pytest.fixture
    def engine(self, sqlite_db: Database) -> SqliteEngine:
        assert isinstance(sqlite_db.engine, SqliteEngine)
        return sqlite_db.engine

    async def test_locked_by_another_it_waits_and_then_says_so(self, sqlite_db: Database, engine: SqliteEngine):
        engine.patience = 0.1
        with closing(sqlite3.connect(sqlite_path(sqlite_db.url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy):
                await marks.put("a", "1")
            assert await marks.get("a") is None  # reading goes on
            engine.patience = 30
            waiting = asyncio.create_task(marks.put("a", "1"))
            await asyncio.sleep(0.05)
            other.execute("ROLLBACK")
        await waiting
        assert await marks.get("a") == "1"

    async def test_locked_by_another_the_intake_says_so_in_time(self, sqlite_db: Database):
        intake = Intake(sqlite_db, patience=0.1)
        await intake.start()
        with closing(sqlite3.connect(sqlite_path(sqlite_db.url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy):
                await self._came(intake, "a")
        assert await self._came(intake, "a")
        await intake.stop()

    async def test_a_full_disk_is_named_and_afterwards_all_goes_on(self, sqlite_db: Database, engine: SqliteEngine):
        pages = engine._writer.execute("PRAGMA page_count").fetchone()[0]
        engine._writer.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(Full):
            async with transaction():
                for n in range(1000):
                    await marks.put(f"m{n}", "x" * 500)
        assert await marks.get("m0") is None
        engine._writer.execute("PRAGMA max_page_count = 1000000")
        await marks.put("a", "1")
        assert await marks.get("a") == "1"

    async def test_a_full_disk_acknowledges_nothing(self, sqlite_db: Database, engine: SqliteEngine):
        intake = Intake(sqlite_db)
        await intake.start()
        assert intake._connection is not None
        limit = intake._connection.execute

        def room(pages: int) -> None:
            limit(f"PRAGMA max_page_count = {pages}")

        pages = engine._writer.execute("PRAGMA page_count").fetchone()[0]
        await intake._on_thread(lambda: room(pages + 2))
        said = await asyncio.gather(*(self._came(intake, f"k{n}") for n in range(200)), return_exceptions=True)
        assert all(isinstance(one, Full) for one in said)
        assert await sql.value("SELECT COUNT(*) FROM message") == 0
        await intake._on_thread(lambda: room(1_000_000))
        assert await self._came(intake, "k0")
        await intake.stop()

    async def test_the_log_begins_anew_while_writing_never_pauses(self, sqlite_db: Database, engine: SqliteEngine):
        intake, lengths = Intake(sqlite_db), [0]
        await intake.start()

        async def write(name: str) -> None:
            for n in range(150):
                await marks.put(f"{name}{n}", "x" * 30_000)
                lengths.append(engine.log_bytes)
                await asyncio.sleep(0.01)

        came = asyncio.gather(*(self._came(intake, f"k{n}") for n in range(100)))
        await asyncio.gather(*(write(name) for name in "abcdef"))
        assert all(await came)
        await intake.stop()
        assert max(lengths) > LOG_BYTES
        assert any(next_ < LOG_BYTES < length for length, next_ in pairwise(lengths))

    async def test_a_long_reader_sees_its_moment_and_the_log_begins_anew_behind_it(
        self, sqlite_db: Database, engine: SqliteEngine
    ):
        await marks.put("first", "1")
        async with engine.snapshot() as before:
            assert [row async for rows in before.chunks("SELECT value FROM mark") for row in rows]
            await self._written(700)
            assert engine.log_bytes > LOG_BYTES
            seen = [row async for rows in before.chunks("SELECT name FROM mark WHERE name LIKE 'm%'") for row in rows]
            assert not seen
        await self._written(1400)
        assert engine.log_bytes < LOG_BYTES * 2
        assert await sql.value("SELECT COUNT(*) FROM mark WHERE name LIKE 'm%'") == 1400

    async def test_a_log_that_cannot_be_moved_is_kept_and_moved_later(
        self, sqlite_db: Database, engine: SqliteEngine, monkeypatch: pytest.MonkeyPatch
    ):
        def full(how: str) -> None:
            raise Full("磁盘已满")

        with monkeypatch.context() as broken:
            broken.setattr(engine, "_move_log", full)
            await self._written(700)
        assert engine.log_bytes > LOG_BYTES
        await self._written(1400)
        assert engine.log_bytes < LOG_BYTES * 2
        assert await sql.value("SELECT COUNT(*) FROM mark WHERE name LIKE 'm%'") == 1400

    async def _written(self, count: int) -> None:
        """So many marks, of which each is a commit of some ten pages; the log is then at rest."""
        for n in range(count):
            await marks.put(f"m{n}", "x" * 30_000)
        engine = sql.engine()
        assert isinstance(engine, SqliteEngine)
        if engine._checkpoint is not None:
            await asyncio.wait([engine._checkpoint])

    async def _came(self, intake: Intake, key: str) -> bool:
        return await intake.keep(
            account="wecom",
            key=key,
            conversation="c",
            sent_at=NOW,
            received_at=NOW,
            payload=b"x" * 3000,
            kind="message",
        )

"""A filled database goes through every version, and ends with the very schema that the models describe."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.recorder import MigrationRecorder

from storage import audit, connect, migrate, opportunities, sql
from storage.archive import MODELS
from storage.inbox import Intake
from storage.outbox import put
from tests.storage.samples import NOW, activity, commitment, evidence, house, keep, task

ROOT = Path(__file__).parents[2]
FILLED = Path(__file__).parent / "filled"
MIGRATE = "import asyncio, sys; from storage.migrate import migrate; print(asyncio.run(migrate(sys.argv[1])))"


async def described(url: str) -> dict[str, Any]:
    """Columns, indexes and constraints of every table of ours, without regard to order."""
    database = await connect.connect(url, check_schema=False, alone=False)
    try:
        return await (_sqlite() if database.dialect == "sqlite" else _postgres())
    finally:
        await connect.close(database)


async def _sqlite() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in MODELS:
        columns = await sql.fetch(f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')")
        indexes = await sql.fetch(f"SELECT name, \"unique\", origin FROM pragma_index_list('{table}')")
        found[table] = (
            sorted(columns),
            sorted(
                [
                    (
                        unique,
                        origin,
                        [row[0] for row in await sql.fetch(f"SELECT name FROM pragma_index_info('{name}')")],
                    )
                    for name, unique, origin in indexes
                ]
            ),
        )
    return found


async def _postgres() -> dict[str, Any]:
    columns = await sql.fetch(
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    )
    indexes = await sql.fetch("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    return {
        table: (
            sorted(tuple(row)[1:] for row in columns if row[0] == table),
            sorted(row[1] for row in indexes if row[0] == table),
        )
        for table in MODELS
    }


async def from_models(url: str) -> None:
    """The schema as the models describe it, without migrations."""
    async with TortoiseContext() as context:
        await context.init(config=migrate.tortoise_config(url.replace("postgresql://", "postgres://")))
        await context.generate_schemas()


async def fill() -> None:
    home = await house()
    await keep(
        activity(home.customer), commitment(home.customer), evidence(home.opportunity), task(home.rep), event="filled"
    )
    await put(
        [
            {
                "id": "psh_1",
                "account": "a",
                "address": "a:b",
                "kind": "k",
                "body": {},
                "once": "o",
                "due_at": NOW,
                "created_at": NOW,
            }
        ]
    )


async def rows(url: str) -> dict[str, Any]:
    database = await connect.connect(url, check_schema=False)
    found = {table: sorted(map(tuple, await sql.fetch(f'SELECT * FROM "{table}"')), key=repr) for table in MODELS}
    await connect.close(database)
    return found


async def told(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every table there is, its rows as names and values."""
    database = await connect.connect(url, check_schema=False)
    found = {table: await _named(table) for table in MODELS if await _there(table)}
    await connect.close(database)
    return found


async def _there(table: str) -> bool:
    if sql.dialect() == "sqlite":
        return bool(await sql.fetch("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table))
    return bool(await sql.fetch("SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = ?", table))


async def _named(table: str) -> list[dict[str, Any]]:
    if sql.dialect() == "sqlite":
        names = [row[0] for row in await sql.fetch(f"SELECT name FROM pragma_table_info('{table}')")]
    else:
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ?"
        names = [row[0] for row in await sql.fetch(query, table)]
    columns = ", ".join(f'"{name}"' for name in names)
    key = MODELS[table]._meta.pk_attr
    return [
        dict(zip(names, row, strict=True))
        for row in await sql.fetch(f'SELECT {columns} FROM "{table}" ORDER BY "{key}"')
    ]


async def fill_as_of(url: str, version: str) -> None:
    """Puts in what a database of that version held, as a backup of it says."""
    database = await connect.connect(url, check_schema=False)
    for file in sorted((FILLED / version).glob("*.jsonl")):
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        columns = list(lines[0])
        values = [[_value(line[column]) for column in columns] for line in lines]
        await sql.insert(file.stem, columns, values)
    await connect.close(database)


def _value(value: Any) -> Any:
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value


async def test_a_filled_database_through_every_version(
    empty_url: str, dialect: str, tmp_path: Path, request: pytest.FixtureRequest
):
    """Every row keeps all that it had; what is new holds its default; the chain still holds, and the schema ends as
    the models describe it."""
    first, *others = migrate.known()
    assert await migrate.migrate(empty_url, upto=first) == [first]
    await fill_as_of(empty_url, first[:4])
    before = await told(empty_url)
    assert sum(map(len, before.values())) > 20
    for version in others:
        assert await migrate.migrate(empty_url, upto=version) == [version]
        after = await told(empty_url)
        for table, kept in before.items():
            assert [{name: row[name] for name in kept[0]} for row in after[table]] == kept if kept else not after[table]
        before = after
    assert await migrate.pending(empty_url) == [] == await migrate.migrate(empty_url)
    database = await connect.connect(empty_url)
    assert (await audit.verify()).broken is None
    (old,) = before["opportunity"]
    deal = await opportunities.get(old["id"])
    assert deal is not None
    assert (deal.tracks, deal.custom, deal.exempt_until) == ({}, {}, None)
    await fill()
    await connect.close(database)

    other = f"sqlite:{tmp_path / 'models.db'}"
    if dialect == "postgres":
        other = request.getfixturevalue("new_postgres")()
    await from_models(other)
    assert await described(empty_url) == await described(other)


async def test_a_version_that_breaks_off_leaves_nothing_of_itself(empty_url: str, monkeypatch: pytest.MonkeyPatch):
    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(MigrationRecorder, "record_applied", killed)
        with pytest.raises(RuntimeError):
            await migrate.migrate(empty_url)
    assert await migrate.pending(empty_url) == migrate.known()
    assert await migrate.migrate(empty_url) == migrate.known()
    await connect.close(await connect.connect(empty_url))


async def test_two_that_migrate_at_once_do_it_once(empty_url: str):
    said = await asyncio.gather(
        *(
            asyncio.to_thread(
                subprocess.run, [sys.executable, "-c", MIGRATE, empty_url], cwd=ROOT, capture_output=True, text=True
            )
            for _ in range(2)
        )
    )
    assert {one.stdout.strip() for one in said} == {"[]", str(migrate.known())}, [one.stderr for one in said]


async def test_sqlite_is_copied_before_it_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"sqlite:{tmp_path / 'old.db'}"
    await migrate.migrate(url)
    copy = tmp_path / "old.db.before-migration"
    assert not copy.exists()
    database = await connect.connect(url)
    await fill()
    intake = Intake(database)
    await intake.start()
    await intake.stop()
    await connect.close(database)
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_up_to_date", lambda path: False)
        patch.setattr(migrate, "_pending", lambda connection: _once_more())
        patch.setattr(migrate, "_apply_pending", lambda connection, upto: _once_more())
        await migrate.migrate(url)
    assert await rows(f"sqlite:{copy}") == await rows(url)


async def _once_more() -> list[str]:
    return ["9999_more"]

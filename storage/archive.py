"""One portable archive of everything: a zip of one JSON-lines file a table, the evidence files and a manifest.

It is the same for both databases, as of one moment, also under load. Sealed bytes stay sealed: keep the keys apart.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import asyncio
import base64
import json
import os
import zipfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from tortoise import fields
from tortoise.models import Model

from storage import connect, migrate, outbox, sql, webhooks
from storage.connect import Database
from storage.errors import BadArchive
from storage.files import FOLDER, HASH, MAGIC, write_whole
from storage.models.fields import to_micros

FORMAT = 1
MANIFEST = "manifest.json"
MODELS: dict[str, type[Model]] = {
    model._meta.db_table: model
    for room in migrate.MODELS
    for model in vars(import_module(room)).values()
    if isinstance(model, type) and issubclass(model, Model) and model._meta.db_table
}
"""Every table of ours, by name."""


async def backup(database: Database, path: Path | str, data_dir: Path | str | None = None) -> dict[str, int]:
    """How many rows of each table, and ``evidence`` files, are in the archive now at ``path``.

    ``data_dir`` holds the evidence (the database's directory unless given). The archive appears complete or not at
    all, readable by its owner alone.
    """
    target, files = Path(path), Path(data_dir or database.directory) / FOLDER
    part = target.with_name(f".{target.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = await _write_all(database, archive, files)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return counts


async def _write_all(database: Database, archive: zipfile.ZipFile, files: Path) -> dict[str, int]:
    async with database.engine.snapshot() as snapshot:
        counts = {table: await _write_table(snapshot, archive, table) for table in MODELS}
        names = [
            row[0]
            async for rows in snapshot.chunks("SELECT DISTINCT sha256 FROM evidence WHERE sha256 IS NOT NULL")
            for row in rows
        ]
    counts["evidence files"] = await asyncio.to_thread(_write_files, archive, files, names)
    manifest = {"format": FORMAT, "schema": migrate.known(), "counts": counts}
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


async def _write_table(snapshot: sql.Snapshot, archive: zipfile.ZipFile, table: str) -> int:
    columns = list(MODELS[table]._meta.fields_map)
    flags = {name for name, field in MODELS[table]._meta.fields_map.items() if isinstance(field, fields.BooleanField)}
    names, count = ", ".join(f'"{column}"' for column in columns), 0
    key = MODELS[table]._meta.pk_attr
    with archive.open(f"{table}.jsonl", "w", force_zip64=True) as out:
        async for rows in snapshot.chunks(f'SELECT {names} FROM "{table}" ORDER BY "{key}"'):
            await asyncio.to_thread(_write_rows, out, columns, flags, rows)
            count += len(rows)
    return count


def _write_rows(out: IO[bytes], columns: Sequence[str], flags: set[str], rows: Sequence[sql.Row]) -> None:
    for row in rows:
        line = {
            column: bool(value)
            if column in flags
            else {"b64": base64.b64encode(value).decode()}
            if isinstance(value, bytes)
            else value
            for column, value in zip(columns, row, strict=True)
        }
        out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _write_files(archive: zipfile.ZipFile, files: Path, names: Sequence[str]) -> int:
    known = [name for name in names if HASH.fullmatch(name) and (files / name).is_file()]
    for name in known:
        archive.write(files / name, f"{FOLDER}/{name}")
    return len(known)


async def restore(url: str, path: Path | str, data_dir: Path | str, *, now: datetime | None = None) -> dict[str, int]:
    """How many rows of each table stand again, in a database that was empty, and ``evidence files`` in ``data_dir``.

    What was unsent counts as sent, and moments not after ``now`` (unless given: not after the archive's youngest
    entry) do not fire: nothing is said twice. Raises BadArchive, also where the database is not empty.
    """
    with _opened(Path(path)) as archive:
        manifest = _manifest(archive)
        await migrate.migrate(url, upto=manifest["schema"][-1])
        async with _alone(url), sql.transaction():
            if not url.startswith(migrate.SQLITE_PREFIXES):
                await sql.fetch(sql.UNLIMITED)
            present = [table for table in MODELS if _member(table) in archive.namelist()]
            counts = {table: await _read_table(archive, table) for table in present}
            if counts != {table: manifest["counts"].get(table) for table in present}:
                raise BadArchive("备份文件里的行数和清单对不上")
            await _at_rest(now)
            if "delivery" in present:
                await webhooks.mark_all_sent()
        counts["evidence files"] = await asyncio.to_thread(_read_files, archive, Path(data_dir))
    await migrate.migrate(url)
    return counts


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise BadArchive(f"打不开备份文件：{error}") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
        schema, form, counts = manifest["schema"], manifest["format"], manifest["counts"]
    except (KeyError, ValueError, TypeError) as error:
        raise BadArchive("这不是 Genjin 的备份文件") from error
    if form != FORMAT or not schema or set(schema) - set(migrate.known()) or not isinstance(counts, dict):
        raise BadArchive("备份来自更新的版本", hint="请先升级程序")
    return dict(manifest)


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[None]:
    """The database open for this alone; whatever was open before is in use again afterwards."""
    database = await connect.connect(url, check_schema=False)
    try:
        yield
    finally:
        await connect.close(database)


def _member(table: str) -> str:
    return f"{table}.jsonl"


async def _read_table(archive: zipfile.ZipFile, table: str) -> int:
    if await sql.value(f'SELECT 1 FROM "{table}" LIMIT 1') is not None:
        raise BadArchive("目标数据库不是空的", hint="请恢复到一个新的数据库")
    count = 0
    with archive.open(_member(table)) as lines:
        for rows in _batches(lines):
            columns = list(rows[0])
            _check_columns(table, columns)
            await sql.insert(table, columns, [[_value(row[column]) for column in columns] for row in rows])
            count += len(rows)
    key = MODELS[table]._meta.pk
    if count and key.generated and sql.dialect() == "postgres":
        name = key.model_field_name
        await sql.fetch(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{name}'), (SELECT MAX({name}) FROM {table}))"
        )
    return count


def _check_columns(table: str, columns: Sequence[str]) -> None:
    """Names go into the statement, so only those that were ever ours may."""
    if strange := [column for column in columns if not column.isidentifier()]:
        raise BadArchive(f"备份文件里的列不认识：{table}.{strange[0]!r}")


def _batches(lines: IO[bytes], most: int = 500) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(json.loads(line))
        if len(batch) == most:
            yield batch
            batch = []
    if batch:
        yield batch


def _value(value: Any) -> Any:
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value


async def _at_rest(now: datetime | None) -> None:
    """Nothing is being handled, nothing is still to be said, nothing of the past is still to come."""
    await outbox.mark_all_sent()
    await sql.run("DELETE FROM session")  # whoever was looking at a page says anew who he is
    for table in ("message", "outbox", "moment"):
        await sql.run(f"UPDATE {table} SET owner = NULL, lease_until = NULL WHERE owner IS NOT NULL")
    moment = (
        to_micros(now)
        if now
        else await sql.value(
            "SELECT MAX(at) FROM "
            "(SELECT MAX(at) AS at FROM audit UNION ALL SELECT MAX(received_at) FROM message) AS known"
        )
    )
    if moment is not None:
        await sql.run("UPDATE moment SET state = 'dropped' WHERE state = 'waiting' AND at <= ?", moment)


def _read_files(archive: zipfile.ZipFile, data_dir: Path) -> int:
    count = 0
    (data_dir / FOLDER).mkdir(parents=True, exist_ok=True)
    for member in archive.namelist():
        folder, _, name = member.partition("/")
        if folder != FOLDER or not HASH.fullmatch(name):
            continue
        content = archive.read(member)
        if sha256(content).hexdigest() != name and not content.startswith(MAGIC):
            raise BadArchive(f"备份里的文件 {name[:8]} 已损坏")
        write_whole(data_dir / FOLDER / name, content)
        count += 1
    return count

"""Marks: small values the bot must find again after a restart (the last beat, cursors)."""

from __future__ import annotations

from storage import sql
from storage.rows import literal


async def get(name: str) -> str | None:
    """The mark; None where it was never put."""
    found = await sql.once("mark", "SELECT value FROM mark WHERE name = ?", name)
    return str(found[0][0]) if found else None


async def count(name: str, more: int = 1) -> int:
    """So many more than before: what a mark that counts now stands at. One that was never put begins at 0."""
    rows = await sql.returning(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) "
        "DO UPDATE SET value = CAST(CAST(mark.value AS INTEGER) + CAST(excluded.value AS INTEGER) AS TEXT) "
        "RETURNING value",
        name,
        str(more),
    )
    return int(rows[0][0])


async def put(name: str, value: str) -> None:
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )


async def beginning(prefix: str) -> dict[str, str]:
    """The marks whose name begins so, by name."""
    found = await sql.fetch("SELECT name, value FROM mark WHERE name LIKE ? ESCAPE '!'", literal(prefix) + "%")
    return {row[0]: row[1] for row in found}


async def forget(name: str) -> bool:
    """Takes the mark away; False where there was none."""
    return bool(await sql.run("DELETE FROM mark WHERE name = ?", name))

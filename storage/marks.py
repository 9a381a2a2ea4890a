"""Marks: small values the bot must find again after a restart (the last beat, cursors)."""

from __future__ import annotations

from storage import sql


async def get(name: str) -> str | None:
    """The mark; None where it was never put."""
    found = await sql.value("SELECT value FROM mark WHERE name = ?", name)
    return None if found is None else str(found)


async def put(name: str, value: str) -> None:
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )

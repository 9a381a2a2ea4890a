"""How the database and its queues are doing: cheap questions that may be asked every few seconds."""

from __future__ import annotations

from datetime import datetime

from storage import sql
from storage.models.fields import from_micros, to_micros


async def oldest_event() -> datetime | None:
    """Since when the longest waiting event can be handled; None where none waits."""
    found = await sql.value("SELECT MIN(ready_at) FROM message WHERE state = 'new'")
    return None if found is None else from_micros(found)


async def late_moments(before: datetime) -> int:
    """How many moments should have fired before then and did not."""
    return int(await sql.value("SELECT COUNT(*) FROM moment WHERE state = 'waiting' AND at < ?", to_micros(before)))


async def database_now() -> datetime:
    """The database's own clock; of SQLite it is this machine's."""
    return from_micros(int(await sql.value(f"SELECT {sql.NOW[sql.dialect()]}")))


async def dead_pushes() -> int:
    """How many pushes were given up for good."""
    return int(await sql.value("SELECT COUNT(*) FROM outbox WHERE state = 'dead'"))


async def key_ids() -> set[str]:
    """The ids of the keys that something kept is sealed with."""
    places = (("message", "payload_key"), ("message", "text_key"), ("audit_payload", "payload_key"))
    parts = [f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL" for table, column in places]  # noqa: S608
    return {row[0] async for row in sql.scan(" UNION ".join(parts))}

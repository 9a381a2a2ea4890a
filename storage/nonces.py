"""What may come in once, whatever it calls itself: the signatures of requests, kept with the event they brought."""

from __future__ import annotations

from datetime import datetime

from storage import sql
from storage.models.fields import to_micros

TABLE = "nonce"
COLUMNS = ("id", "event_key", "at")


def id_of(account: str, nonce: str) -> str:
    return f"{account}:{nonce}"


async def key_of(account: str, nonce: str) -> str | None:
    """The event that came with it; None for one that did not come yet."""
    found = await sql.value(f"SELECT event_key FROM {TABLE} WHERE id = ?", id_of(account, nonce))  # noqa: S608 (ours)
    return None if found is None else str(found)


async def prune(before: datetime) -> int:
    """How many that came before then are forgotten; by then what they came with is too old to be taken."""
    return await sql.run(f"DELETE FROM {TABLE} WHERE at < ?", to_micros(before))  # noqa: S608 (ours)

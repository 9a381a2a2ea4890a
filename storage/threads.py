"""Which recorded mail a thread was last placed by: the ids that its mails name, as hashes. Whose it is says that mail's
record as it stands now, so that what is put right or taken back holds for the thread too."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from storage import sql
from storage.models.fields import to_micros

IDS_MOST = 50
EVENTS_MOST = 10


def id_of(said: str) -> str:
    """The hash of a Message-ID, or whatever else names a thread."""
    return sha256(said.strip().casefold().encode("utf-8", "replace")).hexdigest()[:40]


async def put(ids: Sequence[str], event: str, at: datetime) -> None:
    """From now on the mail ``event`` says whose mails with these ids (:func:`id_of`) are."""
    rows = [(id, event, to_micros(at)) for id in dict.fromkeys(ids[:IDS_MOST])]
    if rows:
        tail = "ON CONFLICT (id) DO UPDATE SET event = excluded.event, at = excluded.at RETURNING id"
        await sql.insert("mailthread", ("id", "event", "at"), rows, tail)


async def events(ids: Sequence[str]) -> list[str]:
    """The mails by which threads with these ids were placed, the latest first; empty where none was."""
    wanted = list(dict.fromkeys(ids[:IDS_MOST]))
    if not wanted:
        return []
    found = await sql.fetch(
        f"SELECT event, MAX(at) FROM mailthread WHERE id IN ({sql.marks(wanted)}) GROUP BY event "
        "ORDER BY MAX(at) DESC, event LIMIT ?",
        *wanted, EVENTS_MOST,
    )  # fmt: skip
    return [str(row[0]) for row in found]


async def prune(before: datetime) -> int:
    """How many ids that nobody has written under since then are forgotten."""
    return await sql.run("DELETE FROM mailthread WHERE at < ?", to_micros(before))

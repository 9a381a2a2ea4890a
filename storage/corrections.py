"""Corrections: what people said the reader had wrong."""

from __future__ import annotations

from storage import rows
from storage.records import Correction
from storage.rows import Table

CORRECTIONS: Table[Correction] = rows.TABLES["cor"]


async def of_team(team_id: str | None, limit: int = 100) -> list[Correction]:
    """The team's corrections, newest first; those of no team with None."""
    only, args = ("team_id IS NULL", []) if team_id is None else ("team_id = ?", [team_id])
    return await rows.select(
        CORRECTIONS, f"{only} AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?", *args, limit
    )


async def of_message(message_id: str) -> list[Correction]:
    """What was corrected of a message's reading, oldest first."""
    return await rows.select(CORRECTIONS, "message_id = ? AND undone_at IS NULL ORDER BY at, id", message_id)


async def latest(team_id: str | None, limit: int = 100) -> list[Correction]:
    """The corrections of the team, of everybody with None, newest first."""
    only, args = ("1 = 1", []) if team_id is None else ("team_id = ?", [team_id])
    return await rows.select(
        CORRECTIONS, f"{only} AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?", *args, limit
    )

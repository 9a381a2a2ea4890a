"""What passed between us and a customer, newest first and in pieces: talk, files, moves. However long the line is, a
piece costs the same.

The order is (moment, id); of one moment moves come first, then files, then talk, as their ids are spelled.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import audit, rows, sql
from storage.history import MOVES
from storage.models.fields import to_micros
from storage.records import Activity, AuditEntry, Evidence

MOVE = "move_"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the line something stands: what comes behind it is older."""

    at: datetime
    id: str


def place_of_move(entry: AuditEntry) -> Place:
    return Place(entry.at, f"{MOVE}{entry.n:020}")


async def talk(customer_id: str, limit: int, behind: Place | None = None) -> list[Activity]:
    """The customer's activities behind that place (from the newest with None)."""
    only, args = _behind("occurred_at", behind)
    where = f"customer_id = ?{only} AND undone_at IS NULL ORDER BY occurred_at DESC, id DESC LIMIT ?"
    return await rows.select(rows.TABLES["act"], where, customer_id, *args, limit)


async def files(customer_id: str, limit: int, behind: Place | None = None) -> list[Evidence]:
    """The customer's evidence that is a file, behind that place."""
    only, args = _behind("at", behind)
    where = f"customer_id = ?{only} AND file IS NOT NULL AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?"
    return await rows.select(rows.TABLES["evi"], where, customer_id, *args, limit)


async def moves(opportunity_ids: Sequence[str], limit: int, behind: Place | None = None) -> list[AuditEntry]:
    """How these opportunities moved, behind that place."""
    if not opportunity_ids:
        return []
    only, args = "", list[Any]()
    if behind is not None and behind.id.startswith(MOVE):
        only, args = " AND at <= ? AND n < ?", [to_micros(behind.at), int(behind.id.removeprefix(MOVE))]
    elif behind is not None:
        only, args = " AND at < ?", [to_micros(behind.at)]
    found = await sql.fetch(
        f"SELECT n FROM audit WHERE record IN ({sql.marks(opportunity_ids)}) AND kind IN ({sql.marks(MOVES)}){only} "
        "ORDER BY at DESC, n DESC LIMIT ?",
        *opportunity_ids, *MOVES, *args, limit,
    )  # fmt: skip
    return await audit.numbered([int(row[0]) for row in found]) if found else []


def _behind(column: str, behind: Place | None) -> tuple[str, list[Any]]:
    if behind is None:
        return "", []
    at = to_micros(behind.at)
    return f" AND {column} <= ? AND ({column} < ? OR id < ?)", [at, at, behind.id]

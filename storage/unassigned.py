"""What came in and could not be placed."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence

from storage import rows, sql
from storage.records import Unassigned
from storage.rows import Table

UNASSIGNED: Table[Unassigned] = rows.TABLES["una"]


async def get(id: str) -> Unassigned | None:
    """None where there is none, or its coming was undone."""
    return await rows.by_id(UNASSIGNED, id)


async def by_key(key: str) -> Unassigned | None:
    """The one thing of that key, in whatever state; None where it never waited."""
    return await rows.first(UNASSIGNED, "key = ?", key)


async def waiting(member_ids: Sequence[str] | None, limit: int = 100, *, nobodys: bool = False) -> list[Unassigned]:
    """What waits and concerns these members (anybody with None), oldest first; ``nobodys``: also what concerns nobody
    who is known."""
    where, args = "state = 'waiting' AND undone_at IS NULL", list[object]()
    if member_ids is not None:
        either = " OR member_id IS NULL" if nobodys else ""
        where += f" AND (member_id IN ({sql.marks(member_ids)}){either})"
        args += member_ids
    return await rows.select(UNASSIGNED, f"{where} ORDER BY at, id LIMIT ?", *args, limit)


async def many(ids: Sequence[str]) -> dict[str, Unassigned]:
    """Those of them that there are, by id."""
    found = await rows.select(UNASSIGNED, f"id IN ({sql.marks(ids)}) AND undone_at IS NULL", *ids)
    return {one.id: one for one in found}


async def count(member_ids: Sequence[str] | None) -> int:
    """How many wait that concern these members; with None all there are."""
    mine, args = ("", ()) if member_ids is None else (f" AND member_id IN ({sql.marks(member_ids)})", tuple(member_ids))
    found = await sql.value(
        f"SELECT COUNT(*) FROM unassigned WHERE state = 'waiting' AND undone_at IS NULL{mine}", *args
    )
    return int(found or 0)

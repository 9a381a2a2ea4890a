"""Waivers: what a manager let pass that a gate lacked, and what is asked for."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage import rows, sql
from storage.models.fields import to_micros
from storage.records import Waiver
from storage.rows import Table

WAIVERS: Table[Waiver] = rows.TABLES["wai"]


async def get(id: str) -> Waiver | None:
    """The waiver; None where there is none, or it was undone."""
    return await rows.by_id(WAIVERS, id)


async def of_opportunity(opportunity_id: str) -> list[Waiver]:
    """Everything asked for the opportunity, oldest first."""
    return await rows.select(WAIVERS, "opportunity_id = ? AND undone_at IS NULL ORDER BY at, id", opportunity_id)


async def granted(since: datetime, until: datetime, owner_ids: Sequence[str] | None = None) -> int:
    """How often a gate was let pass in that time, for opportunities of these owners or of all."""
    mine = "" if owner_ids is None else f" AND o.owner_id IN ({sql.marks(owner_ids)})"
    found = await sql.slowly(
        "SELECT COUNT(*) FROM waiver w JOIN opportunity o ON o.id = w.opportunity_id WHERE w.state = 'granted' "
        f"AND w.undone_at IS NULL AND w.decided_at >= ? AND w.decided_at < ?{mine}",
        to_micros(since), to_micros(until), *(owner_ids or ()),
    )  # fmt: skip
    return int(found[0][0])

"""Hand-overs: which customer went from whom to whom."""

from __future__ import annotations

from storage import rows
from storage.records import Handover
from storage.rows import Table

HANDOVERS: Table[Handover] = rows.TABLES["hov"]


async def get(id: str) -> Handover | None:
    """The hand-over; None where there is none."""
    return await rows.by_id(HANDOVERS, id)

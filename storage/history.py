"""How opportunities went, told from their audit entries: those of some owners' opportunities, within some time."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage import audit, sql
from storage.models.fields import to_micros
from storage.records import AuditEntry

MOVES = ("opportunity.created", "opportunity.stage", "opportunity.won", "opportunity.lost", "opportunity.won_back")
TAKEN_BACK = ("opportunity.won_back", "undo.opportunity.won")
"""A win that is none any more, by a tap or by undoing it."""
PART = 500


async def of_owners(owner_ids: Sequence[str], kinds: Sequence[str], start: datetime, end: datetime) -> list[AuditEntry]:
    """Entries of these kinds about opportunities of these owners, from ``start`` until before ``end``, in order. Found
    by record, so that the cost is that of their opportunities and not of all that was ever written down."""
    if not owner_ids:
        return []
    found = await sql.slowly(
        "SELECT a.n FROM opportunity o JOIN audit a ON a.record = o.id "
        f"WHERE o.owner_id IN ({sql.marks(owner_ids)}) AND o.undone_at IS NULL "
        f"AND a.kind IN ({sql.marks(kinds)}) AND a.at >= ? AND a.at < ? ORDER BY a.n",
        *owner_ids, *kinds, to_micros(start), to_micros(end),
    )  # fmt: skip
    numbers = [int(row[0]) for row in found]
    entries: list[AuditEntry] = []
    for first in range(0, len(numbers), PART):
        entries += await audit.numbered(numbers[first : first + PART])
    return entries

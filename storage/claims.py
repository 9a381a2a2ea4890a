"""Claims: members who spoke of customers that are others'."""

from __future__ import annotations

from storage import rows
from storage.records import Claim
from storage.rows import Table

CLAIMS: Table[Claim] = rows.TABLES["clm"]


async def get(id: str) -> Claim | None:
    """None where there is none, or it was undone."""
    return await rows.by_id(CLAIMS, id)


async def of_pair(customer_id: str, member_id: str) -> Claim | None:
    """The member's latest claim to the customer; None where he never claimed it."""
    where = "customer_id = ? AND member_id = ? AND undone_at IS NULL ORDER BY at DESC, id DESC"
    return await rows.first(CLAIMS, where, customer_id, member_id)

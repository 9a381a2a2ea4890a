"""Visits: planned with their goals, and made."""

from __future__ import annotations

from storage import rows
from storage.records import Visit
from storage.rows import Table

VISITS: Table[Visit] = rows.TABLES["vis"]


async def get(id: str) -> Visit | None:
    """None where there is none, or it was undone."""
    return await rows.by_id(VISITS, id)


async def of_activity(activity_id: str) -> Visit | None:
    """The visit that the activity arranged; None where its goals were not ticked."""
    return await rows.first(VISITS, "activity_id = ? AND undone_at IS NULL ORDER BY id", activity_id)


async def planned_of(customer_id: str, member_id: str) -> Visit | None:
    """The member's visit to the customer that is planned and not made yet, the latest one; None for none."""
    where = "customer_id = ? AND member_id = ? AND state = 'planned' AND undone_at IS NULL ORDER BY created_at DESC"
    return await rows.first(VISITS, where, customer_id, member_id)


async def of_customer(customer_id: str, limit: int = 20) -> list[Visit]:
    """The customer's visits, newest first."""
    where = "customer_id = ? AND undone_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?"
    return await rows.select(VISITS, where, customer_id, limit)

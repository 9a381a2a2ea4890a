"""Activities: what was done or said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from storage import rows, sql
from storage.models.fields import to_micros
from storage.records import Activity
from storage.rows import Table

ACTIVITIES: Table[Activity] = rows.TABLES["act"]


async def get(id: str, *, undone: bool = False) -> Activity | None:
    """The activity; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(ACTIVITIES, id, undone=undone)


async def of_customer(customer_id: str, limit: int = 20, before: datetime | None = None) -> list[Activity]:
    """The customer's activities, newest first, those before ``before`` where it is given."""
    only, args = ("", [customer_id]) if before is None else (" AND occurred_at < ?", [customer_id, to_micros(before)])
    where = f"customer_id = ?{only} AND undone_at IS NULL ORDER BY occurred_at DESC, id DESC LIMIT ?"
    return await rows.select(ACTIVITIES, where, *args, limit)


async def of_opportunity(opportunity_id: str, limit: int = 20) -> list[Activity]:
    """The opportunity's activities, newest first."""
    where = "opportunity_id = ? AND undone_at IS NULL ORDER BY occurred_at DESC, id DESC LIMIT ?"
    return await rows.select(ACTIVITIES, where, opportunity_id, limit)


async def count_of(opportunity_id: str) -> int:
    """How many activities the opportunity has."""
    counted = "SELECT COUNT(*) FROM activity WHERE opportunity_id = ? AND undone_at IS NULL"
    return int(await sql.value(counted, opportunity_id) or 0)


async def latest_of_member(member_id: str, since: datetime) -> Activity | None:
    """What the member last reported, not before ``since``; None where that was longer ago."""
    where = "author_id = ? AND occurred_at >= ? AND undone_at IS NULL ORDER BY occurred_at DESC, id DESC"
    return await rows.first(ACTIVITIES, where, member_id, to_micros(since))


async def of_message(message_id: str) -> list[Activity]:
    """The activities that a message made."""
    return await rows.select(ACTIVITIES, "message_id = ? AND undone_at IS NULL ORDER BY id", message_id)


async def on_day(member_ids: Sequence[str], start: datetime, end: datetime) -> list[Activity]:
    """What these members did from ``start`` until before ``end``, in order."""
    where = (
        f"author_id IN ({sql.marks(member_ids)}) AND occurred_at >= ? AND occurred_at < ? AND undone_at IS NULL "
        "ORDER BY occurred_at, id"
    )
    return await rows.select(ACTIVITIES, where, *member_ids, to_micros(start), to_micros(end))


async def around(
    opportunity_ids: Sequence[str], since: datetime, now: datetime, until: datetime
) -> dict[str, list[Activity]]:
    """By opportunity what was done or said since then, and what is planned from ``now`` until ``until``; newest
    first."""
    if not opportunity_ids:
        return {}
    where = (
        f"opportunity_id IN ({sql.marks(opportunity_ids)}) AND undone_at IS NULL AND (occurred_at >= ? "
        "OR (planned_for > ? AND planned_for < ?)) ORDER BY occurred_at DESC, id DESC"
    )
    found: dict[str, list[Activity]] = {}
    for one in await rows.select(
        ACTIVITIES, where, *opportunity_ids, to_micros(since), to_micros(now), to_micros(until)
    ):
        found.setdefault(str(one.opportunity_id), []).append(one)
    return found


async def next_planned(customer_id: str, after: datetime) -> Activity | None:
    """What is arranged with the customer next, behind ``after``; None where nothing is."""
    where = "customer_id = ? AND planned_for > ? AND undone_at IS NULL ORDER BY planned_for, id"
    return await rows.first(ACTIVITIES, where, customer_id, to_micros(after))


async def deals_since(start: datetime, most: int) -> list[str]:
    """The opportunities with an activity from ``start`` on, those spoken of last first."""
    found = await sql.fetch(
        "SELECT opportunity_id FROM activity WHERE occurred_at >= ? AND opportunity_id IS NOT NULL "
        "AND undone_at IS NULL GROUP BY opportunity_id ORDER BY MAX(occurred_at) DESC, opportunity_id LIMIT ?",
        to_micros(start), most,
    )  # fmt: skip
    return [row[0] for row in found]


async def signals_since(opportunity_id: str, since: datetime) -> list[str]:
    """Every signal of the opportunity's activities since then."""
    found = await sql.fetch(
        "SELECT signals FROM activity WHERE opportunity_id = ? AND occurred_at >= ? AND undone_at IS NULL",
        opportunity_id,
        to_micros(since),
    )
    return [signal for row in found for signal in json.loads(row[0])]


async def with_signal(signal: str, authors: Sequence[str] | None, since: datetime, limit: int) -> list[Activity]:
    """Activities of these authors (of anybody with None) that carry the signal, since then, newest first."""
    mine = "" if authors is None else f" AND author_id IN ({sql.marks(authors)})"
    where = (
        f"occurred_at >= ? AND signals LIKE ? ESCAPE '!'{mine} AND undone_at IS NULL "
        "ORDER BY occurred_at DESC, id DESC LIMIT ?"
    )
    like = f'%"{rows.literal(signal)}"%'
    return await rows.select(ACTIVITIES, where, to_micros(since), like, *(authors or ()), limit)


async def first_of(customer_id: str) -> Activity | None:
    """What was done or said first with the customer; None where nothing was."""
    return await rows.first(ACTIVITIES, "customer_id = ? AND undone_at IS NULL ORDER BY occurred_at, id", customer_id)


async def told_before(customer_id: str, author_id: str, at: datetime, text: str) -> bool:
    """The very same stands there already."""
    where = "customer_id = ? AND author_id = ? AND occurred_at = ? AND text = ? AND undone_at IS NULL"
    return await rows.first(ACTIVITIES, where, customer_id, author_id, to_micros(at), text) is not None

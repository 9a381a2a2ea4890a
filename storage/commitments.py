"""Commitments: what somebody said they would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from storage import rows, sql
from storage.models.fields import to_micros
from storage.records import Commitment, CommitmentState, Side, Task
from storage.rows import Table

COMMITMENTS: Table[Commitment] = rows.TABLES["pro"]
ZONE = ZoneInfo("Asia/Shanghai")
D = TypeVar("D", Commitment, Task)


def by_due(found: Iterable[D], zone: ZoneInfo = ZONE) -> list[D]:
    """What is due first stands first, a day counting as its end in ``zone``; without a due last, then by id."""
    return sorted(found, key=lambda one: (_end(one.due, zone), one.id))


def _end(due: date | datetime | None, zone: ZoneInfo) -> datetime:
    if due is None:
        return datetime.max.replace(tzinfo=UTC)
    return due if isinstance(due, datetime) else datetime.combine(due, time.max, zone)


async def get(id: str, *, undone: bool = False) -> Commitment | None:
    """The commitment; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(COMMITMENTS, id, undone=undone)


async def open_of(customer_id: str, by: Side | None = "us") -> list[Commitment]:
    """The customer's commitments not yet closed (open or overdue) of that side (of both with None), due first."""
    only, args = ("", [customer_id]) if by is None else (" AND by = ?", [customer_id, by])
    where = f"customer_id = ?{only} AND state IN ('open', 'overdue') AND undone_at IS NULL"
    return by_due(await rows.select(COMMITMENTS, where, *args))


async def open_of_all(customer_ids: Sequence[str]) -> dict[str, list[Commitment]]:
    """The commitments of either side not yet closed of each of these customers, due first."""
    if not customer_ids:
        return {}
    where = f"customer_id IN ({sql.marks(customer_ids)}) AND state IN ('open', 'overdue') AND undone_at IS NULL"
    return rows.grouped(by_due(await rows.select(COMMITMENTS, where, *customer_ids)))


async def of_owner(
    member_id: str, states: Sequence[CommitmentState] = ("open", "overdue"), zone: ZoneInfo = ZONE
) -> list[Commitment]:
    """The member's commitments in these states, due first."""
    where = f"owner_id = ? AND state IN ({sql.marks(states)}) AND undone_at IS NULL"
    return by_due(await rows.select(COMMITMENTS, where, member_id, *states), zone)


async def of_author(member_id: str) -> list[Commitment]:
    """What the member promised that is not closed, whoever is to keep it, due first."""
    where = (
        "author_id = ? AND customer_id IN (SELECT id FROM customer WHERE owner_id = ?) "
        "AND state IN ('open', 'overdue') AND undone_at IS NULL"
    )
    return by_due(await rows.select(COMMITMENTS, where, member_id, member_id))


async def of_opportunity(opportunity_id: str) -> list[Commitment]:
    """The opportunity's commitments in any state, due first."""
    return by_due(await rows.select(COMMITMENTS, "opportunity_id = ? AND undone_at IS NULL", opportunity_id))


async def of_customer(customer_id: str) -> list[Commitment]:
    """The customer's commitments in any state, due first."""
    return by_due(await rows.select(COMMITMENTS, "customer_id = ? AND undone_at IS NULL", customer_id))


async def due_within(owner_id: str, start: datetime, end: datetime) -> list[Commitment]:
    """What the member promised for the days from ``start`` until before ``end`` and did not take back."""
    where, args = within(owner_id, start, end)
    return by_due(await rows.select(COMMITMENTS, f"{where} AND by = 'us' AND state <> 'withdrawn'", *args))


async def kept_within(owner_id: str, start: datetime, end: datetime) -> list[Commitment]:
    """Our promises of the member that were kept from ``start`` until before ``end``, by when."""
    where = "owner_id = ? AND by = 'us' AND state = 'kept' AND closed_at >= ? AND closed_at < ? AND undone_at IS NULL"
    return await rows.select(COMMITMENTS, f"{where} ORDER BY closed_at, id", owner_id, to_micros(start), to_micros(end))


def within(owner_id: str, start: datetime, end: datetime) -> tuple[str, list[Any]]:
    """The condition of a ``due`` that is a day or a moment, for ``start`` and ``end`` at midnight of a zone."""
    days = [start.date().isoformat(), end.date().isoformat()]
    where = "owner_id = ? AND ((due_day >= ? AND due_day < ?) OR (due_at >= ? AND due_at < ?)) AND undone_at IS NULL"
    return where, [owner_id, *days, to_micros(start), to_micros(end)]


async def overdue_of(owner_ids: Sequence[str] | None, limit: int) -> list[Commitment]:
    """Our late promises of these owners, or of all with None, oldest due first; at most ``limit``."""
    mine = "" if owner_ids is None else f"owner_id IN ({sql.marks(owner_ids)}) AND "
    where = f"{mine}state = 'overdue' AND by = 'us' AND undone_at IS NULL"
    return by_due(await rows.select(COMMITMENTS, where, *(owner_ids or ())))[:limit]


async def of_message(message_id: str) -> list[Commitment]:
    """The commitments that a message made."""
    return await rows.select(COMMITMENTS, "message_id = ? AND undone_at IS NULL ORDER BY id", message_id)


async def open_all() -> list[Commitment]:
    """Every commitment not yet closed (open or overdue), due first; read on a thread."""
    where = "WHERE state IN ('open', 'overdue') AND undone_at IS NULL"
    return by_due([COMMITMENTS.decode(row) async for row in sql.scan(f"{COMMITMENTS.select} {where}")])

"""Opportunities."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from storage import rows, sql
from storage.records import Opportunity, OpportunityState
from storage.rows import Table, from_minor

OPPORTUNITIES: Table[Opportunity] = rows.TABLES["opp"]


@dataclass(frozen=True, slots=True)
class Figure:
    """How many open opportunities stand at a stage, and their sum in one currency (those without amount count 0)."""

    stage: str
    currency: str
    count: int
    amount: Decimal


async def get(id: str, *, undone: bool = False) -> Opportunity | None:
    """The opportunity; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(OPPORTUNITIES, id, undone=undone)


async def many(ids: Sequence[str]) -> dict[str, Opportunity]:
    """Those of the opportunities that there are, by id."""
    found = await rows.select(OPPORTUNITIES, f"id IN ({sql.marks(ids)}) AND undone_at IS NULL", *ids)
    return {opportunity.id: opportunity for opportunity in found}


async def open_of(customer_id: str) -> list[Opportunity]:
    """The customer's open opportunities, oldest first."""
    where = "customer_id = ? AND state = 'open' AND undone_at IS NULL ORDER BY created_at, id"
    return await rows.select(OPPORTUNITIES, where, customer_id)


async def open_of_all(customer_ids: Sequence[str]) -> dict[str, list[Opportunity]]:
    """The open opportunities of each of these customers, oldest first."""
    if not customer_ids:
        return {}
    where = f"customer_id IN ({sql.marks(customer_ids)}) AND state = 'open' AND undone_at IS NULL"
    return rows.grouped(await rows.select(OPPORTUNITIES, f"{where} ORDER BY created_at, id", *customer_ids))


async def of_customer(customer_id: str) -> list[Opportunity]:
    """All of the customer's opportunities, oldest first."""
    return await rows.select(
        OPPORTUNITIES, "customer_id = ? AND undone_at IS NULL ORDER BY created_at, id", customer_id
    )


async def of_owner(member_ids: Sequence[str] | str, state: OpportunityState | None = "open") -> list[Opportunity]:
    """Opportunities of these owners in that state (in any with None), oldest first."""
    owners = [member_ids] if isinstance(member_ids, str) else list(member_ids)
    only, args = ("", owners) if state is None else (" AND state = ?", [*owners, state])
    where = f"owner_id IN ({sql.marks(owners)}){only} AND undone_at IS NULL ORDER BY created_at, id"
    return await rows.select(OPPORTUNITIES, where, *args)


async def figures(owner_ids: Sequence[str] | None = None) -> list[Figure]:
    """Open opportunities by stage and currency, of these owners or of all; on a thread, the loop stays free."""
    mine = "" if owner_ids is None else f" AND owner_id IN ({sql.marks(owner_ids)})"
    counted = sql.scan(
        "SELECT stage, currency, COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM opportunity "
        f"WHERE state = 'open' AND undone_at IS NULL{mine} GROUP BY stage, currency ORDER BY stage, currency",
        *(owner_ids or ()),
    )
    return [
        Figure(stage, currency, count, from_minor(total, currency)) async for stage, currency, count, total in counted
    ]

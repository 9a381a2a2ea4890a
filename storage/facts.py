"""What other systems know of customers."""

from __future__ import annotations

from collections.abc import Sequence

from storage import rows, sql
from storage.records import Fact
from storage.rows import Table

FACTS: Table[Fact] = rows.TABLES["fct"]


async def get(id: str, *, undone: bool = False) -> Fact | None:
    """The fact; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(FACTS, id, undone=undone)


async def told(kind: str, via: str, external_id: str) -> Fact | None:
    """The fact that this system has told under this id; None for none, and for no id."""
    if not external_id:
        return None
    where = "external_id = ? AND kind = ? AND via = ? AND undone_at IS NULL ORDER BY id"
    return await rows.first(FACTS, where, external_id, kind, via)


async def of_customer(customer_id: str, kinds: Sequence[str] = (), limit: int = 50) -> list[Fact]:
    """The customer's facts (of these kinds), youngest first."""
    only = f" AND kind IN ({sql.marks(kinds)})" if kinds else ""
    where = f"customer_id = ?{only} AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?"
    return await rows.select(FACTS, where, customer_id, *kinds, limit)

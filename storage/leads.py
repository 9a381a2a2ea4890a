"""Leads, and the keys by which one is known again: ``tel:+86…``, ``code:…``, ``firm:…``, made by ``bot.leads``."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence

from storage import rows, sql
from storage.records import Lead, LeadState
from storage.rows import Table

LEADS: Table[Lead] = rows.TABLES["lead"]
INTAKE_LOCK = 0x6C656164  # "lead"
ALL: tuple[LeadState, ...] = ("new", "waiting", "assigned", "failed", "invalid", "converted")
OPEN: tuple[LeadState, ...] = ("new", "waiting", "assigned", "failed")
"""States in which somebody still has to do something with a lead."""


async def one_at_a_time() -> None:
    """Until the transaction ends nobody else takes leads in: two of the same phone find one another."""
    if sql.dialect() == "postgres":
        await sql.wait_for_lock(INTAKE_LOCK)


async def get(id: str, *, undone: bool = False) -> Lead | None:
    """The lead; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(LEADS, id, undone=undone)


async def many(ids: Sequence[str]) -> dict[str, Lead]:
    """Those of the leads that there are, by id."""
    found = await rows.select(LEADS, f"id IN ({sql.marks(ids)}) AND undone_at IS NULL", *ids) if ids else []
    return {lead.id: lead for lead in found}


async def of_keys(keys: Sequence[str]) -> list[Lead]:
    """The leads that have one of these keys, in the order of the keys, each once; empty when nobody has."""
    if not keys:
        return []
    found_keys = await sql.fetch(f"SELECT key, lead_id FROM leadkey WHERE key IN ({sql.marks(keys)})", *keys)
    known: dict[str, str] = {row[0]: row[1] for row in found_keys}
    found = await many(list(dict.fromkeys(known.values())))
    ids = dict.fromkeys(known[key] for key in keys if key in known)
    return [found[id] for id in ids if id in found]


async def known_by(lead_id: str, keys: Sequence[str]) -> None:
    """From now on the lead, and nobody else, has exactly these keys."""
    async with sql.transaction():
        await sql.run("DELETE FROM leadkey WHERE lead_id = ?", lead_id)
        if keys:
            tail = "ON CONFLICT (key) DO UPDATE SET lead_id = excluded.lead_id"
            await sql.insert("leadkey", ("key", "lead_id"), [(key, lead_id) for key in dict.fromkeys(keys)], tail)


async def of_customer(customer_id: str, states: Sequence[LeadState] = OPEN) -> list[Lead]:
    """The customer's leads in these states, oldest first."""
    where = f"customer_id = ? AND state IN ({sql.marks(states)}) AND undone_at IS NULL ORDER BY id"
    return await rows.select(LEADS, where, customer_id, *states)


async def of_owner(member_ids: Sequence[str], states: Sequence[LeadState] = OPEN, limit: int = 100) -> list[Lead]:
    """Leads of these members in these states, newest first."""
    where = (
        f"owner_id IN ({sql.marks(member_ids)}) AND state IN ({sql.marks(states)}) AND undone_at IS NULL "
        "ORDER BY received_at DESC, id DESC LIMIT ?"
    )
    return await rows.select(LEADS, where, *member_ids, *states, limit)


async def in_state(*states: LeadState, limit: int = 100) -> list[Lead]:
    """Leads in these states, longest waiting first."""
    where = f"state IN ({sql.marks(states)}) AND undone_at IS NULL ORDER BY received_at, id LIMIT ?"
    return await rows.select(LEADS, where, *states, limit)


async def counts() -> dict[str, int]:
    """How many leads there are in each state; a state without any is absent."""
    found = await sql.slowly("SELECT state, COUNT(*) FROM lead WHERE undone_at IS NULL GROUP BY state")
    return {state: int(count) for state, count in found}

"""Leases of the dead: what a process that is gone was handling, free for the next one."""

# ruff: noqa: S608 (only names of ours are built in)
from __future__ import annotations

from storage import sql


async def free_all() -> int:
    """How many events, pushes and moments are free again. Only for who knows that no other process is alive: with
    several replicas a lease ends by the database's clock alone."""
    async with sql.transaction():
        freed = await sql.run(
            "UPDATE outbox SET state = 'new', owner = NULL, lease_until = NULL WHERE state = 'sending'"
        )
        for table, state in (("message", "new"), ("moment", "waiting")):
            held = f"state = '{state}' AND lease_until IS NOT NULL"
            freed += await sql.run(f"UPDATE {table} SET owner = NULL, lease_until = NULL WHERE {held}")
        return freed

"""People outside as the platforms know them, and whose they are."""

from __future__ import annotations

from storage import rows
from storage.records import External
from storage.rows import Table

EXTERNALS: Table[External] = rows.TABLES["ext"]


async def get(id: str) -> External | None:
    return await rows.by_id(EXTERNALS, id)


async def of_id(external: str) -> External | None:
    """The person whom a platform calls so: its ids are unlike anybody else's, so the account does not matter. None for
    one not heard of."""
    return await rows.first(EXTERNALS, "external = ? AND undone_at IS NULL ORDER BY id", external)


async def called(name: str) -> list[External]:
    """Those whom the chat app calls exactly so; for what is said once in a while: it goes through all of them."""
    return await rows.select(EXTERNALS, "name = ? AND undone_at IS NULL ORDER BY id", name) if name else []


async def of_customer(customer_id: str) -> list[External]:
    """The customer's people on the platforms, oldest first."""
    return await rows.select(EXTERNALS, "customer_id = ? AND undone_at IS NULL ORDER BY id", customer_id)


async def of_contact(contact_id: str) -> list[External]:
    """One person's ids on the platforms, oldest first."""
    return await rows.select(EXTERNALS, "contact_id = ? AND undone_at IS NULL ORDER BY id", contact_id)

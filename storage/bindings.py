"""Groups that belong to a customer."""

from __future__ import annotations

from storage import rows
from storage.records import Binding
from storage.rows import Table

BINDINGS: Table[Binding] = rows.TABLES["bnd"]


async def of_chat(account: str, chat: str) -> Binding | None:
    """To whom the group belongs; None where it is bound to nobody."""
    return await rows.first(BINDINGS, "chat = ? AND account = ? AND undone_at IS NULL ORDER BY id DESC", chat, account)


async def customer_of(account: str, chat: str) -> str:
    """The customer's id to whom the group belongs; "" for none, and for a private chat."""
    found = await of_chat(account, chat) if chat else None
    return found.customer_id if found is not None else ""


async def of_customer(customer_id: str) -> list[Binding]:
    """The customer's groups, oldest first."""
    return await rows.select(BINDINGS, "customer_id = ? AND undone_at IS NULL ORDER BY id", customer_id)

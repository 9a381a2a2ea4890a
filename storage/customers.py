"""Customers, the words that stand for them, and their people."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from storage import rows, sql
from storage.records import Alias, Contact, Customer
from storage.rows import Table, fold, literal

CUSTOMERS: Table[Customer] = rows.TABLES["cus"]
ALIASES: Table[Alias] = rows.TABLES["ali"]
CONTACTS: Table[Contact] = rows.TABLES["con"]


async def get(id: str, *, undone: bool = False) -> Customer | None:
    """The customer; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(CUSTOMERS, id, undone=undone)


async def many(ids: Sequence[str]) -> dict[str, Customer]:
    """Those of the customers that there are, by id."""
    found = await rows.select(CUSTOMERS, f"id IN ({sql.marks(ids)}) AND undone_at IS NULL", *ids)
    return {customer.id: customer for customer in found}


async def named(text: str) -> list[Customer]:
    """Customers whose name or alias is exactly this (compared folded), oldest first; two may share an alias."""
    return await rows.select(
        CUSTOMERS,
        "undone_at IS NULL AND (folded = ? OR id IN "
        "(SELECT customer_id FROM alias WHERE folded = ? AND undone_at IS NULL)) ORDER BY id",
        fold(text),
        fold(text),
    )


async def of_owner(member_ids: Sequence[str], limit: int = 100) -> list[Customer]:
    """Customers of these owners, newest first."""
    where = f"owner_id IN ({sql.marks(member_ids)}) AND undone_at IS NULL ORDER BY created_at DESC, id LIMIT ?"
    return await rows.select(CUSTOMERS, where, *member_ids, limit)


async def aliases(customer_id: str) -> list[Alias]:
    """The customer's aliases, oldest first."""
    return await rows.select(ALIASES, "customer_id = ? AND undone_at IS NULL ORDER BY id", customer_id)


async def contacts(customer_id: str) -> list[Contact]:
    """The customer's people, oldest first."""
    return await rows.select(CONTACTS, "customer_id = ? AND undone_at IS NULL ORDER BY id", customer_id)


async def contact(id: str, *, undone: bool = False) -> Contact | None:
    return await rows.by_id(CONTACTS, id, undone=undone)


async def alias(id: str, *, undone: bool = False) -> Alias | None:
    return await rows.by_id(ALIASES, id, undone=undone)


async def book() -> AsyncIterator[tuple[Customer, tuple[str, ...], tuple[Contact, ...]]]:
    """Every customer with aliases and contacts, for the name index; read on a thread, the loop stays free."""
    words: dict[str, list[str]] = defaultdict(list)
    people: dict[str, list[Contact]] = defaultdict(list)
    async for row in sql.scan("SELECT customer_id, text FROM alias WHERE undone_at IS NULL ORDER BY id"):
        words[row[0]].append(row[1])
    async for row in sql.scan(f"{CONTACTS.select} WHERE undone_at IS NULL ORDER BY id"):
        contact = CONTACTS.decode(row)
        people[contact.customer_id].append(contact)
    async for row in sql.scan(f"{CUSTOMERS.select} WHERE undone_at IS NULL ORDER BY id"):
        customer = CUSTOMERS.decode(row)
        yield customer, tuple(words.get(customer.id, ())), tuple(people.get(customer.id, ()))


async def search(text: str, owners: Sequence[str] | None = None, limit: int = 20) -> list[Customer]:
    """Customers whose name or alias holds the text, every character meaning itself; of these owners if given.

    It reads every name: on a thread, the loop stays free.
    """
    like = f"%{literal(fold(text))}%"
    mine = "" if owners is None else f" AND owner_id IN ({sql.marks(owners)})"
    found = sql.scan(
        f"{CUSTOMERS.select} WHERE undone_at IS NULL{mine} AND (folded LIKE ? ESCAPE '!' OR id IN (SELECT customer_id "
        "FROM alias WHERE folded LIKE ? ESCAPE '!' AND undone_at IS NULL)) ORDER BY id LIMIT ?",
        *(owners or ()),
        like,
        like,
        limit,
    )
    return [CUSTOMERS.decode(row) async for row in found]

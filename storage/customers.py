"""Customers, the words that stand for them, and their people."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence

from storage import page as paging
from storage import rows, sql
from storage.records import Alias, Contact, Customer
from storage.rows import Table, fold, literal

CUSTOMERS: Table[Customer] = rows.TABLES["cus"]
ALIASES: Table[Alias] = rows.TABLES["ali"]
CONTACTS: Table[Contact] = rows.TABLES["con"]
Page = tuple[Customer, tuple[str, ...], tuple[Contact, ...]]
"""A customer with all the words that stand for it and its people."""
LEGAL_ENDINGS = ("集团股份有限公司", "集团有限公司", "股份有限公司", "有限责任公司", "集团公司", "有限公司", "公司")


async def get(id: str, *, undone: bool = False) -> Customer | None:
    """The customer; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(CUSTOMERS, id, undone=undone)


async def many(ids: Sequence[str]) -> dict[str, Customer]:
    """Those of the customers that there are, by id."""
    found = await rows.select(CUSTOMERS, f"id IN ({sql.marks(ids)}) AND undone_at IS NULL", *ids)
    return {customer.id: customer for customer in found}


async def owned(ids: Sequence[str], owners: Collection[str] | None, most: int) -> dict[str, Customer]:
    """The first ``most`` of the customers that one of ``owners`` has (None: anybody), by id. ``ids`` may be very
    many: a common surname is at home with thousands, of which one person has few."""
    if owners is not None and len(ids) > most:
        where = f"owner_id IN ({sql.marks(owners)}) AND undone_at IS NULL"
        theirs = {row[0] for row in await sql.fetch(f"SELECT id FROM customer WHERE {where}", *owners)}
        ids = [id for id in ids if id in theirs]
    found = await many(ids[:most]) if ids else {}
    return {id: one for id, one in found.items() if owners is None or one.owner_id in owners}


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


async def contacts_of(customer_ids: Sequence[str]) -> dict[str, list[Contact]]:
    """The people of each of these customers, oldest first."""
    where = f"customer_id IN ({sql.marks(customer_ids)}) AND undone_at IS NULL ORDER BY id"
    return rows.grouped(await rows.select(CONTACTS, where, *customer_ids)) if customer_ids else {}


async def contact(id: str, *, undone: bool = False) -> Contact | None:
    return await rows.by_id(CONTACTS, id, undone=undone)


async def alias(id: str, *, undone: bool = False) -> Alias | None:
    return await rows.by_id(ALIASES, id, undone=undone)


async def people(said: str) -> list[Contact]:
    """Everybody who is called so (江雪, 江雪经理) or reached so, oldest first; also who was taken back."""
    called = "name = ? OR name || COALESCE(title, '') = ?"
    reached = f'%"{literal(said)}"%'
    where = f"{called} OR phones LIKE ? ESCAPE '!' OR emails LIKE ? ESCAPE '!' ORDER BY id"
    return await rows.select(CONTACTS, where, said, said, reached, reached)


async def writing_from(address: str) -> list[str]:
    """Ids of the customers whose people write from the address, or with ``@example.com`` from that domain, oldest
    first. It reads every contact: on a thread, the loop stays free."""
    like = f'%{"" if address.startswith("@") else chr(34)}{literal(address.casefold())}"%'
    found = sql.scan(
        "SELECT customer_id FROM contact WHERE undone_at IS NULL AND LOWER(emails) LIKE ? ESCAPE '!' ORDER BY id", like
    )
    return list(dict.fromkeys([str(row[0]) async for row in found]))


async def of_phone(phone: str) -> list[str]:
    """Ids of the customers one of whose people has this number. It looks at every contact: on a thread."""
    where = "phones LIKE ? ESCAPE '!' AND undone_at IS NULL"
    found = await sql.slowly(f"SELECT DISTINCT customer_id FROM contact WHERE {where}", f'%"{literal(phone)}"%')
    return [row[0] for row in found]


async def phones() -> dict[str, list[str]]:
    """Every number of a contact, and whose customers' it is: for who asks for many. Read on a thread."""
    found: dict[str, list[str]] = {}
    asked = "SELECT customer_id, phones FROM contact WHERE phones <> '[]' AND undone_at IS NULL"
    async for customer, numbers in sql.scan(asked):
        for number in json.loads(numbers):
            found.setdefault(number, []).append(customer)
    return found


async def recent_of(member_id: str, limit: int = 5) -> list[str]:
    """Ids of the customers the member last reported on, latest first."""
    found = await sql.fetch(
        "SELECT customer_id FROM activity WHERE author_id = ? AND customer_id IS NOT NULL AND undone_at IS NULL "
        "ORDER BY occurred_at DESC, id DESC LIMIT ?",
        member_id,
        limit * 10,
    )
    return list(dict.fromkeys(row[0] for row in found))[:limit]


async def short_name(id: str) -> str:
    """What one calls the customer: the shortest alias that was given, else the name without its legal ending; "" for
    none. A word that was learnt (瑞和 for 瑞禾医疗) is understood, and not said back."""
    words = [alias.text for alias in await aliases(id) if not alias.learnt]
    customer = None if words else await get(id)
    return _shortest(customer.name if customer else "", words)


async def short_names(found: Sequence[Customer]) -> dict[str, str]:
    """What one calls each of these customers, by id."""
    ids = [customer.id for customer in found]
    words: dict[str, list[str]] = defaultdict(list)
    if not ids:
        return {}
    for alias in await rows.select(
        ALIASES, f"customer_id IN ({sql.marks(ids)}) AND undone_at IS NULL ORDER BY id", *ids
    ):
        if not alias.learnt:
            words[alias.customer_id].append(alias.text)
    return {customer.id: _shortest(customer.name, words[customer.id]) for customer in found}


BRANCHES = ("分公司", "子公司", "总公司")
"""Without its end such a name would be none."""


def _shortest(name: str, words: Sequence[str]) -> str:
    if words:
        return min(words, key=len)
    if name.endswith(BRANCHES):
        return name
    ending = next((ending for ending in LEGAL_ENDINGS if name.endswith(ending) and len(name) > len(ending) + 1), "")
    return name.removesuffix(ending)


async def owning(records: Sequence[str]) -> list[str]:
    """Ids of the customers to whom these aliases and contacts belong, or belonged before they were undone."""
    found: list[sql.Row] = []
    for table in ("alias", "contact") if records else ():
        where = f"WHERE id IN ({sql.marks(records)})"
        found += await sql.fetch(f"SELECT customer_id FROM {table} {where}", *records)
    return list(dict.fromkeys(row[0] for row in found))


async def of_record(record: str) -> str | None:
    """Id of the customer to whom a record belongs, undone or not; None for one that belongs to none."""
    table = rows.table_of(record)
    if table.name == "customer":
        return record
    if "customer_id" not in table.kinds:
        return None
    found = await sql.value(f"SELECT customer_id FROM {table.name} WHERE id = ?", record)
    return None if found is None else str(found)


async def page(id: str) -> Page | None:
    """The customer's line of :func:`book`; None where there is none or it was undone."""
    customer = await get(id)
    if customer is None:
        return None
    return customer, tuple(alias.text for alias in await aliases(id)), tuple(await contacts(id))


async def book() -> AsyncIterator[Page]:
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


async def search(
    text: str, owners: Sequence[str] | None = None, limit: int = 20, also: Collection[str] = ()
) -> list[Customer]:
    """Customers whose name or alias holds the text, every character meaning itself; of these owners if given, and
    those with the ids ``also``.

    It reads every name: on a thread, the loop stays free.
    """
    mine, named = paging.visible("customer", owners, also), paging.named(text)
    found = sql.scan(
        f"{CUSTOMERS.select} WHERE {mine.sql} AND undone_at IS NULL AND {named.sql} ORDER BY id LIMIT ?",
        *mine.args,
        *named.args,
        limit,
    )
    return [CUSTOMERS.decode(row) async for row in found]

"""A page of records of one kind, in the order of their making: what was made meanwhile stands behind, never between."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import rows, sql
from storage.models.fields import to_micros
from storage.records import Record
from storage.rows import Table, fold, literal

SEEN = "(owner_id IN ({own}) OR id IN ({beside}))"
"""The customers that somebody sees, as ``bot.access.Scope.sees`` says it: those of members, and single ones beside."""
VIA_CUSTOMER = f"customer_id IN (SELECT id FROM customer WHERE {SEEN} AND undone_at IS NULL)"
OF_OWNER = "(owner_id IN ({own}) OR customer_id IN ({beside}))"
VISIBLE = {
    "member": "(id IN ({own}) OR id IN (SELECT owner_id FROM customer WHERE id IN ({beside}) AND undone_at IS NULL))",
    "team": "id IN (SELECT team_id FROM member WHERE id IN ({own}))",
    "customer": SEEN,
    "contact": VIA_CUSTOMER,
    "opportunity": OF_OWNER,
    "activity": f"({VIA_CUSTOMER} OR customer_id IS NULL AND author_id IN ({{own}}))",
    "commitment": OF_OWNER,
    "evidence": f"({VIA_CUSTOMER} OR customer_id IS NULL AND member_id IN ({{own}}))",
    "task": OF_OWNER,
    "visit": VIA_CUSTOMER,
    "lead": f"({OF_OWNER} OR owner_id IS NULL AND recorder_id IN ({{own}}))",
    "unassigned": "member_id IN ({own})",
    "claim": f"(member_id IN ({{own}}) OR {VIA_CUSTOMER})",
    "binding": VIA_CUSTOMER,
    "external": f"state <> 'private' AND ({VIA_CUSTOMER} OR customer_id IS NULL AND member_id IN ({{own}}))",
    "fact": VIA_CUSTOMER,
    "handover": "(from_id IN ({own}) OR to_id IN ({own}) OR customer_id IN ({beside}))",
    "risk": OF_OWNER,
    "waiver": f"opportunity_id IN (SELECT id FROM opportunity WHERE {OF_OWNER})",
    "message": "member_id IN ({own})",
}
"""By table: which of its rows somebody sees, by the ids of members (``{own}``) and of customers (``{beside}``)."""
_IDS = re.compile(r"\{(own|beside)\}")


@dataclass(frozen=True, slots=True)
class Where:
    """A condition with its arguments."""

    sql: str
    args: tuple[Any, ...] = ()

    def and_(self, other: Where) -> Where:
        return Where(f"{self.sql} AND {other.sql}", (*self.args, *other.args))


def visible(table: str, owners: Collection[str] | None, beside: Collection[str] = ()) -> Where:
    """Rows that belong to these members, and those of the customers ``beside``; all with ``owners`` None. Raises
    KeyError for a table that belongs to nobody."""
    condition = VISIBLE[table]
    if owners is None:
        return Where("1 = 1")
    ids = {"own": sorted(owners), "beside": sorted(beside)}
    args = tuple(id for name in _IDS.findall(condition) for id in ids[name])
    return Where(_IDS.sub(lambda found: sql.marks(ids[found[1]]), condition), args)


async def seen(customers: Collection[str], where: Where) -> set[str]:
    """Of these customers those that ``where`` lets through."""
    if not customers:
        return set()
    found = f"SELECT id FROM customer WHERE {where.sql} AND id IN ({sql.marks(customers)}) AND undone_at IS NULL"
    return {row[0] for row in await sql.fetch(found, *where.args, *customers)}


def equal(column: str, value: Any) -> Where:
    return Where(f'"{column}" = ?', (value,))


def since(column: str, moment: datetime) -> Where:
    return Where(f'"{column}" >= ?', (to_micros(moment),))


def before(column: str, moment: datetime) -> Where:
    return Where(f'"{column}" < ?', (to_micros(moment),))


def named(text: str) -> Where:
    """Customers whose name or alias holds the text, every character meaning itself."""
    like = f"%{literal(fold(text))}%"
    words = "SELECT customer_id FROM alias WHERE folded LIKE ? ESCAPE '!' AND undone_at IS NULL"
    return Where(f"(folded LIKE ? ESCAPE '!' OR id IN ({words}))", (like, like))


async def records(table: Table[Any], where: Where, after: str, limit: int) -> list[Record]:
    """At most ``limit`` that stand and that ``where`` lets through, behind the id ``after``. Of somebody who has little
    among very much many rows are looked at: on a thread, the loop stays free."""
    found = f"{table.select} WHERE {where.sql} AND id > ? AND undone_at IS NULL ORDER BY id LIMIT ?"
    return [table.decode(row) for row in await sql.slowly(found, *where.args, after, limit)]


async def one(table: Table[Any], where: Where, id: str) -> Record | None:
    """The record of that id, if it stands and ``where`` lets it through."""
    return await rows.first(table, f"{where.sql} AND id = ? AND undone_at IS NULL", *where.args, id)


async def aliases(customers: Sequence[str]) -> list[tuple[str, str]]:
    """(customer, word) of these customers, oldest first."""
    where = f"customer_id IN ({sql.marks(customers)}) AND undone_at IS NULL ORDER BY id"
    return [
        (row[0], row[1]) for row in await sql.fetch(f"SELECT customer_id, text FROM alias WHERE {where}", *customers)
    ]


async def accounts(members: Sequence[str]) -> list[tuple[str, str, str]]:
    """(member, account, user) of these members, oldest first."""
    where = f"member_id IN ({sql.marks(members)}) AND undone_at IS NULL ORDER BY id"
    found = await sql.fetch(f'SELECT member_id, account, "user" FROM identity WHERE {where}', *members)
    return [(row[0], row[1], row[2]) for row in found]


async def teams_of_members() -> list[tuple[str, str | None]]:
    """(member, team) of everybody, also who has left."""
    return [(row[0], row[1]) for row in await sql.fetch("SELECT id, team_id FROM member")]

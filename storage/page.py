"""A page of records of one kind, in the order of their making: what was made meanwhile stands behind, never between."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import rows, sql
from storage.models.fields import to_micros
from storage.records import Record
from storage.rows import Table, fold, literal

VIA_CUSTOMER = "customer_id IN (SELECT id FROM customer WHERE owner_id IN ({0}) AND undone_at IS NULL)"
VISIBLE = {
    "member": "id IN ({0})",
    "team": "id IN (SELECT team_id FROM member WHERE id IN ({0}))",
    "customer": "owner_id IN ({0})",
    "contact": VIA_CUSTOMER,
    "opportunity": "owner_id IN ({0})",
    "activity": f"({VIA_CUSTOMER} OR customer_id IS NULL AND author_id IN ({{0}}))",
    "commitment": "owner_id IN ({0})",
    "evidence": f"({VIA_CUSTOMER} OR customer_id IS NULL AND member_id IN ({{0}}))",
    "task": "owner_id IN ({0})",
    "lead": "(owner_id IN ({0}) OR owner_id IS NULL AND recorder_id IN ({0}))",
    "fact": VIA_CUSTOMER,
    "handover": "(from_id IN ({0}) OR to_id IN ({0}))",
    "risk": "owner_id IN ({0})",
    "waiver": "opportunity_id IN (SELECT id FROM opportunity WHERE owner_id IN ({0}))",
    "message": "member_id IN ({0})",
}
"""By table: which of its rows belong to members (their ids stand for ``{0}``)."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition with its arguments."""

    sql: str
    args: tuple[Any, ...] = ()

    def and_(self, other: Where) -> Where:
        return Where(f"{self.sql} AND {other.sql}", (*self.args, *other.args))


def visible(table: str, owners: Sequence[str] | None) -> Where:
    """Rows that belong to these members; all with None. Raises KeyError for a table that belongs to nobody."""
    condition = VISIBLE[table]
    if owners is None:
        return Where("1 = 1")
    return Where(condition.replace("{0}", sql.marks(owners)), tuple(owners) * condition.count("{0}"))


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

"""The only way a record changes: the rows and their audit entries in one transaction, the chain last."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storage import chain, rows, sql
from storage.chain import erase, head, newest, verify
from storage.crypto import ring
from storage.errors import Missing, Stale
from storage.later import later
from storage.models.fields import from_micros
from storage.records import AuditEntry, Change
from storage.rows import Table

__all__ = [
    "apply",
    "by_event",
    "entries",
    "erase",
    "head",
    "later",
    "latest_event_of",
    "newest",
    "of_record",
    "since",
    "verify",
]

LOGGED = frozenset({"msg", "out", "due", "pbk", "card", "sys", "job"})
"""Prefixes of things that are no records but whose doings are written down: their changes write no row."""
LOOKED_BACK = 500
ENTRIES = (
    "SELECT a.n, a.at, a.actor, a.event, a.kind, a.record, a.digest, a.prev, a.hash, p.payload, p.payload_key "
    "FROM audit a LEFT JOIN audit_payload p ON p.n = a.n"
)


async def apply(changes: Sequence[Change], *, actor: str, event: str, at: datetime) -> None:
    """Makes the rows of changes without ``before``, sets the changed fields of the others, and writes both down.

    The rows are there at once, the audit entries with the transaction's last statements (or when they are asked for).
    A field whose name begins with ``_`` is a remark: it goes into the audit's payload alone. Raises ValueError for a
    field that the record has not, Missing, Clash, and Stale where a field is no longer what ``before`` says.
    """
    if not changes:
        return
    async with sql.transaction():
        await _insert([change for change in changes if change.before is None])
        for change in changes:
            if change.before is not None:
                await _update(change)
        chain.write_down(changes, actor=actor, event=event, at=at)


async def _insert(changes: Iterable[Change]) -> None:
    by_table: dict[str, tuple[Table[Any], list[tuple[Any, ...]]]] = {}
    for change in changes:
        table = _table(change)
        if table is not None:
            by_table.setdefault(table.name, (table, []))[1].append(_whole_row(table, change))
    for table, made in by_table.values():
        await sql.insert(table.name, table.written, made)


def _whole_row(table: Table[Any], change: Change) -> tuple[Any, ...]:
    fields = _facts(table, change.record, change.after)
    if fields.get("id") != change.record:
        raise ValueError(f"{change.record}: its own id is not in what was made")
    if len(fields) == len(table.kinds):  # all of it: nothing is left to the record's defaults
        return table.encode_row(fields)
    return table.encode_all(table.kind(**fields))


async def _update(change: Change) -> None:
    table = _table(change)
    after = {} if table is None else _facts(table, change.record, change.after)
    if table is None or not after:
        return
    before = _facts(table, change.record, change.before or {})
    if "amount" in table.kinds and ("amount" in after) != ("currency" in after):
        before, after = await _with_money(table, change.record, before, after)
    new, old = table.encode(after), table.encode(before)
    sets = ", ".join(f'"{column}" = ?' for column in new)
    same = "".join(f' AND "{column}" {sql.SAME[sql.dialect()]} ?' for column in old)
    statement = f'UPDATE "{table.name}" SET {sets} WHERE id = ?{same}'
    if await sql.run(statement, *new.values(), change.record, *old.values()) == 0:
        await _refuse(table, change)


async def _with_money(
    table: Table[Any], record: str, before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both with amount and currency: minor units are of no use without the other half."""
    now = await rows.by_id(table, record, undone=True)
    if now is None:
        raise Missing(f"没有这条记录：{record}")
    half = {"amount": now.amount, "currency": now.currency}
    return {**half, **before} if before else {}, {**half, **after}


async def _refuse(table: Table[Any], change: Change) -> None:
    if await rows.by_id(table, change.record, undone=True) is None:
        raise Missing(f"没有这条记录：{change.record}")
    raise Stale(f"{change.record} 刚被改过", hint="看一眼现在的样子再改")


def _table(change: Change) -> Table[Any] | None:
    """The record's table; None for what is only written down."""
    return None if change.record.partition("_")[0] in LOGGED else rows.table_of(change.record)


def _facts(table: Table[Any], record: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without the remarks; raises ValueError for one that the record has not."""
    facts = {name: value for name, value in fields.items() if not name.startswith("_")}
    if unknown := facts.keys() - table.kinds.keys():
        raise ValueError(f"{record}: no field {', '.join(sorted(unknown))}")
    return facts


def _entry(row: sql.Row) -> AuditEntry:
    n, at, actor, event, kind, record, digest, prev, hash_, payload, key = row
    change = None
    if payload is not None:
        said = json.loads(ring().open(bytes(payload), key, f"audit:{n}"))
        change = Change(kind, record, _revived(record, said["after"]), _revived(record, said["before"]))
    return AuditEntry(n, from_micros(at), actor, event, kind, record, digest, prev, hash_, change)


def _revived(record: str, fields: dict[str, Any] | None) -> Any:
    table = rows.TABLES.get(record.partition("_")[0])
    if fields is None or table is None:
        return fields
    return {name: table.revive(name, value) for name, value in fields.items()}


async def _entries(where: str, *args: Any) -> list[AuditEntry]:
    await chain.flush()
    return [_entry(row) for row in await sql.fetch(f"{ENTRIES} {where}", *args)]


async def by_event(event: str) -> list[AuditEntry]:
    """What the event changed, in order; empty when it changed nothing."""
    return await _entries("WHERE a.event = ? ORDER BY a.n", event)


async def events_of(actor: str, limit: int = 20) -> list[str]:
    """The latest events of which the actor changed something, youngest first, among its last ``LOOKED_BACK`` entries:
    the cost is that of these, however long the actor has been here."""
    found = await sql.fetch("SELECT event FROM audit WHERE actor = ? ORDER BY n DESC LIMIT ?", actor, LOOKED_BACK)
    return list(dict.fromkeys(event for (event,) in found))[:limit]


async def of_record(record: str) -> list[AuditEntry]:
    """The record's history, oldest first."""
    return await _entries("WHERE a.record = ? ORDER BY a.n", record)


async def of_records(records: Sequence[str]) -> list[AuditEntry]:
    """The histories of several records, oldest first."""
    return await _entries(f"WHERE a.record IN ({sql.marks(records)}) ORDER BY a.n", *records) if records else []


async def of_customer(customer_id: str, limit: int = 20) -> list[AuditEntry]:
    """The latest changes of the customer and of all that belongs to it, youngest first."""
    owned = [table.name for table in rows.TABLES.values() if "customer_id" in table.kinds]
    ids = " UNION ALL ".join(["SELECT ?", *(f"SELECT id FROM {name} WHERE customer_id = ?" for name in owned)])
    found = await sql.fetch(
        f"{ENTRIES} WHERE a.record IN ({ids}) ORDER BY a.n DESC LIMIT ?", *[customer_id] * (len(owned) + 1), limit
    )
    return [_entry(row) for row in found]


async def entries(after: int = 0, limit: int = 100) -> list[AuditEntry]:
    """At most ``limit`` entries behind number ``after``, in order."""
    return await _entries("WHERE a.n > ? ORDER BY a.n LIMIT ?", after, limit)


async def latest_event_of(actor: str, other_than: str = "") -> str | None:
    """The event by which the actor last changed a record, not counting ``other_than``; None before the first."""
    await chain.flush()
    found = await sql.value(
        "SELECT event FROM audit WHERE actor = ? AND event <> ? ORDER BY n DESC LIMIT 1", actor, other_than
    )
    return None if found is None else str(found)


async def numbered(numbers: Sequence[int]) -> list[AuditEntry]:
    """The entries of these numbers, in order."""
    return await _entries(f"WHERE a.n IN ({sql.marks(numbers)}) ORDER BY a.n", *numbers)


async def since(n: int, kinds: tuple[str, ...] = ()) -> list[AuditEntry]:
    """Entries behind ``n`` whose kind begins with one of these words (any where none is given), in order. The kinds
    are looked at first: mostly nothing of what was asked for has happened, and no payload need be opened."""
    await chain.flush()
    behind = await sql.fetch("SELECT n, kind FROM audit WHERE n > ? ORDER BY n", n)
    wanted = [number for number, kind in behind if not kinds or kind.startswith(kinds)]
    parts = [wanted[start : start + LOOKED_BACK] for start in range(0, len(wanted), LOOKED_BACK)]
    return [entry for part in parts for entry in await numbered(part)]

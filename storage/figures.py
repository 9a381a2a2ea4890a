"""Figures of the day, for /my and /health: counted by the database on a thread, no record is opened."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import sql
from storage.models.fields import from_micros, to_micros


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came in and went out since a moment; ``waiting``, ``dead`` and ``aside`` are as of now, whenever they came.

    ``slowest``: the longest time from a message's coming to its answer's being sent; None where none was answered.
    """

    received: int
    handled: int
    aside: int
    waiting: int
    dead: int
    slowest: timedelta | None = None
    last_sent: datetime | None = None


async def customers_of(owner_ids: Sequence[str] | None) -> int:
    """How many customers these owners have; all there are with None."""
    mine = "" if owner_ids is None else f" AND owner_id IN ({sql.marks(owner_ids)})"
    found = await sql.slowly(f"SELECT COUNT(*) FROM customer WHERE undone_at IS NULL{mine}", *(owner_ids or ()))
    return int(found[0][0])


async def open_deals() -> int:
    """How many opportunities are open."""
    found = await sql.slowly("SELECT COUNT(*) FROM opportunity WHERE undone_at IS NULL AND state = 'open'")
    return int(found[0][0])


async def traffic(since: datetime, account: str | None = None) -> Traffic:
    """The traffic since then, of one configured account where it is named."""
    start, only = to_micros(since), [] if account is None else [account]
    received, handled = await _one(
        "SELECT COUNT(*), COUNT(CASE WHEN m.state NOT IN ('new', 'set_aside') THEN 1 END) FROM message m "
        f"WHERE m.received_at >= ?{_of('m', account)}",
        start, *only,
    )  # fmt: skip
    ((aside,),) = await sql.slowly(
        f"SELECT COUNT(*) FROM message m WHERE m.state = 'set_aside'{_of('m', account)}", *only
    )
    waiting, dead = await _one(
        "SELECT COUNT(CASE WHEN o.state <> 'dead' THEN 1 END), COUNT(CASE WHEN o.state = 'dead' THEN 1 END) "
        f"FROM outbox o WHERE o.state IN ('new', 'sending', 'dead'){_of('o', account)}",
        *only,
    )  # fmt: skip
    ((slowest,),) = await sql.slowly(
        "SELECT MAX(o.sent_at - m.received_at) FROM message m JOIN outbox o ON o.once = m.id || ':answer' "
        f"WHERE m.received_at >= ? AND o.state = 'sent'{_of('m', account)}",
        start, *only,
    )  # fmt: skip
    ((last,),) = await sql.slowly(
        f"SELECT MAX(o.sent_at) FROM outbox o WHERE o.due_at >= ? AND o.state = 'sent'{_of('o', account)}", start, *only
    )
    return Traffic(
        received, handled, int(aside), waiting, dead,
        slowest=None if slowest is None else timedelta(microseconds=int(slowest)),
        last_sent=None if last is None else from_micros(last),
    )  # fmt: skip


async def sent(account: str, since: datetime) -> int:
    """How many pushes the account has sent since then: what a platform's month counts."""
    found = await sql.slowly(
        "SELECT COUNT(*) FROM outbox WHERE account = ? AND state = 'sent' AND due_at >= ?", account, to_micros(since)
    )
    return int(found[0][0])


async def won_taken_back(since: datetime, until: datetime) -> int:
    """How many wins were taken back in that time, by a tap or by undoing them (S4-13)."""
    found = await sql.slowly(
        "SELECT COUNT(*) FROM audit WHERE kind IN ('opportunity.won_back', 'undo.opportunity.won') "
        "AND at >= ? AND at < ?",
        to_micros(since), to_micros(until),
    )  # fmt: skip
    return int(found[0][0])


async def promises_of(owner_ids: Sequence[str], start: datetime, end: datetime) -> tuple[int, int]:
    """(our promises of these owners that were kept from ``start`` until before ``end``, those that are late now)"""
    if not owner_ids:
        return 0, 0
    return await _one(
        "SELECT COUNT(CASE WHEN c.state = 'kept' AND c.closed_at >= ? AND c.closed_at < ? THEN 1 END), "
        "COUNT(CASE WHEN c.state = 'overdue' THEN 1 END) FROM commitment c WHERE c.by = 'us' "
        f"AND c.owner_id IN ({sql.marks(owner_ids)}) AND c.state IN ('kept', 'overdue') AND c.undone_at IS NULL",
        to_micros(start), to_micros(end), *owner_ids,
    )  # fmt: skip


async def in_backoff() -> dict[str, int]:
    """By account, how many pushes were refused and are to be tried again."""
    found = await sql.slowly(
        "SELECT account, COUNT(*) FROM outbox WHERE state IN ('new', 'sending') AND reason <> '' "
        "GROUP BY account ORDER BY account"
    )
    return {row[0]: row[1] for row in found}


def _of(table: str, account: str | None) -> str:
    return "" if account is None else f" AND {table}.account = ?"


async def _one(statement: str, *args: object) -> tuple[int, int]:
    ((first, second),) = await sql.slowly(statement, *args)
    return int(first), int(second)

"""What is looked at of an opportunity to tell which lines it crosses: one row each, of one, of some or of all."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from storage import rows, sql
from storage.models.fields import from_micros, to_micros
from storage.records import Opportunity, Risk
from storage.rows import Table, from_minor

RISKS: Table[Risk] = rows.TABLES["rsk"]
WATCH = "watch"
"""The kind of the one moment of an opportunity at which it next crosses a line."""
ACTIVE = "state <> 'gone' AND undone_at IS NULL"


class Sight(NamedTuple):
    """An open opportunity as far as its lines go. ``heard``: the last real contact with the customer, None where there
    was none; ``talks``: contacts since it stands in its stage; ``overdue``: late promises of ours; ``next_at``: the
    moment that waits. A tuple, because a recount makes one of every row."""

    id: str
    customer_id: str
    owner_id: str
    pipeline: str
    stage: str
    stage_since: datetime
    heard: datetime | None = None
    talks: int = 0
    cases: int = 0
    quotes: int = 0
    overdue: int = 0
    exempt_until: date | None = None
    tracks: Mapping[str, Any] = MappingProxyType({})
    next_at: datetime | None = None


def query(where: str, cases: Sequence[str], quotes: Sequence[str], *, some: bool = False) -> tuple[str, list[Any]]:
    """The statement behind a sight, and its first arguments; also what a recount is measured against. ``some``: of
    the open ones these alone are looked at, not all of them."""
    by_id = sql.BY_ID[sql.dialect()] if some else ""
    # at + 0: the least of an expression; of the bare column SQLite would walk all waiting moments by their time
    contact = "action IS NOT NULL AND undone_at IS NULL"
    statement = (
        "SELECT o.id, o.customer_id, o.owner_id, o.pipeline, o.stage, o.stage_since, "
        f"(SELECT MAX(a.occurred_at) FROM activity a WHERE a.opportunity_id = o.id AND a.{contact}), "
        "(SELECT COUNT(*) FROM activity a WHERE a.opportunity_id = o.id AND a.occurred_at >= o.stage_since "
        f"AND a.{contact}), "
        f"(SELECT COUNT(*) FROM evidence e WHERE e.opportunity_id = o.id AND e.kind IN ({sql.marks(cases)}) "
        "AND e.undone_at IS NULL), "
        f"(SELECT COUNT(*) FROM evidence e WHERE e.opportunity_id = o.id AND e.kind IN ({sql.marks(quotes)}) "
        "AND e.undone_at IS NULL), "
        "(SELECT COUNT(*) FROM commitment c WHERE c.opportunity_id = o.id AND c.state = 'overdue' AND c.by = 'us' "
        "AND c.undone_at IS NULL), o.exempt_until, o.tracks, "
        f"(SELECT MIN(m.at + 0) FROM moment m WHERE m.record = o.id AND m.state = 'waiting' AND m.kind = '{WATCH}') "
        f"FROM opportunity o WHERE {where} AND {by_id}o.state = 'open' AND o.undone_at IS NULL"
    )
    return statement, [*cases, *quotes]


def _sight(row: sql.Row) -> Sight:
    id, customer, owner, pipeline, stage, since, heard, talks, cases, quotes, overdue, exempt, tracks, at = row
    return Sight(
        id, customer, owner, pipeline, stage, from_micros(since),
        None if heard is None else from_micros(heard), talks, cases, quotes, overdue,
        None if exempt is None else date.fromisoformat(exempt),
        {} if tracks in (None, "", "{}") else json.loads(tracks),
        None if at is None else from_micros(at),
    )  # fmt: skip


async def of(ids: Sequence[str], cases: Sequence[str], quotes: Sequence[str]) -> dict[str, Sight]:
    """Those of the opportunities that are open, by id."""
    statement, args = query(f"o.id IN ({sql.marks(ids)})", cases, quotes, some=True)
    return {row[0]: _sight(row) for row in await sql.fetch(statement, *args, *ids)} if ids else {}


async def of_owner(owner_id: str, cases: Sequence[str], quotes: Sequence[str]) -> list[Sight]:
    statement, args = query("o.owner_id = ?", cases, quotes, some=True)
    return [_sight(row) for row in await sql.fetch(statement, *args, owner_id)]


async def every(cases: Sequence[str], quotes: Sequence[str]) -> AsyncIterator[Iterator[Sight]]:
    """All that are open, read on a thread, a thousand at a time."""
    statement, args = query("1 = 1", cases, quotes)
    async for part in sql.scanned(statement, *args):
        yield map(_sight, part)  # each is forgotten before the next: a list would be gone through for garbage


# -- risks ---------------------------------------------------------------------------------------------------------


async def risks_of(ids: Sequence[str]) -> dict[str, list[Risk]]:
    """The risks of these opportunities that are not over, by opportunity."""
    found: dict[str, list[Risk]] = {}
    if ids:
        for one in await rows.select(RISKS, f"opportunity_id IN ({sql.marks(ids)}) AND {ACTIVE} ORDER BY id", *ids):
            found.setdefault(one.opportunity_id, []).append(one)
    return found


async def active_risks() -> dict[str, list[Risk]]:
    """All risks that are not over, by opportunity; read on a thread."""
    found: dict[str, list[Risk]] = {}
    async for row in sql.scan(f"{RISKS.select} WHERE {ACTIVE}"):
        one = RISKS.decode(row)
        found.setdefault(one.opportunity_id, []).append(one)
    return found


async def risks_of_owners(owner_ids: Sequence[str]) -> list[Risk]:
    """The matured risks of these owners' opportunities that are not over."""
    where = f"owner_id IN ({sql.marks(owner_ids)}) AND state IN ('open', 'acked') AND undone_at IS NULL ORDER BY since"
    return await rows.select(RISKS, where, *owner_ids) if owner_ids else []


async def early_of_owners(owner_ids: Sequence[str]) -> list[Risk]:
    """The risks of these owners' opportunities that the rep was told of and that have not matured."""
    where = f"owner_id IN ({sql.marks(owner_ids)}) AND state = 'early' AND undone_at IS NULL ORDER BY since, id"
    return await rows.select(RISKS, where, *owner_ids) if owner_ids else []


async def at_risk(owner_ids: Sequence[str], at: datetime) -> int:
    """How many opportunities of these owners had a matured risk at that moment, told from the records."""
    if not owner_ids:
        return 0
    moment = to_micros(at)
    found = await sql.value(
        f"SELECT COUNT(DISTINCT opportunity_id) FROM risk WHERE owner_id IN ({sql.marks(owner_ids)}) AND since <= ? "
        "AND (ended_at IS NULL OR ended_at > ?) AND state <> 'early' AND undone_at IS NULL",
        *owner_ids, moment, moment,
    )  # fmt: skip
    return int(found or 0)


# -- what a region signs -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signed:
    """A won opportunity; ``first``: the first activity with its customer, None where nothing was recorded."""

    id: str
    customer_id: str
    owner_id: str
    amount: Decimal
    closed_at: datetime
    first: datetime | None


async def signed(owner_ids: Sequence[str], start: datetime, end: datetime) -> list[Signed]:
    """What these owners won from ``start`` until before ``end``, by when; only in the company's own currency."""
    if not owner_ids:
        return []
    found = await sql.slowly(
        "SELECT o.id, o.customer_id, o.owner_id, COALESCE(o.amount, 0), o.closed_at, (SELECT MIN(a.occurred_at) "
        "FROM activity a WHERE a.customer_id = o.customer_id AND a.undone_at IS NULL) FROM opportunity o "
        f"WHERE o.state = 'won' AND o.closed_at >= ? AND o.closed_at < ? AND o.owner_id IN ({sql.marks(owner_ids)}) "
        "AND o.currency = 'CNY' AND o.undone_at IS NULL ORDER BY o.closed_at, o.id",
        to_micros(start), to_micros(end), *owner_ids,
    )  # fmt: skip
    return [
        Signed(id, customer, owner, from_minor(int(amount), "CNY"), from_micros(closed),
               None if first is None else from_micros(first))
        for id, customer, owner, amount, closed, first in found
    ]  # fmt: skip


async def to_sign(owner_ids: Sequence[str], until: date, most: int) -> list[Opportunity]:
    """Open opportunities of these owners that were to be signed by that day, the dearest first."""
    table: Table[Opportunity] = rows.TABLES["opp"]
    where = (
        f"owner_id IN ({sql.marks(owner_ids)}) AND state = 'open' AND undone_at IS NULL AND amount IS NOT NULL "
        "ORDER BY CASE WHEN sign_date <= ? THEN 0 ELSE 1 END, amount DESC, id LIMIT ?"
    )
    return await rows.select(table, where, *owner_ids, until.isoformat(), most) if owner_ids else []

"""Moments not yet come, and the slots of jobs that were run."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage import rows, sql
from storage.models.fields import from_micros, to_micros
from storage.records import Moment
from storage.rows import Table

MOMENTS: Table[Moment] = Table("moment", Moment)


async def put(moments: Sequence[Moment], replace_record: str | None = None) -> list[str]:
    """Ids of those really put: a known id is left as it is. First drops what waits for ``replace_record``."""
    async with sql.transaction():
        if replace_record is not None:
            await cancel(replace_record)
        if not moments:
            return []
        tail = "ON CONFLICT (id) DO NOTHING RETURNING id"
        encoded = [MOMENTS.encode_all(moment) for moment in moments]
        return [row[0] for row in await sql.insert("moment", MOMENTS.columns, encoded, tail)]


async def cancel(record: str, kinds: Sequence[str] | None = None) -> int:
    """How many waiting moments of the record (of these kinds) will not fire."""
    only, args = ("", ()) if kinds is None else (f" AND kind IN ({sql.marks(kinds)})", tuple(kinds))
    return await sql.run(
        f"UPDATE moment SET state = 'dropped' WHERE record = ? AND state = 'waiting'{only}",
        record,
        *args,
    )


async def claim_due(
    now: datetime,
    limit: int = 100,
    owner: str = "",
    lease: float = 60,
    *,
    only: str = "",
    but: Sequence[str] = (),
) -> list[Moment]:
    """Moments that have come (of kind ``only``, or of any ``but`` those), for ``owner`` alone to fire until ``lease``
    seconds are over, earliest first."""
    clock = sql.NOW[sql.dialect()]
    columns = ", ".join(f'"{column}"' for column in MOMENTS.columns)
    found = await sql.returning(
        f"UPDATE moment SET owner = ?, lease_until = {clock} + ? WHERE id IN ("
        f"SELECT id FROM moment WHERE state = 'waiting' AND at <= ? AND (lease_until IS NULL OR lease_until < {clock}) "
        f"{_of_kind(only, but)}ORDER BY at, id LIMIT ? {sql.SKIP_LOCKED[sql.dialect()]}) RETURNING {columns}",
        owner,
        int(lease * 1_000_000),
        to_micros(now),
        *filter(None, (only, *but)),
        limit,
    )
    return sorted((MOMENTS.decode(row) for row in found), key=lambda moment: (moment.at, moment.id))


def _of_kind(only: str, but: Sequence[str]) -> str:
    return f"{'AND kind = ? ' if only else ''}{f'AND kind NOT IN ({sql.marks(but)}) ' if but else ''}"


async def hold(ids: Sequence[str], owner: str, lease: float) -> int:
    """How many of them are ``owner``'s yet, and stay so until ``lease`` seconds are over."""
    clock = sql.NOW[sql.dialect()]
    return await sql.run(
        f"UPDATE moment SET lease_until = {clock} + ? WHERE id IN ({sql.marks(ids)}) "
        f"AND {sql.BY_ID[sql.dialect()]}state = 'waiting' AND owner = ?",
        int(lease * 1_000_000), *ids, owner,
    )  # fmt: skip


async def put_off(ids: Sequence[str], at: datetime, owner: str) -> int:
    """How many of ``owner``'s come once more, at another time, for whoever is there."""
    return await sql.run(
        f"UPDATE moment SET at = ?, owner = NULL, lease_until = NULL WHERE id IN ({sql.marks(ids)}) "
        f"AND {sql.BY_ID[sql.dialect()]}state = 'waiting' AND owner = ?",
        to_micros(at), *ids, owner,
    )  # fmt: skip


async def fired(ids: Sequence[str], at: datetime, owner: str | None = None) -> int:
    """How many of them fired now for the first time (and were still ``owner``'s, if one is named)."""
    return await _end(ids, "fired", to_micros(at), owner)


async def dropped(ids: Sequence[str], owner: str | None = None) -> int:
    """How many of them will not fire."""
    return await _end(ids, "dropped", None, owner)


async def _end(ids: Sequence[str], state: str, at: int | None, owner: str | None) -> int:
    mine, args = ("", ()) if owner is None else (" AND owner = ?", (owner,))
    return await sql.run(
        "UPDATE moment SET state = ?, fired_at = ?, lease_until = NULL "
        f"WHERE id IN ({sql.marks(ids)}) AND {sql.BY_ID[sql.dialect()]}state = 'waiting'{mine}",
        state,
        at,
        *ids,
        *args,
    )


async def get(id: str) -> Moment | None:
    return await rows.first(MOMENTS, "id = ?", id)


async def next_at(*, but: Sequence[str] = ()) -> datetime | None:
    """When the next waiting moment comes (of any kind ``but`` those); None where none waits."""
    found = await sql.value(f"SELECT MIN(at) FROM moment WHERE state = 'waiting' {_of_kind('', but)}", *but)
    return None if found is None else from_micros(found)


async def next_of(kind: str) -> datetime | None:
    """When the next waiting moment of that kind comes; None where none waits."""
    found = await sql.value("SELECT MIN(at) FROM moment WHERE state = 'waiting' AND kind = ?", kind)
    return None if found is None else from_micros(found)


async def waiting(record: str | None = None, member: str | None = None, limit: int = 100) -> list[Moment]:
    """Waiting moments of the record and of the member, where named, earliest first."""
    where, args = ["state = 'waiting'"], list[Any]()
    for column, wanted in (("record", record), ("member_id", member)):
        if wanted is not None:
            where.append(f"{column} = ?")
            args.append(wanted)
    return await rows.select(MOMENTS, f"{' AND '.join(where)} ORDER BY at, id LIMIT ?", *args, limit)


async def of_kinds(kinds: Sequence[str]) -> list[Moment]:
    """Every waiting moment of these kinds, earliest first."""
    return await rows.select(MOMENTS, f"state = 'waiting' AND kind IN ({sql.marks(kinds)}) ORDER BY at, id", *kinds)


async def between(start: datetime, end: datetime) -> list[Moment]:
    """Waiting moments from ``start`` until before ``end``, earliest first."""
    where = "state = 'waiting' AND at >= ? AND at < ? ORDER BY at, id"
    return await rows.select(MOMENTS, where, to_micros(start), to_micros(end))


async def fire_slot(job: str, slot: str) -> bool:
    """True for the one who takes the job's slot; False for all who come after, on any replica, for ever."""
    taken = await sql.insert(
        "fired", ("job", "slot"), [(job, slot)], "ON CONFLICT (job, slot) DO NOTHING RETURNING seq"
    )
    return bool(taken)


async def slot_taken(job: str, slot: str) -> bool:
    """Whether somebody took the job's slot."""
    return await sql.value("SELECT 1 FROM fired WHERE job = ? AND slot = ?", job, slot) is not None

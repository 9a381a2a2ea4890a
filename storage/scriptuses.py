"""Scripts, cards of objections and their cases: what was shown and taken, and what was won with it."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import rows, sql
from storage.models.fields import from_micros, to_micros
from storage.records import Evidence, ScriptUse
from storage.rows import Table, literal

USES: Table[ScriptUse] = rows.TABLES["scu"]
EVIDENCE: Table[Evidence] = rows.TABLES["evi"]
MOST = 200
FILES_MOST = 20


async def get(id: str) -> ScriptUse | None:
    return await rows.by_id(USES, id)


async def of_member(member_id: str, since: datetime) -> list[ScriptUse]:
    """What the member was shown and took since then, newest first."""
    where = "member_id = ? AND at >= ? AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?"
    return await rows.select(USES, where, member_id, to_micros(since), MOST)


async def members_of(script: str, since: datetime) -> set[str]:
    """Whoever was shown or met it since then."""
    found = await sql.fetch(
        "SELECT DISTINCT member_id FROM scriptuse WHERE script = ? AND at >= ? AND how IN ('shown', 'met') "
        "AND undone_at IS NULL",
        script,
        to_micros(since),
    )
    return {row[0] for row in found}


async def worked(scripts: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """By script: on how many opportunities it was taken, how many of those were won, how often it was no help."""
    if not scripts:
        return {}
    found = await sql.fetch(
        "SELECT u.script, COUNT(DISTINCT CASE WHEN u.how IN ('taken', 'helped') THEN u.opportunity_id END), "
        "COUNT(DISTINCT CASE WHEN u.how IN ('taken', 'helped') AND o.state = 'won' THEN u.opportunity_id END), "
        "COUNT(CASE WHEN u.how = 'unhelpful' THEN 1 END) FROM scriptuse u "
        "LEFT JOIN opportunity o ON o.id = u.opportunity_id AND o.undone_at IS NULL "
        f"WHERE u.script IN ({sql.marks(scripts)}) AND u.undone_at IS NULL GROUP BY u.script",
        *scripts,
    )
    return {script: (int(taken), int(won), int(unhelpful)) for script, taken, won, unhelpful in found}


@dataclass(frozen=True, slots=True)
class WonDeal:
    """``met_at``: when the objection was first met."""

    opportunity_id: str
    customer_id: str
    owner_id: str
    met_at: datetime
    closed_at: datetime


async def won_after(signal: str, owners: Sequence[str], most: int) -> list[WonDeal]:
    """Deals these owners won although the signal was met, the latest first; on a thread, the loop stays free."""
    if not owners:
        return []
    found = await sql.slowly(
        "SELECT o.id, o.customer_id, o.owner_id, MIN(a.occurred_at), o.closed_at FROM opportunity o "
        "JOIN activity a ON a.opportunity_id = o.id AND a.undone_at IS NULL AND a.signals LIKE ? ESCAPE '!' "
        f"WHERE o.owner_id IN ({sql.marks(owners)}) AND o.state = 'won' AND o.undone_at IS NULL "
        "GROUP BY o.id, o.customer_id, o.owner_id, o.closed_at ORDER BY o.closed_at DESC, o.id LIMIT ?",
        like_signal(signal), *owners, most,
    )  # fmt: skip
    return [
        WonDeal(id, customer, owner, from_micros(met), from_micros(closed))
        for id, customer, owner, met, closed in found
        if closed is not None
    ]


@dataclass(frozen=True, slots=True)
class Closed:
    """A deal that is over, with its customer's name and tags."""

    opportunity_id: str
    customer_id: str
    owner_id: str
    won: bool
    name: str
    tags: tuple[str, ...]


async def closed(owners: Sequence[str], most: int) -> list[Closed]:
    """Deals of these owners that are over, the latest first; on a thread, the loop stays free."""
    if not owners:
        return []
    found = await sql.slowly(
        "SELECT o.id, o.customer_id, o.owner_id, o.state, c.name, c.tags FROM opportunity o "
        "JOIN customer c ON c.id = o.customer_id AND c.undone_at IS NULL "
        f"WHERE o.owner_id IN ({sql.marks(owners)}) AND o.state IN ('won', 'lost') AND o.undone_at IS NULL "
        "ORDER BY o.closed_at DESC, o.id LIMIT ?",
        *owners, most,
    )  # fmt: skip
    return [
        Closed(id, customer, owner, state == "won", name, tuple(json.loads(tags)))
        for id, customer, owner, state, name, tags in found
    ]


def like_signal(signal: str) -> str:
    """What the JSON list of an activity that carries the signal is like."""
    return f'%"{literal(signal)}"%'


async def taken_on(opportunities: Sequence[str]) -> dict[str, list[str]]:
    """What was taken on each of these opportunities, in order, each once."""
    found = await sql.fetch(
        f"SELECT opportunity_id, script FROM scriptuse WHERE opportunity_id IN ({sql.marks(opportunities)}) "
        "AND how IN ('taken', 'helped') AND undone_at IS NULL ORDER BY at, id",
        *opportunities,
    )
    taken: dict[str, list[str]] = {}
    for id, script in found:
        if script not in taken.setdefault(id, []):
            taken[id].append(script)
    return taken


async def files_named(words: str, owners: Sequence[str] | None) -> list[Evidence]:
    """Files whose name holds the words, of customers of these owners (None: of all), youngest first. On a thread."""
    mine = "" if owners is None else f" AND c.owner_id IN ({sql.marks(owners)})"
    found = sql.scan(
        f"{EVIDENCE.select} JOIN customer c ON c.id = evidence.customer_id WHERE evidence.file LIKE ? ESCAPE '!' "
        f"AND evidence.sha256 IS NOT NULL AND evidence.undone_at IS NULL{mine} "
        "ORDER BY evidence.at DESC, evidence.id DESC LIMIT ?",
        f"%{literal(words)}%", *(owners or ()), FILES_MOST,
    )  # fmt: skip
    return [EVIDENCE.decode(row) async for row in found]

"""The outbox: pushes not yet heard, each said once, in order per address."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage import rows, sql
from storage.models.fields import from_micros, to_micros
from storage.records import OutboxRow
from storage.rows import Table, clean, to_json

OUTBOX: Table[OutboxRow] = Table("outbox", OutboxRow)
PUT = (
    "id", "account", "address", "kind", "body", "once", "due_at", "state", "member_id", "event", "changes", "answer",
    "tries", "ready_at", "reason", "reference", "change_code", "created_at",
)  # fmt: skip
GIVEN = (
    "id", "account", "address", "kind", "body", "once", "due_at", "member_id", "event", "changes", "answer",
    "change_code", "created_at",
)  # fmt: skip
AHEAD = "(e.changes IS NULL OR e.changes = o.changes)"
"""An older push ``e`` of the address that ``o`` must wait for."""
OURS = "seq = ? AND owner = ? AND state IN ('sending', 'new')"
"""Ours until somebody else claims it, also when the lease ran out meanwhile."""


async def put(pushes: Sequence[Mapping[str, Any] | OutboxRow]) -> list[str]:
    """Ids of those really put: a ``once`` that was ever put before is not put again.

    Each has id, account, address, kind, body, once, due_at, created_at; and may have member_id, event, changes, answer,
    change_code (what the platform wants back to change a card).
    """
    if not pushes:
        return []
    tail = "ON CONFLICT (once) DO NOTHING RETURNING id"
    return [row[0] for row in await sql.insert("outbox", PUT, [_row(push) for push in pushes], tail)]


def _row(push: Mapping[str, Any] | OutboxRow) -> tuple[Any, ...]:
    if isinstance(push, OutboxRow):
        push = {name: getattr(push, name) for name in GIVEN}
    due = to_micros(push["due_at"])
    return (
        push["id"], clean(push["account"]), clean(push["address"]), push["kind"], to_json(push["body"]),
        clean(push["once"]), due, "new", push.get("member_id"), push.get("event", ""), push.get("changes"),
        bool(push.get("answer", False)), 0, due, "", "", push.get("change_code", ""), to_micros(push["created_at"]),
    )  # fmt: skip


async def claim(*, now: datetime, owner: str, lease_seconds: float = 60, limit: int = 20) -> list[OutboxRow]:
    """Pushes for ``owner`` alone to send until the lease ends, longest due first, ``tries`` raised.

    Of an address only the oldest that is due: one in back-off holds up those behind it, one held for later does not.
    What changes a card in its place is no news in the chat: it holds up nothing but a further change of that card.
    """
    # a scalar subquery, because PostgreSQL makes of NOT EXISTS a join that reads all that is unsent
    clock, moment = sql.NOW[sql.dialect()], to_micros(now)
    found = await sql.returning(
        f"UPDATE outbox SET state = 'sending', owner = ?, lease_until = {clock} + ?, tries = tries + 1 "
        "WHERE seq IN (SELECT o.seq FROM outbox o WHERE o.state = 'new' AND o.ready_at <= ? AND ("
        "SELECT 1 FROM outbox e WHERE e.account = o.account AND e.address = o.address "
        f"AND e.state IN ('new', 'sending') AND e.seq < o.seq AND e.due_at <= ? AND {AHEAD} LIMIT 1) IS NULL "
        f"ORDER BY o.ready_at, o.seq LIMIT ? {sql.SKIP_LOCKED[sql.dialect()]}) RETURNING {_columns()}",
        owner,
        int(lease_seconds * 1_000_000),
        moment,
        moment,
        limit,
    )
    return sorted((OUTBOX.decode(row) for row in found), key=lambda push: (push.due_at, push.seq))


async def free() -> int:
    """How many pushes whose sender let its lease run out may be sent by anybody again."""
    clock = sql.NOW[sql.dialect()]
    return await sql.run(f"UPDATE outbox SET state = 'new' WHERE state = 'sending' AND lease_until < {clock}")


def _columns() -> str:
    return ", ".join(f'"{column}"' for column in OUTBOX.columns)


@dataclass(frozen=True, slots=True)
class Copy:
    """The card as it stands at the platform: ``key`` it was sent with (its own, or that of the push that said it anew),
    and the code by which it may still be changed, kept with the push ``id``; "" where there is none."""

    key: str
    code: str = ""
    id: str = ""


async def copy_of(card: str, account: str, address: str) -> Copy:
    """The newest copy of a card that was sent to this address; one that lies elsewhere cannot be changed from here."""
    found = await sql.fetch(
        "SELECT o.id, o.reference, o.change_code FROM outbox o JOIN outbox c ON c.id = ? WHERE o.account = ? "
        "AND o.address = ? AND o.state = 'sent' AND o.due_at >= c.due_at AND (o.id = c.id OR o.changes = c.id) "
        "ORDER BY o.seq", card, account, address,
    )  # fmt: skip
    copy = Copy(card)
    for id, reference, code in found:
        if id != card and reference:
            copy = Copy(id)
        if code:
            copy = Copy(copy.key, code, id)
    return copy


async def spend(ids: Sequence[str]) -> int:
    """How many pushes keep a code no longer: it was used, or the platform takes it no more."""
    return await sql.run(f"UPDATE outbox SET change_code = '' WHERE id IN ({sql.marks(ids)})", *ids)


async def sent(seq: int, owner: str, *, at: datetime, reference: str = "", change_code: str = "") -> bool:
    """Notes that the platform took it; False where it is no longer ``owner``'s."""
    touched = await sql.run(
        "UPDATE outbox SET state = 'sent', reference = ?, sent_at = ?, lease_until = NULL, "
        f"change_code = COALESCE(NULLIF(?, ''), change_code) WHERE {OURS}",
        clean(reference),
        to_micros(at),
        clean(change_code),
        seq,
        owner,
    )
    return touched == 1


async def again(seq: int, owner: str, *, retry_at: datetime, reason: str) -> bool:
    """Puts it in back-off until ``retry_at``; False where it is no longer ``owner``'s."""
    moment = to_micros(retry_at)
    touched = await sql.run(
        "UPDATE outbox SET state = 'new', retry_at = ?, ready_at = ?, reason = ?, owner = NULL, lease_until = NULL "
        f"WHERE {OURS}",
        moment,
        moment,
        clean(reason),
        seq,
        owner,
    )
    return touched == 1


async def dead(seq: int, owner: str, reason: str) -> bool:
    """Makes it a dead letter; False where it is no longer ``owner``'s."""
    touched = await sql.run(
        f"UPDATE outbox SET state = 'dead', reason = ?, lease_until = NULL WHERE {OURS}", clean(reason), seq, owner
    )
    return touched == 1


async def elsewhere(row: OutboxRow, owner: str, account: str, address: str, *, at: datetime, reason: str) -> bool:
    """Sends it to another address of the same member, as new; False where it is no longer ``owner``'s."""
    touched = await sql.run(
        "UPDATE outbox SET state = 'new', account = ?, address = ?, tried = ?, tries = 0, retry_at = NULL, "
        f"ready_at = ?, reason = ?, change_code = '', owner = NULL, lease_until = NULL WHERE {OURS}",
        clean(account), clean(address), "\n".join(filter(None, [row.tried, row.address])), to_micros(at), clean(reason),
        row.seq, owner,
    )  # fmt: skip
    return touched == 1


async def readdress(member_id: str, account: str, user: str, to_account: str, to_user: str) -> int:
    """How many unsent pushes of the member that wait for one of his accounts go to another."""
    return await sql.run(
        "UPDATE outbox SET account = ?, address = ?, change_code = '' WHERE state = 'new' AND member_id = ? "
        "AND account = ? AND address = ?",
        clean(to_account), clean(f"{to_account}:{to_user}"), member_id, clean(account), clean(f"{account}:{user}"),
    )  # fmt: skip


async def drop(ids: Sequence[str], reason: str) -> int:
    """How many that nobody is sending are dropped."""
    return await sql.run(
        f"UPDATE outbox SET state = 'dropped', reason = ? WHERE id IN ({sql.marks(ids)}) "
        f"AND {sql.BY_ID[sql.dialect()]}state = 'new'",
        clean(reason),
        *ids,
    )


async def carried(id: str) -> bool:
    """Notes that the tap's own callback brought it; False where somebody is already sending it or it is sent."""
    return await sql.run("UPDATE outbox SET state = 'sent', sent_at = ready_at WHERE id = ? AND state = 'new'", id) == 1


async def hold(id: str, until: datetime) -> bool:
    """Holds an unsent push until then; False where it is sent or being sent."""
    moment = to_micros(until)
    sql_text = "UPDATE outbox SET due_at = ?, ready_at = ? WHERE id = ? AND state = 'new'"
    return await sql.run(sql_text, moment, moment, id) == 1


async def revive(ids: Sequence[str], at: datetime) -> int:
    """How many dead letters are to be sent after all, from ``at`` on."""
    return await sql.run(
        "UPDATE outbox SET state = 'new', tries = 0, retry_at = NULL, ready_at = ?, reason = '' "
        f"WHERE id IN ({sql.marks(ids)}) AND {sql.BY_ID[sql.dialect()]}state = 'dead'",
        to_micros(at),
        *ids,
    )


async def queued(account: str, now: datetime, apart_from: str) -> int:
    """How many pushes that are due wait on the account, those of the kind ``apart_from`` aside."""
    found = await sql.value(
        "SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending') AND account = ? AND due_at <= ? AND kind <> ?",
        account, to_micros(now), apart_from,
    )  # fmt: skip
    return int(found)


async def got_through(account: str, since: datetime, due_until: datetime, apart_from: str) -> int:
    """How many pushes of the account were sent since then that were due by ``due_until``."""
    found = await sql.value(
        "SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND account = ? AND sent_at >= ? AND due_at <= ? "
        "AND kind <> ?",
        account, to_micros(since), to_micros(due_until), apart_from,
    )  # fmt: skip
    return int(found)


async def without_waiting(account: str, now: datetime) -> int:
    """How many pushes of the account that are in back-off may be tried at once."""
    moment = to_micros(now)
    return await sql.run(
        "UPDATE outbox SET ready_at = ? WHERE state = 'new' AND account = ? AND retry_at IS NOT NULL AND ready_at > ?",
        moment, account, moment,
    )  # fmt: skip


async def unsay(ids: Sequence[str], body: Mapping[str, Any]) -> None:
    """What was sent is no longer known by its words: the rows, and those that changed them, hold ``body`` instead."""
    if ids:
        marks = sql.marks(ids)
        await sql.run(
            f"UPDATE outbox SET body = ? WHERE (id IN ({marks}) OR changes IN ({marks})) AND state = 'sent'",
            to_json(body), *ids, *ids,
        )  # fmt: skip


async def get(id: str) -> OutboxRow | None:
    return await rows.first(OUTBOX, "id = ?", id)


async def sent_since(since: datetime) -> list[tuple[str, str, datetime]]:
    """(account, address, when) of each message that the platform took since then, oldest first; changed cards are no
    messages. One that was ready over a day before is not looked for."""
    found = await sql.fetch(
        "SELECT account, address, sent_at FROM outbox "
        "WHERE state = 'sent' AND ready_at > ? AND sent_at > ? AND changes IS NULL ORDER BY sent_at",
        to_micros(since - timedelta(days=1)),
        to_micros(since),
    )
    return [(account, address, from_micros(at)) for account, address, at in found]


async def by_reference(account: str, reference: str) -> OutboxRow | None:
    """The youngest push that the platform calls so; None where there is none."""
    return await rows.first(OUTBOX, "account = ? AND reference = ? ORDER BY seq DESC", account, reference)


async def of_event(event: str) -> list[OutboxRow]:
    """What an event had us say, in order."""
    return await rows.select(OUTBOX, "event = ? ORDER BY seq", event)


async def next_due(after: datetime | None = None) -> datetime | None:
    """When the next unsent push may go, behind ``after`` if given; None where none waits. One that stands behind an
    older push of its address goes with that."""
    behind, args = ("", []) if after is None else (" AND o.ready_at > ?", [to_micros(after)])
    found = await sql.value(
        f"SELECT MIN(o.ready_at) FROM outbox o WHERE o.state = 'new'{behind} AND NOT EXISTS ("
        "SELECT 1 FROM outbox e WHERE e.account = o.account AND e.address = o.address "
        f"AND e.state IN ('new', 'sending') AND e.seq < o.seq AND e.due_at <= o.ready_at AND {AHEAD})",
        *args,
    )
    return None if found is None else from_micros(found)


async def depth() -> dict[str, Any]:
    """How many pushes are in each state, and ``oldest``: since when the longest waiting is due (None: none waits)."""
    counted = sql.scan("SELECT state, COUNT(*) FROM outbox GROUP BY state")
    found: dict[str, Any] = {row[0]: row[1] async for row in counted}
    oldest = await sql.value("SELECT MIN(due_at) FROM outbox WHERE state IN ('new', 'sending')")
    return {**found, "oldest": None if oldest is None else from_micros(oldest)}


async def of_member(member_id: str, since: datetime) -> list[OutboxRow]:
    """Pushes to the member that were due since then and not dropped, oldest first; no answers."""
    where = "member_id = ? AND due_at >= ? AND answer = FALSE AND state <> 'dropped' ORDER BY due_at, seq"
    return await rows.select(OUTBOX, where, member_id, to_micros(since))


async def said_since(member_id: str, kinds: Sequence[str], since: datetime) -> bool:
    """The member was told something of these kinds since then, answers included."""
    found = await sql.value(
        f"SELECT 1 FROM outbox WHERE member_id = ? AND created_at >= ? AND kind IN ({sql.marks(kinds)}) LIMIT 1",
        member_id, to_micros(since), *kinds,
    )  # fmt: skip
    return found is not None


async def waiting_of(member_id: str) -> list[OutboxRow]:
    """Pushes to the member that nobody has begun to send, oldest first; no answers."""
    where = "member_id = ? AND state = 'new' AND answer = FALSE ORDER BY due_at, seq"
    return await rows.select(OUTBOX, where, member_id)


async def dead_letters(limit: int = 100) -> list[OutboxRow]:
    """What could never be delivered, youngest first."""
    return await rows.select(OUTBOX, "state = 'dead' ORDER BY ready_at DESC, seq DESC LIMIT ?", limit)


async def mark_all_sent() -> int:
    """How many unsent pushes now count as sent: after a restore nothing is said twice."""
    return await sql.run("UPDATE outbox SET state = 'sent', reason = 'restored' WHERE state IN ('new', 'sending')")

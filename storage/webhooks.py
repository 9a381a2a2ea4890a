"""Addresses that are told when something happens, and what they are yet to be told."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from storage import marks, rows, sql
from storage.models.fields import from_micros, to_micros
from storage.records import Delivery, Webhook
from storage.rows import Table, clean

WEBHOOKS: Table[Webhook] = rows.TABLES["whk"]
DELIVERIES: Table[Delivery] = Table("delivery", Delivery)
SECRET = "webhook.secret."  # noqa: S105 (the name under which one is kept)


async def standing() -> list[Webhook]:
    """Those that were not removed, oldest first."""
    return await rows.select(WEBHOOKS, "ended_at IS NULL AND undone_at IS NULL ORDER BY id")


async def get(id: str) -> Webhook | None:
    return await rows.by_id(WEBHOOKS, id)


async def secret(id: str) -> str:
    """What its calls are signed with; "" once it was forgotten."""
    return await marks.get(SECRET + id) or ""


async def keep_secret(id: str, word: str) -> None:
    await marks.put(SECRET + id, word)


async def forget_secret(id: str) -> None:
    await marks.forget(SECRET + id)


# -- what is on its way --------------------------------------------------------------------------------------------


async def put(found: Sequence[Delivery]) -> None:
    if found:
        await sql.insert("delivery", DELIVERIES.columns, [DELIVERIES.encode_all(one) for one in found])


async def claim(
    now: datetime, limit: int, owner: str, lease: float, *, each: int = 1_000_000, but: Collection[str] = ()
) -> list[Delivery]:
    """Deliveries for ``owner`` alone until the lease ends, the longest ready first, ``tries`` raised; of an address at
    most ``each``, and none of the addresses ``but``."""
    clock = sql.NOW[sql.dialect()]
    columns = ", ".join(f'"{column}"' for column in DELIVERIES.columns)
    ready = f"state = 'new' AND ready_at <= ? AND (lease_until IS NULL OR lease_until < {clock})"
    others = f" AND webhook_id NOT IN ({sql.marks(but)})" if but else ""
    found = await sql.returning(
        f"UPDATE delivery SET owner = ?, lease_until = {clock} + ?, tries = tries + 1 WHERE id IN ("
        f"SELECT id FROM delivery WHERE {ready} AND id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY "
        f"webhook_id ORDER BY ready_at, id) AS place FROM delivery WHERE {ready}{others}) AS waiting WHERE place <= ?) "
        f"ORDER BY ready_at, id LIMIT ? {sql.SKIP_LOCKED[sql.dialect()]}) RETURNING {columns}",
        owner, int(lease * 1_000_000), to_micros(now), to_micros(now), *but, each, limit,
    )  # fmt: skip
    return sorted((DELIVERIES.decode(row) for row in found), key=lambda one: one.id)


async def sent(id: str, owner: str, at: datetime) -> bool:
    """It was heard; False where it is no longer ``owner``'s."""
    return await _ended(id, owner, "state = 'sent', sent_at = ?, reason = ''", to_micros(at))


async def again(id: str, owner: str, at: datetime, reason: str) -> bool:
    return await _ended(id, owner, "ready_at = ?, reason = ?", to_micros(at), clean(reason))


async def dead(id: str, owner: str, reason: str) -> bool:
    return await _ended(id, owner, "state = 'dead', reason = ?", clean(reason))


async def _ended(id: str, owner: str, sets: str, *args: object) -> bool:
    touched = await sql.run(
        f"UPDATE delivery SET {sets}, owner = NULL, lease_until = NULL WHERE id = ? AND state = 'new' AND owner = ?",
        *args, id, owner,
    )  # fmt: skip
    return touched == 1


async def revive(webhook_id: str, at: datetime) -> int:
    """How many that were given up are tried anew."""
    return await sql.run(
        "UPDATE delivery SET state = 'new', tries = 0, ready_at = ? WHERE webhook_id = ? AND state = 'dead'",
        to_micros(at), webhook_id,
    )  # fmt: skip


async def drop(webhook_id: str) -> int:
    """How many of a removed address will not go out any more."""
    return await sql.run(
        "UPDATE delivery SET state = 'dead', reason = 'removed' WHERE webhook_id = ? AND state = 'new'", webhook_id
    )


async def mark_all_sent() -> int:
    """After a restore: nothing is told twice."""
    return await sql.run("UPDATE delivery SET state = 'sent' WHERE state = 'new'")


async def counts() -> dict[str, dict[str, int]]:
    """By webhook: how many there are in each state."""
    found: dict[str, dict[str, int]] = {}
    asked = "SELECT webhook_id, state, COUNT(*) FROM delivery GROUP BY webhook_id, state"
    for webhook, state, count in await sql.slowly(asked):
        found.setdefault(webhook, {})[state] = int(count)
    return found


async def given_up(webhook_id: str | None = None) -> int:
    """How many were given up of addresses that stand, or of one."""
    if webhook_id is not None:
        asked = "SELECT COUNT(*) FROM delivery WHERE state = 'dead' AND webhook_id = ?"
        return int(await sql.value(asked, webhook_id) or 0)
    where = "state = 'dead' AND webhook_id IN (SELECT id FROM webhook WHERE ended_at IS NULL AND undone_at IS NULL)"
    return int(await sql.value(f"SELECT COUNT(*) FROM delivery WHERE {where}") or 0)


async def last_reason(webhook_id: str) -> str:
    """Why the latest that was not heard was not; "" where all were."""
    where = "webhook_id = ? AND state <> 'sent' AND reason <> '' ORDER BY id DESC LIMIT 1"
    return str(await sql.value(f"SELECT reason FROM delivery WHERE {where}", webhook_id) or "")


async def next_due(after: datetime | None = None) -> datetime | None:
    """When the next may go, behind ``after`` if given; None where none waits."""
    behind, args = ("", []) if after is None else (" AND ready_at > ?", [to_micros(after)])
    found = await sql.value(f"SELECT MIN(ready_at) FROM delivery WHERE state = 'new'{behind}", *args)
    return None if found is None else from_micros(found)


async def prune(before: datetime) -> int:
    """How many that were heard or given up before then are forgotten."""
    return await sql.run("DELETE FROM delivery WHERE state <> 'new' AND created_at < ?", to_micros(before))

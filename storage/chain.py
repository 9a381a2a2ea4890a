"""The hash chain: each entry stands on the one before; names and texts lie beside it, so that they can be erased.

hash = sha256(prev + canonical JSON of {n, at, actor, event, kind, record, digest}), at in UTC;
digest = sha256(salt + canonical JSON of {before, after}); the first prev is 64 zeros.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from storage import sql
from storage.crypto import ring
from storage.errors import Sealed
from storage.models.fields import from_micros, to_micros
from storage.records import Change, Verdict
from storage.rows import clean, to_json

FIRST = "0" * 64
SALT = 16
CHAIN_LOCK = 0x63686169  # "chai"
CHAINED = ("n", "at", "actor", "event", "kind", "record", "digest", "prev", "hash")
WAITING, YOUNGEST = "chain", "chain.youngest"
BESIDE = ("n", "payload", "payload_key", "salt")


class Written(NamedTuple):
    """A change that waits for its place in the chain."""

    change: Change
    actor: str
    event: str
    at: datetime


def digest_of(salt: bytes, payload: bytes) -> str:
    return sha256(salt + payload).hexdigest()


def hash_of(prev: str, n: int, at: datetime, actor: str, event: str, kind: str, record: str, digest: str) -> str:
    """The entry's hash, as hex."""
    body = {"n": n, "at": at, "actor": actor, "event": event, "kind": kind, "record": record, "digest": digest}
    return sha256((prev + to_json(body)).encode()).hexdigest()


def write_down(changes: Sequence[Change], *, actor: str, event: str, at: datetime) -> None:
    """Puts entries for the changes at the end of the chain, as the last statements of the open transaction."""
    open_ = sql.inside()
    assert open_ is not None, "a change is written down in a transaction"
    waiting = open_.bag.setdefault(WAITING, [])
    waiting.extend(Written(change, clean(actor), clean(event), at) for change in changes)
    open_.before[WAITING] = flush


async def flush() -> None:
    """Writes what waits in the open transaction; on PostgreSQL other replicas wait from here to its commit."""
    open_ = sql.inside()
    waiting: list[Written] = open_.bag.pop(WAITING, []) if open_ is not None else []
    if open_ is None or not waiting:
        return
    if sql.dialect() == "postgres":
        await sql.wait_for_lock(CHAIN_LOCK)
    n, prev = await _youngest()
    salts = os.urandom(SALT * len(waiting))
    chained, beside = [], []
    for number, (change, actor, event, at) in enumerate(waiting):
        n += 1
        salt = salts[number * SALT : (number + 1) * SALT]
        payload = to_json({"before": change.before, "after": change.after}).encode()
        digest = digest_of(salt, payload)
        kind, record = clean(change.kind), clean(change.record)
        new = hash_of(prev, n, at, actor, event, kind, record, digest)
        chained.append((n, to_micros(at), actor, event, kind, record, digest, prev, new))
        beside.append((n, *ring().seal(payload, f"audit:{n}"), salt))
        prev = new
    open_.bag[YOUNGEST] = (n, prev)
    await sql.insert("audit", CHAINED, chained)
    await sql.insert("audit_payload", BESIDE, beside)


async def head() -> tuple[int, str]:
    """Number and hash of the youngest entry; (0, zeros) before the first."""
    await flush()
    return await _youngest()


async def newest() -> int:
    """Number of the youngest entry that is committed; 0 before the first."""
    return await sql.value("SELECT MAX(n) FROM audit") or 0


async def _youngest() -> tuple[int, str]:
    """On SQLite asked once a transaction, since no other one writes meanwhile; on PostgreSQL only under the lock."""
    open_ = sql.inside() if sql.dialect() == "sqlite" else None
    known: tuple[int, str] | None = open_.bag.get(YOUNGEST) if open_ is not None else None
    if known is None:
        row = await sql.one("SELECT n, hash FROM audit WHERE n = (SELECT MAX(n) FROM audit)")
        known = (0, FIRST) if row is None else (row[0], row[1])
        if open_ is not None:
            open_.bag[YOUNGEST] = known
    return known


async def verify() -> Verdict:
    """What walking the whole chain found; memory stays flat however long it is."""
    entries = erased = 0
    prev, expected = FIRST, 1
    walk = sql.scan(
        "SELECT a.n, a.at, a.actor, a.event, a.kind, a.record, a.digest, a.prev, a.hash, p.payload, p.payload_key, "
        "p.salt FROM audit a LEFT JOIN audit_payload p ON p.n = a.n ORDER BY a.n"
    )
    async for row in walk:
        reason = _fault(row, prev, expected)
        if reason:
            return Verdict(entries, erased, prev, broken=min(row[0], expected), reason=reason)
        entries, erased = entries + 1, erased + (row[9] is None)
        prev, expected = row[8], expected + 1
    return Verdict(entries, erased, prev)


def _fault(row: sql.Row, prev: str, expected: int) -> str:
    """What is wrong with an entry; "" where nothing is."""
    n, at, actor, event, kind, record, digest, its_prev, its_hash, payload, key, salt = row
    if n != expected:
        return "缺少条目"
    if its_prev != prev:
        return "与前一条接不上"
    if hash_of(prev, n, from_micros(at), actor, event, kind, record, digest) != its_hash:
        return "条目被改动"
    if payload is None:
        return ""
    try:
        plain = ring().open(bytes(payload), key, f"audit:{n}")
    except Sealed as error:
        return error.message
    return "" if digest_of(bytes(salt), plain) == digest else "内容被改动"


async def erase(record_ids: Sequence[str]) -> int:
    """How many entries lost their payload and salt; the chain holds, ``verify`` counts them as erased."""
    gone = 0
    async with sql.transaction():
        await flush()
        for start in range(0, len(record_ids), 500):
            part = record_ids[start : start + 500]
            gone += await sql.run(
                f"DELETE FROM audit_payload WHERE n IN (SELECT n FROM audit WHERE record IN ({sql.marks(part)}))", *part
            )
    return gone

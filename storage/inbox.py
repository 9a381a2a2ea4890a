"""The inbox: events that were acknowledged and what became of them."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any

from storage import sql
from storage.crypto import ring
from storage.errors import LeaseLost
from storage.intake import Intake
from storage.models.fields import from_micros, to_micros
from storage.records import Message, MessageState, new_id
from storage.rows import clean

__all__ = [
    "Intake", "again", "by_key", "claim", "counts", "done", "enter", "get", "ids", "messages", "newest_handled",
    "next_ready", "of_sender", "page", "prune", "ready", "reopen", "set_aside", "set_state", "waiting_in",
]  # fmt: skip

COLUMNS = (
    "seq, id, account, event_key, conversation, received_at, sent_at, kind, payload, payload_key, state, sender, chat, "
    "text, text_key, member_id, tries, reason"
)
PRUNED_AT_ONCE = 200
CLAIM_LOCK = 0x696E626F  # "inbo"


def _message(row: sql.Row) -> Message:
    (seq, id, account, event_key, conversation, received_at, sent_at, kind, payload, payload_key, state, sender, chat,
     text, text_key, member_id, tries, reason) = row  # fmt: skip
    opened = None if payload is None else ring().open(bytes(payload), payload_key, f"payload:{account}:{event_key}")
    words = b"" if text is None else ring().open(bytes(text), text_key, f"text:{id}")
    return Message(
        seq=seq, id=id, account=account, event_key=event_key, conversation=conversation,
        received_at=from_micros(received_at), sent_at=None if sent_at is None else from_micros(sent_at), kind=kind,
        payload=opened, state=state, sender=sender, chat=chat, text=words.decode(), member_id=member_id, tries=tries,
        reason=reason,
    )  # fmt: skip


async def claim(
    *, now: datetime, owner: str, lease_seconds: float = 60, limit: int = 50, in_hand: Collection[str] = ()
) -> list[Message]:
    """Events for ``owner`` alone to handle until the lease ends, in order of (sent, key), ``tries`` raised.

    All that are ready of a conversation come together, and none of one that somebody is handling. ``in_hand`` are
    those that ``owner`` is handling: of a flood that waits in one of them no row is looked at twice.
    """
    clock = sql.NOW[sql.dialect()]
    async with sql.transaction():
        if sql.dialect() == "postgres":  # two claims at once could each take a part of one conversation
            await sql.wait_for_lock(CLAIM_LOCK)
        found = await sql.returning(
            f"UPDATE message SET owner = ?, lease_until = {clock} + ?, tries = tries + 1 WHERE seq IN ("
            "SELECT m.seq FROM message m WHERE m.state = 'new' AND m.ready_at <= ? "
            f"AND (m.lease_until IS NULL OR m.lease_until < {clock}) {_not_in(in_hand)}AND (m.conversation = '' OR ("
            "SELECT 1 FROM message o WHERE o.conversation = m.conversation AND o.state = 'new' AND o.seq <> m.seq "
            f"AND o.lease_until >= {clock} LIMIT 1) IS NULL) ORDER BY m.ready_at, m.seq LIMIT ? "
            f"{sql.SKIP_LOCKED[sql.dialect()]}) RETURNING {COLUMNS}",
            owner,
            int(lease_seconds * 1_000_000),
            to_micros(now),
            *in_hand,
            limit,
        )
    claimed = [_message(row) for row in found]
    return sorted(claimed, key=lambda message: (message.sent_at or message.received_at, message.event_key))


def _not_in(in_hand: Collection[str]) -> str:
    return f"AND m.conversation NOT IN ({sql.marks(in_hand)}) " if in_hand else ""


async def done(
    seq: int,
    owner: str,
    *,
    state: MessageState = "handled",
    sender: str = "",
    chat: str = "",
    text: str = "",
    member_id: str | None = None,
    reason: str = "",
) -> None:
    """Closes the event with what was read of it, inside the transaction of its effects.

    Raises LeaseLost when it is no longer ``owner``'s: then the effects must not be.
    """
    # the id binds sealed words to their row
    id = await sql.value("SELECT id FROM message WHERE seq = ?", seq) if ring().newest else ""
    sealed, key = ring().seal(clean(text).encode(), f"text:{id}")
    touched = await sql.run(
        "UPDATE message SET state = ?, sender = ?, chat = ?, text = ?, text_key = ?, member_id = ?, reason = ?, "
        "owner = NULL, lease_until = NULL WHERE seq = ? AND state = 'new' AND owner = ?",
        state, clean(sender), clean(chat), sealed, key, member_id, clean(reason), seq, owner,
    )  # fmt: skip
    if not touched:
        raise LeaseLost(f"event {seq} is no longer {owner}'s")


async def enter(*, account: str, key: str, conversation: str, at: datetime, payload: bytes, owner: str) -> Message:
    """An event that is said and handled in the caller's one transaction (at the terminal): ``owner``'s alone until
    :func:`done`, and nobody else ever sees it waiting."""
    id, moment = new_id("msg", at), to_micros(at)
    sealed, sealed_by = ring().seal(payload, f"payload:{clean(account)}:{clean(key)}")
    columns = ("id", "account", "event_key", "conversation", "received_at", "sent_at", "kind", "payload", "payload_key",
               "state", "sender", "chat", "tries", "reason", "ready_at", "owner")  # fmt: skip
    row = (id, clean(account), clean(key), clean(conversation), moment, moment, "message", sealed, sealed_by,
           "new", "", "", 1, "", moment, owner)  # fmt: skip
    await sql.insert("message", columns, [row])
    found = await get(id)
    assert found is not None
    return found


async def again(seq: int, *, retry_at: datetime, reason: str, owner: str | None = None) -> bool:
    """Gives the event back, to be claimed from ``retry_at`` on; False where it is no longer ``owner``'s."""
    return await _back(seq, "new", to_micros(retry_at), reason, owner)


async def set_aside(seq: int, reason: str, owner: str | None = None) -> bool:
    """Puts the event where only an admin takes it up again; False where it is no longer ``owner``'s."""
    return await _back(seq, "set_aside", None, reason, owner)


async def _back(seq: int, state: str, ready_at: int | None, reason: str, owner: str | None) -> bool:
    mine, args = ("", []) if owner is None else (" AND owner = ?", [owner])
    touched = await sql.run(
        "UPDATE message SET state = ?, ready_at = COALESCE(?, ready_at), reason = ?, owner = NULL, lease_until = NULL "
        f"WHERE seq = ? AND state = 'new'{mine}",
        state, ready_at, clean(reason), seq, *args,
    )  # fmt: skip
    return touched == 1


async def set_state(seq: int, state: MessageState, reason: str = "") -> bool:
    """Changes what became of an event that nobody is handling; False where there is none such."""
    said = "UPDATE message SET state = ?, reason = ? WHERE seq = ? AND state <> 'new'"
    return await sql.run(said, state, clean(reason), seq) == 1


async def forget_payload(seq: int) -> bool:
    """What came is gone, that it came stays; False where there is no such event."""
    return await sql.run("UPDATE message SET payload = NULL, payload_key = NULL WHERE seq = ?", seq) == 1


async def settle(seq: int) -> bool:
    """A message that waited for an answer is handled; False where it did not wait."""
    return await sql.run("UPDATE message SET state = 'handled' WHERE seq = ? AND state = 'waiting'", seq) == 1


async def reopen(seqs: Sequence[int]) -> int:
    """How many events that were refused, waiting or set aside are new again, with their tries forgotten."""
    return await sql.run(
        "UPDATE message SET state = 'new', ready_at = received_at, tries = 0, reason = '' "
        f"WHERE seq IN ({sql.marks(seqs)}) AND {sql.BY_ID[sql.dialect()]}state IN ('refused', 'waiting', 'set_aside')",
        *seqs,
    )


async def _found(where: str, *args: Any) -> list[Message]:
    return [_message(row) for row in await sql.fetch(f"SELECT {COLUMNS} FROM message {where}", *args)]


async def get(id: str) -> Message | None:
    """The event; None where there is none."""
    return next(iter(await _found("WHERE id = ?", id)), None)


async def by_key(account: str, key: str) -> Message | None:
    """The event that the platform calls so; None where it never came."""
    return next(iter(await _found("WHERE account = ? AND event_key = ?", account, clean(key))), None)


async def newest_handled(conversation: str) -> datetime | None:
    """When the youngest handled event of the conversation was sent; None before the first."""
    found = await sql.value(
        "SELECT MAX(sent_at) FROM message WHERE conversation = ? AND state = 'handled'", clean(conversation)
    )
    return None if found is None else from_micros(found)


async def of_sender(account: str, sender: str, states: Sequence[MessageState]) -> list[Message]:
    """What a sender sent that is in one of these states, oldest first."""
    return await _found(
        f"WHERE account = ? AND sender = ? AND state IN ({sql.marks(states)}) ORDER BY seq",
        account,
        clean(sender),
        *states,
    )


async def in_state(state: MessageState, limit: int = 100) -> list[Message]:
    """Events in the state, oldest first."""
    return await _found("WHERE state = ? ORDER BY ready_at, seq LIMIT ?", state, limit)


async def ready(now: datetime) -> bool:
    """True when some event waits to be handled at ``now``, or is being handled."""
    found = await sql.value("SELECT 1 FROM message WHERE state = 'new' AND ready_at <= ? LIMIT 1", to_micros(now))
    return found is not None


async def waiting_in(conversation: str) -> int:
    """How many events of the conversation are not handled."""
    said = "SELECT COUNT(*) FROM message WHERE conversation = ? AND state = 'new'"
    return int(await sql.value(said, clean(conversation)))


async def next_ready() -> datetime | None:
    """When the next event that is not handled can be; None where none waits."""
    found = await sql.value("SELECT MIN(ready_at) FROM message WHERE state = 'new'")
    return None if found is None else from_micros(found)


async def messages(limit: int = 100, after: int = 0) -> list[Message]:
    """At most ``limit`` events behind sequence number ``after``, in order."""
    return await _found("WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)


async def page(after: int, limit: int, where: str, args: Sequence[Any] = ()) -> list[Message]:
    """At most ``limit`` events behind sequence number ``after`` that ``where`` lets through, in order; on a thread."""
    asked = f"SELECT {COLUMNS} FROM message WHERE {where} AND seq > ? ORDER BY seq LIMIT ?"
    return [_message(row) for row in await sql.slowly(asked, *args, after, limit)]


async def ids(account: str | None = None) -> AsyncIterator[str]:
    """Every event key, in the order of coming; memory stays flat."""
    where, args = ("", []) if account is None else ("WHERE account = ?", [account])
    async for row in sql.scan(f"SELECT event_key FROM message {where} ORDER BY seq", *args):
        yield row[0]


async def counts() -> dict[str, Any]:
    """How many events are in each state, and ``oldest``: when the longest waiting new one came (None where none is).

    Counted on a thread, the loop stays free.
    """
    found: dict[str, Any] = {
        row[0]: row[1] async for row in sql.scan("SELECT state, COUNT(*) FROM message GROUP BY state")
    }
    oldest = await sql.value("SELECT MIN(ready_at) FROM message WHERE state = 'new'")
    return {**found, "oldest": None if oldest is None else from_micros(oldest)}


async def prune(*, payload_before: datetime, text_before: datetime) -> tuple[int, int]:
    """How many events lost their payload and how many their text, both because they came before that moment."""
    return await _forget("payload", payload_before), await _forget("text", text_before)


async def _forget(column: str, before: datetime) -> int:
    """Looks on a thread and writes a few hundred at a time: however many they are, nobody waits for long."""
    done, batch = 0, list[int]()
    old = f"received_at < ? AND {column} IS NOT NULL AND state IN ('handled', 'refused')"
    async for row in sql.scan(f"SELECT seq FROM message WHERE {old}", to_micros(before)):
        batch.append(row[0])
        if len(batch) == PRUNED_AT_ONCE:
            done, batch = done + await _emptied(column, batch), []
    return done + (await _emptied(column, batch) if batch else 0)


async def _emptied(column: str, seqs: Sequence[int]) -> int:
    return await sql.run(
        f"UPDATE message SET {column} = NULL, {column}_key = NULL WHERE seq IN ({sql.marks(seqs)})", *seqs
    )

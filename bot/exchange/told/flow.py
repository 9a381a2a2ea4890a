"""Messages and the chain's entries as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item
from storage.records import AuditEntry, Message


def message_item(one: Message, known: Book) -> Item:
    return {
        "id": one.id,
        "account": one.account,
        "event_key": one.event_key,
        "sender": one.sender,
        "chat": one.chat or None,
        "text": one.text,
        "sent_at": known.when(one.sent_at or one.received_at, one.member_id),
        "state": one.state,
        "kind": one.kind,
        "member_id": one.member_id,
        "received_at": known.when(one.received_at, one.member_id),
        "reason": one.reason,
    }


def audit_item(one: AuditEntry) -> Item:
    """The entry exactly as it is hashed: ``at`` is in UTC."""
    return {
        "n": one.n,
        "at": one.at.isoformat(),
        "actor": one.actor,
        "event": one.event,
        "kind": one.kind,
        "record": one.record,
        "digest": one.digest,
        "prev": one.prev,
        "hash": one.hash,
    }

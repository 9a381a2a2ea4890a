"""Rows that pass through, without the chain: messages in, cards out, moments due; and the playbook's versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MessageState = Literal["new", "waiting", "handled", "refused", "set_aside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An inbox row: a callback that was acknowledged, and what became of it. ``payload`` is None once pruned."""

    seq: int
    id: str
    account: str
    event_key: str
    conversation: str
    received_at: datetime
    sent_at: datetime | None
    kind: str
    """message, tap, other"""
    payload: bytes | None
    state: MessageState
    sender: str = ""
    chat: str = ""
    text: str = ""
    member_id: str | None = None
    tries: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A push not yet heard. ``body`` is the push as a JSON-able dict; ``once`` its dedupe key.
    ``changes`` is the id of an earlier row whose card this one changes."""

    seq: int
    id: str
    account: str
    address: str
    kind: str
    body: Mapping[str, Any]
    once: str
    due_at: datetime
    state: Literal["new", "sending", "sent", "dead", "dropped"]
    member_id: str | None = None
    event: str = ""
    changes: str | None = None
    answer: bool = False
    """A reply to one's own words or tap: never held, never counted."""
    tries: int = 0
    retry_at: datetime | None = None
    reason: str = ""
    reference: str = ""
    change_code: str = ""
    created_at: datetime
    sent_at: datetime | None = None
    tried: str = ""
    """Addresses of the member where it could not be delivered, one a line, before it went to this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something that an address is yet to be told. ``body`` is what is sent, JSON."""

    id: str
    webhook_id: str
    kind: str
    event: str
    """What it came from: a message's id, a moment's."""
    body: Mapping[str, Any]
    state: Literal["new", "sent", "dead"] = "new"
    tries: int = 0
    ready_at: datetime
    reason: str = ""
    created_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """What a sent card is about, so that a tap or a typed word finds its meaning. Same id as its outbox row.
    ``data`` holds ids and short words (options, field names), never a secret.
    ``state``: open → done (tapped), folded (a newer card holds both), expired. ``awaits``: the question whose answer
    is the member's next sentence, until ``awaits_until``."""

    id: str
    member_id: str
    kind: str
    event: str
    data: Mapping[str, Any]
    state: Literal["open", "done", "folded", "expired"]
    question: bool
    created_at: datetime
    awaits: str = ""
    awaits_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A due moment: a row that must fire. ``kind`` is the push it makes (promise.ahead) or the job's word."""

    id: str
    at: datetime
    kind: str
    record: str
    member_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    state: Literal["waiting", "fired", "dropped"] = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookVersion:
    id: str
    n: int
    text: str
    hash: str
    author: str
    team_id: str | None
    state: Literal["draft", "trial", "live", "past"]
    created_at: datetime

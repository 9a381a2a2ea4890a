"""Opportunities and what moves them: activities, promises, tasks, waivers, hand-overs, risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from storage.records.base import Record

Side = Literal["us", "customer"]
OpportunityState = Literal["open", "won", "lost"]
CommitmentState = Literal["open", "kept", "overdue", "withdrawn"]
TaskState = Literal["open", "done", "overdue", "cancelled"]
WaiverState = Literal["asked", "granted", "refused"]
HandoverState = Literal["moved", "returned", "final"]
RiskState = Literal["early", "open", "acked", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity(Record):
    prefix: ClassVar[str] = "opp"
    customer_id: str
    owner_id: str
    name: str
    pipeline: str
    stage: str
    """Id of the stage; of a closed opportunity its last open one."""
    stage_since: datetime
    created_at: datetime
    state: OpportunityState = "open"
    amount: Decimal | None = None
    currency: str = "CNY"
    sign_date: date | None = None
    evidence_missing: tuple[str, ...] = ()
    """Kinds of evidence that a warning gate let pass and that are still owed."""
    signing_party: str | None = None
    payment_terms: str | None = None
    lost_reason: str | None = None
    ask_again_on: date | None = None
    closed_at: datetime | None = None
    tracks: Mapping[str, Any] = field(default_factory=dict)
    """Track → {"step": id, "since": ISO moment}; a track that nobody walked yet is absent."""
    custom: Mapping[str, Any] = field(default_factory=dict)
    exempt_until: date | None = None
    """Until then the customer counts as out of reach, and silence is nobody's."""
    blocked_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Record):
    prefix: ClassVar[str] = "act"
    customer_id: str | None
    """None where the talk names nobody on the books and holds nothing to open an account for."""
    opportunity_id: str | None = None
    action: str | None = None
    """wechat, phone, visit, demo, email, other; None where something was said but no contact reported."""
    author_id: str
    recorder_id: str
    occurred_at: datetime
    planned_for: datetime | None = None
    text: str = ""
    signals: tuple[str, ...] = ()
    confirmed: bool = False
    message_id: str | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)
    """The four: industry, channel, stage, role; one that is not known is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Record):
    prefix: ClassVar[str] = "pro"
    customer_id: str
    opportunity_id: str | None = None
    by: Side
    what: str
    due: date | datetime | None = None
    """A day, or a moment where a clock time was said; None where no time was said."""
    evening: bool = False
    state: CommitmentState = "open"
    owner_id: str
    author_id: str
    recorder_id: str
    quote: str = ""
    said_at: datetime
    contact_id: str | None = None
    evidence_id: str | None = None
    message_id: str | None = None
    closed_at: datetime | None = None
    why_closed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Record):
    prefix: ClassVar[str] = "tsk"
    what: str
    owner_id: str
    due: date | datetime | None = None
    state: TaskState = "open"
    customer_id: str | None = None
    opportunity_id: str | None = None
    created_at: datetime
    rule: str = ""
    """The rule that made it."""
    event: str = ""
    """What it was made by: tasks of one event stand on one card."""
    done_at: datetime | None = None
    evidence_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Record):
    """放行: a rep asks a manager to let pass what a gate lacks; granted for the time until ``until``."""

    prefix: ClassVar[str] = "wai"
    opportunity_id: str
    stage: str
    missing: tuple[str, ...] = ()
    state: WaiverState = "asked"
    asked_by: str
    why: str = ""
    at: datetime
    by_id: str | None = None
    reason: str = ""
    until: date | None = None
    """The day by which what was let pass is to come in."""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Record):
    """改派: a customer with all that is open went from one owner to another."""

    prefix: ClassVar[str] = "hov"
    customer_id: str
    from_id: str
    to_id: str
    by_id: str
    reason: str = ""
    note: str = ""
    items: Mapping[str, Any] = field(default_factory=dict)
    """What went over, by kind: {"customer": [ids], "opportunity": [ids], "commitment": [ids], "task": [ids]}."""
    at: datetime
    returnable_until: datetime
    state: HandoverState = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Record):
    """Why an opportunity is to be looked at: one row a reason, ``gone`` when it no longer holds."""

    prefix: ClassVar[str] = "rsk"
    opportunity_id: str
    customer_id: str
    owner_id: str
    kind: str
    """silent, regressed, no_case, no_quote, overdue, stalled"""
    state: RiskState = "open"
    """early: the rep was told that it will mature; open: it has; acked: 知道了 until ``quiet_until``; gone."""
    since: datetime
    quiet_until: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None

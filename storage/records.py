"""The records, as values. Storage answers in these; nobody above it sees a table.

Ids are text: a kind prefix and a UUIDv7 (``opp_0195…``). Moments are aware datetimes, days are dates reckoned in the
team's zone, money is Decimal in whole currency units. ``undone_at`` is set on a record whose making was undone.
A change to any of these is a :class:`Change`, and goes through ``storage.audit.apply`` alone.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

Side = Literal["us", "customer"]
OpportunityState = Literal["open", "won", "lost"]
CommitmentState = Literal["open", "kept", "overdue", "withdrawn"]
TaskState = Literal["open", "done", "overdue", "cancelled"]
WaiverState = Literal["asked", "granted", "refused"]
HandoverState = Literal["moved", "returned", "final"]
RiskState = Literal["early", "open", "acked", "gone"]
LeadState = Literal["new", "waiting", "assigned", "failed", "invalid", "converted"]
VisitState = Literal["planned", "there"]
MessageState = Literal["new", "waiting", "handled", "refused", "set_aside"]
ClaimState = Literal["open", "together", "owner", "claimer", "separate"]
UnassignedState = Literal["waiting", "placed", "dropped"]


_latest = (0, 0)


def new_id(prefix: str, now: datetime) -> str:
    """A new id: prefix, underscore, UUIDv7 in hex (48 bits of milliseconds, then chance). Of one millisecond the ids
    of this process still rise, so that what was made in one go stands in the order of its making."""
    global _latest
    millis = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    chance = int.from_bytes(os.urandom(10), "big")
    tail = _latest[1] + (chance >> 48) + 1 if _latest[0] == millis else chance >> 7  # 73 of 74 bits: room to rise
    _latest = (millis, tail)
    value = (millis << 80) | (0x7 << 76) | ((tail >> 62) << 64) | (0b10 << 62) | (tail & ((1 << 62) - 1))
    return f"{prefix}_{value:032x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    prefix: ClassVar[str]
    id: str
    undone_at: datetime | None = None

    def with_(self, **fields: Any) -> Self:
        return dataclasses.replace(self, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Record):
    prefix: ClassVar[str] = "team"
    name: str
    parent_id: str | None = None
    region: str = ""
    manager_id: str | None = None
    deputy_id: str | None = None
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Record):
    prefix: ClassVar[str] = "mem"
    name: str
    roles: tuple[str, ...] = ("rep",)
    team_id: str | None = None
    active: bool = True
    leave_from: date | None = None
    leave_until: date | None = None
    deputy_id: str | None = None
    greeted_at: datetime | None = None
    prefs: Mapping[str, Any] = field(default_factory=dict)
    """How much the member wants to hear: {"level": "all|less|promises", "off": [kinds], "quiet_on": "2026-03-10"}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Record):
    """A member's account on a platform; ``user`` is kept as the platform sent it and compared folded."""

    prefix: ClassVar[str] = "idn"
    member_id: str
    account: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Record):
    prefix: ClassVar[str] = "cus"
    name: str
    owner_id: str
    recorder_id: str
    created_at: datetime
    note: str = ""
    tags: tuple[str, ...] = ()
    """教育局, 公开招标: what scripts and comparisons go by."""
    custom: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the trade's own, by their id in the playbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias(Record):
    """A word that stands for a customer. Two customers may share one: then it is asked which."""

    prefix: ClassVar[str] = "ali"
    customer_id: str
    text: str
    team_id: str | None = None
    learnt: bool = False
    """Learnt from a correction or an answer, not entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Record):
    prefix: ClassVar[str] = "con"
    customer_id: str
    name: str
    title: str | None = None
    department: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    role: str = ""
    """What the person decides: 有预算审批权."""


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
class Evidence(Record):
    prefix: ClassVar[str] = "evi"
    kind: str
    file: str | None = None
    """The name it came with, made safe; None where the evidence is a statement, not a file."""
    sha256: str | None = None
    size: int = 0
    mime: str = ""
    customer_id: str | None = None
    opportunity_id: str | None = None
    commitment_id: str | None = None
    member_id: str
    at: datetime
    note: str = ""
    message_id: str | None = None


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
class Claim(Record):
    """撞单: a member spoke of a customer that is another's, whom he may not see; a manager decides whose it is."""

    prefix: ClassVar[str] = "clm"
    customer_id: str
    owner_id: str
    """Whose the customer was when it was claimed."""
    member_id: str
    """Who claims it."""
    words: str
    """What the claimer calls it: all that he is ever told."""
    channel: str = ""
    """How he was in touch, as far as he said."""
    activities: tuple[str, ...] = ()
    """His words about it, which are nobody's until it is decided."""
    at: datetime
    state: ClaimState = "open"
    """together: both look after it; owner, claimer: whose it is; separate: it is another company."""
    by_id: str | None = None
    decided_at: datetime | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptUse(Record):
    """A script, the card of an objection (``objection.SIGNAL``) or its cases (``case.``, ``guide.``) were shown or
    taken, helped or did not; or an objection was met and no card shown."""

    prefix: ClassVar[str] = "scu"
    script: str
    opportunity_id: str | None = None
    customer_id: str | None = None
    member_id: str
    at: datetime
    how: str = "shown"
    """shown, met, taken, helped, unhelpful"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(Record):
    """Somebody who may buy, as intake brought them; becomes an opportunity when a rep takes it up or first talks."""

    prefix: ClassVar[str] = "lead"
    customer_id: str | None = None
    owner_id: str | None = None
    opportunity_id: str | None = None
    channel: str = "other"
    """By which way somebody turned to us: web_form, fair, phone …; ``source`` is what people call it."""
    score: int = 0
    state: LeadState = "new"
    """new: nobody's yet; waiting: it waits for a tap or a free rep; assigned; failed: could not be assigned; invalid,
    for ``reason``; converted: it is an opportunity."""
    name: str = ""
    title: str = ""
    company: str = ""
    credit_code: str = ""
    """统一社会信用代码, 18 characters, checked."""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    wanted: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    external_ids: Mapping[str, Any] = field(default_factory=dict)
    """What other systems call it: {"wecom": "wm…", "crm": "…"}."""
    utm: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    via: str = ""
    """How it came to us: hook:NAME, sidebar, import, chat, card, archive, mail."""
    recorder_id: str | None = None
    """The member who brought it; None where a machine did."""
    received_at: datetime
    last_at: datetime
    """When it was last heard of."""
    arrivals: Mapping[str, Any] = field(default_factory=dict)
    """What came each time, "001" first: of duplicates nothing is lost by their becoming one."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(Record):
    """A group belongs to a customer: what is heard there is about it."""

    prefix: ClassVar[str] = "bnd"
    account: str
    chat: str
    """The group, as the platform calls it."""
    customer_id: str
    by_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class External(Record):
    """Somebody outside as a platform knows them: one person may have several, on one platform or more, and is one
    contact of one customer. ``customer_id`` is None until it is known whose person it is."""

    prefix: ClassVar[str] = "ext"
    account: str
    external: str
    """The platform's id (external_userid, open id), compared as it is."""
    name: str = ""
    customer_id: str | None = None
    contact_id: str | None = None
    member_id: str | None = None
    """Our member who has this person among the contacts of the chat app."""
    state: str = "known"
    """known, lost (they removed our member, or were removed)"""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Record):
    """A visit to a customer: its goals before, and what shows afterwards that somebody was there."""

    prefix: ClassVar[str] = "vis"
    customer_id: str
    opportunity_id: str | None = None
    activity_id: str | None = None
    """The talk that arranged it, or the visit itself as an activity."""
    member_id: str
    planned_for: datetime | None = None
    goals: tuple[str, ...] = ()
    state: VisitState = "planned"
    """planned: its goals are ticked; there: somebody was there."""
    created_at: datetime
    at: datetime | None = None
    """When somebody was there."""
    position: Mapping[str, Any] = field(default_factory=dict)
    """{"lat": "31.23040", "lon": "121.47370", "accuracy": 18}: degrees (WGS 84) and metres; empty where none was
    taken."""
    reason: str = ""
    """Why there is no position, or none that is good enough, in the member's words."""
    device: str = ""
    """phone, desktop"""
    network: str = ""
    """wifi, 4g …, as far as the browser says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Record):
    """What another system knows of a customer: a payment, a contract filed, a delivery, a ticket, a page looked at."""

    prefix: ClassVar[str] = "fct"
    kind: str
    """behaviour, finance, contract, delivery, service"""
    what: str
    """In that system's word: payment, filed, signed_for, sla_missed, price_page …"""
    who: str = ""
    """The customer as that system names it; ``customer_id`` None where none of ours is surely meant."""
    customer_id: str | None = None
    opportunity_id: str | None = None
    lead_id: str | None = None
    at: datetime
    amount: Decimal | None = None
    currency: str = "CNY"
    external_id: str = ""
    """That system's id: told again, it is the same fact."""
    data: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    via: str = ""
    """How it came to us: hook:NAME, import."""
    recorder_id: str | None = None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken(Record):
    """By which a program reads with a member's rights; the token itself is nowhere, only its hash."""

    prefix: ClassVar[str] = "tok"
    member_id: str
    name: str
    hash: str
    read_only: bool = False
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Record):
    """An address that is told when something happens; what its calls are signed with is kept elsewhere."""

    prefix: ClassVar[str] = "whk"
    url: str
    events: tuple[str, ...]
    """stage.changed, lead.assigned, commitment.kept, commitment.overdue"""
    inside: bool = False
    """The address lies in the company's own network, and the admin said so."""
    by_id: str
    created_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Record):
    """What a person said the reader had wrong: a labelled example, and what was learnt from it."""

    prefix: ClassVar[str] = "cor"
    member_id: str
    team_id: str | None = None
    message_id: str | None = None
    field: str
    old: str = ""
    new: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned(Record):
    """待归类: what came in and could not be placed, visible until somebody says whose it is."""

    prefix: ClassVar[str] = "una"
    kind: str
    """Where it came from, in a word: question, approval, mail, hook, phone, archive …"""
    key: str
    """The same thing waits once: nothing else has this key."""
    what: str
    """One line of what it is, as a card shows it."""
    text: str = ""
    """Its words."""
    member_id: str | None = None
    """Whom it concerns; None where nobody is known: the admins."""
    options: tuple[str, ...] = ()
    """Customers it may belong to, likeliest first."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What placing it needs, by kind."""
    message_id: str | None = None
    at: datetime
    state: UnassignedState = "waiting"
    customer_id: str | None = None
    """Where it was placed."""
    by_id: str | None = None
    ended_at: datetime | None = None


RECORDS: Mapping[str, type[Record]] = {
    kind.prefix: kind
    for kind in (
        Team, Member, Identity, Customer, Alias, Contact, Opportunity, Activity, Commitment, Evidence, Task, Correction,
        Waiver, Handover, Claim, Risk, ScriptUse, Lead, Unassigned, Binding, External, Fact, Visit,
        ApiToken, Webhook,
    )
}  # fmt: skip
"""Every record that changes by :class:`Change`, by the prefix of its id."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record: ``before`` and ``after`` hold the fields that differ, by name, as the record has them.
    ``before`` is None where the record is made; ``after`` then holds all of it."""

    kind: str
    """What happened, in field words: customer.created, opportunity.stage, commitment.kept …"""
    record: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


def made(record: Record, kind: str | None = None) -> Change:
    """The change that makes ``record``; its kind is ``<noun>.created`` unless given."""
    fields = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    return Change(kind or f"{type(record).__name__.lower()}.created", record.id, fields)


def changed(record: Record, kind: str, **fields: Any) -> Change:
    """The change of ``record`` to ``fields``; only what differs is in it."""
    moved = {name: value for name, value in fields.items() if getattr(record, name) != value}
    return Change(kind, record.id, moved, {name: getattr(record, name) for name in moved})


@dataclass(frozen=True, slots=True)
class AuditEntry:
    n: int
    at: datetime
    actor: str
    """A member's id, or a word for the bot's own hand: reader, clock, system."""
    event: str
    """The message's id or the moment's id that it came from."""
    kind: str
    record: str
    digest: str
    prev: str
    hash: str
    change: Change | None = None
    """None where the payload was erased."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What walking the chain found: how many entries hold, how many are erased, the first broken ``n`` if any."""

    entries: int
    erased: int
    head: str
    broken: int | None = None
    reason: str = ""


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

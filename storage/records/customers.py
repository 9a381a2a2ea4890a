"""Customers: their names, people and facts, their accounts and groups on the platforms, and who claims them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from storage.records.base import Record

ClaimState = Literal["open", "together", "owner", "claimer", "separate"]
UnassignedState = Literal["waiting", "placed", "dropped"]


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
    """known, lost (they removed our member, or were removed), private (nobody's business: never read again)"""
    at: datetime


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

"""Who works with Genjin, under which accounts, and what may act for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from storage.records.base import Record


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

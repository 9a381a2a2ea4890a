"""Leads, before they are anybody's opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from storage.records.base import Record

LeadState = Literal["new", "waiting", "assigned", "failed", "invalid", "converted"]


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

"""What proves a step: files and visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from storage.records.base import Record

VisitState = Literal["planned", "there"]


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

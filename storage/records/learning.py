"""What was used and what was corrected: the scripts' and the reader's teachers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from storage.records.base import Record


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

"""One event with everything that answering it needs, gathered once by the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from adapters.events import InboundEvent
from adapters.llm import Opinion
from bot.access import Scope
from bot.house import House
from bot.playbook.model import Playbook
from nlp.workdays import Calendar
from storage.records import Member, Message


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that came with the event; ``body`` None where the platform no longer has it."""

    name: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What was fetched over the network for an event, before any transaction."""

    files: tuple[Fetched, ...] = ()
    opinion: Opinion | None = None
    """What the large model makes of the words, where one is asked."""


@dataclass(frozen=True, slots=True)
class Turn:
    """``at`` is when it was said, ``now`` when it is handled, both in the member's zone."""

    event: InboundEvent
    row: Message
    member: Member
    scope: Scope
    house: House
    playbook: Playbook
    calendar: Calendar
    now: datetime
    at: datetime
    late: bool = False
    files: tuple[Fetched, ...] = ()
    opinion: Opinion | None = None

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def text(self) -> str:
        return self.event.text.strip()

    @property
    def hears_files(self) -> bool:
        return self.house.hears_files.get(self.row.account, False)

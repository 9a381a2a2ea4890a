"""One event with everything that answering it needs, gathered once by the conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast

from adapters.events import Approval, InboundEvent, Outsider
from adapters.llm import Opinion
from adapters.messages import Push
from bot.access import Scope
from bot.house import House
from bot.playbook.model import Playbook
from nlp.workdays import Calendar
from storage.records import Member, Message

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that came with the event; ``body`` None where the platform no longer has it."""

    name: str
    body: bytes | None


class Ahead(Exception):
    """An answer takes long to find: ``make`` is awaited outside of any transaction, so that nobody else waits, and the
    event is then handled anew with what it gave, in the turn's ``made`` under ``key``. ``meanwhile`` is said before,
    where it takes seconds."""

    def __init__(self, key: str, make: Callable[[], Awaitable[Any]], meanwhile: Push | None = None) -> None:
        super().__init__(key)
        self.key, self.make, self.meanwhile = key, make, meanwhile


@dataclass(frozen=True, slots=True)
class Brought:
    """What was fetched over the network for an event, before any transaction."""

    files: tuple[Fetched, ...] = ()
    opinion: Opinion | None = None
    """What the large model makes of the words, where one is asked."""
    approval: Approval | None = None
    """The form that an approval's event is about, where it may be one of ours."""
    outsider: Outsider | None = None
    """Who came to a colleague's contacts, where the platform tells."""
    made: Mapping[str, Any] = field(default_factory=dict)
    """What was found ahead (:class:`Ahead`)."""


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
    made: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    """The customer to whom the group belongs in which it was said; "" in a private chat and a group of nobody."""

    def ahead(self, key: str, make: Callable[[], Awaitable[T]], meanwhile: Push | None = None) -> T:
        """What ``make`` gives; raises Ahead until that is at hand, so nothing may be written before."""
        if key not in self.made:
            raise Ahead(key, make, meanwhile)
        return cast(T, self.made[key])

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def text(self) -> str:
        return self.event.text.strip()

    @property
    def pages(self) -> str:
        """Where our pages are, for a link in the answer; "" where there are none, and at the terminal of the server."""
        return self.house.public_url if self.row.account in self.house.hears_files else ""

    @property
    def hears_files(self) -> bool:
        return self.house.hears_files.get(self.row.account, False)

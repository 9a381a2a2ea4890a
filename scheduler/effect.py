"""What a moment or a job comes to, as values; and the one place that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.messages import Push
from bot.house import House
from bot.outbox.service import put
from storage import audit, cards, due, members
from storage.records import Change, Moment

CLOCK = "clock"
"""The actor in the audit record where the time itself made a change."""


@dataclass(frozen=True, slots=True)
class Saying:
    """An unasked push to a member, once by its key. ``named``: at a moment that the member named by the clock;
    ``planned``: when it was to be said, where that is not now."""

    push: Push
    to: str
    once: str
    about: Mapping[str, Any] = field(default_factory=dict)
    awaits: str = ""
    awaits_until: datetime | None = None
    named: bool = False
    at: datetime | None = None
    account: str = ""
    chat: str = ""
    """A group instead of the member's own chat."""


@dataclass(frozen=True, slots=True)
class Effect:
    changes: tuple[Change, ...] = ()
    says: tuple[Saying, ...] = ()
    moments: tuple[Moment, ...] = ()
    cards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """New fields of cards, by card."""
    event: str = ""

    def __add__(self, other: Effect) -> Effect:
        return Effect(
            self.changes + other.changes, self.says + other.says, self.moments + other.moments,
            {**self.cards, **other.cards}, self.event or other.event,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """Where and when a job runs. ``made_up`` are the members who have just heard what fell due while the bot was
    down: they get no second digest."""

    house: House
    now: datetime
    made_up: frozenset[str] = frozenset()


async def write(effect: Effect, around: Around) -> None:
    """Records, audit, pushes and further moments, inside the caller's transaction."""
    if effect.changes:
        await audit.apply(effect.changes, actor=CLOCK, event=effect.event, at=around.now)
    if effect.moments:
        await due.put(list(effect.moments))
    for id, fields in effect.cards.items():
        await cards.update(id, **fields)
    for saying in effect.says:
        await _say(saying, effect.event, around)


async def _say(saying: Saying, event: str, around: Around) -> None:
    live = await around.house.live(await members.get(saying.to))
    await put(
        saying.push, to=saying.to, once=saying.once, now=around.now, event=event, about=saying.about,
        awaits=saying.awaits, awaits_until=saying.awaits_until, at=saying.at, account=saying.account, chat=saying.chat,
        playbook=live.playbook, calendar=live.calendar, named=saying.named,
    )  # fmt: skip

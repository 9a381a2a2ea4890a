"""What a moment or a job comes to, as values; and the one place that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot import record
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from scheduler import untouched
from storage import cards, due, members
from storage.records import Change, Moment

CLOCK = "clock"
"""The actor in the audit record where the time itself made a change."""


@dataclass(frozen=True, slots=True)
class Effect:
    changes: tuple[Change, ...] = ()
    says: tuple[Letter, ...] = ()
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
    follows = await record.keep(effect.changes, around.house, actor=CLOCK, event=effect.event, at=around.now)
    if effect.moments:
        await due.put(list(effect.moments))
    for id, fields in effect.cards.items():
        await cards.update(id, **fields)
    for letter in (*effect.says, *follows):
        await _say(letter, effect.event, around)


async def _say(letter: Letter, event: str, around: Around) -> None:
    """What time brings answers nobody: it goes on the diet."""
    member = await members.get(letter.to)
    if member is not None:
        weighed, wish = await untouched.weighed(letter, member, around.now)
        if wish is not None:
            await record.keep([wish], around.house, actor=CLOCK, event="", at=around.now)
        if weighed is None:
            return
        letter = weighed
    await put(replace(letter, answer=False), around.now, await around.house.live(member), event)

"""From words to a proposal, and back again: consider, undo, restore, correct. Reads storage, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import Scope
from bot.capture import second, undo
from bot.capture.memory import Memory, remember
from bot.capture.names import NameBook
from bot.capture.proposal import propose
from bot.capture.values import Choices, Proposal, Said
from bot.capture.whose import CLAIM
from bot.playbook.model import Playbook
from nlp.read import Context
from nlp.reading import Reading, Speaker
from nlp.workdays import Calendar
from storage import activities, audit
from storage.records import AuditEntry, Change, Member

MOST_AT_ONCE = 100
"""Promises and deals of one message: a long day of pasted chat stays well below."""
MOST_NAMED = 500
"""People, days and sums that one message may name, however often the same: each is looked at beside the others."""


@dataclass(frozen=True, slots=True)
class Mind:
    """What considering needs beside the words: who speaks, whom he may speak of, and the team's way of selling."""

    member: Member
    scope: Scope
    playbook: Playbook
    calendar: Calendar
    names: NameBook


@dataclass(frozen=True, slots=True)
class Considered:
    reading: Reading
    memory: Memory
    proposal: Proposal


async def consider(said: Said, mind: Mind, choices: Choices | None = None, *, speaker: Speaker = "rep") -> Considered:
    """What the words would change. ``choices`` are the answers given to earlier questions about the same words."""
    return await weigh(await read(said, mind, choices, speaker=speaker), said, mind, choices)


async def read(said: Said, mind: Mind, choices: Choices | None = None, *, speaker: Speaker = "rep") -> Reading:
    """What the words say, the customer spoken of just before and the second reader's opinion included."""
    context = Context(said.group, said.group) if said.group else await spoken_of(mind.member, said.at, mind.playbook)
    reading = await mind.names.reading(said.text, said.at, mind.calendar, speaker, context)
    opinion = said.opinion or (await second.kept(said.event) if choices and choices.agreed else None)
    return reading if opinion is None else second.added(reading, opinion)


async def spoken_of(member: Member, at: datetime, playbook: Playbook) -> Context | None:
    """The customer of whom the member spoke just before; None where there is none."""
    last = await activities.latest_of_member(member.id, at - timedelta(minutes=playbook.context.minutes))
    return Context(last.customer_id, last.customer_id) if last and last.customer_id else None


def too_much(reading: Reading) -> int:
    """How many things it says, where that is more than one message may bring; 0 where it is not."""
    count = len(reading.commitments) + len(reading.deals)
    named = len(reading.contacts) + len(reading.dates) + len(reading.amounts)
    return count if count > MOST_AT_ONCE else named if named > MOST_NAMED else 0


async def weigh(reading: Reading, said: Said, mind: Mind, choices: Choices | None = None) -> Considered:
    """What a reading would change, with the record as it stands."""
    choices = choices or Choices()
    chosen = [id for id in choices.customers.values() if not id.startswith(("new:", CLAIM))]
    minutes = mind.playbook.context.minutes
    memory = await remember(mind.member, mind.scope, reading, said.at, minutes, also=chosen, group=said.group)
    return Considered(reading, memory, propose(reading, said, memory, mind.playbook, choices))


@dataclass(frozen=True, slots=True)
class Undone:
    """``changes`` take back what still stood of the event; ``later`` are changes of others that stand on it."""

    entries: tuple[AuditEntry, ...]
    changes: tuple[Change, ...]
    later: tuple[AuditEntry, ...]


async def take_back(event: str, now: datetime) -> Undone:
    """How to undo an event; no entries where nothing of it stands."""
    entries, others = undo.but_recalled(*await _standing(event, undo.live))
    later = [entry for entry in undo.live(others) if entry.actor != CLOCK]
    return Undone(entries, undo.reverse(entries, now), tuple(later))


async def take_back_all(events: Sequence[str], now: datetime) -> tuple[Change, ...]:
    """How to undo several events, the youngest first."""
    changes: list[Change] = []
    for event in events:
        changes += undo.reverse(undo.but_recalled(*await _standing(event, undo.live))[0], now)
    return tuple(changes)


async def put_back(event: str) -> Undone:
    """How to restore an event that was undone; no entries where nothing of it is undone."""
    entries, others = undo.but_recalled(*await _standing(event, undo.taken_back))
    return Undone(entries, undo.again(entries), others)


async def _standing(event: str, which: Standing) -> tuple[Sequence[AuditEntry], Sequence[AuditEntry]]:
    """What stands of the event, and the later changes of others on that."""
    entries = which(await audit.by_event(event))
    return entries, await audit.later(list(entries))


Standing = Callable[[Sequence[AuditEntry]], Sequence[AuditEntry]]
CLOCK = "clock"
"""Who acts where the time itself made a change: a promise that turned overdue is nobody's word."""

UNDOABLE = ("cus_", "opp_", "act_", "pro_", "evi_", "con_", "ali_", "cor_", "bnd_")
HANDED_OVER = (".reassigned", ".returned")
"""What only 退回 takes back, so that everybody it concerns hears of it."""


async def latest_of(member_id: str, but: str) -> str | None:
    """The latest event of the member of which something still stands; None where there is none."""
    for event in await audit.events_of(member_id):
        if event == but:
            continue
        standing = undo.live(await audit.by_event(event))
        if any(e.kind.endswith(HANDED_OVER) for e in standing):
            continue
        if any(e.record.startswith(UNDOABLE) for e in standing):
            return event
    return None

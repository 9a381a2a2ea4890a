"""The one way by which what was decided becomes record: the changes, and all that follows from them, in the caller's
transaction.

Whatever path a change came by, a word, a tap, the clock, a file that was handed in, the same things follow from it: a
promise's moments are planned anew, and so are those at which its opportunity crosses a line; a lead becomes what it
waited for; a task is closed by what fits it; and the rules of the playbook are asked. Another calendar plans anew
whatever waits for working days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import duties, helped, leadcards, planning, ruling, webhooks
from bot.followup import service as followup
from bot.followup import visits
from bot.handover import outside
from bot.house import House
from bot.leads import service as leads
from bot.letter import Letter
from bot.process import watching
from storage import audit
from storage.records import Change


async def keep(changes: Sequence[Change], house: House, *, actor: str, event: str, at: datetime) -> tuple[Letter, ...]:
    """Writes the changes and what follows from them. ``actor`` is a member's id, or a word for the bot's own hand.
    What is to be said of what followed comes back: the caller says it behind its own answer."""
    if not changes:
        return ()
    await audit.apply(changes, actor=actor, event=event, at=at)
    further = await leads.follow(changes, at)
    await audit.apply(further, actor=actor, event=event, at=at)
    changes = (*changes, *further)
    await webhooks.follow(changes, event=event, at=at, wake=house.post)
    for record in dict.fromkeys(change.record for change in changes if change.record.startswith("pro_")):
        await followup.reschedule(record, house.playbooks, at)
    await visits.follow(changes, house.playbooks, at)
    await watching.follow(changes, house.playbooks, at)
    if any(change.kind == planning.CALENDAR for change in changes):
        await planning.follow(house.playbooks, at)
    await outside.follow(changes, house.hands_over)
    given = await leadcards.follow(changes, house, actor=actor, at=at)
    told = await helped.follow(changes, house, actor=actor, event=event, at=at)
    closed = await duties.follow(changes, house, actor=actor, event=event, at=at)
    return (*given, *told, *closed, *await ruling.follow(changes, house, actor=actor, event=event, at=at))

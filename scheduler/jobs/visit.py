"""A quarter of an hour before an arranged visit: 即将到达, with its goals to tick (VOICE.md D3)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture.goals import approach
from bot.followup.visits import ARRIVAL
from bot.letter import Letter
from bot.replies import visit as say
from scheduler.effect import Around, Effect
from storage import members
from storage.records import Moment


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """A card for each visit that still is; one whose goals stand already, or that is over, says nothing."""
    says = [letter for moment in moments if (letter := await _letter(moment, around)) is not None]
    return Effect(says=tuple(says), event=moments[0].id)


async def _letter(moment: Moment, around: Around) -> Letter | None:
    member = await members.get(moment.member_id or "")
    if member is None or not member.active:
        return None
    live = await around.house.live(member)
    found = await approach(moment, live.playbook)
    if found is None or found.activity.planned_for is None or found.activity.planned_for <= around.now:
        return None
    local = around.now.astimezone(await around.house.zone(member))
    about = {"activity": found.activity.id, "customer": found.customer_id, "goals": list(say.goals(found))}
    once = f"{ARRIVAL}:{found.activity.id}:{found.activity.planned_for:%Y%m%d%H%M}"
    return Letter(
        say.arrival(found, local), to=member.id, once=once, about=about, answer=False, named=True,
        customer=found.customer_id,
    )  # fmt: skip

"""What follows when a lead gets an owner who was not there: he hears of it at once (F1), and takes it up by a tap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.house import House
from bot.letter import Letter
from bot.replies import leads as say
from storage import customers, leads, members
from storage.records import Change


async def follow(changes: Sequence[Change], house: House, *, actor: str, at: datetime) -> list[Letter]:
    """A card to each new owner but who did it himself; asks nothing where no lead was given."""
    says: list[Letter] = []
    for change in changes:
        if change.kind != "lead.assigned":
            continue
        lead = await leads.get(change.record)
        owner = await members.get(lead.owner_id) if lead and lead.owner_id and lead.owner_id != actor else None
        if lead is None or owner is None or not owner.active:
            continue
        local = lead.last_at.astimezone(await house.zone(owner))
        known = await customers.short_name(lead.customer_id) if lead.customer_id else ""
        once = f"lead.assigned:{lead.id}:{owner.id}:{at.isoformat()}"
        says.append(
            Letter(say.assigned(lead, local, known), to=owner.id, once=once, about={"lead": lead.id}, answer=False)
        )
    return says

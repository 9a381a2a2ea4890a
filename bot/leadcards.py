"""What follows when a lead comes: its owner hears of it at once (F1), where it has none the admins do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import admins
from bot.clock import SHANGHAI
from bot.house import House
from bot.letter import Letter
from bot.replies import leads as say
from storage import customers, leads, members
from storage.records import Change


async def follow(changes: Sequence[Change], house: House, *, actor: str, at: datetime) -> list[Letter]:
    """A card to each new owner but who did it himself; asks nothing where no lead was given."""
    says: list[Letter] = []
    given = {change.record for change in changes if change.kind == "lead.assigned"}
    for change in changes:
        if change.kind == "lead.received" and change.record not in given:
            says += await _unowned(change.record, house, actor, at)
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


async def _unowned(id: str, house: House, actor: str, at: datetime) -> list[Letter]:
    """The admins on duty and their group hear of a lead that nobody has, once an hour at most: all stand in /leads."""
    lead = await leads.get(id)
    if lead is None or lead.state != "new" or lead.owner_id is not None:
        return []
    count = len(await leads.in_state("new", "failed"))
    aloud = say.unowned_in_group(count)
    says = await admins.in_group(aloud, f"lead.unowned:{at.astimezone(SHANGHAI):%Y%m%d%H}", house, at)
    for admin in await admins.on_duty(at):
        local = at.astimezone(await house.zone(admin))
        if admin.id != actor:
            once = f"lead.unowned:{admin.id}:{local:%Y%m%d%H}"
            says.append(Letter(say.unowned(lead, count, local), to=admin.id, once=once, answer=False))
    return says

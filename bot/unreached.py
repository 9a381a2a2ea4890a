"""Somebody, or a group, that an account cannot reach: the admins hear of it the same day, with what to do about it.

What was to be said is a dead letter by then; nobody else would notice that a rep hears no reminders any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.errors import SendError
from bot import admins
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import alarm as say
from storage import members
from storage.connect import transaction
from storage.records import OutboxRow

SILENT = frozenset({say.KIND, say.UNREACHED})
"""What is said of the bot's own troubles: that it was not heard is no trouble to tell of."""


async def told(row: OutboxRow, fault: SendError, house: House, labels: Mapping[str, str]) -> bool:
    """Each address once a day; True where something is to be said. ``labels`` names the platform of each account."""
    if row.kind in SILENT or fault.code != "not_deliverable":
        return False
    now, platform = house.clock.now(), labels.get(row.account, row.account)
    member = await members.get(row.member_id) if row.member_id else None
    if member is not None and not member.active:
        return False
    group = row.address.partition(":")[2].startswith("#")
    said = False
    async with transaction():
        for admin in await admins.on_duty(now):
            if member is not None and admin.id == member.id and not group:
                continue
            local = now.astimezone(await house.zone(admin))
            name = "" if group or member is None else member.name
            card = say.unreached(platform, name, row.address.rpartition("#")[2], fault.hint, local)
            once = f"{say.UNREACHED}:{row.address}:{admin.id}:{local:%Y%m%d}"
            said |= bool(await put(Letter(card, admin.id, once, answer=False), now, await house.live(admin)))
    return said

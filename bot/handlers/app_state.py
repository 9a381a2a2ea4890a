"""The platform switches the bot's own app off for disuse, or will: nobody would hear anything any more, so the admins
do at once."""

from __future__ import annotations

from datetime import datetime

from adapters.events import InboundEvent
from bot import admins
from bot.house import House
from bot.letter import Letter
from bot.replies import alarm as say
from bot.routing import Reply
from storage.records import Message


def is_one(event: InboundEvent) -> bool:
    return event.kind == "contact" and event.data.get("event") == "app"


async def answer(event: InboundEvent, row: Message, house: House) -> Reply:
    """Each admin on duty, and their group; on another account of theirs where they have one."""
    now, platform = house.clock.now(), house.labels.get(row.account, row.account)
    change, written = str(event.data.get("change") or ""), str(event.data.get("from") or "")
    start = datetime.fromisoformat(written) if written else None
    letters = []
    for admin in await admins.on_duty(now):
        zone = await house.zone(admin)
        push = say.app_state(platform, change, start.astimezone(zone) if start else None, now.astimezone(zone))
        letters.append(Letter(push, to=admin.id, once=f"{row.id}:{admin.id}", answer=False))
    card = say.app_state(platform, change, start.astimezone(now.tzinfo) if start else None, now)
    letters += await admins.in_group(card, row.id, house, now)
    return Reply(more=tuple(letters), reason=f"app.{change}")

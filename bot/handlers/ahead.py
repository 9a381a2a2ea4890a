"""What is made of a member's words before the transaction that will hold them is opened: a long text is read, and the
second reader asked."""

from __future__ import annotations

from adapters.events import InboundEvent
from adapters.llm import Opinion
from bot.capture.apart import LONG
from bot.capture.service import spoken_of
from bot.house import House
from storage import members

TOO_LONG = 20_000
"""Code points; what is longer is asked for in parts. A pasted day of chat stays well below."""


async def look(event: InboundEvent, account: str, house: House) -> Opinion | None:
    """The second reader's opinion of plain talk, where one is asked; a long text's reading is at hand afterwards."""
    words = event.text.strip()
    is_long = LONG <= len(words) <= TOO_LONG
    if event.kind != "message" or event.files or words.startswith(("/", "／")) or not (is_long or house.second):
        return None
    member = await members.by_identity(account, event.sender.user)
    if member is None or not member.active:
        return None
    live, zone = await house.live(member), await house.zone(member)
    names, at = house.reading_as(live).names, event.at.astimezone(zone)
    if await names.seems_pasted(words):
        chat = await names.pasted(words, at) if is_long else None
        if chat is not None:
            await names.pasted_reading(chat, at, live.calendar)
            return None
        if house.second is not None:
            return None
    context = await spoken_of(member, at, live.playbook) if is_long else None
    reading = await names.reading(words, at, live.calendar, "rep", context)
    return await house.second.asked(reading) if house.second is not None else None

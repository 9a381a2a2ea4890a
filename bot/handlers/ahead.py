"""What is made of a member's words before the transaction that will hold them is opened: a long text is read, a short
one by the process beside, and the second reader asked."""

from __future__ import annotations

from collections import OrderedDict
from datetime import tzinfo
from typing import NamedTuple

from adapters.events import InboundEvent
from adapters.llm import Opinion
from bot.capture.apart import LONG
from bot.capture.names import NameBook
from bot.capture.service import spoken_of
from bot.house import House
from bot.turn import Turn
from nlp.workdays import Calendar
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


SENDERS_MOST = 10_000


class Manner(NamedTuple):
    names: NameBook
    calendar: Calendar
    zone: tzinfo | None


class Manners:
    """In whose words, days and zone each sender's latest message was read: so the next is, as a rule, and it can be
    read before anybody is looked up. Who was not heard yet is taken for one like the last that was. A guess that was
    wrong is read again."""

    def __init__(self) -> None:
        self._of: OrderedDict[tuple[str, str], Manner] = OrderedDict()
        self._latest: Manner | None = None

    def learn(self, turn: Turn) -> None:
        sender = (turn.row.account, turn.event.sender.user)
        self._latest = self._of[sender] = Manner(turn.house.names, turn.calendar, turn.at.tzinfo)
        self._of.move_to_end(sender)
        if len(self._of) > SENDERS_MOST:
            self._of.popitem(last=False)

    async def read(self, event: InboundEvent, account: str, in_hand: int) -> None:
        """Reads the words of a message ahead, where a process for that runs; with ``in_hand`` events at once one
        shall run."""
        words, manner = event.text.strip(), self._of.get((account, event.sender.user), self._latest)
        if manner is not None and event.kind == "message" and words and not words.startswith(("/", "／")):
            await manner.names.ahead(words, event.at.astimezone(manner.zone), manner.calendar, in_hand)

"""A mailbox, or the archive of chats, that cannot be read: the admins hear of it once an hour, and that it can be again
(VOICE.md G6)."""

from __future__ import annotations

from datetime import datetime

from adapters.errors import AdapterError, SendError
from adapters.messages import Push
from bot import admins
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import words
from bot.replies.wording import clock_of
from storage.connect import transaction


class MailboxAlarm:
    """Each cause once an hour; what lies there meanwhile is read afterwards."""

    def __init__(self, house: House, what: str = "mailbox") -> None:
        """``what``: mailbox, or chats; it names the words."""
        self._house, self._what = house, what

    async def told(self, name: str, fault: AdapterError | None) -> None:
        """``fault`` None: it is read again."""
        now = self._house.clock.now()
        async with transaction():
            moment = f"{self._what}:{name}:{fault.code if fault else 'back'}:{now:%Y%m%d%H}"
            for letter in await admins.in_group(_push(self._what, name, fault, now), moment, self._house, now):
                await put(letter, now)
            for admin in await admins.on_duty(now):
                push = _push(self._what, name, fault, now.astimezone(await self._house.zone(admin)))
                key = f"{self._what}:{name}:{fault.code if fault else 'back'}:{admin.id}:{now:%Y%m%d%H}"
                await put(Letter(push, to=admin.id, once=key, answer=fault is None), now)


def _push(what: str, name: str, fault: AdapterError | None, local: datetime) -> Push:
    if fault is None:
        return words.text(f"bot.{what}.back", name=name, clock=clock_of(local))
    cause = fault.cause if isinstance(fault, SendError) and fault.cause else words.bit("mailbox_silent")
    facts = [(words.bit("cause"), cause[:26]), (words.bit("mend"), (fault.hint or cause)[:26])]
    return words.card(f"bot.{what}", name=name, clock=clock_of(local), facts=facts)

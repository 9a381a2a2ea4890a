"""A mailbox that cannot be read: the admins hear of it once an hour, and that it can be again (VOICE.md G6)."""

from __future__ import annotations

from adapters.errors import AdapterError, SendError
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import words
from bot.replies.wording import clock_of
from storage import members
from storage.connect import transaction


class MailboxAlarm:
    """Each cause once an hour; what lies in the mailbox meanwhile is read afterwards."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def told(self, name: str, fault: AdapterError | None) -> None:
        """``fault`` None: it is read again."""
        now = self._house.clock.now()
        async with transaction():
            for admin in await members.with_role("admin"):
                local = now.astimezone(await self._house.zone(admin))
                key = f"mailbox:{name}:{fault.code if fault else 'back'}:{admin.id}:{now:%Y%m%d%H}"
                clock = clock_of(local)
                if fault is None:
                    push = words.text("bot.mailbox.back", name=name, clock=clock)
                    await put(Letter(push, to=admin.id, once=key), now)
                    continue
                cause = fault.cause if isinstance(fault, SendError) and fault.cause else words.bit("mailbox_silent")
                facts = [(words.bit("cause"), cause[:26]), (words.bit("mend"), (fault.hint or cause)[:26])]
                card = words.card("bot.mailbox", name=name, clock=clock, facts=facts)
                await put(Letter(card, to=admin.id, once=key, answer=False), now)

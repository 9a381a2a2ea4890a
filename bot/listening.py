"""An account whose line to the platform stays down hears nobody: the admins are told, and that it hears again.

Calls that fail are the alarm's affair (``bot.alarm``); a line that is down makes none.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

import structlog

from adapters.base import Adapter, Listener
from adapters.messages import Push
from bot import admins
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import words
from bot.replies.wording import clock_of, cut
from storage.connect import transaction
from storage.errors import StorageError

log = structlog.get_logger(__name__)

LOOK = 10.0
"""Seconds of the machine's clock between two looks."""
PATIENCE = 12
"""Looks in a row without a line before anybody is told: two minutes, in which most lines are up again."""


class Listening:
    def __init__(self, house: House, adapters: Mapping[str, Adapter]) -> None:
        self._house = house
        self._lines = {name: one for name, one in adapters.items() if isinstance(one, Listener)}
        self._deaf = Counter[str]()

    async def run(self) -> None:
        """Until it is cancelled."""
        while self._lines:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except StorageError as fault:  # told at the next look
                log.warning("listening.untold", code=fault.code)

    async def look(self) -> None:
        for name, line in self._lines.items():
            if not line.hears:
                self._deaf[name] += 1
                if self._deaf[name] == PATIENCE:
                    await self._tell(name, "bot.deaf")
            elif self._deaf.pop(name, 0) >= PATIENCE:
                await self._tell(name, "bot.deaf.back")

    async def _tell(self, name: str, key: str) -> None:
        now, platform = self._house.clock.now(), cut(self._house.labels.get(name, name), 8)
        log.error(key, account=name) if key == "bot.deaf" else log.info(key, account=name)
        async with transaction():
            aloud = _push(key, platform, clock_of(now))
            for letter in await admins.in_group(aloud, f"{key}:{name}:{now:%Y%m%d%H%M}", self._house, now):
                await put(letter, now)
            for admin in await admins.on_duty(now):
                clock = clock_of(now.astimezone(await self._house.zone(admin)))
                once = f"{key}:{name}:{admin.id}:{now:%Y%m%d%H%M}"
                await put(Letter(_push(key, platform, clock), to=admin.id, once=once), now)


def _push(key: str, platform: str, clock: str) -> Push:
    if key == "bot.deaf.back":
        return words.text(key, platform=platform, clock=clock)
    facts = [(words.bit("cause"), words.bit("line_down")), (words.bit("mend"), words.bit("line_mend"))]
    return words.card(key, platform=platform, clock=clock, facts=facts)

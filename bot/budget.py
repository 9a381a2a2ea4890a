"""The calls of the month where a platform limits them (VOICE.md §5): kept in the database now and then, and the admins
hear once a month that they run short, and once that they are nearly gone."""

from __future__ import annotations

import asyncio

import structlog

from adapters.meter import CHINA, Level, Meter
from bot import admins
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import words
from bot.replies.wording import cut, short_day
from storage import marks
from storage.connect import transaction
from storage.errors import StorageError

log = structlog.get_logger(__name__)

LOOK = 5.0
"""Seconds of the machine's clock between two looks; a process that is killed forgets at most what it called since."""
LEVELS: tuple[Level, ...] = ("", "low", "scarce")


class Budget:
    """Every process adds its own calls to the same mark, so that replicas and restarts share one count."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._said: dict[str, Level] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        while self._house.meters:
            await asyncio.sleep(LOOK)
            await self.keep()

    async def keep(self) -> None:
        """Tells the database what it does not know, and the admins what they do not; while it takes nothing, later."""
        for account, meter in self._house.meters.items():
            try:
                for month, calls in meter.untold().items():
                    await _keep(account, month, calls, meter)
                await self._say(account, meter)
            except StorageError as fault:
                log.warning("calls.unkept", account=account, code=fault.code)

    async def _say(self, account: str, meter: Meter) -> None:
        level, month = meter.level, meter.month
        mark = f"calls.said:{account}:{month}"
        if not level or LEVELS.index(level) <= LEVELS.index(self._said.get(mark, "")):
            return
        async with transaction():
            before = await marks.get(mark) or ""
            if before not in LEVELS or LEVELS.index(before) < LEVELS.index(level):
                await marks.put(mark, level)
                await self._tell(account, meter, level)
        self._said = {mark: level}

    async def _tell(self, account: str, meter: Meter, level: Level) -> None:
        now, platform = self._house.clock.now(), cut(self._house.labels.get(account, account), 8)
        log.warning("calls.short", account=account, used=meter.used, most=meter.most)
        today = now.astimezone(CHINA).date()
        card = words.card(
            f"bot.calls.{level}", platform=platform, used=f"{meter.used:,}", most=f"{meter.most:,}",
            day=short_day(today, today), facts=[(words.bit("mend"), words.bit("calls_mend", platform=platform))],
        )  # fmt: skip
        for letter in await admins.in_group(card, f"bot.calls.{level}:{account}:{meter.month}", self._house, now):
            await put(letter, now)
        for admin in await admins.on_duty(now):
            once = f"bot.calls.{level}:{account}:{meter.month}:{admin.id}"
            await put(Letter(card, to=admin.id, once=once, answer=False), now)


async def _keep(account: str, month: str, calls: int, meter: Meter) -> None:
    name = f"calls:{account}:{month}"
    if not calls:
        meter.told(month, 0, int(await marks.get(name) or 0))
        return
    async with transaction():
        stands = await marks.count(name, calls)
    meter.told(month, calls, stands)

"""A load of signed callbacks, as a platform sends them: shuffled, some twice at once, each again until it is heard."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import aiohttp

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import sealed, text_message

FIRST_ID = 7_300_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of somebody: ``key`` is the platform's id of it."""

    key: str
    plain: bytes


def letter(app: WecomApp, user: str, text: str, n: int, at: datetime) -> Letter:
    return Letter(str(FIRST_ID + n), text_message(app, user, text, FIRST_ID + n, at))


@dataclass
class Post:
    """Carries letters to the bot. ``acknowledged`` are the keys that were answered with 200."""

    app: WecomApp
    url: str
    session: aiohttp.ClientSession
    acknowledged: set[str] = field(default_factory=set)
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    """What the platform's timestamps are taken from."""
    slowest: float = 0.0
    """Seconds that the slowest acknowledgement took."""
    statuses: dict[int, int] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def once(self, one: Letter, at: datetime | None = None) -> int:
        """The status that the letter is answered with, under a seal and nonce of its own; 0 where none came."""
        query, body = sealed(self.app, one.plain, at or self.now())
        began = monotonic()
        try:
            async with self.session.post(self.url, params=query, data=body) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            status = 0
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 200:
            self.slowest = max(self.slowest, monotonic() - began)
            self.acknowledged.add(one.key)
            self._news.set()
        return status

    async def until_heard(self, one: Letter, tries: int = 600, pause: float = 0.1) -> bool:
        """True once it is acknowledged; it is sent again like the platform does, only longer: for a minute, as on a
        machine that does much else the bot takes twenty seconds to start."""
        for _ in range(tries):
            if await self.once(one) == 200:
                return True
            await asyncio.sleep(pause)
        return False

    async def all(self, letters: Sequence[Letter], chance: random.Random, width: int = 16, twice: float = 0.3) -> None:
        """Carries all, ``width`` at a time in an order of chance, a part of them twice at once."""
        todo = list(letters)
        chance.shuffle(todo)
        doubles = {one.key for one in todo if chance.random() < twice}

        async def carry() -> None:
            while todo:
                one = todo.pop()
                copies = 2 if one.key in doubles else 1
                await asyncio.gather(*(self.until_heard(one) for _ in range(copies)))

        await asyncio.gather(*(carry() for _ in range(width)))

    async def heard(self, count: int) -> None:
        """Returns when so many are acknowledged."""
        while len(self.acknowledged) < count:
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def post_to(app: WecomApp, url: str) -> AsyncIterator[Post]:
    patience = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=patience, connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Post(app, url, session)

"""Where an answer of the robot may go: what each callback brought with it, for as long as it is good, the oldest first.
Shared between replicas; losing it sends an answer by the app instead."""

from __future__ import annotations

import json

from adapters.base import TokenStore
from bot.clock import Clock

REQUEST = "req:"
"""How the way begins of what came on the long connection: its request may be answered again and again."""
_ADDRESS_SECONDS, _REQUEST_SECONDS = 3600.0 - 60, 86_400.0 - 600
_MOST = 3
"""Messages of one member that may be in flight."""


class Ways:
    def __init__(self, store: TokenStore, name: str, clock: Clock) -> None:
        self._store, self._name, self._clock = store, name, clock

    async def add(self, where: str, way: str) -> None:
        """Of requests the latest counts alone, of addresses, each good once, up to three."""
        seconds = _REQUEST_SECONDS if way.startswith(REQUEST) else _ADDRESS_SECONDS
        until = self._clock.now().timestamp() + seconds
        known = [] if way.startswith(REQUEST) else await self._known(where)
        await self._put(where, [*[one for one in known if one[0] != way], (way, until)][-_MOST:])

    async def of(self, where: str) -> str:
        """The way to use next; "" for none."""
        known = await self._known(where)
        return known[0][0] if known else ""

    async def has(self, where: str, way: str) -> bool:
        """It is still good."""
        return any(one == way for one, _ in await self._known(where))

    async def drop(self, where: str, way: str) -> None:
        """It was used, or is good no more."""
        await self._put(where, [one for one in await self._known(where) if one[0] != way])

    async def forget(self, where: str) -> None:
        if await self._store.get(self._mark(where)):
            await self._put(where, [])

    async def _known(self, where: str) -> list[tuple[str, float]]:
        written = await self._store.get(self._mark(where))
        now = self._clock.now().timestamp()
        return [(way, until) for way, until in json.loads(written or "[]") if until > now]

    async def _put(self, where: str, ways: list[tuple[str, float]]) -> None:
        await self._store.put(self._mark(where), json.dumps(ways), _REQUEST_SECONDS)

    def _mark(self, where: str) -> str:
        return f"{self._name}:way:{where}"

"""The app's access token: fetched by one for all who wait, and after a failure not again before a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.base import TokenStore
from adapters.errors import Misconfigured, Retryable, SendError
from bot.clock import Clock

EARLY = 300.0
"""A token is renewed this many seconds before the platform lets it die."""
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Token:
    """``round`` counts the fetches of this process: whoever holds an older round than the newest need not fetch."""

    text: str
    round: int


class Tokens:
    """The token of one app, shared through ``store``. ``fetch`` asks the platform: (token, seconds it lives)."""

    def __init__(
        self, name: str, store: TokenStore, clock: Clock, fetch: Callable[[], Awaitable[tuple[str, float]]]
    ) -> None:
        self._name, self._store, self._clock, self._fetch = name, store, clock, fetch
        self._lock = asyncio.Lock()
        self._round, self._failures = 0, 0
        self._failure: tuple[SendError, datetime, datetime] | None = None

    async def get(self) -> Token:
        """The token in use, fetched when there is none. Raises SendError."""
        held = await self._store.get(self._name)
        if held is not None:
            return Token(held, self._round)
        async with self._lock:
            return await self._held_or_fetched()

    async def renewed(self, refused: Token) -> Token:
        """Another token than ``refused``: the one that somebody fetched meanwhile, else a new one. Where the platform
        gives the same one again, that one. Raises SendError."""
        async with self._lock:
            if refused.round == self._round:
                await self._store.drop(self._name, refused.text)
            return await self._held_or_fetched()

    async def _held_or_fetched(self) -> Token:
        held = await self._store.get(self._name)
        if held is None:
            held = await self._fetched()
        return Token(held, self._round)

    async def _fetched(self) -> str:
        self._still_pausing()
        try:
            text, seconds = await self._fetch()
        except SendError as error:
            self._pause(error)
            raise
        self._failures, self._failure = 0, None
        self._round += 1
        await self._store.put(self._name, text, max(seconds - EARLY, min(seconds, 60.0)))
        return text

    def _pause(self, error: SendError) -> None:
        pause = min(2.0**self._failures, _LONGEST_PAUSE)
        self._failures += 1
        now = self._clock.now()
        self._failure = (error, now, now + timedelta(seconds=pause))

    def _still_pausing(self) -> None:
        """Raises while a failure is fresh; a clock that was set back ends the pause."""
        if self._failure is None:
            return
        error, since, until = self._failure
        now = self._clock.now()
        if since <= now < until:
            kind = Misconfigured if isinstance(error, Misconfigured) else Retryable
            wait = (until - now).total_seconds()
            raise kind(error.message, error.hint, wait, cause=error.cause, mend=error.mend) from error

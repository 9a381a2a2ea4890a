"""Short-lived things that replicas share: tokens, rate limits, wake-ups, locks. Redis, or its twin in one process.

Losing Redis loses speed and nothing else: while it does not answer, its place is taken by the twin.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from time import monotonic
from typing import Any, Protocol, TypeVar

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

T = TypeVar("T")
log = structlog.get_logger(__name__)
LOST_FOR = 1.0
"""Seconds to leave Redis alone after it did not answer."""
BLOCK = 2.0
"""Longest block of one call: well below the socket's timeout, else a quiet list is taken for a dead server."""


class Memory(Protocol):
    async def get(self, name: str) -> str | None: ...
    async def put(self, name: str, token: str, seconds: float) -> None: ...
    async def drop(self, name: str, token: str) -> None:
        """Forgets ``name`` only where it still holds ``token``: a newer one stays."""
        ...

    async def take(self, name: str, per: float, most: int) -> float:
        """0 when one more may go now (and is counted), else the seconds to wait; ``most`` in any ``per`` seconds."""
        ...

    def took(self, name: str, ago: Sequence[float]) -> None:
        """What ``take`` allowed before this process began, as seconds ago, oldest first; Redis knows it by itself."""
        ...

    async def wake(self, name: str) -> None:
        """Ends one ``wait`` for the name, now or the next one; several wakes before it are one."""
        ...

    async def wait(self, name: str, seconds: float) -> bool:
        """True when woken, False after ``seconds``."""
        ...

    def lock(self, name: str, seconds: float) -> AbstractAsyncContextManager[bool]:
        """True inside when nobody else has it; False when it did not come free in ``seconds``. It ends by itself
        after ``seconds``."""
        ...

    async def ping(self) -> bool:
        """False while Redis does not answer."""
        ...

    async def close(self) -> None: ...


class Twin:
    """The same within one process. ``seconds`` is the clock of lives and windows: the sandbox passes its own."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._tokens: dict[str, tuple[str, float]] = {}
        self._taken: dict[str, deque[float]] = {}
        self._events: dict[str, asyncio.Event] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, name: str) -> str | None:
        token, until = self._tokens.get(name, ("", 0.0))
        return token if until > self._seconds() else None

    async def put(self, name: str, token: str, seconds: float) -> None:
        self._tokens[name] = (token, self._seconds() + seconds)

    async def drop(self, name: str, token: str) -> None:
        if self._tokens.get(name, ("", 0.0))[0] == token:
            self._tokens.pop(name, None)

    async def take(self, name: str, per: float, most: int) -> float:
        now, taken = self._seconds(), self._taken.setdefault(name, deque())
        while taken and not 0 <= now - taken[0] < per:  # a clock set back opens the window
            taken.popleft()
        if len(taken) >= most:
            return per - (now - taken[0])
        taken.append(now)
        if len(self._taken) > 10_000:
            self._taken = {key: line for key, line in self._taken.items() if line and now - line[-1] < 3600}
        return 0.0

    def took(self, name: str, ago: Sequence[float]) -> None:
        now = self._seconds()
        self._taken[name] = deque(sorted([*(now - one for one in ago), *self._taken.get(name, ())]))

    async def wake(self, name: str) -> None:
        self._events.setdefault(name, asyncio.Event()).set()

    async def wait(self, name: str, seconds: float) -> bool:
        event = self._events.setdefault(name, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    @asynccontextmanager
    async def lock(self, name: str, seconds: float) -> AsyncIterator[bool]:
        lock = self._locks.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(seconds):
                await lock.acquire()
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    async def ping(self) -> bool:
        return True

    async def close(self) -> None:
        return None


DROP = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"
TAKE = """
local time = redis.call('time')
local now, per, most = time[1] * 1000000 + time[2], tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('zremrangebyscore', KEYS[1], '-inf', now - per)
if redis.call('zcard', KEYS[1]) >= most then
  local oldest = redis.call('zrange', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, tonumber(oldest[2]) + per - now)
end
redis.call('zadd', KEYS[1], now, ARGV[3])
redis.call('pexpire', KEYS[1], math.ceil(per / 1000))
return 0
"""


class RedisMemory:
    """Shared by all replicas that use the same Redis; windows are by the server's clock."""

    def __init__(self, url: str, prefix: str = "genjin:") -> None:
        self._redis: Any = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=BLOCK * 3,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )
        self._prefix, self._twin, self._lost_until = prefix, Twin(), 0.0

    async def _ask(self, call: Callable[[], Awaitable[T]], instead: Callable[[], Awaitable[T]]) -> T:
        """What Redis says; while it says nothing, what the twin says."""
        if monotonic() < self._lost_until:
            return await instead()
        try:
            said = await call()
        except (RedisError, OSError, TimeoutError) as error:
            if not self._lost_until:
                log.warning("redis.lost", error=type(error).__name__)
            self._lost_until = monotonic() + LOST_FOR
            return await instead()
        if self._lost_until:
            log.info("redis.back")
            self._lost_until = 0.0
        return said

    async def get(self, name: str) -> str | None:
        return await self._ask(lambda: self._redis.get(self._prefix + name), lambda: self._twin.get(name))

    async def put(self, name: str, token: str, seconds: float) -> None:
        await self._twin.put(name, token, seconds)  # so that a lost Redis costs no new token
        life = max(1, int(seconds * 1000))
        await self._ask(lambda: self._redis.set(self._prefix + name, token, px=life), lambda: self._twin.get(name))

    async def drop(self, name: str, token: str) -> None:
        await self._twin.drop(name, token)
        await self._ask(lambda: self._redis.eval(DROP, 1, self._prefix + name, token), lambda: self._twin.get(name))

    async def take(self, name: str, per: float, most: int) -> float:
        key, window, one = f"{self._prefix}limit:{name}", int(per * 1_000_000), os.urandom(8).hex()
        return await self._ask(
            lambda: _seconds(self._redis.eval(TAKE, 1, key, window, most, one)),
            lambda: self._twin.take(name, per, most),
        )

    def took(self, name: str, ago: Sequence[float]) -> None:
        self._twin.took(name, ago)  # for the time in which Redis does not answer

    async def wake(self, name: str) -> None:
        await self._ask(lambda: self._wake(f"{self._prefix}wake:{name}"), lambda: self._twin.wake(name))

    async def _wake(self, key: str) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.lpush(key, "1")
            pipe.ltrim(key, 0, 0)
            pipe.expire(key, 60)
            await pipe.execute()

    async def wait(self, name: str, seconds: float) -> bool:
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            if await self._wait_once(name, min(left, BLOCK)):
                return True
        return False

    async def _wait_once(self, name: str, seconds: float) -> bool:
        return await self._ask(lambda: self._blocked(name, seconds), lambda: self._twin.wait(name, seconds))

    async def _blocked(self, name: str, seconds: float) -> bool:
        return await self._redis.blpop([f"{self._prefix}wake:{name}"], timeout=max(seconds, 0.01)) is not None

    @asynccontextmanager
    async def lock(self, name: str, seconds: float) -> AsyncIterator[bool]:
        key, mine, until = f"{self._prefix}lock:{name}", os.urandom(8).hex(), monotonic() + seconds
        async with self._twin.lock(name, seconds) as here:
            got = here and await self._locked(key, mine, seconds, until)
            try:
                yield got
            finally:
                if got:
                    with suppress(RedisError, OSError):  # it ends by itself
                        await self._redis.eval(DROP, 1, key, mine)

    async def _locked(self, key: str, mine: str, seconds: float, until: float) -> bool:
        while not await self._ask(lambda: self._redis.set(key, mine, nx=True, px=int(seconds * 1000)), _yes):
            if monotonic() > until:
                return False
            await asyncio.sleep(0.02)
        return True

    async def ping(self) -> bool:
        async def no() -> bool:
            return False

        return bool(await self._ask(self._redis.ping, no))

    async def close(self) -> None:
        await self._redis.aclose()


async def _seconds(micros: Awaitable[Any]) -> float:
    return float(await micros) / 1_000_000


async def _yes() -> bool:
    return True


def open_memory(url: str, seconds: Callable[[], float] = monotonic) -> Memory:
    """Redis where a URL is given, else its twin by the clock ``seconds``. Nothing is connected yet."""
    return RedisMemory(url) if url else Twin(seconds)

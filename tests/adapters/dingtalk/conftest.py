from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from adapters.dingtalk import Adapter
from adapters.http import Http
from bot.clock import MovableClock
from tests.adapters.dingtalk.twins import AT, MemoryLimits, MemoryTokens, Platform, Shelf, clock, config


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    http = Http(seconds=4.0, connect_seconds=4.0)  # wide enough for a hundred calls on a busy machine
    yield http
    await http.close()


@pytest.fixture
def now() -> MovableClock:
    return clock(AT)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def base(platform: Platform, aiohttp_server: Any) -> str:
    server = await aiohttp_server(platform.app())
    return str(server.make_url("/"))


@pytest.fixture
def made(base: str, http: Http, now: MovableClock) -> Callable[..., Adapter]:
    """An adapter whose platform is a server on loopback; the keys of its configuration may be given."""

    def make(**changes: Any) -> Adapter:
        bases = {"api_base": base.rstrip("/"), "oapi_base": base.rstrip("/"), "login_base": base.rstrip("/")}
        return Adapter(config(**{**bases, **changes}), now, http, MemoryTokens(), MemoryLimits(now))

    return make


@pytest.fixture
def sender(made: Callable[..., Adapter]) -> Adapter:
    return made()

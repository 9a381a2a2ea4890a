from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.feishu import Adapter
from adapters.http import Http
from tests.adapters.feishu.twins import Platform, clock, config
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    http = Http(seconds=4.0, connect_seconds=4.0)  # wide enough for a hundred calls on a busy machine
    yield http
    await http.close()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def now():
    return clock()


@pytest.fixture
async def sender(platform: Platform, http: Http, now, aiohttp_server) -> Adapter:
    """An adapter whose platform is a server on loopback."""
    server = await aiohttp_server(platform.app())
    return Adapter(config(api_base=str(server.make_url("/"))), now, http, MemoryTokens(), MemoryLimits(now))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()

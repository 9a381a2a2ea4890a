"""The whole bot beside its stand-in platform, its clock standing at Tuesday 10:00."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.cli.demo import running
from tests.conversations.chat import TUESDAY, Chat
from tests.fixtures.web import web_at


@asynccontextmanager
async def open_chat(folder: Path, database: str = "", redis: str = "") -> AsyncIterator[Chat]:
    async with (
        running(folder, TUESDAY, rate=0.0, database=database, redis=redis) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web)


@pytest.fixture
async def chat(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    """On SQLite."""
    async with open_chat(tmp_path, sqlite_url) as one:
        yield one


@pytest.fixture
async def chat_on_both(tmp_path: Path, database_url: str) -> AsyncIterator[Chat]:
    """On SQLite and on PostgreSQL, one after the other."""
    async with open_chat(tmp_path, database_url) as one:
        yield one


@pytest.fixture
async def chat_on_redis(tmp_path: Path, sqlite_url: str, redis_url: str) -> AsyncIterator[Chat]:
    """With tokens, limits and wake-ups in a real Redis."""
    async with open_chat(tmp_path, sqlite_url, redis_url) as one:
        yield one

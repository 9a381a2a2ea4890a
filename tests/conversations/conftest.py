"""The chat fixture: the whole bot beside its stand-in platform, on SQLite, its clock standing at Tuesday 10:00."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.cli.demo import running
from tests.conversations.chat import TUESDAY, Chat


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with (
        running(tmp_path, TUESDAY, rate=0.0) as demo,
        httpx.AsyncClient(base_url=demo.url, timeout=40, trust_env=False) as web,
    ):
        yield Chat(demo, web)

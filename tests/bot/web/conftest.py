from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.phone import Phone
from tests.conversations.chat import Chat
from tests.conversations.conftest import open_chat


@pytest.fixture
async def chat(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    async with open_chat(tmp_path, sqlite_url) as one:
        yield one


@pytest.fixture
async def phone(chat: Chat) -> AsyncIterator[Phone]:
    """张伟's, nothing opened on it yet."""
    async with Phone(chat.demo, "zhang.wei") as one:
        yield one

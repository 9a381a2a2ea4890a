"""The chat of the conversation tests, and the post that carries callbacks past it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conversations.chat import Chat
from tests.conversations.conftest import chat  # noqa: F401 (a fixture)
from tests.faults.load import Post, post_to


@pytest.fixture
async def post(chat: Chat) -> AsyncIterator[Post]:  # noqa: F811
    """Carries letters to the bot of the chat, by its clock."""
    app = chat.demo.platforms.wecom.apps[0]
    async with post_to(app, app.callback_url) as one:
        one.now = chat.demo.app.clock.now
        yield one

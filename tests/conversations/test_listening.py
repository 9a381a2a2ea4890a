"""A long connection that stays down is told to the admins, who cannot see it in their chats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.demo import running
from bot.listening import PATIENCE, Listening
from tests.conversations.chat import TUESDAY, Chat
from tests.fixtures.web import web_at


@pytest.fixture
async def chat(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["wecom", "dingtalk"]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web)


class Line:
    """An account whose line is up or down as the test says."""

    def __init__(self) -> None:
        self.hears = True


async def test_a_line_that_stays_down_and_is_up_again(chat: Chat) -> None:
    app, line = chat.demo.app, Line()
    ears = Listening(app.house, {"dingtalk": line})  # type: ignore[dict-item]
    line.hears = False
    for _ in range(PATIENCE - 1):
        await ears.look()
    line.hears = True
    await ears.look()
    assert await chat.heard_of("admin", "bot.deaf") == []
    line.hears = False
    for _ in range(PATIENCE + 5):
        await ears.look()
    app.told.set()
    await chat.demo.desk.quiet(20)
    [told] = await chat.heard_of("admin", "bot.deaf")
    assert "钉钉听不到消息了" in told.text
    assert "查外网、防火墙，再跑 genjin check" in told.text
    line.hears = True
    await ears.look()
    app.told.set()
    await chat.demo.desk.quiet(20)
    [back] = await chat.heard_of("admin", "bot.deaf.back")
    assert back.text.startswith("钉钉 10:00 又听得到了")


async def test_accounts_that_hear_are_left_in_peace(chat: Chat) -> None:
    ears = Listening(chat.demo.app.house, chat.demo.app.adapters)
    assert set(ears._lines) == {"dingtalk"}
    for _ in range(3 * PATIENCE):
        await ears.look()
    assert await chat.heard("admin") == []

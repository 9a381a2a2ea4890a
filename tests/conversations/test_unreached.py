"""Somebody or a group whom the account cannot reach: an admin hears of it, once a day, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import NotDeliverable
from adapters.messages import Address, Push, Sent, Text
from bot.cli.demo import PLATFORMS, running
from bot.letter import Letter
from bot.outbox.service import put
from storage import members, outbox
from tests.conversations.chat import TUESDAY, Chat
from tests.fixtures.web import web_at


@pytest.fixture(params=list(PLATFORMS))
async def on(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    platform: str = request.param
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[platform]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web, platform)


def shut_out(chat: Chat, user: str) -> None:
    """The platform no longer reaches that person, without a word that he left."""
    world: Any = chat.demo.platforms.world
    del world._people[user]


async def test_the_admin_hears_whom_the_platform_does_not_reach_and_what_to_do(on: Chat) -> None:
    await on.says("zhang.wei", "我周五前把报价单发给华东医械王总")
    shut_out(on, "zhang.wei")
    await on.until("2026-03-12 17:45")
    [card] = await on.heard_of("admin", "bot.unreached")
    assert "张伟收不到消息" in card.text
    assert f"{on.demo.app.adapters[on.platform].label} · 17:40 有一条没送到" in card.text
    assert "怎么办" in card.text
    await on.until("2026-03-12 19:00")
    assert len(await on.heard_of("admin", "bot.unreached")) == 1, "once a day"
    await on.until("2026-03-13 18:30")
    assert len(await on.heard_of("admin", "bot.unreached")) == 2, "and again the next day"


async def test_a_group_without_the_bot_is_named(on: Chat) -> None:
    [admin] = await members.with_role("admin")
    now = on.demo.app.clock.now()
    adapter: Any = on.demo.app.adapters[on.platform]
    send = adapter.send

    async def refusing(to: Address, push: Push, *, key: str) -> Sent:
        if to.chat:
            raise NotDeliverable("not in the group", "把机器人加进这个群，并让它能发言")
        sent: Sent = await send(to, push, key=key)
        return sent

    adapter.send = refusing
    for n in range(2):
        await put(
            Letter(Text("t", "日终摘要"), admin.id, f"x{n}", account=on.platform, chat="oc_0123456789abcdef"), now
        )
    await on.until("2026-03-10 10:05")
    [card] = await on.heard_of("admin", "bot.unreached")
    assert "群 …abcdef 收不到消息" in card.text
    assert "把机器人加进这个群，并让它能发言" in card.text
    assert [row.state for row in await outbox.dead_letters()] == ["dead"] * 2

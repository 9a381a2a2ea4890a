"""What takes long to find is found outside of any transaction: nobody else waits, and it is said that it comes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.exchange import hand_out
from bot.process import replay
from tests.conversations.chat import Chat


async def until_heard(chat: Chat, who: str, kind: str) -> None:
    async with asyncio.timeout(10):
        while not await chat.heard_of(who, kind):
            await asyncio.sleep(0.05)


async def test_others_are_answered_while_an_export_is_made(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, records = asyncio.Event(), hand_out.records

    async def slow(*args: Any) -> hand_out.HandedOut:
        await gate.wait()
        return await records(*args)

    monkeypatch.setattr(hand_out, "records", slow)
    monkeypatch.setattr("bot.commands.export.AT_ONCE", 1)
    asked = asyncio.create_task(chat.says_all("admin", "/export customers"))
    await until_heard(chat, "admin", "cmd.export.making")
    said = asyncio.create_task(chat.says("li.na", "松涛何校长今天来电话了"))
    await until_heard(chat, "li.na", "reading.clear")
    assert await chat.heard_of("admin", "cmd.export") == []
    gate.set()
    first, second = await asked
    assert (first.text, second.text.startswith("6 家，xlsx，加密")) == ("在导出，6 条，好了发给你。", True)
    await said


async def test_a_rule_is_tried_on_the_past_while_others_talk(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, over = asyncio.Event(), replay.over

    async def slow(*args: Any, **named: Any) -> replay.Replay:
        await gate.wait()
        return await over(*args, **named)

    monkeypatch.setattr(replay, "over", slow)
    asked = asyncio.create_task(chat.says("admin", "/rule test 演示后发方案"))
    said = asyncio.create_task(chat.says("li.na", "松涛何校长今天来电话了"))
    await until_heard(chat, "li.na", "reading.clear")
    gate.set()
    assert (await asked).kind == "cmd.rule.test"
    await said

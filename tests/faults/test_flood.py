"""Row 22: one person floods the bot. All of it is read, nobody else waits for it, and the flooder is told once."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from time import monotonic

import pytest

from storage import sql
from tests.conversations.chat import Chat
from tests.faults.load import Letter, Post, letter

SOON = 2.0
"""Seconds after which the other one has an answer."""


def flood(chat: Chat, count: int) -> list[Letter]:
    """So many messages of one rep within ten seconds, a tenth of them about the customer."""
    app, now = chat.demo.platforms.wecom.apps[0], chat.demo.app.clock.now()
    return [
        letter(app, "zhang.wei", SAYS.format(n=n) if n % 10 == 0 else f"测试{n}", n, now + timedelta(seconds=n % 10))
        for n in range(count)
    ]


SAYS = "今天拜访了华东医械的王总，聊了第{n}版方案"


async def flooded(chat: Chat, post: Post, count: int) -> None:
    letters = flood(chat, count)
    carried = asyncio.create_task(post.all(letters, random.Random(22), width=16, twice=0.1))
    await post.heard(count // 4)
    began = monotonic()
    assert (
        await post.once(letter(chat.demo.platforms.wecom.apps[0], "li.na", "博远仪器孙经理要案例", count, post.now()))
        == 200
    )
    while not await chat.heard("li.na"):
        await asyncio.sleep(0.02)
    took = monotonic() - began
    unread = await sql.value("SELECT COUNT(*) FROM message WHERE state = 'new'")
    assert took < SOON or unread, "it waited for the flood; a busy machine is slow for both"
    await carried
    assert await chat.demo.desk.quiet(120)
    theirs = [one for one in await chat.records("message") if one["sender"] == "zhang.wei"]
    assert {one["event_key"] for one in theirs} == {one.key for one in letters}
    assert {one["state"] for one in theirs} == {"handled"}
    texts = [one["text"] for one in await chat.records("activity")]
    assert sorted(t for t in texts if "第" in t) == sorted(SAYS.format(n=n) for n in range(0, count, 10))


@pytest.mark.parametrize("count", [300, pytest.param(2000, marks=pytest.mark.torture)])
async def test_row_22_one_floods_and_another_has_an_answer_at_once(chat: Chat, post: Post, count: int) -> None:
    await flooded(chat, post, count)
    await chat.until("2026-03-10 10:01")
    heard = await chat.heard("zhang.wei")
    [busy] = [one for one in heard if one.kind == "busy"]
    assert busy.text.endswith("分钟读完，不用重发。")
    [read] = [one for one in heard if one.kind == "busy.read"]
    assert "句都读完了" in read.text
    assert len(heard) <= 30
    assert not chat.demo.platforms.world.dropped


async def test_what_waited_for_days_is_no_flood(chat: Chat, post: Post) -> None:
    """After downtime everything comes at once, but was said slowly: each is answered. No two answers are alike: of
    equal ones the platform may swallow one."""
    app, now = chat.demo.platforms.wecom.apps[0], chat.demo.app.clock.now()
    for n in range(25):
        await post.once(letter(app, "zhang.wei", f"/customer 第{n}家", n, now - timedelta(minutes=25 - n)))
    async with asyncio.timeout(60):  # a push that backs off is quiet, and comes
        while len(heard := await chat.heard("zhang.wei")) < 25:
            await asyncio.sleep(0.2)
    assert len(heard) == 25 and [one.kind for one in heard].count("busy") == 0

"""Rows 7, 8, 9 and 24: the same callback again, at once, hours later, from somebody who caught it; and out of order."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.sandbox.wecom_callbacks import sealed
from bot.cli.demo import running
from tests.conversations.chat import TUESDAY, Chat
from tests.faults.load import Letter, Post, letter, post_to
from tests.fixtures.web import web_at

REPORT = "今天拜访了华东医械的王总，聊了聊方案"
PEOPLE = ("zhang.wei", "li.na", "chen.jie")


def told(chat: Chat, user: str, text: str, n: int, at: datetime | None = None) -> Letter:
    return letter(chat.demo.platforms.wecom.apps[0], user, text, n, at or chat.demo.app.clock.now())


async def settled(chat: Chat) -> None:
    assert await chat.demo.desk.quiet(30)


async def test_row_7_every_callback_twice_at_once_counts_once(chat: Chat, post: Post) -> None:
    """32 at once, each twice in parallel under seals of their own: both are told that it is kept."""
    letters = [told(chat, PEOPLE[n % 3], f"记一下，第{n}条", n) for n in range(64)]
    for start in range(0, 64, 16):
        part = letters[start : start + 16]
        answers = await asyncio.gather(*(post.once(one) for one in (*part, *part)))
        assert answers == [200] * 32
    await settled(chat)
    messages = await chat.records("message")
    assert len(messages) == 64
    assert {message["event_key"] for message in messages} == {one.key for one in letters}


async def test_row_7_a_report_sent_twice_at_once_is_one_activity_and_one_card(chat: Chat, post: Post) -> None:
    one = told(chat, "zhang.wei", REPORT, 1)
    before = len(await chat.records("activity"))
    assert await asyncio.gather(*(post.once(one) for _ in range(8))) == [200] * 8
    await settled(chat)
    assert len(await chat.records("activity")) == before + 1
    assert len(await chat.heard("zhang.wei")) == 1


async def test_row_8_the_same_message_seven_hours_later_and_after_a_restart_counts_once(
    tmp_path: Path, sqlite_url: str
) -> None:
    said: list[Letter] = []
    for moment in (TUESDAY, TUESDAY + timedelta(hours=7)):
        async with (
            running(tmp_path, moment, rate=0.0, database=sqlite_url) as demo,
            web_at(demo.url) as web,
            post_to(demo.platforms.wecom.apps[0], demo.platforms.wecom.apps[0].callback_url) as post,
        ):
            chat = Chat(demo, web)
            demo.app.clock.set(moment)
            post.now = demo.app.clock.now
            said = said or [told(chat, "zhang.wei", REPORT, 1)]
            assert await post.once(said[0]) == 200
            await settled(chat)
            assert len(await chat.records("message")) == 1
            assert [seen.kind for seen in await chat.heard("zhang.wei")][:1] == ["reading.clear"]
            assert len(await chat.heard_of("zhang.wei", "reading.clear")) == 1


@pytest.mark.parametrize("backwards", [False, True])
async def test_row_9_an_advance_and_its_correction_come_out_the_same_in_any_order(
    chat: Chat, post: Post, backwards: bool
) -> None:
    """The correction waits for what it corrects, and the record is as if all had come in order."""
    start = TUESDAY - timedelta(minutes=5)
    line = [
        told(chat, "zhang.wei", "启明制造今天演示了方案，郑总挺满意", 1, start),
        told(chat, "zhang.wei", "不对，是华东医械", 2, start + timedelta(seconds=20)),
    ]
    before = {deal["id"]: deal["stage"] for deal in await chat.records("opportunity")}
    for one in reversed(line) if backwards else line:
        assert await post.once(one) == 200
        await settled(chat)
    await chat.until("2026-03-10 10:02")
    await settled(chat)
    after = {deal["id"]: deal["stage"] for deal in await chat.records("opportunity")}
    wrong, right = await chat.opportunity("启明制造有限公司"), await chat.opportunity("华东医疗器械有限公司")
    assert after[wrong["id"]] == before[wrong["id"]]
    [activity] = await chat.records("activity")
    assert activity["customer_id"] == right["customer_id"]
    assert datetime.fromisoformat(activity["occurred_at"]) == start


async def test_row_9_of_two_advances_delivered_backwards_the_younger_stands(chat: Chat, post: Post) -> None:
    start = TUESDAY - timedelta(minutes=5)
    line = [
        told(chat, "chen.jie", "跟博远仪器的秦经理聊了需求，需求确认了", 1, start),
        told(chat, "chen.jie", "博远仪器今天做了产品演示", 2, start + timedelta(seconds=30)),
    ]
    for one in reversed(line):
        assert await post.once(one) == 200
        await settled(chat)
    deal = await chat.opportunity("博远仪器")
    activities = sorted(await chat.records("activity"), key=lambda one: one["occurred_at"])
    assert [datetime.fromisoformat(one["occurred_at"]) - start for one in activities] == [
        timedelta(0), timedelta(seconds=30)
    ]  # fmt: skip
    [younger] = [one for one in activities if "演示" in one["text"]]
    assert younger["opportunity_id"] == deal["id"]
    assert deal["stage"] == "solution_demo"


async def test_row_24_caught_and_sent_again_it_is_refused_when_old_and_counts_once_when_young(
    chat: Chat, post: Post
) -> None:
    one = told(chat, "zhang.wei", REPORT, 1)
    caught = sealed(post.app, one.plain, chat.demo.app.clock.now())

    async def again() -> httpx.Response:
        return await chat.web.post(post.url, params=caught[0], content=caught[1])

    assert [(await again()).status_code for _ in range(3)] == [200] * 3
    await settled(chat)
    await chat.until("2026-03-10 10:09")
    assert (await again()).status_code == 200
    await chat.until("2026-03-10 10:11")
    refused = await again()
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "stale")
    await settled(chat)
    assert len(await chat.records("message")) == 1
    assert len(await chat.records("activity")) == 1
    assert len(await chat.heard("zhang.wei")) == 1

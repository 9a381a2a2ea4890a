"""The fault matrix on Feishu, through the whole bot and by both ways in: what is told once counts once and is answered
once, whatever the platform does meanwhile (rows 7 to 9, 12 to 14, 24 and 33)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_callbacks import dumped, event, milliseconds, sealed, sender
from adapters.sandbox.feishu_people import FeishuPeople
from bot.cli import demo
from tests.adapters.feishu.test_render import HOSTILE
from tests.conversations.chat import TUESDAY, Chat
from tests.fixtures.web import web_at

REPORT = "今天拜访了华东医械的王总，聊了聊方案"
PEOPLE = ("zhang.wei", "li.na", "chen.jie")


@pytest.fixture(params=["http", "ws"])
async def chat(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Chat]:
    """A company on Feishu alone, the bot over callbacks or on the long connection."""
    mode = request.param
    played = {"feishu": lambda world: FeishuPeople(world, [FeishuApp(mode=mode)])}
    monkeypatch.setattr(demo, "PLATFORMS", played)
    async with (
        demo.running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["feishu"]) as one,
        web_at(one.url, 60) as web,
    ):
        chat = Chat(one, web, "feishu")
        if mode == "ws":
            assert await people(chat).server.lines.wait_up(people(chat).app())
        yield chat


def people(chat: Chat) -> FeishuPeople:
    found = chat.demo.platforms.standin("feishu")
    assert isinstance(found, FeishuPeople)
    return found


def told(chat: Chat, user: str, text: str, id: str, at: datetime | None = None) -> dict[str, Any]:
    """A message as the platform pushes it, each time under a new event id."""
    app, moment = people(chat).app(), at or chat.demo.app.clock.now()
    said = {
        "message_id": id, "create_time": milliseconds(moment), "chat_id": app.private_chat(user), "chat_type": "p2p",
        "message_type": "text", "content": dumped({"text": text}),
    }  # fmt: skip
    return event(app, "im.message.receive_v1", {"sender": sender(app, user), "message": said}, moment)


async def pushed(chat: Chat, payload: dict[str, Any]) -> bool:
    heard = await people(chat).callbacks.push(people(chat).app(), payload, chat.demo.app.clock.now())
    return heard.ok


async def settled(chat: Chat) -> None:
    assert await chat.demo.desk.quiet(30)


async def test_row_7_every_event_twice_at_once_counts_once(chat: Chat) -> None:
    lines = [(PEOPLE[n % 3], f"记一下，第{n}条", f"om_{n}") for n in range(24)]
    both = [pushed(chat, told(chat, *line)) for line in (*lines, *lines)]
    assert all(await asyncio.gather(*both))
    await settled(chat)
    assert {one["event_key"] for one in await chat.records("message")} == {id for _, _, id in lines}
    assert len(await chat.records("message")) == 24


async def test_row_8_the_same_message_seven_hours_later_counts_once(chat: Chat) -> None:
    first = chat.demo.app.clock.now()
    for moment in ("2026-03-10 10:00", "2026-03-10 17:00"):
        await chat.until(moment)
        assert await pushed(chat, told(chat, "zhang.wei", REPORT, "om_1", first))
        await settled(chat)
    assert len(await chat.records("activity")) == 1


async def test_row_9_of_two_advances_delivered_backwards_the_younger_stands(chat: Chat) -> None:
    start = TUESDAY - timedelta(minutes=5)
    line = [
        told(chat, "chen.jie", "跟博远仪器的秦经理聊了需求，需求确认了", "om_1", start),
        told(chat, "chen.jie", "博远仪器今天做了产品演示", "om_2", start + timedelta(seconds=30)),
    ]
    for one in reversed(line):
        assert await pushed(chat, one)
        await settled(chat)
    assert (await chat.opportunity("博远仪器"))["stage"] == "solution_demo"
    times = sorted(one["occurred_at"] for one in await chat.records("activity"))
    assert [datetime.fromisoformat(one) - start for one in times] == [timedelta(0), timedelta(seconds=30)]


@pytest.mark.parametrize("mode", ["429", "5xx", "token_expired", "down", "cut", "half", "html", "moved", "230020"])
async def test_rows_12_to_14_whatever_the_platform_does_the_answer_comes_once(mode: str, chat: Chat) -> None:
    await chat.says("zhang.wei", REPORT)
    chat.demo.platforms.world.faults.set("feishu", mode, 20)
    await pushed(chat, told(chat, "zhang.wei", "华东医械王总又问了报价", "om_2"))
    await settled(chat)
    before = len(people(chat).server.calls)
    await chat.until("2026-03-10 10:10")
    await settled(chat)
    assert len(people(chat).server.calls) - before < 20  # no storm
    assert len([one for one in await chat.records("message") if one["state"] == "handled"]) == 2
    answers = [seen for seen in await chat.heard("zhang.wei") if seen.kind.startswith("reading.")]
    assert len(answers) == 2


async def test_row_13_every_second_call_is_refused_and_all_is_said(chat: Chat) -> None:
    world = chat.demo.platforms.world
    world.faults.plan("feishu", [mode for _ in range(12) for mode in ("429", "none", "230020", "none")])
    for n, user in enumerate((*PEOPLE, *PEOPLE)):
        assert await pushed(chat, told(chat, user, f"记一下，第{n}条", f"om_{n}"))
    for minute in range(1, 12):
        await chat.until(f"2026-03-10 10:{minute:02}")
        await settled(chat)
    world.faults.plan("feishu", [])
    await chat.until("2026-03-10 10:30")
    await settled(chat)
    assert [len(await chat.heard(user)) >= 2 for user in PEOPLE] == [True] * 3


async def test_a_tap_in_an_outage_counts_and_its_card_changes_once_the_platform_is_back(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去")
    chat.demo.platforms.world.faults.set("feishu", "down", 30)
    await chat.taps("zhang.wei", card, "confirm")
    await chat.until("2026-03-10 10:05")
    await settled(chat)
    assert "张伟 10:00 确认" in (await chat.look("zhang.wei", card)).text
    assert {one["confirmed"] for one in await chat.records("activity")} == {True}


async def test_a_card_that_can_be_changed_no_more_is_said_anew(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去")
    await chat.until("2026-03-26 10:00")
    heard = len(await chat.heard("zhang.wei"))
    await chat.taps("zhang.wei", card, "undo")
    assert await chat.records("commitment") == []
    assert "撤销" in (await chat.look("zhang.wei", card)).text or len(await chat.heard("zhang.wei")) > heard


@pytest.mark.parametrize("chat", ["http"], indirect=True)
async def test_row_24_a_clock_that_is_off_by_more_than_the_window_keeps_nothing(chat: Chat) -> None:
    app, now = people(chat).app(), chat.demo.app.clock.now()
    payload = told(chat, "zhang.wei", REPORT, "om_1")
    async with aiohttp.ClientSession() as web:
        for skew, status in ((-9, 403), (9, 403), (-7, 200), (7, 200)):
            body, head = sealed(app, dumped(payload).encode(), now + timedelta(hours=skew))
            async with web.post(app.callback_url, data=body, headers=head) as answer:
                assert answer.status == status
    await settled(chat)
    assert len(await chat.records("message")) == 1


@pytest.mark.parametrize("chat", ["ws"], indirect=True)
async def test_a_line_that_breaks_again_and_again_loses_nothing_and_doubles_nothing(chat: Chat) -> None:
    lines, app = people(chat).server.lines, people(chat).app()
    for n in range(6):
        if n % 2:
            lines.mute = True  # half open: the event, or its acknowledgement, goes nowhere
            lost = asyncio.create_task(pushed(chat, told(chat, "zhang.wei", f"记一下，第{n}条", f"om_{n}")))
            await asyncio.sleep(0.2)
            await lines.drop(app)
            lines.mute = False
            assert await lost
        else:
            assert await pushed(chat, told(chat, "zhang.wei", f"记一下，第{n}条", f"om_{n}"))
    await settled(chat)
    assert sorted(one["event_key"] for one in await chat.records("message")) == [f"om_{n}" for n in range(6)]
    assert lines.opened >= 4


@pytest.mark.parametrize("name", [HOSTILE["mention"], HOSTILE["link"]], ids=["mention", "link"])
async def test_row_33_a_customer_of_that_name_calls_nobody(name: str, chat: Chat) -> None:
    await chat.says_all("zhang.wei", f"新客户{name}的李总要报价，我明天发报价单给他")
    assert people(chat).server.messages.mentioned == []
    for seen in await chat.heard("zhang.wei"):
        assert "http://evil" not in seen.text

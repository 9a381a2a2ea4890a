"""WeCom's smart robot beside the app, by callback address and by long connection: groups, files, answers in place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.wecom_robot import RobotApp, RobotServer
from bot.cli import demo
from tests.conversations.chat import TUESDAY, Chat, Seen
from tests.fixtures.web import web_at

SENTENCE = "华东医械王总说预算已批，我周五前把报价单发过去"
PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
GROUP = "wrSANDBOXGROUP"


@pytest.fixture(params=["http", "ws"])
async def chat(request: Any, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """A company whose WeCom account has a robot."""
    app = WecomApp(robot=RobotApp(mode=request.param))
    monkeypatch.setitem(cast(Any, demo.PLATFORMS), "wecom", lambda world: WecomPeople(world, [app]))
    async with (
        demo.running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["wecom"]) as running,
        web_at(running.url) as web,
    ):
        one = Chat(running, web)
        await connected(one)
        yield one


def people(chat: Chat) -> WecomPeople:
    return cast(WecomPeople, chat.demo.platforms.standin("wecom"))


def robot(chat: Chat) -> RobotServer:
    return people(chat).server.robots["wecom"]


async def connected(chat: Chat, times: int = 1) -> None:
    """The line is up, where the robot has one."""
    line = cast(Any, chat.demo.app.adapters["wecom"])._robot.line
    async with asyncio.timeout(15):
        while robot(chat).robot.mode == "ws" and (line.times < times or not line.up):
            await asyncio.sleep(0.02)


async def told(chat: Chat, who: str, text: str, group: str = "", quote: str = "") -> list[Seen]:
    """What came of words to the robot."""
    before = max((seen.n for seen in await chat.heard(who)), default=0)
    await people(chat).to_robot(who, text, chat=group, quote=quote)
    await chat.demo.desk.quiet(20)
    return await chat.heard(who, before)


def where(chat: Chat, who: str, seen: Seen) -> str:
    """robot, group or app: by which way it came."""
    item = chat.demo.platforms.world.item(who, seen.n)
    assert item is not None
    return "group" if item.chat else "robot" if item.reference.startswith("robot") else "app"


async def test_the_card_comes_where_it_was_said_and_its_buttons_work(chat: Chat) -> None:
    [card] = await told(chat, "zhang.wei", SENTENCE)
    assert where(chat, "zhang.wei", card) == "robot"
    assert card.title == "华东医械 · 记下了"
    assert card.line("承诺") == "我方发报价单，周五 3月13日前"
    confirmed = await chat.taps("zhang.wei", card, "confirm")
    assert confirmed.n == card.n
    assert "张伟 10:00 确认" in confirmed.text
    assert {one["confirmed"] for one in await chat.records("activity")} == {True}


async def test_what_nobody_asked_for_comes_by_the_app(chat: Chat) -> None:
    await told(chat, "zhang.wei", SENTENCE)
    await chat.until("2026-03-12 17:45")
    ahead = (await chat.heard_of("zhang.wei", "promise.ahead"))[-1]
    assert ahead.title == "明天到期：发报价单"
    assert where(chat, "zhang.wei", ahead) == "app"
    kept = await chat.taps("zhang.wei", ahead, "done")
    assert kept.title.startswith("闭环") or kept.text


async def test_who_speaks_to_the_app_is_answered_there(chat: Chat) -> None:
    await told(chat, "zhang.wei", "/today")
    card = await chat.says("zhang.wei", SENTENCE)
    assert where(chat, "zhang.wei", card) == "app"


async def test_a_group_hears_a_line_and_who_asked_the_card(chat: Chat) -> None:
    await told(chat, "zhang.wei", "@跟进 /bind 华东医械", group=GROUP)
    bound = (await chat.heard("wang.fang"))[-1]
    assert bound.text == "本群绑到华东医械。群里 ＠我 的话记到这家，其他话我听不到。"
    seen = await told(chat, "zhang.wei", "@跟进 王总说预算已批，我周五前把报价单发过去", group=GROUP)
    ways = {where(chat, "zhang.wei", one): one for one in seen}
    assert ways["group"].text == "华东医械记下了，细节私聊发你。"
    card = ways["app"]
    assert card.line("客户") == "华东医械（本群绑的客户）"
    assert (await chat.heard("wang.fang"))[-1].text == "华东医械记下了，细节私聊发你。"
    confirmed = await chat.taps("zhang.wei", card, "confirm")
    assert "确认" in confirmed.text


async def test_talk_in_a_group_is_silence_and_a_quote_no_command(chat: Chat) -> None:
    await told(chat, "zhang.wei", "@跟进 /bind 华东医械", group=GROUP)
    assert not await told(chat, "zhang.wei", "@跟进 中午吃什么", group=GROUP)
    assert not await told(chat, "li.na", "@跟进 哈哈", group=GROUP, quote="/bind 松涛教育")
    shown = await told(chat, "zhang.wei", "@跟进 /bind", group=GROUP)
    assert "本群绑着华东医械" in shown[-1].text


async def test_a_file_in_chat_keeps_the_promise(chat: Chat) -> None:
    await told(chat, "zhang.wei", SENTENCE)
    await people(chat).file_to_robot("zhang.wei", "华东医械_报价单_v3.pdf", PDF)
    await chat.demo.desk.quiet(20)
    closed = (await chat.heard("zhang.wei"))[-1]
    assert closed.title == "闭环：发报价单"
    [promise] = await chat.records("commitment")
    [proof] = [one for one in await chat.records("evidence") if one["commitment_id"] == promise["id"]]
    assert (promise["state"], proof["file"]) == ("kept", "华东医械_报价单_v3.pdf")


async def test_a_stranger_is_answered_where_he_asked(chat: Chat) -> None:
    [hello] = await told(chat, "zhao.min", "恒川物流要报价")
    assert hello.text.startswith("你好，我是小跟。我还不认识你")
    assert where(chat, "zhao.min", hello) == "robot"


async def test_words_make_no_markdown_and_mention_nobody(chat: Chat) -> None:
    """FAULTS 33"""
    [seen] = await told(chat, "zhang.wei", "/customer [点此](http://evil.example) <@all> **粗** @all")
    said = robot(chat).sent[-1]
    assert not set("[]*<>@`") & set(str(said.get("markdown", said)["content"] if "markdown" in said else "")), seen.text


async def test_the_platform_down_for_a_while_loses_nothing(chat: Chat) -> None:
    await chat.fault("5xx", 30)
    await told(chat, "zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:03")
    cards = [seen for seen in await chat.heard("zhang.wei") if seen.title == "华东医械 · 记下了"]
    assert len(cards) == 1
    assert len(await chat.records("commitment")) == 1


# -- the line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chat", ["ws"], indirect=True)
async def test_a_line_that_ends_is_opened_again(chat: Chat) -> None:
    line = cast(Any, chat.demo.app.adapters["wecom"])._robot.line
    line.first_pause = 0.05
    assert robot(chat).line is not None
    await cast(Any, robot(chat).line).close()
    await connected(chat, times=2)
    [card] = await told(chat, "zhang.wei", SENTENCE)
    assert where(chat, "zhang.wei", card) == "robot"


@pytest.mark.parametrize("chat", ["ws"], indirect=True)
async def test_a_line_that_is_half_there_is_found_by_pings(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.wecom import robot_line

    monkeypatch.setattr(robot_line, "ACK", 0.1)
    line = cast(Any, chat.demo.app.adapters["wecom"])._robot.line
    line.first_pause = line.ping = 0.05
    await cast(Any, robot(chat).line).close()
    await connected(chat, times=2)
    robot(chat).silent = True
    await asyncio.sleep(0.6)
    robot(chat).silent = False
    await connected(chat, times=3)


@pytest.mark.parametrize("chat", ["ws"], indirect=True)
async def test_a_replica_waits_while_another_holds_the_line(chat: Chat) -> None:
    from adapters.wecom.robot_line import Line

    first = cast(Any, chat.demo.app.adapters["wecom"])._robot

    async def hear(frame: Any) -> None:
        raise AssertionError("nobody speaks to it")

    second = Line(first._config, first._store, hear)
    second.start()
    await asyncio.sleep(0.3)
    assert (first.line.up, second.up, len(robot(chat).subscribed)) == (True, False, 1)
    await second.stop()
    assert first.line.up


@pytest.mark.parametrize("chat", ["ws"], indirect=True)
async def test_another_connection_takes_over_and_is_left_alone(chat: Chat) -> None:
    """Reconnecting at once would kick the other, which would kick us, for ever."""
    line = cast(Any, chat.demo.app.adapters["wecom"])._robot.line
    line.first_pause = 0.05
    server = robot(chat)
    async with httpx.AsyncClient() as _, __import__("aiohttp").ClientSession() as session:
        other = await session.ws_connect(server.ws_base)
        body = {"bot_id": server.robot.id, "secret": server.robot.secret}
        await other.send_json({"cmd": "aibot_subscribe", "headers": {"req_id": "x"}, "body": body})
        await other.receive_json()
        await asyncio.sleep(0.5)
        assert len(server.subscribed) == 2
        line.first_pause = 0.01
        await asyncio.sleep(2.5)
        assert len(server.subscribed) == 2
        assert not line.up
        assert "没连上：另一个连接接管了机器人" in await chat.demo.app.adapters["wecom"].check()
        await other.close()
    card = await chat.says("zhang.wei", SENTENCE)  # the app still hears
    assert where(chat, "zhang.wei", card) == "app"

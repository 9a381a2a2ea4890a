"""A robot that is told members by ids of its own: they are known all the same, and answered where they spoke."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.wecom_robot import RobotApp
from bot.cli import demo
from tests.conversations.chat import TUESDAY, Chat
from tests.conversations.test_robot import SENTENCE, connected, people, robot, told, where
from tests.fixtures.web import web_at

CALL = "batch/openuserid_to_userid"


@pytest.fixture(params=["http", "ws"])
async def chat(request: Any, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    app = WecomApp(robot=RobotApp(mode=request.param, sealed_ids=True))
    monkeypatch.setitem(cast(Any, demo.PLATFORMS), "wecom", lambda world: WecomPeople(world, [app]))
    async with (
        demo.running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["wecom"]) as running,
        web_at(running.url) as web,
    ):
        one = Chat(running, web)
        await connected(one)
        yield one


def asked(chat: Chat) -> int:
    return people(chat).server.calls.count(CALL)


async def test_the_member_is_known_and_answered_where_he_spoke(chat: Chat) -> None:
    assert robot(chat).robot.id_of("zhang.wei") != "zhang.wei"
    [card] = await told(chat, "zhang.wei", SENTENCE)
    assert (card.title, where(chat, "zhang.wei", card)) == ("华东医械 · 记下了", "robot")
    confirmed = await chat.taps("zhang.wei", card, "confirm")
    assert (confirmed.n, "张伟 10:00 确认" in confirmed.text) == (card.n, True)
    [zhang] = [one for one in await chat.records("member") if one["name"] == "张伟"]
    assert {one["author_id"] for one in await chat.records("activity")} == {zhang["id"]}
    assert asked(chat) == 1


async def test_who_goes_on_in_the_app_is_answered_there(chat: Chat) -> None:
    await told(chat, "zhang.wei", SENTENCE)
    card = await chat.says("zhang.wei", "松涛教育何校长周四看演示")
    assert where(chat, "zhang.wei", card) == "app"


async def test_a_stranger_is_told_to_the_admin_by_the_name_that_the_directory_has(chat: Chat) -> None:
    await told(chat, "zhao.min", "你好")
    [card] = await chat.heard_of("admin", "hello.ask_admin")
    assert "zhao.min" in card.text
    assert robot(chat).robot.id_of("zhao.min") not in card.text


@pytest.mark.parametrize("modes", [["5xx"], ["none", "5xx"], ["none", "45009"], ["none", "42001"], ["none", "half"]])
async def test_while_nobody_says_who_it_is_it_waits(chat: Chat, modes: list[str]) -> None:
    chat.demo.platforms.world.faults.plan("wecom", modes)
    await people(chat).to_robot("zhang.wei", SENTENCE)
    await chat.demo.desk.quiet(20)
    await chat.until("2026-03-10 10:03")
    await chat.demo.desk.quiet(20)
    cards = [seen for seen in await chat.heard("zhang.wei") if seen.title == "华东医械 · 记下了"]
    assert len(cards) == 1
    assert not await chat.heard_of("admin", "hello.ask_admin")


async def test_where_the_app_may_not_ask_it_is_a_stranger_and_nothing_is_lost(chat: Chat) -> None:
    chat.demo.platforms.world.faults.plan("wecom", ["none", "48002"])
    await told(chat, "zhang.wei", SENTENCE)
    assert not await chat.records("activity")
    assert len(await chat.heard_of("admin", "hello.ask_admin")) == 1
    assert len([one for one in await chat.records("message") if one["state"] == "refused"]) == 1


async def test_what_the_stand_in_refuses(chat: Chat) -> None:
    app: Any = people(chat).server
    known = robot(chat).robot.id_of("li.na")
    told_of = app._by_open_ids(app.apps[0], {"open_userid_list": [known, "zhang.wei"]})
    assert told_of["userid_list"] == [{"open_userid": known, "userid": "li.na"}]
    assert told_of["invalid_open_userid_list"] == ["zhang.wei"]
    for bad in ({}, {"open_userid_list": []}, {"open_userid_list": ["a"] * 1001}):
        with pytest.raises(Exception, match="invalid Request Parameter"):
            app._by_open_ids(app.apps[0], bad)

"""Rows 11 to 14 through the whole bot on the platforms beside WeCom, whose own rows stand in test_platform.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.messages import Address, Text
from bot.cli.demo import PLATFORMS, running
from storage import sql
from tests.conversations.chat import TUESDAY, Chat
from tests.faults.test_platform import ODDITIES, REPS, report, seen_by, step
from tests.fixtures.web import web_at

OTHERS = [name for name in PLATFORMS if name != "wecom"]


@pytest.fixture(params=OTHERS)
async def on(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    platform: str = request.param
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[platform]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web, platform)


def server(chat: Chat) -> Any:
    """The stand-in's server, whose ``calls`` lists what was asked of it."""
    people: Any = chat.demo.platforms.standins[chat.platform]
    return people.server


def tokens(chat: Chat) -> int:
    """How often a token was asked for."""
    return sum(path.endswith(("accessToken", "tenant_access_token/internal")) for path in server(chat).calls)


async def say(chat: Chat, user: str, n: int) -> None:
    said = {"platform": chat.platform, "as": user, "text": report(user, n)}
    assert (await chat.web.post("/sandbox/api/say", json=said)).status_code == 200


async def came_in_order(chat: Chat, user: str, count: int) -> None:
    """A card for each message, each once, in the order in which they were answered."""
    name = chat.demo.platforms.standins[chat.platform].user_of(user)
    rows = await sql.fetch(
        "SELECT id FROM outbox WHERE address = ? AND changes IS NULL ORDER BY seq", f"{chat.platform}:{name}"
    )
    titles = [seen.text for seen in await chat.heard(user)]
    assert len(rows) == count
    assert len(titles) == count
    versions = [text.partition("第")[2].partition("版")[0] for text in titles if "第" in text]
    assert versions == sorted(versions, key=int)


async def test_row_11_a_slow_platform_delays_nobody_else(on: Chat) -> None:
    faults = on.demo.platforms.world.faults
    for user in REPS:
        await on.says(user, report(user, 0))
    faults.slowness = 30.0
    faults.plan(on.platform, ["slow"])
    await on.demo.platforms.say("zhang.wei", report("zhang.wei", 1), on.platform)
    for user in ("li.na", "chen.jie"):
        await on.demo.platforms.say(user, report(user, 1), on.platform)
    await seen_by(on, "li.na", 2, 25)
    await seen_by(on, "chen.jie", 2, 25)
    slow_one = f"{on.platform}:{on.demo.platforms.standins[on.platform].user_of('zhang.wei')}"
    unheard = "state <> 'sent' OR tries > 1"  # on a busy machine it was given up and said again meanwhile
    hung = await sql.fetch(f"SELECT 1 FROM outbox WHERE ({unheard}) AND address = ?", slow_one)
    assert hung, "nothing hung at the platform: the others had no reason to wait"
    faults.slowness = 0
    await seen_by(on, "zhang.wei", 2, 25)


@pytest.mark.parametrize("oddity", ODDITIES)
async def test_row_12_whatever_the_platform_answers_the_card_arrives(on: Chat, oddity: str) -> None:
    await on.says("zhang.wei", report("zhang.wei", 0))
    await on.fault(oddity, 20)
    for n in (1, 2, 3):
        await say(on, "zhang.wei", n)
    await step(on, 12)  # a page instead of an answer is DingTalk's block of five minutes
    assert not [path for path in server(on).calls if "elsewhere" in path]
    await came_in_order(on, "zhang.wei", 4)
    assert all(message["state"] == "handled" for message in await on.records("message"))


async def test_row_13_told_to_slow_down_it_does_and_no_chat_starves(on: Chat) -> None:
    await on.says("zhang.wei", report("zhang.wei", 0))
    before = len(server(on).calls)
    on.demo.platforms.world.faults.plan(on.platform, ("none", "429") * 400)
    for n in range(1, 4):
        for user in REPS:
            await say(on, user, n)
    await step(on, 30)
    for user in REPS:
        await came_in_order(on, user, 4 if user == "zhang.wei" else 3)
    sent = sum([len(await on.heard(user)) for user in REPS])
    assert len(server(on).calls) - before <= 6 * sent


async def test_row_14_many_calls_with_a_dead_token_fetch_one(on: Chat) -> None:
    world, adapter = on.demo.platforms.world, on.demo.app.adapters[on.platform]
    people = on.demo.platforms.standins[on.platform]
    await on.says("zhang.wei", report("zhang.wei", 0))
    users = [world.join(f"guest.{n}").user for n in range(30)]
    await on.fault("token_expired", 1)
    before = tokens(on)
    sendings = [
        adapter.send(Address(on.platform, people.user_of(user)), Text("hello", f"你好 {n}"), key=f"psh_{n}")
        for n, user in enumerate(users)
    ]
    await asyncio.gather(*sendings)
    assert tokens(on) == before + 1
    assert [len(world.inbox(user)) for user in users] == [1] * 30

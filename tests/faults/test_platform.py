"""Rows 11 to 15: the platform is slow, broken, strict or forgetful, or a message cannot be handled at all."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from adapters.messages import Address, Text
from bot import worker
from storage import sql
from storage.errors import Stale
from tests.conversations.chat import Chat, Seen
from tests.faults.load import Post, letter

REPS = ("zhang.wei", "li.na", "chen.jie")
HANGING = 30.0
"""Seconds that the platform lets a call hang, unless the test has seen enough before; far beyond what a busy machine
takes for the rest."""
CUSTOMER = {"zhang.wei": "华东医械", "li.na": "松涛教育", "chen.jie": "博远仪器"}


def report(user: str, n: int) -> str:
    return f"今天拜访了{CUSTOMER[user]}，聊了第{n}版方案"


async def say(chat: Chat, post: Post, user: str, text: str, n: int) -> None:
    """Posted as the platform does, without waiting for what comes of it."""
    assert await post.once(letter(post.app, user, text, n, chat.demo.app.clock.now())) == 200


async def seen_by(chat: Chat, user: str, count: int, seconds: float = 60) -> list[Seen]:
    """What the person sees, as soon as it is so many."""
    async with asyncio.timeout(seconds):
        while len(seen := await chat.heard(user)) < count:
            await asyncio.sleep(0.02)
    return seen


async def asked(chat: Chat, path: str, times: int = 1) -> None:
    """Returns when the platform was asked that so often."""
    async with asyncio.timeout(60):
        while calls(chat, path) < times:
            await asyncio.sleep(0.01)


async def still_hanging(chat: Chat, user: str) -> bool:
    """A push to the person is not yet heard."""
    return bool(await sql.fetch("SELECT 1 FROM outbox WHERE address = ? AND state <> 'sent'", f"wecom:{user}"))


def calls(chat: Chat, path: str = "message/send") -> int:
    return chat.demo.platforms.wecom.calls.count(path)


async def came_in_order(chat: Chat, user: str, count: int) -> None:
    """The person got so many cards, one for each message, each once, in the order in which they were answered."""
    world = chat.demo.platforms.world
    answers = await sql.fetch(
        "SELECT id FROM outbox WHERE address = ? AND changes IS NULL ORDER BY seq", f"wecom:{user}"
    )
    assert [item.task for item in world.inbox(user)] == [row[0] for row in answers]
    assert len(answers) == count


async def step(chat: Chat, minutes: float) -> None:
    """Moves the clock; the bot does what falls due."""
    to = chat.demo.app.clock.now() + timedelta(minutes=minutes)
    await chat.until(to.strftime("%Y-%m-%d %H:%M:%S"))


async def test_row_11_a_slow_platform_delays_no_acknowledgement_and_nobody_else(chat: Chat, post: Post) -> None:
    """One rep's card hangs at the platform; all are acknowledged at once, and the others' cards come meanwhile."""
    faults = chat.demo.platforms.world.faults
    await chat.says("zhang.wei", report("zhang.wei", 0))  # the token is there
    faults.slowness = HANGING
    faults.plan("wecom", ["slow"])
    await say(chat, post, "zhang.wei", report("zhang.wei", 1), 1)
    await asked(chat, "message/send", 2)
    for n, user in enumerate(("li.na", "chen.jie") * 5):
        await say(chat, post, user, report(user, n), 10 + n)
    await seen_by(chat, "li.na", 5)
    await seen_by(chat, "chen.jie", 5)
    assert await still_hanging(chat, "zhang.wei")
    assert post.slowest < HANGING / 10
    faults.slowness = 0


async def test_row_11_a_file_that_does_not_come_holds_up_nobody(chat: Chat) -> None:
    platforms, faults = chat.demo.platforms, chat.demo.platforms.world.faults
    await chat.says("zhang.wei", report("zhang.wei", 0))
    faults.slowness = HANGING
    faults.plan("wecom", ["slow"])
    hanging = monotonic()
    await platforms.send_file("zhang.wei", "会议纪要.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    assert monotonic() - hanging < HANGING / 10, "the acknowledgement waited for the file"
    await asked(chat, "media/get")
    await platforms.say("li.na", report("li.na", 1))
    await seen_by(chat, "li.na", 1)
    assert len(await chat.heard("zhang.wei")) == 1, "its own answer waits for it"
    faults.slowness = 0
    assert len(await seen_by(chat, "zhang.wei", 2)) == 2


ODDITIES = ("5xx", "cut", "half", "moved", "html", "down")


@pytest.mark.parametrize("oddity", ODDITIES)
async def test_row_12_whatever_the_platform_answers_the_card_arrives_once(chat: Chat, oddity: str) -> None:
    await chat.says("zhang.wei", report("zhang.wei", 0))
    await chat.fault(oddity, 20)
    for n in (1, 2, 3):
        await chat.web.post(
            "/sandbox/api/say", json={"platform": "wecom", "as": "zhang.wei", "text": report("zhang.wei", n)}
        )
    await step(chat, 3)
    await came_in_order(chat, "zhang.wei", 4)
    assert "elsewhere" not in chat.demo.platforms.wecom.calls
    assert all(message["state"] == "handled" for message in await chat.records("message"))


async def test_row_12_an_outage_of_ten_minutes_is_waited_out_with_growing_pauses(chat: Chat) -> None:
    await chat.says("zhang.wei", report("zhang.wei", 0))
    before = len(chat.demo.platforms.wecom.calls)
    await chat.fault("down", 600)
    for n in range(1, 6):
        for user in REPS:
            await chat.web.post("/sandbox/api/say", json={"platform": "wecom", "as": user, "text": report(user, n)})
    await step(chat, 10)
    tried = len(chat.demo.platforms.wecom.calls) - before
    assert len(REPS) <= tried <= len(REPS) * 14, "a pause that does not grow, or none that ends"
    await step(chat, 15)
    for user in REPS:
        await came_in_order(chat, user, 6 if user == "zhang.wei" else 5)


async def test_row_13_told_to_slow_down_it_does_and_no_chat_starves(chat: Chat) -> None:
    """Every second call is over the limit: few calls go in vain, and every chat gets all its cards in order."""
    plan = ("none", "429") * 400
    await chat.says("zhang.wei", report("zhang.wei", 0))
    before = len(chat.demo.platforms.wecom.calls)
    chat.demo.platforms.world.faults.plan("wecom", plan)
    for n in range(1, 6):
        for user in REPS:
            await chat.web.post("/sandbox/api/say", json={"platform": "wecom", "as": user, "text": report(user, n)})
    await step(chat, 10)
    early = {user: len(await chat.heard(user)) for user in REPS}
    assert all(early.values()), f"a chat starves: {early}"
    await step(chat, 120)
    for user in REPS:
        await came_in_order(chat, user, 6 if user == "zhang.wei" else 5)
    sent = sum([len(await chat.heard(user)) for user in REPS])
    assert len(chat.demo.platforms.wecom.calls) - before <= 4 * sent


async def test_row_14_a_hundred_calls_with_a_dead_token_fetch_one(chat: Chat) -> None:
    """Through the account that the whole bot uses."""
    world, adapter = chat.demo.platforms.world, chat.demo.app.adapters["wecom"]
    await chat.says("zhang.wei", report("zhang.wei", 0))
    users = [world.join(f"guest.{n}").user for n in range(100)]
    before = calls(chat, "gettoken")
    await chat.fault("token_expired", 1)
    await asyncio.gather(
        *(
            adapter.send(Address("wecom", user), Text("hello", f"你好 {n}"), key=f"psh_{n}")
            for n, user in enumerate(users)
        )
    )
    assert calls(chat, "gettoken") == before + 1
    assert [len(world.inbox(user)) for user in users] == [1] * 100


async def test_row_14_while_no_token_can_be_had_there_is_no_storm(chat: Chat) -> None:
    await chat.says("zhang.wei", report("zhang.wei", 0))
    await chat.fault("token_expired", 1)
    before = calls(chat, "gettoken")
    await chat.fault("5xx", 120)
    for user in REPS:
        await chat.web.post("/sandbox/api/say", json={"platform": "wecom", "as": user, "text": report(user, 1)})
    await step(chat, 2)
    assert calls(chat, "gettoken") - before <= 12
    await step(chat, 15)
    assert [len(await chat.heard(user)) for user in REPS] == [2, 1, 1]


@pytest.mark.parametrize("fault", [ValueError("no such luck"), Stale("moved on")], ids=["fails", "overtaken"])
async def test_row_15_what_cannot_be_handled_is_set_aside_with_its_reason_and_others_go_on(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    names = chat.demo.app.house.names
    read = names.read
    monkeypatch.setattr(worker, "MOST_CONFLICTS", 3)  # a second each

    def breaks(text: str, *args: Any, **more: Any) -> Any:
        if "炸" in text:
            raise fault
        return read(text, *args, **more)

    monkeypatch.setattr(names, "read", breaks)
    await chat.web.post(
        "/sandbox/api/say", json={"platform": "wecom", "as": "zhang.wei", "text": "华东医械的炸锅订单聊了"}
    )
    card = await chat.says("li.na", report("li.na", 1))
    assert card.kind == "reading.clear"
    await step(chat, 10)
    [broken] = [row for row in await chat.records("message") if row["sender"] != "li.na"]
    assert broken["state"] == "set_aside"
    assert [seen.kind for seen in await chat.heard("zhang.wei")] == ["set_aside"]
    [told] = await chat.heard_of("admin", "bot.set_aside")
    assert type(fault).__name__ in told.text
    card = await chat.says("zhang.wei", report("zhang.wei", 2))
    assert card.kind == "reading.clear"
    assert datetime.fromisoformat(broken["sent_at"]) < chat.demo.app.clock.now()
    monkeypatch.undo()
    again = await chat.taps("admin", told, "try_again")
    assert again.kind == "bot.set_aside.again"
    [mended] = [row for row in await chat.records("message") if row["id"] == broken["id"]]
    assert mended["state"] == "handled"

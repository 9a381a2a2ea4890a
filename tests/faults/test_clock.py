"""Rows 16 and 17: the clock jumps, running and across a restart. (The weekend away: conversations/test_downtime.py.)"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.conversations.chat import Chat
from tests.conversations.conftest import open_chat

PROMISE = "我周五前把设备报价单发给华东医械的王总"
EVE = "2026-03-12 17:39"


async def jump(chat: Chat, **by: float) -> None:
    """The clock stands elsewhere at once, as after a change by hand; then it beats."""
    clock = chat.demo.app.clock
    await chat.demo.app.engine.beat()
    clock.set(clock.now() + timedelta(**by))
    await chat.demo.app.engine.beat()
    assert await chat.demo.desk.quiet(20)


async def about_the_promise(chat: Chat, who: str = "zhang.wei") -> list[str]:
    """What the person heard unasked of promises; how the deals stand is another matter (``stage.stall``, risks)."""
    return [seen.kind for seen in await chat.heard(who) if seen.kind.startswith(("promise.", "late.", "digest."))]


async def test_row_16_two_hours_on_and_back_remind_once(chat: Chat) -> None:
    await chat.says("zhang.wei", PROMISE)
    await chat.until(EVE)
    await jump(chat, hours=2)
    heard = await about_the_promise(chat)
    assert len(heard) == 1, heard
    await jump(chat, hours=-2)
    assert await about_the_promise(chat) == heard
    await chat.until("2026-03-12 19:45")
    assert await about_the_promise(chat) == heard
    await chat.until("2026-03-13 12:00")
    assert (await about_the_promise(chat)).count("promise.ahead") <= 1


async def test_row_16_a_minute_back_before_the_moment_still_reminds(chat: Chat) -> None:
    await chat.says("zhang.wei", PROMISE)
    await chat.until(EVE)
    await jump(chat, hours=-2)
    assert await about_the_promise(chat) == []
    await chat.until("2026-03-12 17:45")
    assert await about_the_promise(chat) == ["promise.ahead"]


async def test_row_16_forty_days_on_it_is_one_digest_and_no_flood(chat: Chat) -> None:
    for what in ("报价单", "产品手册", "样机清单", "案例资料"):
        await chat.says("zhang.wei", f"我周五前把{what}发给华东医械的王总")
        await chat.says("zhang.wei", f"我周五前把{what}发给启明制造的郑总")
    await jump(chat, days=40)  # a Sunday
    assert await about_the_promise(chat) == []
    await chat.until("2026-04-20 09:30")
    assert (await about_the_promise(chat)).count("late.digest") == 1
    assert len(await about_the_promise(chat)) <= 2
    assert len(await about_the_promise(chat, "wang.fang")) <= 2
    heard = await about_the_promise(chat)
    await jump(chat, seconds=1)
    assert await about_the_promise(chat) == heard


async def test_row_16_set_back_across_a_restart_nothing_comes_twice(tmp_path: Path, sqlite_url: str) -> None:
    async with open_chat(tmp_path, sqlite_url) as chat:
        await chat.says("zhang.wei", PROMISE)
        await chat.until("2026-03-12 17:45")
        heard = await about_the_promise(chat)
        assert heard == ["promise.ahead"]
        earlier = chat.demo.app.clock.now() - timedelta(hours=2)
    async with open_chat(tmp_path, sqlite_url) as chat:
        chat.demo.app.clock.set(earlier)
        await chat.until("2026-03-12 19:00")
        assert await about_the_promise(chat) == heard


async def test_row_16_a_lease_is_by_the_databases_clock_not_ours(chat: Chat) -> None:
    """Forty days on, nothing in hand is taken for forsaken: a message said right then has one answer."""
    await jump(chat, days=40)
    card = await chat.says("zhang.wei", PROMISE)
    assert card.kind == "reading.clear"
    assert len(await chat.heard_of("zhang.wei", "reading.clear")) == 1

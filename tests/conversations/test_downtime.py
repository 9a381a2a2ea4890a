"""The bot was away from Friday 17:00 to Monday 09:00 (FAULTS row 17): one digest a person, nothing twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.cli.demo import running
from bot.outbox import deliver
from tests.conversations.chat import TUESDAY, ZONE, Chat
from tests.fixtures.web import web_at


async def test_a_weekend_away_is_summed_up_once(tmp_path: Path, sqlite_url: str) -> None:
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web)
        await chat.says("zhang.wei", "我周五前把设备报价单发给华东医械的王总")
        await chat.says("zhang.wei", "我周六前把安装排期发给华东医械的王总")
        await chat.until("2026-03-13 17:00")
    monday = datetime(2026, 3, 16, 9, 0, tzinfo=ZONE)
    async with (
        running(tmp_path, monday, rate=0.0, database=sqlite_url) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web)
        await chat.until("2026-03-16 09:05")
        since = [seen for seen in await chat.heard("zhang.wei") if seen.kind != "reading.clear"]
        digests = [seen for seen in since if seen.kind == "late.digest"]
        assert [seen.title for seen in digests] == ["补一下：我周末没在线"]
        assert digests[0].line("过点的").startswith("2 件：")
        assert since[-1] == digests[0]
        assert not [seen for seen in await chat.heard("wang.fang") if seen.kind == "promise.late.manager"]
        assert [seen.title for seen in await chat.heard_of("wang.fang", "late.digest")] == ["补一下：我周末没在线"]
        shown = await chat.taps("zhang.wei", digests[0], "see_late")
        assert shown.title == "2 件还没见到"
        await chat.until("2026-03-16 18:45")
        assert len(await chat.heard_of("zhang.wei", "late.digest")) == 1
        assert not await chat.heard_of("wang.fang", "promise.late.manager")


async def test_thirty_messages_a_minute_stay_thirty_over_a_restart(tmp_path: Path, sqlite_url: str) -> None:
    """WeCom drops what goes beyond without a word, so it must wait here. No two answers are alike: of equal ones it may
    swallow one (1 in 7,201)."""
    asked = (f"/customer 第{n}家" for n in range(40))
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web)
        for _ in range(20):
            await chat.says("zhang.wei", next(asked))
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web)
        for _ in range(10):
            await chat.says("zhang.wei", next(asked))
        assert await chat.says_all("zhang.wei", next(asked)) == []
        assert await chat.says_all("li.na", "/help")
        before = await chat.heard("zhang.wei")
        await chat.until("2026-03-10 10:01:10")
        assert len(await chat.heard("zhang.wei")) == len(before) + 1


async def test_a_platform_that_is_away_for_hours_loses_no_push(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though each is tried more often than a push that nobody can take."""
    monkeypatch.setattr(deliver, "MOST_TRIES", 8)
    await chat.says("zhang.wei", "我今天下午2点前把产品手册发给华东医械的王总")
    await chat.until("2026-03-10 13:45")
    await chat.fault("down", 3 * 3600)
    await chat.until("2026-03-10 17:15")
    assert [seen.title for seen in await chat.heard_of("zhang.wei", "promise.now")] == ["今天到期：发产品手册"]

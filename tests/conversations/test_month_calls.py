"""An account whose month has only so many calls: at 80 % less is said unasked, at 95 % only answers, promises and
leads; the admins hear of each once, and the count outlives the process (VOICE.md §5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from adapters.meter import Meter
from bot.budget import Budget
from bot.cli.demo import running
from storage import marks
from tests.conversations.chat import TUESDAY, Chat


@asynccontextmanager
async def on_dingtalk(folder: Path, database: str) -> AsyncIterator[Chat]:
    async with (
        running(folder, TUESDAY, rate=0.0, database=database, platforms=["dingtalk"]) as demo,
        httpx.AsyncClient(base_url=demo.url, timeout=40, trust_env=False) as web,
    ):
        yield Chat(demo, web)


def meter_of(chat: Chat) -> Meter:
    return chat.demo.app.house.meters["dingtalk"]


async def used_up_to(chat: Chat, share: float) -> Budget:
    """The account has so much of its month used."""
    meter, budget = meter_of(chat), Budget(chat.demo.app.house)
    while meter.used < meter.most * share:
        meter.count()
    await said_of(chat, budget)
    return budget


async def said_of(chat: Chat, budget: Budget) -> None:
    await budget.keep()
    chat.demo.app.told.set()
    await chat.demo.desk.quiet(20)


async def test_the_count_outlives_the_process(tmp_path: Path, database_url: str) -> None:
    async with on_dingtalk(tmp_path, database_url) as chat:
        await chat.says("zhang.wei", "松涛何校长定了周四下午两点看演示")
        called = meter_of(chat).used
        assert called > 0
    async with on_dingtalk(tmp_path, database_url) as chat:
        assert meter_of(chat).used >= called
        assert int(await marks.get("calls:dingtalk:2026-03") or 0) >= called


async def test_the_admin_hears_of_each_once(tmp_path: Path, sqlite_url: str) -> None:
    async with on_dingtalk(tmp_path, sqlite_url) as chat:
        budget = await used_up_to(chat, 0.80)
        [low] = await chat.heard_of("admin", "bot.calls.low")
        assert low.title == "钉钉本月的次数用了八成" and "8,000 / 10,000 次 · 3月10日" in low.text
        assert low.line("怎么办") == "升级钉钉版本，再改每月次数"
        await said_of(chat, budget)
        await said_of(chat, Budget(chat.demo.app.house))  # as after a restart
        assert len(await chat.heard_of("admin", "bot.calls.low")) == 1
        await used_up_to(chat, 0.95)
        assert len(await chat.heard_of("admin", "bot.calls.scarce")) == 1
        health = await chat.says("admin", "/health")
        assert "钉钉接口用了 9,5" in health.text
        assert "接口用了 9,5" in (await chat.says("admin", "/health dingtalk")).text


async def test_nearly_used_up_it_answers_and_keeps_promises_and_says_nothing_else(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with on_dingtalk(tmp_path, sqlite_url) as chat:
        card = await chat.says("zhang.wei", "我明天下午把报价单发给华东医械王总")
        assert "承诺" in card.text
        await used_up_to(chat, 0.95)
        answer = await chat.says("li.na", "/today")
        assert answer.text
        await chat.until("2026-03-11 18:45")
        kinds = {seen.kind for seen in await chat.heard("zhang.wei")}
        assert {"promise.now", "promise.late"} <= kinds
        assert not {"digest.rep", "risk.early", "stage.stall"} & kinds
        assert await chat.heard_of("wang.fang", "risk.list") == []
        await chat.until("2026-04-01 18:45")  # the month has turned
        heard = {seen.kind for seen in await chat.heard("wang.fang")}
        assert {"risk.list", "digest.manager"} & heard, heard
        assert meter_of(chat).level == ""

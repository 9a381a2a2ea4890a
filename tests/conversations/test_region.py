"""A region that takes long to sign: the figure on Monday, and how the longest went, on a tap."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from storage import audit, opportunities
from storage.connect import transaction
from storage.records import changed
from tests.conversations.chat import ZONE, Chat


async def test_the_log_of_the_longest_is_shown_on_a_tap(chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总今天来电话了")
    await chat.says("zhang.wei", "/stage 启明制造 方案演示")
    await chat.until("2026-04-08 10:00")
    at = datetime(2026, 4, 8, 10, 0, tzinfo=ZONE)
    deal = await opportunities.get((await chat.opportunity("启明制造"))["id"])
    assert deal is not None
    won = changed(deal, "opportunity.won", state="won", stage="won", closed_at=at, amount=Decimal(100_000))
    async with transaction():
        await audit.apply([won], actor="test", event="", at=at)
    await chat.until("2026-04-13 09:15")
    [told] = await chat.heard_of("wang.fang", "area.slow")
    assert told.text.startswith("华东首次接触到签约平均 29.0 天（线 14 天，n = 1）。最久 1 单：启明制造 29 天。")
    assert "看记录" in told.text
    log = await chat.says("wang.fang", "看记录")
    assert log.text.startswith("启明制造 29 天：3月10日 首次接触 → ")
    assert " → 3月10日 方案演示 → 4月8日 赢单" in log.text

"""E6: on the first working day, how the funnel did in the month before."""

from __future__ import annotations

from datetime import date

from bot.insight import month
from storage import audit, opportunities
from storage.connect import transaction
from storage.records import changed
from tests.conversations.chat import ZONE, Chat
from tests.conversations.test_evening import evenings, won


async def test_the_month_is_told_on_its_first_working_day(chat: Chat) -> None:
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    await chat.says("chen.jie", "/stage 安澜酒店 方案演示")
    asked = await chat.says("zhang.wei", "启明制造郑总说不做了")
    await chat.taps("zhang.wei", asked, "lose", "budget")
    await won(chat, "博远仪器", "520000", "2026-03-20 15:00")
    await chat.until("2026-04-01 09:19")
    assert not await chat.heard_of("wang.fang", "pipeline.month")
    await chat.until("2026-04-01 09:30")
    [card] = await chat.heard_of("wang.fang", "pipeline.month")
    assert card.title == "3月漏斗体检 · 华东一组" and "周三 4月1日 · n = 4" in card.text
    assert card.line("转化") == "需求确认 → 方案演示 2/3"
    assert card.line("停留") == "初步接触 9.0 个工作日"
    assert card.line("跳阶段") == "1 次"
    assert card.line("先看") == "需求确认：丢了 1 单"
    assert card.line("材料").startswith("齐 ")
    whole = await chat.taps("wang.fang", card, "see_text")
    assert whole.text.splitlines()[0] == "【3月漏斗体检】华东一组，n = 4"
    assert "需求确认 → 方案演示：2/3，停留 1.0 个工作日，丢了 1 单" in whole.text
    formula = await chat.taps("wang.fang", card, "see_formula")
    assert "往前走的 ÷（往前走的＋输单的）" in formula.text
    await chat.until("2026-04-02 12:00")
    assert len(await chat.heard_of("wang.fang", "pipeline.month")) == 1
    assert not await chat.heard_of("zhang.wei", "pipeline.month")


async def test_wins_of_the_last_day_that_go_back_in_the_next_month_are_shown_as_such(chat: Chat) -> None:
    """Several at once, over the month's end: the evening names them, and the new month's report counts them."""
    await won(chat, "博远仪器", "520000", "2026-03-10 15:00")
    names = ("松涛教育", "安澜酒店")
    await chat.until("2026-03-31 17:00")
    for n, name in enumerate(names):
        await won(chat, name, "460000", f"2026-03-31 17:0{n}")
    await chat.until("2026-04-02 10:00")
    deals = {name: await opportunities.get((await chat.opportunity(name))["id"]) for name in names}
    now = chat.demo.app.clock.now()
    for name, deal in deals.items():
        assert deal is not None
        async with transaction():
            back = changed(deal, "opportunity.won_back", state="open", closed_at=None)
            await audit.apply([back], actor=deal.owner_id, event=f"tap_{name}", at=now)
    await chat.until("2026-04-02 18:41")
    [evening] = [one for one in await evenings(chat) if "4月2日" in one.text]
    assert "先赢后退  2 单 ¥92 万：松涛教育、安澜酒店" in evening.text
    owners = [deal.owner_id for deal in deals.values() if deal]
    found = await month.look(owners, date(2026, 4, 1), await chat.demo.app.house.live(None), ZONE)
    assert {deal.id for deal in found.back} == {deal.id for deal in deals.values() if deal}

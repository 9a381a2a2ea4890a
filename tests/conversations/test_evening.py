"""E4: the manager's evening."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from storage import audit, members, opportunities
from storage.connect import transaction
from storage.records import changed
from tests.conversations.chat import ZONE, Chat, Seen


async def won(chat: Chat, customer: str, amount: str, at: str) -> None:
    """The finance department's word, brought by an import."""
    deal = await opportunities.get((await chat.opportunity(customer))["id"])
    assert deal is not None
    when = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    async with transaction():
        change = changed(deal, "opportunity.won", state="won", closed_at=when, amount=Decimal(amount))
        await audit.apply([change], actor="import", event="import", at=when)


async def evenings(chat: Chat, who: str = "wang.fang") -> list[Seen]:
    return await chat.heard_of(who, "digest.manager")


async def test_an_evening_tells_what_the_day_brought(chat: Chat) -> None:
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    await chat.says("zhang.wei", "今天下午5点前把报价单发给启明制造郑总")
    await chat.says("zhang.wei", "启明制造的报价单已经发给郑总了")
    await chat.says("zhang.wei", "今天把安装排期发给启明制造郑总")
    await won(chat, "博远仪器", "520000", "2026-03-10 15:00")
    await chat.until("2026-03-10 18:41")
    [card] = await evenings(chat)
    assert card.title == "华东一组今天" and "周二 3月10日" in card.text
    assert card.line("签约") == "¥52 万（本月 ¥52 万）"
    assert card.line("闭环") == "1 件，未闭环 1 件"
    assert card.line("推进") == "3 单：博远仪器、松涛教育、启明制造"
    assert card.line("李娜") == "松涛教育 → 方案演示"
    assert card.line("陈杰") == "博远仪器 赢单 ¥52 万"
    assert list(card.buttons.values()) == ["看未闭环"]
    [picture] = await chat.heard_of("wang.fang", "heat.day.picture")
    assert picture.text == "[image] 20260310-heat.png" and picture.n > card.n
    late = await chat.taps("wang.fang", card, "see_unclosed")
    assert late.kind == "promise.late.manager" and "发安装排期" in late.text
    asked = await chat.taps("wang.fang", late, "nudge")
    assert "已问 张伟" in asked.text
    assert (await chat.heard("zhang.wei"))[-1].kind == "promise.asked"


async def test_a_day_without_news_has_no_evening(chat: Chat) -> None:
    await chat.says("zhang.wei", "今天把安装排期发给启明制造郑总")
    await chat.until("2026-03-10 18:41")
    assert not await evenings(chat), "the late promise has had its own card"
    await won(chat, "博远仪器", "520000", "2026-03-11 15:00")
    await chat.until("2026-03-12 20:00")
    [card] = await evenings(chat)
    assert "周三 3月11日" in card.text


async def test_what_waits_for_her_and_a_win_taken_back(chat: Chat) -> None:
    await won(chat, "博远仪器", "520000", "2026-03-10 15:00")
    blocked = await chat.says("zhang.wei", "/stage 华东医械 合同签署")
    await chat.taps("zhang.wei", blocked, "request_pass")
    await chat.says("zhang.wei", "客户周三签，流程图下周才给")
    await chat.until("2026-03-11 10:00")
    deal = await opportunities.get((await chat.opportunity("博远仪器"))["id"])
    assert deal is not None
    async with transaction():
        back = changed(deal, "opportunity.won_back", state="open", closed_at=None)
        await audit.apply([back], actor=deal.owner_id, event="tap", at=chat.demo.app.clock.now())
    await chat.until("2026-03-11 18:41")
    card = (await evenings(chat))[-1]
    assert card.line("先赢后退") == "博远仪器 ¥52 万"
    assert card.line("等你") == "放行 1 张"
    assert not card.has("签约")
    again = await chat.taps("wang.fang", card, "see_waiting")
    assert again.kind == "gate.override"


async def test_on_leave_she_hears_nothing(chat: Chat) -> None:
    await won(chat, "博远仪器", "520000", "2026-03-10 15:00")
    wang = next(one for one in await members.everyone() if one.name == "王芳")
    async with transaction():
        away = changed(wang, "member.leave", leave_from=chat.demo.app.clock.now().date())
        await audit.apply([away], actor="system", event="x", at=chat.demo.app.clock.now())
    await chat.until("2026-03-10 20:00")
    assert not await evenings(chat)

"""E11: a rep's own report, written from the day's record when asked for."""

from __future__ import annotations

from tests.conversations.chat import Chat


async def a_day(chat: Chat) -> None:
    """张伟's Tuesday."""
    await chat.says("zhang.wei", "上午去启明制造拜访了郑总，预算批了")
    await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.says("zhang.wei", "给华东医械王总打了电话，王总说财务再等等")
    await chat.says("zhang.wei", "启明制造郑总定了周四下午两点看演示")
    await chat.says("zhang.wei", "明天下午4点半前把报价单发给启明制造郑总")
    await chat.says("zhang.wei", "今天把排期发给启明制造郑总")
    await chat.says("zhang.wei", "启明制造的排期已经发给郑总了")
    await chat.until("2026-03-10 17:50")


async def test_a_day_writes_itself(chat: Chat) -> None:
    await a_day(chat)
    card = await chat.says("zhang.wei", "写日报")
    assert (card.kind, card.title) == ("report.draft", "日报草稿 · 3月10日")
    assert "只有你看得到，改完自己发" in card.text
    assert card.line("做了") == "面访 1、电话 1，闭环 1 件"
    assert [row for row in card.text.splitlines() if row.startswith("进展")] == [
        "进展｜启明制造：需求确认 → 方案演示", "进展｜启明制造约好 周四 3月12日 演示"
    ]  # fmt: skip
    assert card.line("卡点") == "华东医械差采购流程图"
    assert card.line("明天") == "周三 3月11日：发报价单"
    text = await chat.taps("zhang.wei", card, "send_all")
    assert text.text.startswith("【日报】周二 3月10日 张伟\n")
    assert "16:30 发报价单（启明制造）" in text.text
    assert "做了：面访 1（启明制造）、电话 1（华东医械），闭环 1 件（发排期）" in text.text
    other = await chat.taps("zhang.wei", card, "other_way")
    assert other.line("启明制造") == "面访，预算已批，约好 周四 3月12日 演示，需求…"
    text = await chat.taps("zhang.wei", other, "send_all")
    assert "华东医械：电话，差采购流程图" in text.text


async def test_the_rep_changes_what_he_likes_and_the_record_stays(chat: Chat) -> None:
    await a_day(chat)
    before = await chat.records("commitment")
    card = await chat.says("zhang.wei", "帮我写份日报")
    await chat.taps("zhang.wei", card, "edit")
    card = await chat.says("zhang.wei", "明天：陪郑总看产线")
    assert card.line("明天") == "陪郑总看产线"
    await chat.taps("zhang.wei", card, "edit")
    card = await chat.says("zhang.wei", "下午参加了产品培训")
    assert card.line("补充") == "下午参加了产品培训" and card.line("明天") == "陪郑总看产线"
    text = await chat.says("zhang.wei", "发我全文")
    assert "明天：陪郑总看产线" in text.text and text.text.endswith("补充：下午参加了产品培训")
    assert await chat.records("commitment") == before
    await chat.taps("zhang.wei", card, "edit")
    read = await chat.says("zhang.wei", "我周五前把报价单发给华东医械的王总")
    assert read.kind == "reading.clear", "other business is read as such"


async def test_a_week_and_the_morning_after(chat: Chat) -> None:
    assert (await chat.says("zhang.wei", "写日报")).text.startswith("3月9日还没记下什么")
    await a_day(chat)
    await chat.until("2026-03-11 08:50")
    assert (await chat.says("zhang.wei", "写日报")).title == "日报草稿 · 3月10日"
    await chat.says("zhang.wei", "周五前把合同发给华东医械王总")
    assert (await chat.says("zhang.wei", "写日报")).title == "日报草稿 · 3月11日"
    await chat.until("2026-03-13 17:00")
    week = await chat.says("zhang.wei", "写周报")
    assert week.title == "周报草稿 · 3月9日–3月13日"
    text = await chat.taps("zhang.wei", week, "send_all")
    assert text.text.startswith("【周报】3月9日–3月13日 张伟\n")
    await chat.until("2026-03-16 09:00")
    assert (await chat.says("zhang.wei", "写周报")).title == "周报草稿 · 3月9日–3月15日"


async def test_nobody_elses_day_and_not_in_a_group(chat: Chat) -> None:
    await a_day(chat)
    card = await chat.says("li.na", "写日报")
    assert "启明" not in card.text and "华东" not in card.text

"""Words instead of taps: labels, numbers in any writing, words for commands; and corrections that are taken back."""

from __future__ import annotations

import pytest

from tests.conversations.chat import Chat

SENTENCE = "华东医械王总说预算已批，我周五前把报价单发过去"


@pytest.mark.parametrize("said", ["确认", "确认。", "〔确认〕", "1", "１", "①"])
async def test_one_button_in_many_writings(chat: Chat, said: str) -> None:
    await chat.says("zhang.wei", SENTENCE)
    assert "张伟 10:00 确认" in (await chat.says("zhang.wei", said)).text
    [activity] = await chat.records("activity")
    assert activity["confirmed"] is True


@pytest.mark.parametrize("said", ["4", "４", "④"])
async def test_a_button_that_opens_a_page_is_a_word_too(chat: Chat, said: str) -> None:
    card = await chat.says("zhang.wei", SENTENCE)
    assert list(card.buttons.values()) == ["确认", "改", "撤销", "补材料"]
    page = await chat.says("zhang.wei", said)
    assert page.text.splitlines() == ["点开就是：", "补材料"]
    assert list(page.urls.values()) == list(card.urls.values())
    assert len(await chat.records("activity")) == 1
    assert "张伟 10:00 确认" in (await chat.says("zhang.wei", "1")).text, "the card itself still stands"


async def test_a_word_without_its_card_is_told_so(chat: Chat) -> None:
    assert (await chat.says("zhang.wei", "确认")).text == "没有等你点的卡。客户的事直接说就行。"
    assert (await chat.says("zhang.wei", "②")).kind == "reading.no_card"
    assert await chat.records("activity") == []


async def test_a_field_is_put_right_by_words_alone(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    assert (await chat.says("zhang.wei", "改")).title == "改哪一项？"
    assert (await chat.says("zhang.wei", "日期")).text == "直接说，比如：是下周四"
    card = await chat.says("zhang.wei", "下周二上午十点")
    assert (card.line("客户"), card.line("日期")) == ("华东医械", "周二 3月17日 10:00 前")
    assert card.line("原定") == "周五 3月13日前"
    [promise] = await chat.records("commitment")
    assert promise["due"] == "2026-03-17T10:00:00+08:00"


async def test_what_is_not_understood_is_asked_once_more(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    await chat.says("zhang.wei", "改")
    await chat.says("zhang.wei", "金额")
    assert (await chat.says("zhang.wei", "嗯嗯")).text == "直接说，比如：金额是 86 万"
    assert (await chat.says("zhang.wei", "金额是 230 万")).line("金额") == "¥217 万 → ¥230 万"


async def test_a_correction_is_taken_back_alone(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    corrected = await chat.says("zhang.wei", "不对，是下周四")
    back = await chat.taps("zhang.wei", corrected, "undo")
    assert back.line("承诺") == "“发报价单”回到 周五 3月13日前"
    [promise] = await chat.records("commitment")
    assert promise["due"] == "2026-03-13"
    await chat.until("2026-03-12 17:45")
    assert [one.title for one in await chat.heard_of("zhang.wei", "promise.ahead")] == ["明天到期：发报价单"]


async def test_a_customer_corrected_and_taken_back(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    before = (await chat.records("commitment"), await chat.records("opportunity"))
    corrected = await chat.says("zhang.wei", "不是华东医械，是启明制造")
    assert corrected.line("连带") == "承诺 1 件、日期 1 个一起移过去"
    back = await chat.taps("zhang.wei", corrected, "undo")
    assert back.line("客户") == "启明制造 → 华东医械（回到之前）"
    assert (await chat.records("commitment"), await chat.records("opportunity")) == before
    verdict = await chat.demo.desk.verify()
    assert verdict.broken is None


async def test_of_two_customers_only_the_one_named_moves(chat: Chat) -> None:
    said = "上午去启明制造谈价，郑总要九五折；下午华东医械王总要几个案例，我周五前把案例发给王总"
    two = await chat.says("zhang.wei", said)
    assert two.title == "两家客户，分开记了"
    field = await chat.taps("zhang.wei", two, "edit_1")
    assert "启明制造 · 点一项，或直接说" in field.text
    await chat.taps("zhang.wei", field, "field_customer")
    corrected = await chat.says("zhang.wei", "恒川物流")
    assert corrected.line("客户") == "启明制造 → 恒川物流（按你说的）"
    names = {c["id"]: c["name"] for c in await chat.records("customer")}
    assert sorted(names[a["customer_id"]] for a in await chat.records("activity")) == [
        "华东医疗器械有限公司",
        "恒川物流",
    ]
    assert [names[c["customer_id"]] for c in await chat.records("commitment")] == ["华东医疗器械有限公司"]


async def test_which_to_undo_is_shown_in_its_words(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说预算已批")
    await chat.says("zhang.wei", "华东医械，我周五前发报价单")
    which = await chat.says("zhang.wei", "撤销")
    assert which.title == "撤哪条？"
    assert which.line("②") == "“华东医械，我周五前发报价单”"
    undone = await chat.says("zhang.wei", "②")
    assert undone.line("承诺") == "“发报价单”取消，不再提醒"
    assert len(await chat.records("activity")) == 1


async def test_undo_as_a_word_means_the_latest_whatever_card_stands(chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总要案例")
    await chat.until("2026-03-10 10:10")
    await chat.says("zhang.wei", "华东医械合同进法务了")  # its card has no 撤销
    assert (await chat.says("zhang.wei", "撤销")).title == "撤销了 · 华东医械"


async def test_what_comes_back_is_whole(chat: Chat) -> None:
    card = await chat.says("zhang.wei", SENTENCE)
    await chat.says("zhang.wei", "撤销")
    again = await chat.says("zhang.wei", "恢复")
    assert again.text == card.text
    assert list(again.buttons) == list(card.buttons)
    answer = await chat.uploads(again.urls["add_evidence"], "报价单.pdf", b"%PDF-1.4\n%%EOF\n", "commitment")
    assert answer.status_code == 200
    [promise] = await chat.records("commitment")
    assert promise["state"] == "kept"


async def test_lost_is_said_by_its_reason(chat: Chat) -> None:
    asked = await chat.says("chen.jie", "安澜酒店高总说不做了")
    assert list(asked.buttons.values()) == ["输单", "还在谈"]
    assert (await chat.says("chen.jie", "输单")).text.startswith("选一个原因再点〔输单〕")
    assert (await chat.says("chen.jie", "预算没批")).title == "什么时候再问一次？"
    lost = await chat.says("chen.jie", "11月新预算")
    assert lost.line("日期") == "周一 11月2日 再问一次"
    undone = await chat.says("chen.jie", "撤销")
    assert undone.line("阶段") == "输单 → 需求确认（回到之前）"
    assert (await chat.opportunity("安澜酒店"))["state"] == "open"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("今天", "cmd.today.none"),
        ("我的客户", "cmd.my"),
        ("我的承诺", "cmd.promise.none"),
        ("帮助", "cmd.help"),
        ("启明制造", "cmd.customer"),
        ("华东医械？", "cmd.customer"),
        ("看等点的", "digest.rep.nothing_waits"),
    ],
)
async def test_a_word_for_a_command_records_nothing(chat: Chat, said: str, kind: str) -> None:
    assert (await chat.says("zhang.wei", said)).kind == kind
    assert await chat.records("activity") == []


async def test_the_hello_offers_what_works(chat: Chat) -> None:
    await chat.says("zhao.min", "在吗")
    [asked] = await chat.heard_of("admin", "hello.ask_admin")
    assert asked.title == "赵敏想用小跟"
    await chat.taps("admin", asked, "add_rep")
    assert (await chat.says("zhao.min", "谁能看到")).text.startswith("你的客户：你和王芳。")
    assert (await chat.says("zhao.min", "试一句")).kind == "hello.try"
    assert (await chat.says("zhao.min", "我的客户")).kind == "cmd.my.none"


async def test_a_phone_is_masked_on_every_card(chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总电话13912345678，他要报价")
    card = await chat.says("zhang.wei", "启明制造")
    assert "13912" not in card.text
    assert "139****" in card.text


async def test_a_learnt_word_is_understood_and_not_said_back(chat: Chat) -> None:
    await chat.says("li.na", "瑞禾周主任要案例")
    corrected = await chat.says("li.na", "客户错了，是松涛教育")
    assert corrected.line("记住") == "以后你说“瑞禾”就是松涛教育"
    assert (await chat.says("li.na", "松涛教育何校长要报价")).title == "松涛教育 · 记下了"
    back = await chat.taps("li.na", corrected, "undo")
    assert back.kind in ("reading.undone", "reading.undo_chain")
    assert "松涛教育" in back.text

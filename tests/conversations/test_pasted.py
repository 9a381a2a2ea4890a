"""A pasted chat: read turn by turn, whose words are whose, one card (LOOP-5, VOICE.md A9)."""

from __future__ import annotations

from tests.conversations.chat import Chat

PASTED = """王总 昨天 17:40
小张，预算批下来了，报价单什么时候能发我

张伟 昨天 17:42
王总好，我周五前把报价单发您

王总 昨天 17:45
好，图纸我周四发你

张伟 昨天 17:45
好的，辛苦了[微笑]"""


async def promised(chat: Chat) -> list[tuple[str, str, str]]:
    return sorted((p["by"], p["what"], p["due"]) for p in await chat.records("commitment"))


async def test_a_pasted_chat_becomes_one_card(chat: Chat) -> None:
    card = await chat.says("zhang.wei", PASTED)
    assert card.title == "聊天记录读完了：4 句"
    assert "客户 2 句，你 2 句 · 3月9日" in card.text
    assert card.line("客户") == "华东医械（王总是他家联系人）"
    assert card.line("客户说").startswith("“预算批下来了")
    assert card.line("客户说").endswith("（王总 17:40）")
    assert card.line("你答应") == "周五 3月13日前 发报价单"
    assert card.line("承诺") == "客户发图纸，周四 3月12日前"
    assert card.line("没归类") == "1 句闲聊没记"
    assert list(card.buttons) == ["confirm", "edit", "undo", "add_evidence"]
    assert await promised(chat) == [("customer", "发图纸", "2026-03-12"), ("us", "发报价单", "2026-03-13")]
    [activity] = await chat.records("activity")
    assert activity["customer_id"] == (await chat.opportunity("华东医械"))["customer_id"]


async def test_a_merged_forward_without_names_or_times(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "群聊的聊天记录\n\n王总: 周五前能把报价单发我吗\n张伟: 没问题\n王总: [图片]")
    assert card.title == "聊天记录读完了：3 句"
    assert await promised(chat) == [("us", "发报价单", "2026-03-13")]


async def test_the_sides_are_swapped_by_a_word(chat: Chat) -> None:
    await chat.says("zhang.wei", PASTED)
    before = await chat.records("contact")
    card = await chat.says("zhang.wei", "不是我说的")
    assert card.line("客户") == "华东医械（王总是他家联系人）"
    assert await promised(chat) == [("customer", "发报价单", "2026-03-13"), ("us", "发图纸", "2026-03-12")]
    assert await chat.records("contact") == before
    undone = await chat.says("zhang.wei", "撤销")
    assert undone.kind == "reading.undone"
    assert await promised(chat) == []


async def test_a_colleagues_words_are_ours(chat: Chat) -> None:
    text = "王总 09:40\n配置单谁发我\n李娜 09:41\n王总，配置单我周四发您\n张伟 09:42\n好的"
    card = await chat.says("zhang.wei", text)
    assert "客户 1 句，你 2 句" in card.text
    assert await promised(chat) == [("us", "发配置单", "2026-03-12")]


async def test_the_customer_is_put_right_and_the_turns_stay(chat: Chat) -> None:
    await chat.says("zhang.wei", PASTED)
    card = await chat.says("zhang.wei", "不是华东医械，是启明制造")
    assert card.title == "改好了：启明制造"
    names = {c["id"]: c["name"] for c in await chat.records("customer")}
    assert {names[p["customer_id"]] for p in await chat.records("commitment")} == {"启明制造有限公司"}
    assert await promised(chat) == [("customer", "发图纸", "2026-03-12"), ("us", "发报价单", "2026-03-13")]


async def test_promises_of_an_old_chat_are_history(chat: Chat) -> None:
    text = "王总 2026/2/9 10:23\n报价单呢\n张伟 2026/2/9 10:25\n王总，报价单我明天发您，下个月底前把合同寄给您"
    await chat.says("zhang.wei", text)
    assert await promised(chat) == [("us", "寄合同", "2026-03-31")]
    await chat.until("2026-03-10 19:00")
    assert not await chat.heard_of("wang.fang", "promise.late.manager")


async def test_whose_chat_it_is_is_asked_and_then_read_turn_by_turn(chat: Chat) -> None:
    asked = await chat.says("zhang.wei", PASTED.replace("王总", "老罗"))
    assert asked.kind in ("reading.which_customer", "reading.who_is_it")
    assert await promised(chat) == []
    await chat.says("zhang.wei", "启明制造")
    assert await promised(chat) == [("customer", "发图纸", "2026-03-12"), ("us", "发报价单", "2026-03-13")]


async def test_a_plan_that_looks_like_a_chat_is_none(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "明天安排：\n9:00 晨会\n10:30 华东医械王总\n14:00 启明制造看现场")
    assert card.kind != "reading.transcript"

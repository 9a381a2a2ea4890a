"""撤销, 恢复 and corrections by a short sentence."""

from __future__ import annotations

from tests.conversations.chat import Chat

SENTENCE = "华东医械王总说预算已批，我周五前把报价单发过去"


async def test_undo_and_restore_are_inverse(chat: Chat) -> None:
    card = await chat.says("zhang.wei", SENTENCE)
    before = await chat.records("commitment")
    undone = await chat.taps("zhang.wei", card, "undo")
    assert undone.title == "撤销了 · 华东医械"
    assert undone.line("承诺") == "“发报价单”取消，不再提醒"
    assert await chat.records("commitment") == []
    assert len(await chat.records("commitment", undone=True)) == 1
    again = await chat.taps("zhang.wei", undone, "restore")
    assert again.title == "华东医械 · 记下了"
    assert await chat.records("commitment") == before
    await chat.until("2026-03-12 17:45")
    assert [seen.title for seen in await chat.heard_of("zhang.wei", "promise.ahead")] == ["明天到期：发报价单"]


async def test_what_is_undone_is_not_reminded(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    undone = await chat.says("zhang.wei", "撤销")
    assert undone.kind == "reading.undone"
    await chat.until("2026-03-13 19:00")
    assert not [seen for seen in await chat.heard("zhang.wei") if seen.kind.startswith("promise.")]


async def test_undo_as_a_word_takes_the_latest_then_the_one_before(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:10")
    await chat.says("zhang.wei", "启明制造郑总要试用两周")
    assert (await chat.says("zhang.wei", "撤销")).title == "撤销了 · 启明制造"
    assert (await chat.says("zhang.wei", "撤销")).title == "撤销了 · 华东医械"
    assert (await chat.says("zhang.wei", "撤销")).text.startswith("没有可撤销的了。")


async def test_a_later_change_on_it_is_asked_first(chat: Chat) -> None:
    card = await chat.says("zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:10")
    await chat.says("zhang.wei", "华东医械报价单发给王总了")
    [promise] = await chat.records("commitment")
    assert promise["state"] == "kept"
    asked = await chat.taps("zhang.wei", card, "undo")
    assert asked.title == "后面还有 1 处改动，一起撤吗？"
    await chat.taps("zhang.wei", asked, "undo_chain")
    assert await chat.records("commitment") == []


async def test_the_date_is_put_right_in_one_sentence(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    card = await chat.says("zhang.wei", "不对，是下周四")
    assert card.kind == "reading.corrected"
    assert card.line("日期") == "周五 3月13日前 → 周四 3月19日前"
    [promise] = await chat.records("commitment")
    assert promise["due"] == "2026-03-19"


async def test_the_customer_is_put_right_and_remembered(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    card = await chat.says("zhang.wei", "不是华东医械，是启明制造")
    assert card.title == "改好了：启明制造"
    assert card.line("客户") == "华东医械 → 启明制造（按你说的）"
    [promise] = await chat.records("commitment")
    names = {c["id"]: c["name"] for c in await chat.records("customer")}
    assert names[promise["customer_id"]] == "启明制造有限公司"


async def test_typed_words_do_what_taps_do(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    assert "张伟 10:00 确认" in (await chat.says("zhang.wei", "确认")).text
    [activity] = await chat.records("activity")
    assert activity["confirmed"] is True


async def test_a_tap_never_acts_twice(chat: Chat) -> None:
    card = await chat.says("zhang.wei", SENTENCE)
    await chat.taps("zhang.wei", card, "confirm")
    audit = len(await chat.records("audit"))
    again = await chat.web.post("/sandbox/api/tap", json={"as": "zhang.wei", "n": card.n, "button": "confirm"})
    assert again.status_code == 400
    assert len(await chat.records("audit")) == audit


async def test_what_has_moved_on_is_not_restored_over_it(chat: Chat) -> None:
    undone = await chat.taps("zhang.wei", await chat.says("zhang.wei", "华东医械合同金额改成 200 万"), "undo")
    await chat.says("zhang.wei", "华东医械合同金额改成 210 万")
    told = await chat.taps("zhang.wei", undone, "restore")
    assert told.text == "没恢复：后面又改过（10:00 改金额），恢复会盖掉它。"
    assert (await chat.opportunity("华东医械"))["amount"] == "2100000.00"

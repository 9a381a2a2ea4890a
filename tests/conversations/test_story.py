"""The story of SPEC §1: a sentence, one card, a reminder on the eve, the file, the promise kept with it as proof."""

from __future__ import annotations

from tests.conversations.chat import Chat

SENTENCE = "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去"
QUOTE = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


async def test_a_sentence_becomes_a_record(chat_on_both: Chat) -> None:
    chat = chat_on_both
    card = await chat.says("zhang.wei", SENTENCE)
    assert card.title == "华东医械 · 记下了"
    assert card.line("客户") == "华东医械（王总是他家联系人）"
    assert card.line("承诺") == "我方发报价单，周五 3月13日前"
    assert card.line("阶段") == "价格谈判 → 合同签署，还差采购流程图"
    assert card.line("日期") == "签约 周三 3月18日"
    assert card.line("信号") == "预算已批（“预算已批”）"
    assert list(card.buttons) == ["confirm", "edit", "undo", "add_evidence"]
    deal = await chat.opportunity("华东医械")
    assert (deal["stage"], deal["sign_date"]) == ("negotiation", "2026-03-18")
    [promise] = await chat.records("commitment")
    assert (promise["by"], promise["what"], promise["due"], promise["state"]) == (
        "us",
        "发报价单",
        "2026-03-13",
        "open",
    )


async def test_the_promise_is_kept_with_the_file_as_proof(chat_on_both: Chat) -> None:
    chat = chat_on_both
    card = await chat.says("zhang.wei", SENTENCE)
    confirmed = await chat.taps("zhang.wei", card, "confirm")
    assert "张伟 10:00 确认" in confirmed.text
    await chat.until("2026-03-12 17:45")
    reminder = (await chat.heard("zhang.wei"))[-1]
    assert reminder.title == "明天到期：发报价单"
    answer = await chat.uploads(card.urls["add_evidence"], "华东医械_报价单_v3.pdf", QUOTE, "commitment")
    assert answer.status_code == 200
    closed = (await chat.heard("zhang.wei"))[-1]
    assert closed.title == "闭环：发报价单"
    [promise] = await chat.records("commitment")
    [proof] = [e for e in await chat.records("evidence") if e["commitment_id"] == promise["id"]]
    assert (promise["state"], promise["evidence_id"]) == ("kept", proof["id"])
    await chat.until("2026-03-14 12:00")
    assert not await chat.heard_of("wang.fang", "promise.late.manager")


async def test_nothing_sent_and_the_manager_hears(chat_on_both: Chat) -> None:
    chat = chat_on_both
    await chat.says("zhang.wei", SENTENCE)
    await chat.until("2026-03-13 18:09")
    kinds = [seen.kind for seen in await chat.heard("zhang.wei")]
    assert kinds[:3] == ["reading.clear", "promise.ahead", "digest.rep"]
    assert not await chat.heard_of("wang.fang", "promise.late.manager")
    await chat.until("2026-03-13 18:12")
    assert (await chat.heard("zhang.wei"))[-1].kind == "promise.late"
    await chat.until("2026-03-13 18:41")
    [card] = await chat.heard_of("wang.fang", "promise.late.manager")
    assert card.title == "1 件答应客户的事没闭环"
    assert card.line("张伟说") == "（还没回）"
    [promise] = await chat.records("commitment")
    assert promise["state"] == "overdue"


async def test_the_story_with_redis(chat_on_redis: Chat) -> None:
    card = await chat_on_redis.says("zhang.wei", SENTENCE)
    assert card.title == "华东医械 · 记下了"
    await chat_on_redis.until("2026-03-12 17:45")
    assert [seen.title for seen in await chat_on_redis.heard_of("zhang.wei", "promise.ahead")] == ["明天到期：发报价单"]

"""The team's words through the whole bot: an admin teaches, the next message reads so; what was learnt is unlearnt."""

from __future__ import annotations

from tests.conversations.chat import Chat

SAID = "启明制造郑总说粮草到了"


async def test_taught_at_ten_it_reads_so_at_once(chat_on_both: Chat) -> None:
    chat = chat_on_both
    before = await chat.says("zhang.wei", SAID)
    assert "预算已批" not in before.text
    card = await chat.says("admin", "/lexicon add 预算已批 粮草到了")
    assert card.title == "过去 30 天有 1 句会读得不同"
    assert "例：“启明制造郑总说粮草到了”。" in card.text
    assert list(card.buttons.values()) == ["生效", "不要"]
    card = await chat.taps("admin", card, "take_effect")
    assert card.title == "“粮草到了”读成预算已批了"
    assert card.buttons == {}
    after = await chat.says("zhang.wei", SAID)
    assert "预算已批" in after.text
    why = await chat.says("zhang.wei", "为什么")
    assert "信号：“粮草到了” · 很有把握（lexicon.budget_approved" in why.text


async def test_an_alias_learnt_by_a_correction_is_forgotten(chat_on_both: Chat) -> None:
    chat = chat_on_both
    await chat.says("zhang.wei", "华东医疗说预算批了")
    await chat.says("zhang.wei", "不是华东医械，是启明制造")
    learnt = await chat.says("admin", "/lexicon learnt")
    assert "叫法 “华东医疗”是启明制造" in learnt.text
    forgotten = await chat.says("admin", "/lexicon forget 华东医疗")
    assert forgotten.title == "忘掉“华东医疗”了"
    assert "叫法 “华东医疗”" not in (await chat.says("admin", "/lexicon learnt")).text
    back = await chat.taps("admin", forgotten, "undo")
    assert back.title != forgotten.title
    assert "叫法 “华东医疗”是启明制造" in (await chat.says("admin", "/lexicon learnt")).text


async def test_a_wrong_call_is_run_right_by_a_tap(chat: Chat) -> None:
    wrong = await chat.says("admin", "/lexicon add 粮草到了")
    assert wrong.title == "归到哪类？"
    preview = await chat.taps("admin", wrong, "use_it")
    assert list(preview.buttons) == ["take_effect", "leave_it"]

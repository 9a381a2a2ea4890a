"""Promises kept in mind: reminded, closed, moved, asked after, by tap and by word, through the whole bot."""

from __future__ import annotations

from typing import Any

from tests.conversations.chat import Chat

QUOTE = "我周五前把报价单发给华东医械的王总"


async def promise(chat: Chat) -> dict[str, Any]:
    found = await chat.records("commitment")
    assert len(found) == 1, found
    return found[0]


async def reminded(chat: Chat) -> Any:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-12 17:45")
    [card] = await chat.heard_of("zhang.wei", "promise.ahead")
    assert card.title == "明天到期：发报价单"
    return card


async def test_done_asks_for_the_file_and_the_page_closes_it(chat: Chat) -> None:
    card = await reminded(chat)
    asked = await chat.taps("zhang.wei", card, "done")
    assert asked.title == "发报价单：文件给我"
    answer = await chat.uploads(asked.urls["add_evidence"], "报价.pdf", b"%PDF-1.4\n%%EOF\n")
    assert answer.status_code == 200
    assert (await chat.heard("zhang.wei"))[-1].title == "闭环：发报价单"
    assert (await promise(chat))["state"] == "kept"


async def test_done_without_a_file_is_one_more_word(chat: Chat) -> None:
    await chat.taps("zhang.wei", await reminded(chat), "done")
    closed = await chat.says("zhang.wei", "无文件")
    assert closed.title == "闭环：发报价单"
    assert (await promise(chat))["state"] == "kept"
    reopened = await chat.taps("zhang.wei", closed, "not_this")
    assert "照旧提醒" in reopened.text
    assert (await promise(chat))["state"] == "open"


async def test_said_instead_of_tapped(chat: Chat) -> None:
    await reminded(chat)
    assert (await chat.says("zhang.wei", "报价单已经发了")).title == "闭环：发报价单"


async def test_moved_by_a_ready_date_and_reminded_anew(chat: Chat) -> None:
    moved = await chat.taps("zhang.wei", await reminded(chat), "move")
    assert list(moved.buttons.values())[:2] == ["周五 3月13日", "周一 3月16日"]
    done = await chat.taps("zhang.wei", moved, "pick:2")
    assert "改到 周一 3月16日" in done.text
    await chat.until("2026-03-13 18:45")
    assert not await chat.heard_of("zhang.wei", "promise.late")
    await chat.until("2026-03-16 14:15")
    assert [card.title for card in await chat.heard_of("zhang.wei", "promise.now")] == ["今天到期：发报价单"]


async def test_moved_by_a_sentence(chat: Chat) -> None:
    await chat.taps("zhang.wei", await reminded(chat), "move")
    answer = await chat.says("zhang.wei", "下周三下午三点")
    assert "改到 周三 3月18日 15:00" in answer.text
    assert (await promise(chat))["due"] == "2026-03-18T15:00:00+08:00"


async def test_not_needed_any_more(chat: Chat) -> None:
    why = await chat.taps("zhang.wei", await reminded(chat), "not_needed")
    gone = await chat.taps("zhang.wei", why, "pick:1")
    assert gone.title == "不用了：发报价单"
    assert (await promise(chat))["state"] == "withdrawn"
    await chat.until("2026-03-16 12:00")
    assert not await chat.heard_of("zhang.wei", "promise.late")


async def test_the_manager_asks_and_the_answer_comes_back_on_her_card(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-13 18:41")
    [card] = await chat.heard_of("wang.fang", "promise.late.manager")
    asked = await chat.taps("wang.fang", card, "nudge")
    assert "已问 张伟 18:41" in asked.text
    assert (await chat.heard("zhang.wei"))[-1].text.startswith("王芳问：华东医械的报价单卡在哪？")
    answer = await chat.says("zhang.wei", "折扣还在批，周一一早发")
    assert answer.text.startswith("带给王芳了：“折扣还在批，周一一早发”。")
    assert (await chat.look("wang.fang", card)).line("张伟说") == "“折扣还在批，周一一早发”"
    longer = await chat.taps("wang.fang", await chat.look("wang.fang", card), "extend_day")
    assert "改到 周一 3月16日" in longer.text
    assert (await promise(chat))["due"] == "2026-03-16"


async def test_tonight_is_late_next_morning(chat: Chat) -> None:
    await chat.says("zhang.wei", "今晚把报价单发给华东医械的王总")
    await chat.until("2026-03-10 23:00")
    assert not await chat.heard_of("zhang.wei", "promise.late")
    await chat.until("2026-03-11 08:45")
    assert len(await chat.heard_of("zhang.wei", "promise.late")) == 1
    assert not await chat.heard_of("wang.fang", "promise.late.manager")
    await chat.until("2026-03-11 18:45")
    assert len(await chat.heard_of("wang.fang", "promise.late.manager")) == 1


async def test_a_clock_time_is_spoken_of_to_the_minute(chat: Chat) -> None:
    await chat.says("zhang.wei", "明天下午4点半前把报价单发给华东医械的王总")
    await chat.until("2026-03-11 18:45")
    heard = [(seen.kind, seen.title) for seen in await chat.heard("zhang.wei") if seen.kind.startswith("promise")]
    assert heard == [
        ("promise.ahead", "今天 16:30 到期：发报价单"),
        ("promise.now", "今天到期：发报价单"),
        ("promise.late", "报价单还没见到"),
    ]


async def test_the_customers_promise_is_asked_after_by_the_rep_alone(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说周四给我答复")
    await chat.until("2026-03-13 19:00")
    [card] = await chat.heard_of("zhang.wei", "promise.customer")
    assert card.title.startswith("王总说今天")
    assert not await chat.heard_of("wang.fang", "promise.late.manager")


async def test_a_sentence_closes_what_it_says_is_done(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    card = await chat.says("zhang.wei", "华东医械的报价表已经发给王总了")
    assert card.has("闭环"), card.text
    assert (await promise(chat))["state"] == "kept"


async def test_of_two_that_fit_it_is_asked_which(chat: Chat) -> None:
    await chat.says("zhang.wei", "我周五前把设备报价单发给华东医械的王总")
    await chat.says("zhang.wei", "我下周二前把耗材报价单发给华东医械的王总")
    cards = await chat.says_all("zhang.wei", "华东医械的报价单已经发给王总了")
    which = next(card for card in cards if card.kind == "promise.which")
    assert which.title == "这句说的是哪件？"
    closed = await chat.taps("zhang.wei", which, "pick:2")
    assert closed.title == "闭环：发耗材报价单"
    assert {c["what"]: c["state"] for c in await chat.records("commitment")} == {
        "发设备报价单": "open",
        "发耗材报价单": "kept",
    }


async def test_two_of_one_moment_share_a_card(chat: Chat) -> None:
    await chat.says("zhang.wei", "我周五前把设备报价单发给华东医械的王总")
    await chat.says("zhang.wei", "我周五前把安装排期发给华东医械的王总")
    await chat.until("2026-03-12 17:45")
    [card] = await chat.heard_of("zhang.wei", "promise.ahead")
    assert card.title == "明天到期 2 件"
    assert "发设备报价单" in card.text and "发安装排期" in card.text
    answer = await chat.says("zhang.wei", "安装排期改到下周一")
    assert "改到 周一 3月16日" in answer.text

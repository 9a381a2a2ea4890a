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


async def test_what_an_older_card_has_just_asked_is_answered_before_what_a_younger_one_may_hear(chat: Chat) -> None:
    card = await reminded(chat)
    await chat.until("2026-03-13 08:45")
    assert (await chat.heard("zhang.wei"))[-1].kind == "digest.rep"
    asked = await chat.taps("zhang.wei", card, "done")
    assert asked.title == "发报价单：文件给我"
    await chat.says("zhang.wei", "无文件")
    assert (await promise(chat))["state"] == "kept"


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


async def two_of_friday(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "周五前把安装排期发给启明制造郑总")


async def test_a_number_names_one_of_several(chat: Chat) -> None:
    await two_of_friday(chat)
    await chat.until("2026-03-12 17:45")
    alone = await chat.says("zhang.wei", "2")
    assert (alone.kind, alone.title) == ("promise.ahead", "明天到期：发安装排期")
    moved = await chat.says("zhang.wei", "改时间")
    assert moved.title == "改到哪天：发安装排期"
    assert "改到 周二 3月17日" in (await chat.says("zhang.wei", "下周二")).text


async def test_a_number_and_a_label_in_one_go(chat: Chat) -> None:
    await two_of_friday(chat)
    await chat.until("2026-03-12 17:45")
    assert (await chat.says("zhang.wei", "② 改时间")).title == "改到哪天：发安装排期"


async def test_a_label_without_a_choice_asks_which(chat: Chat) -> None:
    await two_of_friday(chat)
    await chat.until("2026-03-12 17:45")
    asked = await chat.says("zhang.wei", "已经发了")
    assert (asked.title, asked.line("二")) == ("哪一件？", "发安装排期 · 启明制造 · 周五 3月13日")
    assert (await chat.taps("zhang.wei", asked, "pick:2")).title == "发安装排期：文件给我"
    assert (await chat.says("zhang.wei", "无文件")).title == "闭环：发安装排期"
    assert {c["what"]: c["state"] for c in await chat.records("commitment")} == {
        "发报价单": "open",
        "发安装排期": "kept",
    }


async def test_an_old_card_says_what_became_of_its_promise(chat: Chat) -> None:
    card = await reminded(chat)
    await chat.says("zhang.wei", "报价单已经发了")
    told = await chat.taps("zhang.wei", card, "move")
    assert told.kind == "promise.settled"
    assert "发报价单 周四 3月12日 17:45 已闭环" in told.text
    assert not told.buttons
    assert (await promise(chat))["state"] == "kept"


async def test_what_was_taken_back_is_not_acted_on(chat: Chat) -> None:
    card = await reminded(chat)
    assert (await chat.says("zhang.wei", "撤销")).kind == "reading.undone"
    assert "发报价单那条已撤销，不再提醒" in (await chat.taps("zhang.wei", card, "done")).text
    assert await chat.records("commitment") == []


async def test_words_for_the_customer_after_a_move(chat: Chat) -> None:
    await chat.taps("zhang.wei", await reminded(chat), "move")
    moved = await chat.says("zhang.wei", "下周三下午三点")
    assert "要我写句话告诉王总吗？" in moved.text
    script = await chat.taps("zhang.wei", moved, "send_script")
    assert script.text == "王总，报价单改到周三 3月18日 15:00 给您，先跟您说一声。"


async def test_a_call_is_not_sent(chat: Chat) -> None:
    await chat.says("zhang.wei", "周五下午三点前给启明制造郑总打电话")
    await chat.until("2026-03-13 15:40")
    [ahead] = await chat.heard_of("zhang.wei", "promise.ahead")
    assert ahead.buttons["done"] == "已经办了"
    [late] = await chat.heard_of("zhang.wei", "promise.late")
    assert late.title == "打电话：办了吗？"
    assert (await chat.taps("zhang.wei", late, "done")).title == "闭环：打电话"


async def test_a_file_that_fits_two_is_asked_about(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "我周五前把设备报价单发给华东医械的王总")
    await chat.until("2026-03-10 10:10")
    await chat.says("zhang.wei", "我下周二前把耗材报价单发给华东医械的王总")
    said = await chat.says_all("zhang.wei", "华东医械报价单发给王总了")
    which = next(seen for seen in said if seen.kind == "promise.which")
    nothing = await chat.taps("zhang.wei", which, "none")
    assert nothing.text.startswith("好，都没动。")
    assert [c["state"] for c in await chat.records("commitment")] == ["open", "open"]
    await chat.uploads(card.urls["add_evidence"], "设备报价单.pdf", b"%PDF-1.4\n%%EOF\n")
    closed = (await chat.heard("zhang.wei"))[-1]
    assert (closed.title, closed.line("材料")) == ("闭环：发设备报价单", "设备报价单.pdf（你发的）")


async def late_at_managers(chat: Chat) -> Any:
    await two_of_friday(chat)
    await chat.until("2026-03-13 18:45")
    [card] = await chat.heard_of("wang.fang", "promise.late.manager")
    assert card.title == "2 件答应客户的事没闭环"
    return card


async def test_a_manager_asks_once_a_day(chat: Chat) -> None:
    card = await late_at_managers(chat)
    options = {c["what"]: c["id"] for c in await chat.records("commitment")}
    asked = await chat.taps("wang.fang", card, "nudge", options["发安装排期"])
    assert "已问 张伟 18:45" in asked.text
    await chat.taps("wang.fang", asked, "nudge", options["发安装排期"])
    assert len(await chat.heard_of("zhang.wei", "promise.asked")) == 1


async def test_idle_talk_hours_later_is_not_carried_to_the_manager(chat: Chat) -> None:
    card = await late_at_managers(chat)
    options = {c["what"]: c["id"] for c in await chat.records("commitment")}
    await chat.taps("wang.fang", card, "nudge", options["发安装排期"])
    await chat.until("2026-03-13 19:30")
    assert (await chat.says("zhang.wei", "晚上一起吃饭")).kind == "reading.nothing"
    told = await chat.says("zhang.wei", "安装排期工程师还没给")
    assert told.text.startswith("带给王芳了：“安装排期工程师还没给”。")
    assert (await chat.look("wang.fang", card)).line("张伟说") == "“安装排期工程师还没给”"


async def test_a_manager_types_what_she_would_tap(chat: Chat) -> None:
    await late_at_managers(chat)
    assert (await chat.says("wang.fang", "问问他")).title == "哪一件？"
    await chat.says("wang.fang", "1 问问他")
    [asked] = await chat.heard_of("zhang.wei", "promise.asked")
    assert asked.text.startswith("王芳问：华东医械的报价单卡在哪？")
    await chat.says("zhang.wei", "回一句")
    await chat.says("zhang.wei", "折扣还在批，周一一早发")
    newest = (await chat.heard_of("wang.fang", "promise.late.manager"))[-1]
    assert newest.line("张伟说") == "“折扣还在批，周一一早发”"


async def test_of_somebody_on_leave_no_answer_is_missed(chat: Chat) -> None:
    await chat.says("zhang.wei", "我明天把报价单发给华东医械的王总")
    await chat.until("2026-03-11 08:45")
    [morning] = await chat.heard_of("zhang.wei", "digest.rep")
    await chat.taps("zhang.wei", morning, "leave_today")
    await chat.until("2026-03-11 18:45")
    [card] = await chat.heard_of("wang.fang", "promise.late.manager")
    assert card.line("张伟说") == "（今天请假）"


async def test_a_sentence_moves_what_was_promised_in_other_words(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-10 10:10")
    card = await chat.says("zhang.wei", "报价单改到下周一给王总")
    assert card.line("承诺") == "发报价单 改到 周一 3月16日前"
    assert (await promise(chat))["due"] == "2026-03-16"


async def test_a_sentence_gives_up_what_is_not_wanted(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-10 10:10")
    card = await chat.says("zhang.wei", "华东医械报价单不用发了")
    assert card.line("承诺") == "“发报价单”不用了，不再提醒"
    assert (await promise(chat))["state"] == "withdrawn"
    undone = await chat.taps("zhang.wei", card, "undo")
    assert undone.line("承诺") == "“发报价单”又在了，照旧提醒"
    assert (await promise(chat))["state"] == "open"


async def test_words_that_name_another_promise_do_not_close_the_one_on_the_card(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总，我周五前把报价单发过去")
    await chat.says("zhang.wei", "启明制造郑总要分项报价，我明天下午三点前给")
    await chat.until("2026-03-11 15:05")
    [card] = await chat.heard_of("zhang.wei", "promise.now")
    closed = await chat.says("zhang.wei", "报价单发了")
    assert closed.title == "闭环：发报价单"
    states = {one["what"]: one["state"] for one in await chat.records("commitment")}
    assert states == {"发报价单": "kept", "给分项报价": "open"}
    assert list((await chat.look("zhang.wei", card)).buttons) == list(card.buttons)
    assert (await chat.says("zhang.wei", "分项报价也发了")).title == "闭环：给分项报价"


async def test_the_customers_answer_is_told_in_ones_own_words(chat: Chat) -> None:
    await chat.says("chen.jie", "安澜酒店高总说周三给答复")
    await chat.until("2026-03-11 15:00")
    assert len(await chat.heard_of("chen.jie", "promise.customer")) == 1
    assert not (await chat.says("chen.jie", "高总还没回我")).has("闭环")
    card = await chat.says("chen.jie", "高总回复了，说可以")
    assert card.line("闭环").startswith("给答复")
    [promise] = await chat.records("commitment")
    assert promise["state"] == "kept"

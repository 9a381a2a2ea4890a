"""Tasks that an event makes (B7): done by a tap, a word, a file; put off; up the ladder where they are left open."""

from __future__ import annotations

from tests.conversations.chat import Chat, Seen

PDF = b"%PDF-1.4\n%%EOF\n"
BOOKED = "松涛何校长定了周四下午两点看演示"


async def booked(chat: Chat) -> Seen:
    seen = await chat.says_all("li.na", BOOKED)
    return next(one for one in seen if one.kind == "task.made")


async def states(chat: Chat) -> dict[str, str]:
    return {one["what"]: one["state"] for one in await chat.records("task")}


async def test_a_word_for_one_of_two_leaves_the_other(chat: Chat) -> None:
    await booked(chat)
    done = await chat.says("li.na", "案例包准备好了")
    assert (done.kind, done.line("一")) == ("task.closed", "准备行业案例包")
    assert await states(chat) == {"准备行业案例包": "done", "设置试用账号": "open"}
    assert (await chat.says("li.na", "都好了")).line("一") == "设置试用账号"
    await chat.until("2026-03-10 19:00")
    assert not await chat.heard_of("li.na", "task.due")


async def test_a_sentence_about_the_customer_closes_what_it_names(chat: Chat) -> None:
    await booked(chat)
    seen = await chat.says_all("li.na", "松涛教育的案例包做好了，下午和何校长电话聊了聊")
    assert [one.line("一") for one in seen if one.kind == "task.closed"] == ["准备行业案例包"]
    assert (await states(chat))["设置试用账号"] == "open"


async def test_what_is_not_done_closes_nothing(chat: Chat) -> None:
    await booked(chat)
    await chat.says_all("li.na", "松涛教育的案例包还没做好，何校长来电话催了")
    assert set((await states(chat)).values()) == {"open"}


async def test_the_file_that_was_to_be_made_closes_its_task(chat: Chat) -> None:
    card = await chat.says("li.na", "松涛何校长今天看了演示，很满意")
    assert await states(chat) == {"发定制方案": "open"}
    await chat.uploads(card.urls["add_evidence"], "松涛定制方案.pdf", PDF)
    [closed] = await chat.heard_of("li.na", "task.closed")
    assert (closed.line("一"), closed.line("材料")) == ("发定制方案", "松涛定制方案.pdf")
    [task] = await chat.records("task")
    assert task["state"] == "done"
    again = await chat.taps("li.na", closed, "not_this")
    assert (again.kind, await states(chat)) == ("task.due", {"发定制方案": "open"})


async def test_another_time_is_waited_for_and_the_old_one_says_nothing(chat: Chat) -> None:
    card = await booked(chat)
    ask = await chat.taps("li.na", card, "move")
    assert ask.buttons["pick:1"] == "周三 3月11日"
    moved = await chat.says("li.na", "明天下午三点")
    assert (moved.kind, "改到 周三 3月11日 15:00" in moved.text) == ("task.moved", True)
    await chat.until("2026-03-11 14:50")
    assert not await chat.heard_of("li.na", "task.due")
    assert not await chat.heard_of("wang.fang", "task.late.manager")
    [morning] = await chat.heard_of("li.na", "digest.rep")
    assert morning.line("15:00") == "松涛教育：准备行业案例包"
    assert "设置试用账号" in (await chat.says("li.na", "/today")).text
    await chat.until("2026-03-11 15:05")
    assert len(await chat.heard_of("li.na", "task.due")) == 1


async def left_open(chat: Chat) -> Seen:
    await booked(chat)
    await chat.until("2026-03-10 18:50")
    [card] = await chat.heard_of("wang.fang", "task.late.manager")
    return card


async def test_the_manager_asks_and_reads_the_answer_on_her_card(chat: Chat) -> None:
    card = await left_open(chat)
    assert list(card.buttons) == ["nudge", "extend_day", "reassign", "ack"]
    await chat.taps("wang.fang", card, "nudge")
    [asked] = await chat.heard_of("li.na", "task.asked")
    assert asked.text.startswith("王芳问：松涛教育的准备行业案例包、设置试用账号卡在哪？")
    await chat.says("li.na", "市场部的案例明天上午才给")
    shown = await chat.look("wang.fang", card)
    assert shown.line("李娜说") == "“市场部的案例明天上午才给”"


async def test_a_day_more_is_a_new_due(chat: Chat) -> None:
    card = await left_open(chat)
    await chat.taps("wang.fang", card, "extend_day")
    [told] = await chat.heard_of("li.na", "task.extended")
    assert "延到 周三 3月11日 12:00" in told.text
    await chat.until("2026-03-11 18:50")
    assert len(await chat.heard_of("li.na", "task.due")) == 2
    assert len(await chat.heard_of("wang.fang", "task.late.manager")) == 2


async def test_it_goes_to_another_with_the_customer(chat: Chat) -> None:
    card = await left_open(chat)
    await chat.taps("wang.fang", card, "reassign")
    [pick] = await chat.heard_of("wang.fang", "reassign.pick")
    await chat.taps("wang.fang", pick, "pick:1")
    people = {one["id"]: one["name"] for one in await chat.records("member")}
    assert {people[one["owner_id"]] for one in await chat.records("task")} <= {"张伟", "陈杰"}
    assert "改派" in (await chat.look("wang.fang", card)).text


async def test_what_is_late_stands_on_the_next_mornings(chat: Chat) -> None:
    await left_open(chat)
    await chat.until("2026-03-11 08:45")
    [morning] = await chat.heard_of("li.na", "digest.rep")
    assert morning.line("还没办") == "松涛教育：准备行业案例包"


async def test_what_a_sentence_brought_or_closed_goes_with_it_when_it_is_taken_back(chat: Chat) -> None:
    await booked(chat)
    await chat.says_all("li.na", "松涛教育的案例包做好了，下午和何校长电话聊了聊")
    assert (await states(chat))["准备行业案例包"] == "done"
    await chat.says("li.na", "撤销")
    assert (await states(chat))["准备行业案例包"] == "open"
    await chat.says("li.na", "撤销")
    assert await states(chat) == {}
    await chat.until("2026-03-10 19:00")
    assert not await chat.heard_of("li.na", "task.due")


async def test_a_colleague_is_asked_gets_the_card_and_whoever_asked_hears_of_it(chat: Chat) -> None:
    card = await booked(chat)
    ask = await chat.taps("li.na", card, "ask_help")
    assert set(ask.buttons.values()) == {"张伟", "陈杰", "王芳"}
    handed = await chat.says("li.na", "陈杰")
    assert "松涛教育：请陈杰帮忙了" in handed.text
    [theirs] = await chat.heard_of("chen.jie", "task.made")
    assert "李娜请你帮忙 · 周二 3月10日 12:00 前" in theirs.text
    assert list(theirs.buttons) == ["all_done", "move", "cannot"]
    await chat.until("2026-03-10 13:45")
    assert not await chat.heard_of("li.na", "task.due")
    assert len(await chat.heard_of("chen.jie", "task.due")) == 1
    await chat.taps("chen.jie", theirs, "all_done")
    [told] = await chat.heard_of("li.na", "task.helped")
    assert told.text.startswith("陈杰把准备行业案例包、设置试用账号（松涛教育）备好了。")
    assert (await chat.opportunity("松涛教育"))["owner_id"] == next(
        one["id"] for one in await chat.records("member") if one["name"] == "李娜"
    )


async def test_who_cannot_gives_it_back(chat: Chat) -> None:
    card = await booked(chat)
    ask = await chat.taps("li.na", card, "ask_help")
    await chat.taps("li.na", ask, next(id for id, label in ask.buttons.items() if label == "张伟"))
    [theirs] = await chat.heard_of("zhang.wei", "task.made")
    await chat.taps("zhang.wei", theirs, "cannot")
    assert "张伟现在不行" in (await chat.heard_of("li.na", "task.cannot"))[0].text
    await chat.until("2026-03-10 13:45")
    assert len(await chat.heard_of("li.na", "task.due")) == 1


async def test_open_again_is_reminded_of_once(chat: Chat) -> None:
    card = await booked(chat)
    done = await chat.taps("li.na", card, "all_done")
    again = await chat.taps("li.na", done, "not_this")
    assert again.kind == "task.due"
    await chat.until("2026-03-10 13:45")
    assert len([one for one in await chat.heard_of("li.na", "task.due") if one.n != again.n]) == 1


async def test_what_is_open_already_is_not_asked_for_again(chat: Chat) -> None:
    await booked(chat)
    again = await chat.says_all("li.na", "松涛教育的演示改约周五上午十点")
    assert not [one for one in again if one.kind == "task.made"]
    assert sorted(await states(chat)) == ["准备行业案例包", "设置试用账号"]

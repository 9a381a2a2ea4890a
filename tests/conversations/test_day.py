"""E1 the rep's morning, quiet time, weekends, 清明 and leave: what is said when, and what is not."""

from __future__ import annotations

from datetime import datetime

import pytest

from scheduler.jobs import digest
from tests.conversations.chat import ZONE, Chat, Seen


async def since(chat: Chat, who: str, before: list[Seen]) -> list[str]:
    seen = {one.n for one in before}
    return [one.kind for one in await chat.heard(who) if one.n not in seen and one.kind != "seal.day"]


async def test_the_morning_names_what_is_due(chat: Chat) -> None:
    await chat.says("zhang.wei", "明天下午4点半前把报价单发给华东医械的王总")
    await chat.says("zhang.wei", "明天把安装排期发给启明制造郑总")
    await chat.until("2026-03-11 08:45")
    [card] = await chat.heard_of("zhang.wei", "digest.rep")
    assert card.title == "早，张伟，今天 2 件"
    assert card.line("16:30") == "华东医械：发报价单"
    assert card.line("今天") == "启明制造：发安装排期"
    asked = await chat.taps("zhang.wei", card, "first_done")
    assert asked.title == "发报价单：文件给我"


async def test_a_large_company_has_its_morning_in_parts(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "AT_ONCE", 1)
    await chat.says("zhang.wei", "明天把安装排期发给启明制造郑总")
    await chat.says("li.na", "明天把方案发给松涛教育何校长")
    await chat.says("chen.jie", "明天把报价单发给立泰电子秦总")
    await chat.until("2026-03-11 08:40")
    people = ("zhang.wei", "li.na", "chen.jie")
    assert sum([len(await chat.heard_of(who, "digest.rep")) for who in people]) == 1
    await chat.until("2026-03-11 08:45")
    assert [len(await chat.heard_of(who, "digest.rep")) for who in people] == [1, 1, 1]


async def test_the_morning_names_what_is_worth_most(chat: Chat) -> None:
    await chat.until("2026-03-10 19:30")
    await chat.says("li.na", "瑞禾医疗周主任晚上微信问装机工期要多久")
    await chat.says("li.na", "松涛教育何校长定了周四下午两点看演示")
    await chat.until("2026-03-11 08:45")
    [card] = await chat.heard_of("li.na", "digest.rep")
    assert card.title == "早，李娜，今天 2 件"
    assert card.line("值得一") == "瑞禾医疗 ¥86 万：昨晚问工期"
    assert card.line("值得二") == "松涛教育 ¥46 万：周四 3月12日 方案演示"
    await chat.says("li.na", "给瑞禾医疗周主任回了电话，说好四周")
    assert not (await chat.says("li.na", "今天")).text.count("瑞禾")


async def test_what_only_lies_ahead_makes_no_morning(chat: Chat) -> None:
    await chat.says("zhang.wei", "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去")
    await chat.until("2026-03-12 12:00")
    assert not await chat.heard_of("zhang.wei", "digest.rep")


async def test_yesterday_is_told_as_a_share(chat: Chat) -> None:
    for when, what in (("明天", "报价单"), ("明天", "排期表"), ("后天", "合同草稿")):
        await chat.says("zhang.wei", f"{when}把{what}发给启明制造郑总")
    await chat.until("2026-03-11 15:00")
    await chat.says("zhang.wei", "报价单已经发给启明制造郑总了")
    await chat.until("2026-03-12 08:45")
    card = (await chat.heard_of("zhang.wei", "digest.rep"))[-1]
    assert "周四 3月12日 · 昨天完成 50%" in card.text


async def test_questions_come_one_by_one(chat: Chat) -> None:
    await chat.says("li.na", "预算批了")
    await chat.says("li.na", "那边要报价")
    await chat.until("2026-03-11 08:45")
    [card] = await chat.heard_of("li.na", "digest.rep")
    assert card.line("等你点") == "2 张卡"
    first = await chat.taps("li.na", card, "see_waiting")
    assert "预算已批" in first.text
    before = await chat.heard("li.na")
    await chat.taps("li.na", first, "pick:1")
    new = [one for one in await chat.heard("li.na") if one.n > before[-1].n]
    assert new[-1].kind == "reading.which_customer" and "要报价" in new[-1].text


async def test_a_day_off_is_covered_by_a_colleague(chat: Chat) -> None:
    await chat.says("zhang.wei", "明天下午4点半前把报价单发给启明制造郑总")
    await chat.until("2026-03-11 08:45")
    [card] = await chat.heard_of("zhang.wei", "digest.rep")
    await chat.taps("zhang.wei", card, "leave_today")
    [ask] = await chat.heard_of("zhang.wei", "digest.rep.cover")
    assert ask.line("一") == "16:30 启明制造：发报价单" and list(ask.buttons.values()) == ["李娜", "陈杰", "不了"]
    done = await chat.taps("zhang.wei", ask, "pick:1")
    assert done.title == "李娜帮你办 1 件"
    [hers] = await chat.heard_of("li.na", "promise.now")
    assert hers.title == "张伟请假，请你办：发报价单" and list(hers.buttons) == ["done", "move"]
    await chat.until("2026-03-11 16:40")
    assert [one.title for one in await chat.heard_of("li.na", "promise.now")][-1] == "今天到期：发报价单"
    await chat.taps("li.na", hers, "done")
    closed = await chat.says("li.na", "无文件")
    assert closed.kind == "promise.closed"
    assert [p["state"] for p in await chat.records("commitment")] == ["kept"]
    assert (await chat.opportunity("启明制造"))["owner_id"] == (await chat.records("commitment"))[0]["author_id"]


async def test_an_empty_day_has_no_morning_card(chat: Chat) -> None:
    await chat.until("2026-03-13 20:00")
    assert not await chat.heard("zhang.wei")


async def test_nothing_is_said_at_night_or_on_rest_days(chat: Chat) -> None:
    await chat.says("zhang.wei", "4月5日前把报价单发给华东医械的王总")
    await chat.says("zhang.wei", "周日前把安装排期发给启明制造郑总")
    moments = []
    for day in ("2026-03-13 20:00", "2026-03-16 08:39", "2026-04-03 19:59", "2026-04-07 08:39"):
        await chat.until(day)
        moments.append(await chat.heard("zhang.wei"))
    assert len(moments[0]) == len(moments[1]), "the weekend is quiet"
    assert len(moments[2]) == len(moments[3]), "清明 is quiet"
    await chat.until("2026-04-07 08:45")
    assert await since(chat, "zhang.wei", moments[3]) == ["promise.late"]


async def test_what_had_its_card_this_morning_is_not_listed_again(chat: Chat) -> None:
    await chat.says("zhang.wei", "周日前把安装排期发给启明制造郑总")
    await chat.until("2026-03-16 09:00")
    assert len(await chat.heard_of("zhang.wei", "promise.late")) == 1
    assert not await chat.heard_of("zhang.wei", "digest.rep")
    await chat.until("2026-03-17 09:00")
    [card] = await chat.heard_of("zhang.wei", "digest.rep")
    assert card.line("还没见到") == "启明制造：发安装排期，原定 周日 3月15日"
    await chat.until("2026-03-18 09:00")
    assert len(await chat.heard_of("zhang.wei", "digest.rep")) == 2
    await chat.until("2026-03-20 09:00")
    assert len(await chat.heard_of("zhang.wei", "digest.rep")) == 2, "three working days on the list"


async def test_a_question_is_asked_once_more_and_then_parked(chat: Chat) -> None:
    await chat.says("li.na", "预算批了")
    await chat.until("2026-03-11 08:45")
    [card] = await chat.heard_of("li.na", "digest.rep")
    assert card.line("再问") == "预算已批（“预算批了”）"
    again = await chat.taps("li.na", card, "see_waiting")
    assert again.kind == "reading.which_customer"
    await chat.until("2026-03-16 09:00")
    assert len(await chat.heard_of("li.na", "digest.rep")) == 1
    await chat.until("2026-03-19 09:00")
    assert (await chat.says("li.na", "看等点的")).text == "没有等你点的了。"
    [message] = [one for one in await chat.records("message") if one["text"] == "预算批了"]
    assert message["state"] == "waiting"
    assert not [one for one in await chat.records("activity") if one["text"] == "预算批了"]


async def test_answered_it_is_asked_no_more(chat: Chat) -> None:
    asked = await chat.says("li.na", "预算批了")
    await chat.taps("li.na", asked, "none")
    assert (await chat.says("li.na", "松涛")).title == "松涛教育 · 记下了"
    await chat.until("2026-03-11 09:00")
    assert not await chat.heard_of("li.na", "digest.rep")


async def test_a_day_off_is_quiet_and_made_up_for_after(chat: Chat) -> None:
    await chat.says("zhang.wei", "周五前把排期发给启明制造郑总")
    await chat.says("admin", "/member leave 张伟 3月12日 3月16日")
    before = await chat.heard("zhang.wei")
    await chat.until("2026-03-17 08:39")
    kinds = await since(chat, "zhang.wei", before)
    assert kinds == ["promise.ahead"], "the last word comes before the leave"
    await chat.until("2026-03-17 08:45")
    assert (await chat.heard("zhang.wei"))[-1].kind == "promise.late"


async def test_the_moment_he_named_himself_breaks_the_quiet(chat: Chat) -> None:
    await chat.says("zhang.wei", "周六上午10点给华东医械王总打电话")
    await chat.until("2026-03-14 09:59")
    before = await chat.heard("zhang.wei")
    await chat.until("2026-03-14 23:00")
    assert await since(chat, "zhang.wei", before) == ["promise.now"]
    assert not await chat.heard_of("wang.fang", "promise.late.manager")


async def test_a_lost_deal_comes_back_on_its_day(chat: Chat) -> None:
    asked = await chat.says("chen.jie", "安澜酒店高总说不做了")
    when = await chat.taps("chen.jie", asked, "lose", "budget")
    assert "周三 6月10日 再问一次" in (await chat.taps("chen.jie", when, "in_three_months")).text
    await chat.until("2026-06-09 20:00")
    assert not await chat.heard_of("chen.jie", "digest.rep")
    await chat.until("2026-06-10 09:00")
    [card] = await chat.heard_of("chen.jie", "digest.rep")
    assert card.line("再问") == "安澜酒店：3月因预算没批停下，可以再问"
    await chat.until("2026-06-12 09:00")
    assert len(await chat.heard_of("chen.jie", "digest.rep")) == 1


async def test_a_long_step_has_room_for_all_its_messages(chat: Chat) -> None:
    """The platform's limit a minute is by the clock that is stepped, not by the second in which it is stepped."""
    for n, thing in enumerate(
        ("报价单", "安装排期", "培训计划", "合同草稿", "案例集", "产品手册", "样品清单", "验收单")
    ):
        await chat.says("zhang.wei", f"3月12日{9 + n}点半前把{thing}发给启明制造郑总")
    await chat.until("2026-03-12 20:00")
    heard = await chat.heard_of("zhang.wei", "promise.now")
    assert len(heard) == 8
    assert chat.demo.app.clock.now() == datetime(2026, 3, 12, 20, 0, tzinfo=ZONE)

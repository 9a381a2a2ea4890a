"""E1 the rep's morning, quiet time, weekends, 清明 and leave: what is said when, and what is not."""

from __future__ import annotations

from datetime import datetime

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
    assert card.line("再问") == "安澜酒店：预算没批停下的，可以再问"
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

"""请假 in a sentence, and who stands in for a manager on leave."""

from __future__ import annotations

from tests.conversations.chat import Chat
from tests.conversations.test_helping import id_of


async def leave_of(chat: Chat, user: str) -> tuple[str | None, str | None]:
    one = next(m for m in await chat.records("member") if user in [a["user"] for a in m["accounts"]])
    return one["leave_from"], one["leave_until"]


async def test_a_rep_says_it_and_a_colleague_covers(chat: Chat) -> None:
    await chat.says("zhang.wei", "我今天下班前把报价单发给华东医械的王总")
    heard = await chat.says_all("zhang.wei", "今天请假")
    assert "张伟，今天请假" in heard[0].text
    assert await leave_of(chat, "zhang.wei") == ("2026-03-10", "2026-03-10")
    assert heard[1].title == "今天到期 1 件，请谁帮忙？"
    await chat.taps("zhang.wei", heard[1], "pick:1")
    [promise] = await chat.records("commitment")
    assert promise["owner_id"] == await id_of(chat, "li.na")


async def test_days_ahead_and_back_again(chat: Chat) -> None:
    assert "3月12日–3月13日 不打扰你" in (await chat.says("zhang.wei", "我周四到周五请假")).text
    assert await leave_of(chat, "zhang.wei") == ("2026-03-12", "2026-03-13")
    assert (await chat.says("zhang.wei", "回来了")).text == "欢迎回来，提醒照旧。看今天的事：/today"
    assert await leave_of(chat, "zhang.wei") == (None, None)


async def test_the_customers_leave_is_not_the_reps(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总下周请假")
    await chat.says("zhang.wei", "王总明天请假")
    assert await leave_of(chat, "zhang.wei") == (None, None)


async def test_a_managers_pushes_go_to_the_deputy_for_these_days(chat: Chat) -> None:
    said = await chat.says("admin", "/member leave 王芳 3月11日到3月16日 代理 李娜")
    assert said.text == (
        "王芳请假：周三 3月11日 到 周一 3月16日。这几天不打扰，提醒顺延到回来。要主管看的，这几天给李娜。"
    )
    assert (await chat.says("li.na", "/customer 启明制造")).kind == "cmd.wrong"
    await chat.says("zhang.wei", "今天给华东医械王总打了电话")
    await chat.says("zhang.wei", "我周四前把报价单发给华东医械的王总")
    await chat.until("2026-03-12 18:30")
    assert (await chat.says("li.na", "/customer 启明制造")).title == "启明制造"
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    await chat.until("2026-03-16 09:00")
    kinds = ("promise.late.manager", "digest.manager", "risk.list")
    assert [len(await chat.heard_of("wang.fang", kind)) for kind in kinds] == [0, 0, 0]
    [late] = await chat.heard_of("li.na", "promise.late.manager")
    assert late.title == "1 件答应客户的事没闭环"
    assert [bool(await chat.heard_of("li.na", kind)) for kind in kinds] == [True, True, True]
    await chat.until("2026-03-17 09:00")
    assert (await chat.says("li.na", "/customer 启明制造")).kind == "cmd.wrong"
    assert await chat.heard_of("wang.fang", "risk.list")


async def test_back_early_the_deputy_stands_in_no_more(chat: Chat) -> None:
    await chat.says("wang.fang", "今天请假，代理李娜")
    assert (await chat.says("li.na", "/customer 启明制造")).title == "启明制造"
    await chat.says("wang.fang", "回来了")
    assert (await chat.says("li.na", "/customer 启明制造")).kind == "cmd.wrong"
    wrong = await chat.says("admin", "/member leave 张伟 3月12日 代理 李娜")
    assert wrong.text.startswith("代理是给主管的。")


async def test_leave_told_on_the_day_of_a_word_ahead_takes_it_from_nobody_and_repeats_none(chat: Chat) -> None:
    await chat.says("zhang.wei", "我3月12日前把产品手册发给华东医械的王总")
    await chat.says("zhang.wei", "启明制造的郑总说3月10日给我答复")
    await chat.until("2026-03-11 10:00")
    assert len(await chat.heard_of("zhang.wei", "promise.customer")) == 1
    await chat.says("zhang.wei", "我3月16日到3月17日请假")
    await chat.until("2026-03-12 09:00")
    assert len(await chat.heard_of("zhang.wei", "promise.ahead")) == 1
    assert len(await chat.heard_of("zhang.wei", "promise.customer")) == 1

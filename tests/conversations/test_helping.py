"""A promise handed on to a colleague by a tap or a sentence: the customer stays, both hear what became of it."""

from __future__ import annotations

from typing import Any

from tests.conversations.chat import Chat, Seen

QUOTE = "我周五前把报价单发给华东医械的王总"


async def promise(chat: Chat) -> dict[str, Any]:
    [found] = await chat.records("commitment")
    return found


async def id_of(chat: Chat, user: str) -> str:
    [found] = [
        one["id"] for one in await chat.records("member") if user in [account["user"] for account in one["accounts"]]
    ]
    return str(found)


async def on_the_day(chat: Chat) -> Seen:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-13 14:15")
    [card] = await chat.heard_of("zhang.wei", "promise.now")
    return card


async def test_by_a_tap(chat: Chat) -> None:
    card = await on_the_day(chat)
    assert card.buttons["ask_help"] == "请人帮忙"
    asked = await chat.taps("zhang.wei", card, "ask_help")
    assert asked.title == "请谁帮忙：发报价单"
    assert list(asked.buttons.values())[:3] == ["李娜", "陈杰", "王芳"]
    done = await chat.taps("zhang.wei", asked, "pick:1")
    assert (done.title, "办好两边都知道" in done.text) == ("李娜帮你办：发报价单", True)
    assert (await promise(chat))["owner_id"] == await id_of(chat, "li.na")
    [hers] = await chat.heard_of("li.na", "promise.now")
    assert hers.title == "张伟请你：发报价单"
    assert set(hers.buttons) == {"done", "move", "cannot"}
    customer = next(one for one in await chat.records("customer") if "华东医械" in one["aliases"])
    assert customer["owner_id"] == await id_of(chat, "zhang.wei")


async def test_what_the_rep_adds_is_brought_and_both_hear_when_it_is_done(chat: Chat) -> None:
    asked = await chat.taps("zhang.wei", await on_the_day(chat), "ask_help")
    await chat.taps("zhang.wei", asked, "pick:1")
    assert (await chat.says("zhang.wei", "用三月的新模板")).text == "带给李娜了，有回音你会看到。"
    assert (await chat.heard("li.na"))[-1].text == "张伟说：“用三月的新模板”"
    [hers] = await chat.heard_of("li.na", "promise.now")
    await chat.taps("li.na", hers, "done")
    await chat.says("li.na", "无文件")
    assert (await promise(chat))["state"] == "kept"
    assert (await chat.heard("zhang.wei"))[-1].text == "李娜办好了：发报价单（华东医械）。看你的：/promise"


async def test_by_a_sentence_and_the_reminders_are_hers(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    done = await chat.says("zhang.wei", "让李娜帮我发报价单")
    assert done.text.startswith("【李娜帮你办：发报价单】")
    [hers] = await chat.heard_of("li.na", "promise.now")
    assert hers.line("张伟说") == "“让李娜帮我发报价单”"
    await chat.until("2026-03-13 18:15")
    assert await chat.heard_of("zhang.wei", "promise.late") == []
    [late] = await chat.heard_of("li.na", "promise.late")
    assert late.title == "报价单还没见到"
    assert "李娜还没办好：发报价单（华东医械，原定 周五 3月13日）" in (await chat.heard("zhang.wei"))[-1].text


async def test_who_cannot_gives_it_back(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "报价单请李娜帮忙")
    [hers] = await chat.heard_of("li.na", "promise.now")
    back = await chat.taps("li.na", hers, "cannot")
    assert "好，还给张伟了" in back.text
    assert (await promise(chat))["owner_id"] == await id_of(chat, "zhang.wei")
    assert (await chat.heard("zhang.wei"))[-1].text.startswith("李娜现在帮不了：发报价单（华东医械）。")


async def test_the_rep_takes_it_back(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "让李娜帮我发报价单")
    assert (await chat.says("zhang.wei", "报价单我来办")).text.startswith("好，发报价单（华东医械）你来办")
    assert (await promise(chat))["owner_id"] == await id_of(chat, "zhang.wei")
    assert (await chat.heard("li.na"))[-1].text == "张伟自己来办了：发报价单（华东医械）。你不用管了。看你的：/promise"


async def test_the_rep_closes_it_himself_and_she_hears(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "让李娜帮我发报价单")
    await chat.says("zhang.wei", "华东医械的报价单已经发给王总了")
    assert (await promise(chat))["state"] == "kept"
    assert (await chat.heard("li.na"))[-1].text == "张伟办好了：发报价单（华东医械）。看你的：/promise"


async def test_several_are_asked_and_the_name_goes_along(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "启明制造，我周五前发验收报告")
    which = await chat.says("zhang.wei", "请李娜帮忙")
    assert which.title == "哪一件？"
    done = await chat.taps("zhang.wei", which, "pick:2")
    assert done.title.startswith("李娜帮你办：")


async def test_other_talk_stays_talk(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "华东医械王总让李总帮忙看了合同")
    await chat.says("zhang.wei", "能让李娜帮我发报价单吗？")
    assert (await promise(chat))["owner_id"] == await id_of(chat, "zhang.wei")
    assert await chat.heard_of("li.na", "promise.now") == []


async def test_what_nobody_promised_yet_becomes_a_promise_of_hers(chat: Chat) -> None:
    done = await chat.says("zhang.wei", "让李娜周五前帮我发报价单给华东医械")
    assert done.text.startswith("【李娜帮你办：发报价单】") and "华东医械" in done.text
    assert (await promise(chat))["owner_id"] == await id_of(chat, "li.na")
    assert ((await promise(chat))["what"], (await promise(chat))["due"]) == ("发报价单", "2026-03-13")
    [hers] = await chat.heard_of("li.na", "promise.now")
    assert hers.title == "张伟请你：发报价单"
    await chat.taps("li.na", hers, "cannot")
    assert (await promise(chat))["owner_id"] == await id_of(chat, "zhang.wei")
    await chat.until("2026-03-11 08:45")
    assert await chat.heard_of("zhang.wei", "digest.rep") == [], "no customer asked for a quote"


async def test_another_thing_than_is_promised_is_a_promise_of_its_own(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.says("zhang.wei", "请李娜帮忙发样品给华东医械")
    held = {one["what"]: one["owner_id"] for one in await chat.records("commitment")}
    assert held == {"发报价单": await id_of(chat, "zhang.wei"), "发样品": await id_of(chat, "li.na")}
    await chat.says("zhang.wei", "撤销")
    assert [one["what"] for one in await chat.records("commitment")] == ["发报价单"]


async def test_without_a_customer_it_is_asked_which_promise_is_meant(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-10 11:00")
    which = await chat.says("zhang.wei", "让李娜帮我发样品")
    assert which.title == "哪一件？"
    done = await chat.taps("zhang.wei", which, "pick:1")
    assert done.title == "李娜帮你办：发报价单"


async def test_a_customers_wish_and_what_is_over_stay_talk(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总让李娜帮我发报价单")
    await chat.says("zhang.wei", "华东医械的报价单昨天让李娜帮我发了")
    assert await chat.records("commitment") == []
    assert await chat.heard_of("li.na", "promise.now") == []


async def test_what_was_sent_is_no_question_for_the_schedule(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "启明制造的培训计划已经发给郑总了")
    assert "工期" not in card.text

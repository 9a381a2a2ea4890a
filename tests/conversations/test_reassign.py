"""A customer changes hands (VOICE.md F4–F6): by /reassign, by 改派 on a late promise, and back again."""

from __future__ import annotations

from tests.conversations.chat import Chat, Seen

QUOTE = "我周五前把报价单发给华东医械的王总"


async def ids(chat: Chat) -> dict[str, str]:
    return {one["name"]: one["id"] for one in await chat.records("member")}


async def owners(chat: Chat, customer: str = "华东医械") -> set[str]:
    """Who has the customer, its deal and its promises; one name where all went together."""
    names = {id: name for name, id in (await ids(chat)).items()}
    one = next(c for c in await chat.records("customer") if customer in c["aliases"])
    found = [one, await chat.opportunity(customer)]
    found += [p for p in await chat.records("commitment") if p["customer_id"] == one["id"]]
    return {names[record["owner_id"]] for record in found}


async def handed_over(chat: Chat, promises: int = 1) -> Seen:
    await chat.says("zhang.wei", QUOTE)
    preview = await chat.says("wang.fang", "/reassign 华东医械 李娜 你出差两周")
    assert preview.title == "华东医械 → 李娜"
    assert f"原张伟 · 商机 1、承诺 {promises}" in preview.text
    assert await owners(chat) == {"张伟"}
    return await chat.taps("wang.fang", preview, "execute")


async def test_all_that_is_open_goes_over_and_everybody_hears_of_it(chat: Chat) -> None:
    done = await handed_over(chat)
    assert done.title == "改派好了：华东医械 → 李娜"
    assert "10:00 · 周三 3月11日 10:00 前可退回" in done.text
    assert await owners(chat) == {"李娜"}
    [promise] = await chat.records("commitment")
    assert promise["author_id"] == (await ids(chat))["张伟"]

    [giver] = await chat.heard_of("zhang.wei", "reassign.giver")
    assert giver.title == "华东医械转给李娜"
    assert "王芳 10:00 · 24 小时内可退回" in giver.text
    assert giver.line("原因") == "你出差两周"
    assert giver.line("带走") == "商机 1、承诺 1、聊天与文件全部"
    assert giver.line("署名") == "你做过的仍记在你名下"

    [taker] = await chat.heard_of("li.na", "reassign.taker")
    assert taker.title == "接手：华东医械"
    assert "原张伟 · ¥217 万 · 价格谈判" in taker.text
    assert taker.line("最急") == "周五 3月13日前 发报价单"
    assert taker.line("找谁") == "王总"
    assert taker.line("末句") == f"“{QUOTE}”（3月10日）"
    assert list(taker.buttons.values()) == ["我接了", "看时间线", "问张伟"]
    assert not any("微信" in card.text for card in (done, giver, taker))

    took = await chat.taps("li.na", taker, "took_it")
    assert "李娜 10:00 接下" in took.text
    assert (await chat.look("wang.fang", done)).line("接手") == "李娜 10:00"
    assert QUOTE in (await chat.taps("li.na", took, "timeline")).text


async def test_the_reminders_go_to_whoever_has_it_now(chat: Chat) -> None:
    await handed_over(chat)
    await chat.until("2026-03-12 17:45")
    assert [card.title for card in await chat.heard_of("li.na", "promise.ahead")] == ["明天到期：发报价单"]
    assert not await chat.heard_of("zhang.wei", "promise.ahead")


async def test_the_reminder_of_before_does_nothing_any_more(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-12 17:45")
    [reminder] = await chat.heard_of("zhang.wei", "promise.ahead")
    await chat.taps("wang.fang", await chat.says("wang.fang", "/reassign 华东医械 李娜"), "execute")
    assert "发报价单现在由李娜来办" in (await chat.taps("zhang.wei", reminder, "not_needed")).text
    assert (await chat.records("commitment"))[0]["state"] == "open"


async def test_the_two_reps_and_the_manager_talk_on_their_cards(chat: Chat) -> None:
    done = await handed_over(chat)
    [giver] = await chat.heard_of("zhang.wei", "reassign.giver")
    [taker] = await chat.heard_of("li.na", "reassign.taker")
    await chat.taps("zhang.wei", giver, "write_handover")
    said = await chat.says("zhang.wei", "运费那项要单独核")
    assert said.text.startswith("放到李娜的卡上了：“运费那项要单独核”。")
    assert (await chat.look("li.na", taker)).line("交接") == "“运费那项要单独核”"
    assert (await chat.records("handover"))[0]["note"] == "运费那项要单独核"

    asked = await chat.taps("li.na", await chat.look("li.na", taker), "ask_giver")
    assert "已问 张伟 10:00" in asked.text
    assert (await chat.heard("zhang.wei"))[-1].text.startswith("李娜问：华东医械有什么要接着办的？")
    told = await chat.says("zhang.wei", "折扣还没批下来")
    assert told.text.startswith("放到李娜的卡上了：“折扣还没批下来”。")
    card = (await chat.heard_of("li.na", "reassign.taker"))[-1]
    assert card.line("张伟说") == "“折扣还没批下来”"
    assert card.line("交接") == "“运费那项要单独核”"

    await chat.taps("zhang.wei", giver, "have_thought")
    await chat.says("zhang.wei", "这单我快谈成了")
    [thought] = await chat.heard_of("wang.fang", "reassign.thought")
    assert thought.line("张伟说") == "“这单我快谈成了”"
    back = await chat.taps("wang.fang", thought, "go_back")
    assert back.title == "华东医械退回给张伟了"
    assert await owners(chat) == {"张伟"}
    assert "王芳 10:00 已退回" in (await chat.look("wang.fang", done)).text
    assert (await chat.taps("li.na", await chat.look("li.na", taker), "took_it")).text.startswith(
        "华东医械已退回给张伟"
    )


async def test_given_back_is_all_but_what_was_closed_since(chat: Chat) -> None:
    await chat.says("zhang.wei", "我周五前把排期发给华东医械的王总")
    done = await handed_over(chat, 2)
    await chat.says("li.na", "华东医械的报价单已经发给王总了")
    back = await chat.taps("wang.fang", done, "go_back")
    assert back.line("退回") == "商机 1、承诺 1"
    assert back.line("没退") == "发报价单（已了结）"
    names = {id: name for name, id in (await ids(chat)).items()}
    assert {p["what"]: names[p["owner_id"]] for p in await chat.records("commitment")} == {
        "发排期": "张伟", "发报价单": "李娜"
    }  # fmt: skip
    assert (await chat.opportunity("华东医械"))["owner_id"] == (await ids(chat))["张伟"]
    assert (await chat.records("handover"))[0]["state"] == "returned"
    assert (await chat.heard("zhang.wei"))[-1].text.startswith("华东医械退回给你了：商机 1、承诺 1。")
    assert (await chat.heard("li.na"))[-1].text.startswith("华东医械退回给张伟了")
    [taker] = await chat.heard_of("li.na", "reassign.taker")
    assert not taker.buttons
    assert "已退回" in taker.text


async def test_after_a_day_it_does_not_go_back(chat: Chat) -> None:
    done = await handed_over(chat)
    await chat.until("2026-03-11 10:01")
    late = await chat.taps("wang.fang", done, "go_back")
    assert late.text.startswith("过了 24 小时，退不回了。要换人：/reassign 华东医械 张伟")
    assert await owners(chat) == {"李娜"}


async def test_a_word_of_undoing_does_not_go_past_those_it_concerns(chat: Chat) -> None:
    await handed_over(chat)
    await chat.says("wang.fang", "/undo")
    assert await owners(chat) == {"李娜"}


async def test_a_late_promise_is_where_a_manager_gives_it_to_another(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-13 18:41")
    [late] = await chat.heard_of("wang.fang", "promise.late.manager")
    await chat.taps("wang.fang", late, "reassign")
    pick = (await chat.heard_of("wang.fang", "reassign.pick"))[-1]
    assert pick.title == "华东医械转给谁？"
    assert pick.line("一").startswith("李娜：在跟 2 家，承诺 0 件")
    done = await chat.taps("wang.fang", pick, "pick:1")
    assert done.title == "改派好了：华东医械 → 李娜"
    assert await owners(chat) == {"李娜"}
    assert "已改派给 李娜 18:41" in (await chat.look("wang.fang", late)).text
    [giver] = await chat.heard_of("zhang.wei", "reassign.giver")
    assert giver.line("原因") == "报价单还没见到"


async def test_whom_is_also_said_by_name(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-13 18:41")
    await chat.says("wang.fang", "改派")
    done = await chat.says("wang.fang", "陈杰")
    assert done.title == "改派好了：华东医械 → 陈杰"


async def test_a_rep_asks_and_the_manager_decides(chat: Chat) -> None:
    said = await chat.says("zhang.wei", "/reassign 华东医械 李娜 我出差两周")
    assert said.text.startswith("已请王芳定：华东医械。")
    [ask] = await chat.heard_of("wang.fang", "reassign.request")
    assert ask.title == "张伟想把华东医械转出去"
    assert "转给李娜 · 商机 1" in ask.text
    assert await owners(chat) == {"张伟"}
    await chat.taps("wang.fang", ask, "execute")
    assert await owners(chat) == {"李娜"}

    await chat.says("zhang.wei", "/reassign 启明制造")
    ask = (await chat.heard_of("wang.fang", "reassign.request"))[-1]
    assert list(ask.buttons) == ["reassign", "not_now"]
    await chat.taps("wang.fang", ask, "not_now")
    assert (await chat.heard("zhang.wei"))[-1].text.startswith("王芳定了：启明制造还是你来跟。")


async def test_wrong_calls_say_the_right_one(chat: Chat) -> None:
    whom = await chat.says("wang.fang", "/reassign 华东医械")
    assert (whom.title, whom.text.count("是不是：/reassign 华东医械 李娜")) == ("转给谁？李娜在跟 2 家，最少", 1)
    assert (await chat.taps("wang.fang", whom, "use_it")).title == "华东医械 → 李娜"
    same = await chat.says("wang.fang", "/reassign 华东医械 张伟")
    assert same.text.startswith("张伟已经在跟华东医械")
    legal = await chat.says("wang.fang", "/reassign 华东医械 刘洋")
    assert legal.text.startswith("刘洋接不了客户")
    foreign = await chat.says("zhang.wei", "/reassign 瑞禾医疗 陈杰")
    assert "没找到“瑞禾医疗”，或不在你名下" in foreign.title + foreign.text
    assert await owners(chat) == {"张伟"}


async def test_after_five_working_days_giving_it_to_another_stands_first(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-20 18:39")
    assert len(await chat.heard_of("wang.fang", "promise.late.manager")) == 1
    await chat.until("2026-03-20 18:41")
    first, offer = await chat.heard_of("wang.fang", "promise.late.manager")
    assert next(iter(first.buttons)) == "nudge"
    assert next(iter(offer.buttons)) == "reassign"
    await chat.taps("wang.fang", offer, "reassign")
    pick = (await chat.heard_of("wang.fang", "reassign.pick"))[-1]
    assert (await chat.taps("wang.fang", pick, "pick:1")).title == "改派好了：华东医械 → 李娜"


async def test_what_the_manager_knows_of_is_not_offered_again(chat: Chat) -> None:
    await chat.says("zhang.wei", QUOTE)
    await chat.until("2026-03-13 18:41")
    [late] = await chat.heard_of("wang.fang", "promise.late.manager")
    await chat.taps("wang.fang", late, "ack")
    await chat.until("2026-03-20 18:45")
    assert len(await chat.heard_of("wang.fang", "promise.late.manager")) == 1

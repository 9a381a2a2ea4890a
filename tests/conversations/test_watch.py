"""What stands still is told to the rep first, then to the manager, who has him reminded in her name."""

from __future__ import annotations

from bot.playbook import store
from storage import playbooks
from tests.conversations.chat import Chat, Seen

CALLED = "今天给华东医械王总打了电话，王总说财务再等等"


async def newest(chat: Chat, who: str, kind: str) -> Seen:
    found = await chat.heard_of(who, kind)
    assert found, f"{who} heard no {kind}"
    return found[-1]


async def silent(chat: Chat) -> Seen:
    """Tuesday's call, nothing after it: Friday 12:00 is full, Friday's list has gone, Monday's holds it."""
    await chat.until("2026-03-10 12:05")
    await chat.says("zhang.wei", CALLED)
    await chat.until("2026-03-16 08:55")
    return await newest(chat, "wang.fang", "risk.list")


async def state(chat: Chat, kind: str) -> list[str]:
    deal = await chat.opportunity("华东医械")
    return [r["state"] for r in await chat.records("risk") if r["kind"] == kind and r["opportunity_id"] == deal["id"]]


async def test_silence_is_the_reps_first_and_ends_with_real_contact(chat: Chat) -> None:
    await chat.until("2026-03-10 14:05")
    await chat.says("zhang.wei", CALLED)
    await chat.until("2026-03-13 12:10")
    card = await newest(chat, "zhang.wei", "risk.early")
    assert card.title == "还有 2 小时：华东医械快满 72 小时" and card.line("末句").startswith("“今天给华东医械")
    assert await state(chat, "silent") == ["early"]
    assert not any("没互动" in one.text for one in await chat.heard_of("wang.fang", "risk.list"))
    after = await chat.taps("zhang.wei", card, "send_script")
    assert after.text.startswith("王总，")
    asked = await chat.taps("zhang.wei", card, "contacted")
    assert asked.text.startswith("说了什么")
    told = await chat.says("zhang.wei", "电话里说下周三上会")
    assert "重新算" in told.text
    assert await state(chat, "silent") == ["gone"]
    await chat.until("2026-03-13 18:00")
    assert await state(chat, "silent") == ["gone"]


async def test_a_note_or_a_promise_of_ones_own_is_no_contact(chat: Chat) -> None:
    """Silence ends with the customer's word or ours to him, not with what is written about him."""
    await chat.until("2026-03-10 14:05")
    await chat.says("zhang.wei", CALLED)
    await chat.until("2026-03-12 15:00")
    await chat.says("zhang.wei", "/note 华东医械 王总换了办公室")
    await chat.says("zhang.wei", "华东医械的报价单我下周三前发")
    await chat.until("2026-03-13 12:10")
    assert (await newest(chat, "zhang.wei", "risk.early")).title == "还有 2 小时：华东医械快满 72 小时"


async def test_the_manager_has_him_reminded_in_her_name(chat: Chat) -> None:
    card = await silent(chat)
    assert card.line("①张伟") == "华东医械 ¥217 万：92 小时没互动"
    assert await state(chat, "silent") == ["open"]
    deal = (await chat.opportunity("华东医械"))["id"]
    shown = await chat.taps("wang.fang", card, "remind", deal)
    assert shown.title == "提醒张伟：华东医械" and set(shown.buttons) == {"just_send", "other_words"}
    other = await chat.taps("wang.fang", shown, "other_words")
    assert other.line("你说") != shown.line("你说")
    sent = await chat.says("wang.fang", "今天给王总回个电话吧")
    assert "已提醒 08:55" in sent.text
    assert "已提醒 08:55" in (await chat.look("wang.fang", card)).text
    nudge = await newest(chat, "zhang.wei", "nudge")
    assert nudge.title == "王芳：华东医械的近况" and nudge.line("王芳说") == "“今天给王总回个电话吧”"
    await chat.taps("zhang.wei", nudge, "reply_line")
    told = await chat.says("zhang.wei", "在等他开完会，下午打")
    assert told.text.startswith("带给王芳了")
    assert (await chat.look("wang.fang", shown)).line("张伟说") == "“在等他开完会，下午打”"
    promised = await chat.taps("zhang.wei", nudge, "today_send")
    assert "答应 今天 3月16日" in promised.text
    [promise] = await chat.records("commitment")
    assert (promise["due"], promise["state"]) == ("2026-03-16", "open")
    assert "答应 今天 3月16日" in (await newest(chat, "wang.fang", "nudge.back")).text


async def test_what_he_is_reminded_of_may_go_to_a_colleague(chat: Chat) -> None:
    card = await silent(chat)
    deal = (await chat.opportunity("华东医械"))["id"]
    await chat.taps("wang.fang", await chat.taps("wang.fang", card, "remind", deal), "just_send")
    nudge = await newest(chat, "zhang.wei", "nudge")
    asked = await chat.taps("zhang.wei", nudge, "ask_help")
    assert asked.title.startswith("请谁帮忙：") and "李娜" in asked.buttons.values()
    await chat.taps("zhang.wei", asked, f"pick:{list(asked.buttons.values()).index('李娜') + 1}")
    assert (await newest(chat, "li.na", "promise.now")).title.startswith("张伟请你：")
    [promise] = [one for one in await chat.records("commitment") if one["due"] == "2026-03-16"]
    assert promise["owner_id"] != promise["author_id"]


async def test_put_aside_it_stays_away_three_working_days(chat: Chat) -> None:
    card = await silent(chat)
    deal = (await chat.opportunity("华东医械"))["id"]
    put = await chat.taps("wang.fang", card, "ack", deal)
    assert "知道了，到 3月19日 不再列" in put.text
    assert "华东医械" not in (await chat.says("wang.fang", "/risk")).text
    assert await state(chat, "silent") == ["acked"]
    await chat.until("2026-03-19 08:55")
    assert "华东医械" in (await newest(chat, "wang.fang", "risk.list")).text


async def test_each_sees_his_own(chat: Chat) -> None:
    await silent(chat)
    mine = await chat.says("zhang.wei", "/risk")
    assert "华东医械" in mine.text and not mine.buttons
    one = await chat.says("wang.fang", "/risk 张伟")
    assert "华东医械" in one.text and "remind" in one.buttons
    assert "只能看本组" in (await chat.says("li.na", "/risk 张伟")).text


async def test_two_that_are_about_to_be_silent_at_one_moment_are_one_card(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总今天来电话了")
    await chat.says("zhang.wei", "启明制造郑总今天来电话了")
    await chat.until("2026-03-12 16:45")
    [card] = await chat.heard_of("zhang.wei", "risk.early")
    assert card.title == "2 单快到点"
    assert card.line("①").startswith(("华东医械 周五 10:00 快满", "启明制造 周五 10:00 快满"))
    assert card.text.splitlines()[-1] == "先给你。到点还没联系，才进王芳的清单。"
    deal = await chat.opportunity("启明制造")
    await chat.taps("zhang.wei", card, "contacted", deal["id"])
    heard = await chat.says("zhang.wei", "打了电话，下周定")
    assert "启明制造的 72 小时从现在重新算" in heard.text
    await chat.until("2026-03-13 08:55")
    assert len(await chat.heard_of("zhang.wei", "risk.early")) == 1


async def test_where_the_playbook_says_so_the_manager_reads_along(chat: Chat) -> None:
    live = await playbooks.live(None)
    assert live is not None
    await store.add(f'{live.text}\n[watch]\ncopy_manager = "early"\n', author="test", now=live.created_at)
    await chat.says("zhang.wei", "华东医械王总今天上午来电话了")
    await chat.says("li.na", "我周五前把方案发给松涛教育何校长")
    await chat.until("2026-03-12 16:45")
    early = await newest(chat, "zhang.wei", "risk.early")
    assert early.text.splitlines()[-1] == "王芳同看"
    await chat.says("li.na", "松涛教育的方案已经发给何校长了")
    await chat.until("2026-03-12 18:45")
    evening = await newest(chat, "wang.fang", "digest.manager")
    assert "快到点  1 单：华东医械" in evening.text


async def test_a_sentence_has_the_rep_reminded_of_what_he_promised(chat: Chat) -> None:
    await chat.says("zhang.wei", "我周五前把报价单发给华东医械的王总")
    preview = await chat.says("wang.fang", "提醒张伟发报价单")
    assert (preview.title, preview.line("你说")) == ("提醒张伟：华东医械", "“发报价单”")
    await chat.taps("wang.fang", preview, "just_send")
    nudge = await newest(chat, "zhang.wei", "nudge")
    assert (nudge.title, nudge.line("王芳说")) == ("王芳：华东医械的报价单", "“发报价单”")
    await chat.taps("zhang.wei", nudge, "today_send")
    [promise] = await chat.records("commitment")
    assert (promise["what"], promise["due"]) == ("发报价单", "2026-03-10")
    assert "答应 今天 3月10日" in (await chat.look("wang.fang", preview)).text


async def test_a_sentence_names_the_customer_or_is_asked_for_it(chat: Chat) -> None:
    assert (await chat.says("wang.fang", "提醒张伟发样品")).text.startswith("没听准是张伟的哪一单。")
    preview = await chat.says("wang.fang", "提醒张伟给启明制造发样品")
    await chat.taps("wang.fang", preview, "just_send")
    nudge = await newest(chat, "zhang.wei", "nudge")
    assert nudge.title == "王芳：启明制造的样品"
    await chat.taps("zhang.wei", nudge, "today_send")
    assert [one["what"] for one in await chat.records("commitment")] == ["发样品"]
    await chat.says("li.na", "提醒张伟给启明制造发样品")
    assert len(await chat.heard_of("zhang.wei", "nudge")) == 1, "he is none of hers"


async def test_several_long_stays_of_one_morning_are_one_card(chat: Chat) -> None:
    await chat.says("zhang.wei", CALLED)
    await chat.until("2026-03-17 08:45")
    [card] = await chat.heard_of("zhang.wei", "stage.stall")
    assert card.title == "2 单停得有点久"
    assert (card.line("①"), card.line("②")) == ("华东医械 价格谈判第 6 个工作日", "启明制造 需求确认第 6 个工作日")
    assert "先选一个，再点〔发我话术〕" in (await chat.taps("zhang.wei", card, "send_script")).text
    deal = await chat.opportunity("启明制造")
    menu = await chat.taps("zhang.wei", card, "say_reason", deal["id"])
    assert menu.title == "启明制造 · 需求确认卡在哪？"
    await chat.taps("zhang.wei", menu, "this_one", "r1")
    assert (await chat.opportunity("启明制造"))["blocked_reason"] == "采购流程变更"
    assert (await chat.opportunity("华东医械"))["blocked_reason"] is None
    await chat.taps("zhang.wei", card, "send_script", (await chat.opportunity("华东医械"))["id"])
    assert "王总" in (await newest(chat, "zhang.wei", "promise.script")).text


async def test_a_long_stay_and_a_customer_out_of_reach(chat: Chat) -> None:
    await chat.says("zhang.wei", CALLED)
    lost = await chat.says("zhang.wei", "/stage 启明制造 输单")
    await chat.taps("zhang.wei", lost, "lose", "price")
    await chat.until("2026-03-17 08:45")
    card = next(one for one in await chat.heard_of("zhang.wei", "stage.stall") if "华东医械" in one.title)
    assert card.title == "华东医械 · 价格谈判第 6 个工作日"
    menu = await chat.taps("zhang.wei", card, "say_reason")
    assert menu.title == "华东医械 · 价格谈判卡在哪？"
    reason = await chat.taps("zhang.wei", menu, "this_one", "r1")
    assert "原因：采购流程变更" in reason.text
    assert (await chat.opportunity("华东医械"))["blocked_reason"] == "采购流程变更"
    await chat.taps("zhang.wei", card, "lost_contact")
    kept = await chat.says("zhang.wei", "电话没人接，微信没回")
    assert "不计入，周二 3月31日 再看" in kept.text
    assert set(await state(chat, "silent") + await state(chat, "stalled")) == {"gone"}
    await chat.until("2026-03-31 08:45")
    memo = await newest(chat, "zhang.wei", "exempt.memo")
    assert memo.title == "华东医械两周前失联，今天试一次？"
    closed = await chat.taps("zhang.wei", memo, "close_deal")
    assert closed.kind == "reading.ask_again_on"
    assert (await chat.opportunity("华东医械"))["state"] == "lost"


async def test_several_customers_out_of_reach_come_back_on_one_card(chat: Chat) -> None:
    await chat.says("zhang.wei", CALLED)
    await chat.until("2026-03-17 08:45")
    card = await newest(chat, "zhang.wei", "stage.stall")
    ids = {name: (await chat.opportunity(name))["id"] for name in ("华东医械", "启明制造")}
    for id in ids.values():
        await chat.taps("zhang.wei", card, "lost_contact", id)
        await chat.says("zhang.wei", "电话没人接，微信没回")
    await chat.until("2026-03-31 08:45")
    [memo] = await chat.heard_of("zhang.wei", "exempt.memo")
    assert memo.title == "2 单两周前失联，今天试一次？"
    assert memo.line("①").startswith("华东医械 ")
    assert "先选一个" in (await chat.taps("zhang.wei", memo, "two_weeks")).text
    await chat.taps("zhang.wei", memo, "two_weeks", ids["启明制造"])
    assert "不计入，周二 4月14日 再看" in (await newest(chat, "zhang.wei", "watch.exempt")).text
    await chat.taps("zhang.wei", memo, "close_deal", ids["华东医械"])
    assert (await newest(chat, "zhang.wei", "reading.ask_again_on")).kind
    assert [(await chat.opportunity(name))["state"] for name in ids] == ["lost", "open"]


async def test_one_customer_is_turned_down_and_heard_of_again(chat: Chat) -> None:
    await chat.says("zhang.wei", CALLED)
    less = await chat.says("zhang.wei", "启明制造少发点")
    assert less.text.startswith("【好，启明制造少发】")
    await chat.until("2026-03-17 08:45")
    [card] = await chat.heard_of("zhang.wei", "stage.stall")
    assert card.title == "华东医械 · 价格谈判第 6 个工作日"
    assert (await chat.says("zhang.wei", "这家少发")).text.startswith("【好，华东医械少发】")
    assert (await chat.says("zhang.wei", "启明制造照常提醒")).text.startswith("【好，启明制造照常提醒】")
    await chat.until("2026-03-24 08:45")
    later = (await chat.heard_of("zhang.wei", "stage.stall"))[1:]
    assert [one.title for one in later] == ["启明制造 · 需求确认第 11 个工作日"]


async def test_what_is_at_risk_is_given_to_another(chat: Chat) -> None:
    card = await silent(chat)
    await chat.taps("wang.fang", card, "reassign", (await chat.opportunity("华东医械"))["id"])
    pick = await newest(chat, "wang.fang", "reassign.pick")
    assert pick.title == "华东医械转给谁？"
    await chat.taps("wang.fang", pick, "pick:1")
    names = {one["id"]: one["name"] for one in await chat.records("member")}
    risks = [one for one in await chat.records("risk") if one["kind"] == "silent" and one["state"] == "open"]
    deal = (await chat.opportunity("华东医械"))["id"]
    assert {names[one["owner_id"]] for one in risks if one["opportunity_id"] == deal} == {"李娜"}

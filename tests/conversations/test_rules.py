"""Rules of the shipped playbook and of one's own, told in chat: what they make, and that a broken one hurts nobody."""

from __future__ import annotations

from bot.playbook import store
from storage import playbooks
from tests.conversations.chat import Chat

PDF = b"%PDF-1.4\n%%EOF\n"


async def with_rule(chat: Chat, text: str) -> None:
    """A live version with one more rule."""
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text + "\n" + text, author="test", now=live.created_at)


async def test_a_booked_demo_makes_two_tasks_that_a_tap_ends(chat: Chat) -> None:
    seen = await chat.says_all("li.na", "松涛何校长定了周四下午两点看演示")
    card = next(one for one in seen if one.kind == "task.made")
    assert seen[0].kind != "task.made", "the answer comes first"
    assert (card.line("一"), card.line("二")) == ("准备行业案例包", "设置试用账号")
    done = await chat.taps("li.na", card, "all_done")
    assert "完成" in done.text
    await chat.until("2026-03-10 19:00")
    assert not await chat.heard_of("li.na", "task.due")


async def test_tasks_left_open_are_said_at_their_due_and_go_up_in_the_evening(chat: Chat) -> None:
    await chat.says("li.na", "松涛何校长定了周四下午两点看演示")
    await chat.until("2026-03-10 18:50")
    assert len(await chat.heard_of("li.na", "task.due")) == 1
    assert len(await chat.heard_of("wang.fang", "task.late.manager")) == 1


async def test_the_manager_gets_the_file_once_when_it_comes_after_the_demo(chat: Chat) -> None:
    card = await chat.says("li.na", "松涛何校长定了周四下午两点看演示")
    await chat.uploads(card.urls["add_evidence"], "松涛方案.pdf", PDF)
    await chat.uploads(card.urls["add_evidence"], "会议纪要.pdf", PDF)
    [told] = await chat.heard_of("wang.fang", "rule.push")
    assert told.text == "松涛教育进入「方案演示」，方案在这里：松涛方案.pdf（李娜）。\n看这家：/customer 松涛教育"


async def test_a_rule_that_fails_is_off_after_so_many_and_the_admin_is_asked(chat: Chat) -> None:
    await with_rule(
        chat,
        '[[rule]]\nid = "broken"\nname = "坏的"\nwhen = ["activity"]\nfailures = 2\n'
        "if = \"has(customer.custom.x) || 'x' in customer.custom || activity.text.size() > 0 && "
        'int(activity.text) > 0"\nthen = [{ do = "tag", tag = "甲" }]\n',
    )
    for text in ("松涛何校长今天来电话了", "松涛孙老师说价格再看看", "松涛何校长要了案例"):
        assert (await chat.says("li.na", text)).kind.startswith("reading")
    [told] = await chat.heard_of("admin", "rule.off")
    assert told.title == "规则「坏的」已停"
    await chat.taps("admin", told, "rule_again")
    assert not (await store.PlaybookStore().current()).off


TIMED = """
[[rule]]
id = "a_day_in"
name = "演示一天后"
when = ["timer"]
after_hours = 24
if = "opportunity.stage == 'solution_demo'"
then = [{ do = "push", to = "owner", say = "{customer}演示过去一天了，问问反馈。" }]

[[rule]]
id = "no_visit"
name = "两天没拜访"
when = ["absence"]
without = ["visit"]
after_hours = 48
since = "stage"
if = "opportunity.stage == 'solution_demo'"
then = [{ do = "push", to = "owner", say = "{customer}两天没去了。" }]
"""


async def test_a_timer_and_something_that_did_not_come_wake_their_rules(chat: Chat) -> None:
    await with_rule(chat, TIMED)
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    await chat.says("chen.jie", "/stage 安澜酒店 方案演示")
    await chat.until("2026-03-10 16:00")
    await chat.says("chen.jie", "今天拜访了安澜酒店的高总，聊了方案")
    await chat.until("2026-03-11 09:55")
    assert not await chat.heard_of("li.na", "rule.push")
    await chat.until("2026-03-12 10:05")
    assert [one.text.splitlines()[0] for one in await chat.heard_of("li.na", "rule.push")] == [
        "松涛教育演示过去一天了，问问反馈。", "松涛教育两天没去了。",
    ]  # fmt: skip
    [one] = await chat.heard_of("chen.jie", "rule.push")
    assert one.text.startswith("安澜酒店演示过去一天了")


async def test_a_timer_of_a_stage_that_was_left_wakes_nothing(chat: Chat) -> None:
    await with_rule(chat, TIMED)
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    await chat.until("2026-03-10 15:00")
    await chat.says("li.na", "/stage 松涛教育 价格谈判")
    await chat.until("2026-03-12 15:05")
    assert not await chat.heard_of("li.na", "rule.push")


ASSIGNS = (
    '[[rule]]\nid = "big"\nname = "大单归陈杰"\nwhen = ["activity"]\n'
    'if = "\'price_objection\' in signals"\nthen = [{ do = "assign", to = "陈杰" }]\n'
)


async def test_a_rule_that_gives_a_customer_to_another_hands_it_over_and_it_goes_back(chat: Chat) -> None:
    await with_rule(chat, ASSIGNS)
    await chat.says("zhang.wei", "我周五前给启明制造郑总发报价单")
    await chat.says("zhang.wei", "启明制造郑总嫌太贵")
    people = {one["name"]: one["id"] for one in await chat.records("member")}
    assert (await chat.opportunity("启明制造"))["owner_id"] == people["陈杰"]
    [done] = await chat.records("handover")
    assert (done["reason"], done["by_id"], done["items"]["rule"]) == ("规则「大单归陈杰」", people["王芳"], ["big"])
    promises = [one for one in await chat.records("commitment") if one["id"] in done["items"]["commitment"]]
    assert {one["owner_id"] for one in promises} == {people["陈杰"]}
    [giver] = await chat.heard_of("zhang.wei", "reassign.giver")
    assert "按规则 10:00" in giver.text
    assert await chat.heard_of("chen.jie", "reassign.taker")
    [manager] = await chat.heard_of("wang.fang", "reassign.manager")
    await chat.taps("wang.fang", manager, "go_back")
    assert (await chat.opportunity("启明制造"))["owner_id"] == people["张伟"]


KEEN = (
    '[[rule]]\nid = "keen"\nname = "意向高"\nwhen = ["behaviour"]\nif = "behaviours.size() >= 2"\n'
    'then = [{ do = "push", to = "manager", say = "{customer}意向高。" }]\n'
)


async def test_a_rule_hears_of_what_a_customer_who_considers_does(chat: Chat) -> None:
    await with_rule(chat, KEEN)
    await chat.says("li.na", "松涛孙老师要了案例")
    assert await chat.heard_of("wang.fang", "rule.push") == []
    await chat.says("li.na", "松涛何校长问多久能上线")
    [told] = await chat.heard_of("wang.fang", "rule.push")
    assert told.text.startswith("松涛教育意向高。")

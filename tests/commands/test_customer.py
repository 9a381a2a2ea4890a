"""/customer: how one stands; whom one may not see does not exist (G4, SEC-2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.records import Activity, Alias, Customer, changed, made, new_id
from tests.commands.conftest import TUESDAY, Desk


async def test_the_card(desk: Desk) -> None:
    customer, deal, zhang = await desk.customer("华东医械"), await desk.deal("华东医械"), await desk.member("zhang.wei")
    said = Activity(
        id=new_id("act", TUESDAY), customer_id=customer.id, opportunity_id=deal.id, action="phone", author_id=zhang.id,
        recorder_id=zhang.id, occurred_at=TUESDAY - timedelta(days=1), text="王总说预算批了",
    )  # fmt: skip
    plan = said.with_(id=new_id("act", TUESDAY), action="demo", planned_for=TUESDAY.replace(day=12, hour=14))
    await desk.keep(made(said), made(plan.with_(text="", occurred_at=TUESDAY - timedelta(days=2))))
    await desk.promise("zhang.wei", "华东医械", "发报价单", date(2026, 3, 13))
    heard = await desk.says("zhang.wei", "/customer 华东医械")
    assert (heard.title, heard.status) == ("华东医械", "价格谈判 · ¥217 万 · 张伟")
    assert heard.line("末句") == "“王总说预算批了”（3月9日）"
    assert heard.line("承诺") == "发报价单，周五 3月13日"
    assert heard.line("找谁") == "王总"
    assert heard.line("还差") == "采购流程图（进「合同签署」）"
    assert heard.line("下次") == "方案演示，周四 3月12日 14:00"
    assert heard.buttons == ["timeline", "add_line", "scripts"]


async def test_the_timeline_is_a_tap(desk: Desk) -> None:
    customer, zhang = await desk.customer("启明制造"), await desk.member("zhang.wei")
    for n, words in enumerate(("郑总要九五折", "财务在排")):
        await desk.keep(made(Activity(
            id=new_id("act", TUESDAY), customer_id=customer.id, action="phone" if n else None, author_id=zhang.id,
            recorder_id=zhang.id, occurred_at=TUESDAY - timedelta(days=2 - n), text=words,
        )))  # fmt: skip
    card = await desk.says("zhang.wei", "/customer 启明制造")
    after = await desk.taps("zhang.wei", card, "timeline")
    assert after.text == "启明制造 最近 2 条：\n3月9日 10:00 电话：“财务在排”\n3月8日 10:00：“郑总要九五折”"


async def test_a_line_is_added_to_the_note(desk: Desk) -> None:
    card = await desk.says("zhang.wei", "/customer 启明制造")
    assert (await desk.taps("zhang.wei", card, "add_line")).text == "说一句就行，记在启明制造备注里。"
    assert (await desk.says("zhang.wei", "郑总下午才看手机")).title == "记在启明制造备注里"
    assert (await desk.customer("启明制造")).note == "郑总下午才看手机"
    assert (await desk.says("zhang.wei", "/customer 启明制造")).line("备注") == "郑总下午才看手机"


async def test_taps_on_a_customer_that_was_given_away_show_nothing(desk: Desk) -> None:
    card = await desk.says("zhang.wei", "/customer 启明制造")
    li = await desk.member("li.na")
    await desk.keep(changed(await desk.customer("启明制造"), "customer.owner", owner_id=li.id))
    assert (await desk.taps("zhang.wei", card, "timeline")).text == "没找到“启明制造”，或不在你名下。"


@pytest.mark.parametrize("words", ["松涛教育", "松涛教育科技有限公司", "何校长家", "不存在的公司"])
async def test_somebody_elses_and_no_such_are_one_wording(desk: Desk, words: str) -> None:
    assert (await desk.says("zhang.wei", f"/customer {words}")).text == f"没找到“{words}”，或不在你名下。"


async def test_the_nearest_is_one_of_ones_own(desk: Desk) -> None:
    heard = await desk.says("li.na", "/customer 松桃教育")
    assert (heard.title, heard.status) == ("没找到“松桃教育”，或不在你名下", "是不是：/customer 松涛教育")
    assert (await desk.says("zhang.wei", "/customer 松桃教育")).text == "没找到“松桃教育”，或不在你名下。"
    assert (await desk.says("li.na", "/customer 松桃")).status == "是不是：/customer 松涛教育"


async def test_the_manager_sees_the_team_and_the_admin_all(desk: Desk) -> None:
    assert (await desk.says("wang.fang", "/customer 松涛教育")).status == "需求确认 · ¥46 万 · 李娜"
    assert (await desk.says("admin", "/customer 松涛教育")).title == "松涛教育"


async def test_part_of_a_name_is_enough_where_it_fits_one(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/customer 启明")).title == "启明制造"
    heard = await desk.says("zhang.wei", "/customer 有限公司")
    assert heard.text == ("“有限公司”有 2 家：/customer 华东医疗器械有限公司 或 /customer 启明制造有限公司")


async def test_of_many_three_are_shown(desk: Desk) -> None:
    heard = await desk.says("admin", "/customer 有限公司")
    assert heard.text.startswith("“有限公司”有好几家，写全一点，比如：/customer 华东医疗器械有限公司 或 ")
    assert heard.text.count(" 或 ") == 2


@pytest.mark.parametrize(
    "words", ["%", "_", "%启明%", "启_制造", "启.*", "[启明]+", "\\", "'; DROP TABLE customer;--", "NEAR(启明)"]
)
async def test_no_character_is_a_wildcard(desk: Desk, words: str) -> None:
    heard = await desk.says("zhang.wei", f"/customer {words}")
    assert heard.push.kind == "cmd.wrong"
    assert "有 2 家" not in heard.text


async def test_a_name_of_such_characters_is_found(desk: Desk) -> None:
    zhang = await desk.member("zhang.wei")
    odd = Customer(
        id=new_id("cus", TUESDAY), name="100%_A*公司", owner_id=zhang.id, recorder_id=zhang.id, created_at=TUESDAY
    )
    await desk.keep(made(odd))
    assert (await desk.says("zhang.wei", "/customer 100%_A*公司")).title == "100%_A*"
    assert (await desk.says("zhang.wei", "/customer %_A*")).title == "100%_A*"
    assert (await desk.says("zhang.wei", "/customer 100X_A*")).push.kind == "cmd.wrong"


async def test_two_that_share_an_alias_are_both_named(desk: Desk) -> None:
    for name in ("启明制造", "华东医械"):
        one = await desk.customer(name)
        await desk.keep(made(Alias(id=new_id("ali", TUESDAY), customer_id=one.id, text="老客户")))
    heard = await desk.says("zhang.wei", "/customer 老客户")
    assert heard.text == "“老客户”有 2 家：/customer 华东医疗器械有限公司 或 /customer 启明制造有限公司"


async def test_several_opportunities_are_summed(desk: Desk) -> None:
    deal = await desk.deal("启明制造")
    await desk.keep(
        made(deal.with_(id=new_id("opp", TUESDAY), name="备件年单", stage_since=TUESDAY - timedelta(days=9)))
    )
    assert (await desk.says("zhang.wei", "/customer 启明制造")).status == "2 个商机 · ¥172 万 · 张伟"


async def test_without_a_name_the_example_is_ones_own(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/customer")
    assert heard.text in ("要写客户名，比如：/customer 启明制造", "要写客户名，比如：/customer 华东医械")

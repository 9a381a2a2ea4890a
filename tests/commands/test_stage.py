"""/stage goes through the same gate as what is said, and answers with the same cards."""

from __future__ import annotations

import pytest

from storage import audit, opportunities
from storage.records import made, new_id
from tests.commands.conftest import TUESDAY, Desk


async def test_forwards_with_the_gate_warning(desk: Desk) -> None:
    heard = await desk.says("li.na", "/stage 松涛教育 方案演示")
    assert (heard.push.kind, heard.title) == ("reading.clear", "松涛教育 · 记下了")
    assert heard.line("阶段") == "需求确认 → 方案演示（材料待补 2 样）"
    assert heard.buttons == ["confirm", "undo", "add_evidence"]
    deal = await desk.deal("松涛教育")
    assert (deal.stage, deal.evidence_missing) == ("solution_demo", ("meeting_record", "document_sent"))
    assert heard.push.buttons[2].url.startswith("https://genjin.example/upload/")


@pytest.mark.parametrize(
    "line",
    [
        "/stage 方案演示 松涛教育",
        "/stage 松涛教育方案演示",
        "/stage 松涛 「方案演示」",
        "/stage 松涛教育 solution demo",
    ],
)
async def test_in_any_order(desk: Desk, line: str) -> None:
    assert (await desk.says("li.na", line)).push.kind == "reading.clear"
    assert (await desk.deal("松涛教育")).stage == "solution_demo"


async def test_it_is_confirmed_and_undone_like_what_is_said(desk: Desk) -> None:
    heard = await desk.says("li.na", "/stage 松涛教育 方案演示")
    confirmed = await desk.taps("li.na", heard, "confirm")
    assert "李娜 10:00 确认" in confirmed.text
    undone = await desk.taps("li.na", confirmed, "undo")
    assert undone.line("阶段") == "方案演示 → 需求确认（回到之前）"
    assert (await desk.deal("松涛教育")).stage == "needs_confirmed"


async def test_blocked_says_what_is_missing(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/stage 华东医械 合同签署")
    assert (heard.push.kind, heard.title) == ("gate.missing", "华东医械 · 进「合同签署」还差 1 样")
    assert heard.line("有了") == "预算证明（3月2日 预算批复.png）"
    assert heard.line("还差") == "采购流程图（客户内部谁签、几步）"
    assert heard.buttons == ["add_evidence", "ask_customer", "request_pass", "later"]
    assert (await desk.deal("华东医械")).stage == "negotiation"
    asked = await desk.taps("zhang.wei", heard, "ask_customer")
    assert asked.text == "王总，方便发一下贵司的采购流程图吗？我好提前备材料。"


async def test_backwards_waits_for_a_tap(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/stage 华东医械 需求确认")
    assert heard.push.kind == "reading.waits.back"
    assert (await desk.deal("华东医械")).stage == "negotiation"
    await desk.taps("zhang.wei", heard, "go_back")
    assert (await desk.deal("华东医械")).stage == "needs_confirmed"


async def test_won_and_lost_wait_for_a_tap(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/stage 启明制造 输单")
    assert (heard.push.kind, heard.title) == ("reading.waits.lost", "启明制造：记成输单？")
    assert (await desk.deal("启明制造")).state == "open"
    await desk.taps("zhang.wei", heard, "lose", "price")
    deal = await desk.deal("启明制造")
    assert (deal.state, deal.lost_reason) == ("lost", "price")
    won = await desk.says("li.na", "/stage 瑞禾医疗 赢单")
    assert won.push.kind == "reading.waits.won"
    assert won.line("依据") == "“/stage 瑞禾医疗 赢单”（你 10:00）"
    assert won.line("还差") == "见过的决策人、预算范围、演示纪要、采购流程图、预算…"
    assert (await desk.deal("瑞禾医疗")).state == "open"


async def test_the_same_stage_is_said(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/stage 华东医械 价格谈判")).text.startswith("华东医械已经在「价格谈判」。")


async def test_no_such_stage(desk: Desk) -> None:
    heard = await desk.says("li.na", "/stage 松涛教育 方案讲解")
    assert (heard.title, heard.status) == ("没有「方案讲解」", "是不是：/stage 松涛教育 方案演示")
    await desk.taps("li.na", heard, "use_it")
    assert (await desk.deal("松涛教育")).stage == "solution_demo"
    far = await desk.says("li.na", "/stage 松涛教育 xyz")
    assert far.text == "没有「xyz」。有：初步接触、需求确认、方案演示、价格谈判、合同签署、赢单、输单。"


async def test_half_a_call(desk: Desk) -> None:
    assert (await desk.says("li.na", "/stage 松涛教育")).text == (
        "改到哪一步？松涛教育现在在「需求确认」。比如：/stage 松涛教育 方案演示"
    )
    assert (await desk.says("li.na", "/stage")).text.startswith("要写客户和阶段，比如：/stage ")
    assert (await desk.says("li.na", "/stage 方案演示")).text.endswith(" 方案演示")


async def test_somebody_elses_is_not_there(desk: Desk) -> None:
    before = await audit.head()
    for name in ("松涛教育", "没有这家公司"):
        assert (await desk.says("zhang.wei", f"/stage {name} 方案演示")).text == f"没找到“{name}”，或不在你名下。"
    assert await audit.head() == before


async def test_a_mistyped_customer_keeps_the_stage(desk: Desk) -> None:
    assert (await desk.says("li.na", "/stage 松桃教育 方案演示")).status == "是不是：/stage 松涛教育 方案演示"


async def test_of_several_opportunities_one_is_tapped(desk: Desk) -> None:
    deal = await desk.deal("启明制造")
    spare = deal.with_(id=new_id("opp", TUESDAY), name="备件年单")
    await desk.keep(made(spare))
    heard = await desk.says("zhang.wei", "/stage 启明制造 方案演示")
    assert heard.title == "启明制造 有 2 个商机，改哪个？"
    assert [button.label for button in heard.push.buttons] == ["二期产线", "备件年单"]
    after = await desk.taps("zhang.wei", heard, "pick:2")
    assert after.push.kind == "reading.clear"
    stages = {one.name: one.stage for one in await opportunities.open_of(deal.customer_id)}
    assert stages == {"二期产线": "needs_confirmed", "备件年单": "solution_demo"}
    await desk.says("zhang.wei", "/stage 启明制造 二期 价格谈判")
    found = await opportunities.get(deal.id)
    assert found is not None
    assert found.stage == "negotiation"

"""/today, /my, /note, /undo: one's own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from storage import audit
from storage.records import made, new_id
from tests.commands.conftest import TUESDAY, Desk

# -- /today --------------------------------------------------------------------------------------------------------


async def test_today_is_the_mornings_card(desk: Desk) -> None:
    await desk.promise("zhang.wei", "启明制造", "发方案", date(2026, 3, 10))
    await desk.promise("zhang.wei", "华东医械", "发报价单", date(2026, 3, 6), state="overdue")
    heard = await desk.says("zhang.wei", "/today")
    assert (heard.push.kind, heard.title, heard.status) == ("digest.rep", "早，张伟，今天 2 件", "周二 3月10日")
    assert heard.line("今天") == "启明制造：发方案"
    assert heard.line("还没见到") == "华东医械：发报价单，原定 周五 3月6日"
    desk.clock.advance(hours=5)
    assert (await desk.says("zhang.wei", "/today")).title == "张伟，今天 2 件"


async def test_its_buttons_work(desk: Desk) -> None:
    promise = await desk.promise("zhang.wei", "启明制造", "回电话", date(2026, 3, 10))
    heard = await desk.says("zhang.wei", "/today")
    assert heard.buttons == ["first_done", "leave_today"]
    await desk.says("zhang.wei", "第一件好了")
    assert "commitment.kept" in [entry.kind for entry in await audit.of_record(promise.id)]


async def test_an_empty_day(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/today")).text == "今天没有到期的，也没有等你点的。客户的事直接说，我来记。"


async def test_a_colleagues_day_is_the_managers(desk: Desk) -> None:
    await desk.promise("li.na", "松涛教育", "发案例", date(2026, 3, 10))
    assert (await desk.says("zhang.wei", "/today 李娜")).text == "只能看自己的。要看李娜，由王芳来看。"
    heard = await desk.says("wang.fang", "/today 李娜")
    assert (heard.title, heard.buttons) == ("李娜，今天 1 件", [])
    assert heard.line("今天") == "松涛教育：发案例"
    assert (await desk.says("wang.fang", "/today 陈杰")).text == "陈杰今天没有到期的，也没有等点的。"
    assert (await desk.says("wang.fang", "/today 李那")).status == "是不是：/today 李娜"
    assert (await desk.says("zhang.wei", "/today 张伟")).push.kind == "cmd.today.none"
    assert (await desk.says("zhang.wei", "/today 明天")).status == "是不是：/today"


# -- /my -----------------------------------------------------------------------------------------------------------


async def test_my_figures(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/my")).text == "你名下 2 家，2 个商机，¥303 万。价格谈判 1 · 需求确认 1。"
    assert (
        await desk.says("wang.fang", "/my")
    ).text == "本组 6 家，6 个商机，¥545 万。价格谈判 1 · 方案演示 1 · 其他 4。"
    assert (await desk.says("admin", "/my")).text.startswith("全公司 6 家，6 个商机，¥545 万。")
    assert (await desk.says("liu.yang", "/my")).text == "你名下还没有客户。客户的事直接说，我来记。"


async def test_other_currencies_stand_beside(desk: Desk) -> None:
    deal = await desk.deal("启明制造")
    await desk.keep(made(deal.with_(id=new_id("opp", TUESDAY), amount=Decimal("50000"), currency="USD")))
    assert "3 个商机，¥303 万，USD 5 万。" in (await desk.says("zhang.wei", "/my")).text


async def test_what_waits_is_one_tap_away(desk: Desk) -> None:
    question = await desk.says("zhang.wei", "客户同意先试用两周，下周三开始")
    assert question.reply.question
    heard = await desk.says("zhang.wei", "/my")
    assert heard.title == "你名下 2 家，2 个商机"
    assert heard.line("等你点") == "1 张卡"
    assert heard.buttons == ["see_waiting"]


async def test_by_stage(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/my 价格谈判")).text == (
        "「价格谈判」1 个，¥217 万：\n华东医械 · 影像工作站采购 · ¥217 万"
    )
    assert (await desk.says("zhang.wei", "/my 输单")).text == "「输单」现在没有商机。看全部：/my"
    wrong = await desk.says("zhang.wei", "/my 输单了")
    assert (wrong.title, wrong.status) == ("按阶段看", "是不是：/my 输单")
    assert (await desk.says("zhang.wei", "/my xyz")).text.startswith("没有「xyz」这一步。有：初步接触、需求确认")


async def test_lost_ones_are_listed_latest_first(desk: Desk) -> None:
    deal = await desk.deal("启明制造")
    for n, name in enumerate(("一期", "零期")):
        closed = TUESDAY - timedelta(days=n)
        await desk.keep(made(deal.with_(id=new_id("opp", closed), name=name, state="lost", closed_at=closed)))
    heard = await desk.says("zhang.wei", "/my 输单")
    assert heard.text == "「输单」2 个，¥172 万：\n启明制造 · 一期 · ¥86 万\n启明制造 · 零期 · ¥86 万"


# -- /note ---------------------------------------------------------------------------------------------------------


async def test_a_note(desk: Desk) -> None:
    heard = await desk.says("li.na", "/note 松涛教育 何校长下午才看手机")
    assert (heard.title, heard.status, heard.buttons) == ("记在松涛教育备注里", "不算动作，不动阶段。", ["undo"])
    await desk.says("li.na", "/note 松涛教育 别打座机，\n  打手机")
    assert (await desk.customer("松涛教育")).note == "何校长下午才看手机\n别打座机， 打手机"
    assert (await desk.deal("松涛教育")).stage == "needs_confirmed"


@pytest.mark.parametrize("how", ["tap", "撤销", "/undo"])
async def test_a_note_is_taken_back(desk: Desk, how: str) -> None:
    heard = await desk.says("li.na", "/note 松涛教育 何校长下午才看手机")
    after = await (desk.taps("li.na", heard, "undo") if how == "tap" else desk.says("li.na", how))
    assert after.push.kind == "reading.undone"
    assert (await desk.customer("松涛教育")).note == ""


async def test_the_customer_may_stand_last(desk: Desk) -> None:
    await desk.says("li.na", "/note 何校长下午才看手机 松涛教育")
    assert (await desk.customer("松涛教育")).note == "何校长下午才看手机"


async def test_half_a_note_and_anothers_customer(desk: Desk) -> None:
    assert (await desk.says("li.na", "/note")).text.startswith("要写两样，客户和内容，比如：/note ")
    assert (await desk.says("li.na", "/note 松涛教育")).text == (
        "要写两样，客户和内容，比如：/note 松涛教育 何校长下午才看手机"
    )
    assert (await desk.says("zhang.wei", "/note 松涛教育 你好")).text == "没找到“松涛教育”，或不在你名下。"
    assert (await desk.says("li.na", "/note 松桃教育 你好")).status == "是不是：/note 松涛教育 你好"
    assert (await desk.customer("松涛教育")).note == ""


# -- /undo ---------------------------------------------------------------------------------------------------------


async def test_undo_takes_back_the_latest_then_nothing(desk: Desk) -> None:
    await desk.says("li.na", "/stage 松涛教育 方案演示")
    undone = await desk.says("li.na", "/undo")
    assert (undone.title, undone.line("阶段")) == ("撤销了 · 松涛教育", "方案演示 → 需求确认（回到之前）")
    assert (await desk.says("li.na", "/undo")).text.startswith("没有可撤销的了。")
    assert (await desk.says("li.na", "/undo 松涛教育")).status == "是不是：/undo"

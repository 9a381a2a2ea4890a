"""Wrong calls: what is wrong, and the nearest right call ready to tap (VOICE.md G4)."""

from __future__ import annotations

import pytest

from storage import activities, members
from tests.commands.conftest import Desk


async def test_a_mistyped_command_is_offered_and_runs_by_a_tap(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/custommer 启明制造")
    assert (heard.title, heard.status) == ("没有 /custommer", "是不是：/customer 启明制造")
    assert heard.buttons == ["use_it", "see_help"]
    after = await desk.taps("zhang.wei", heard, "use_it")
    assert (after.title, after.push.kind) == ("启明制造", "cmd.customer")


async def test_the_card_that_a_tap_made_lives_on(desk: Desk) -> None:
    wrong = await desk.says("zhang.wei", "/custommer 启明制造")
    card = await desk.taps("zhang.wei", wrong, "use_it")
    assert (await desk.taps("zhang.wei", card, "timeline")).text == "启明制造还没有动作。客户的事直接说，我来记。"
    assert (await desk.says("zhang.wei", "时间线")).push.kind == "cmd.customer.timeline.none"


async def test_the_label_typed_does_what_the_tap_does(desk: Desk) -> None:
    await desk.says("zhang.wei", "/custommer 启明制造")
    assert (await desk.says("zhang.wei", "就用它")).title == "启明制造"


async def test_help_is_one_tap_away(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/stage 启明制造 方案讲解")
    after = await desk.taps("zhang.wei", heard, "see_help")
    assert after.text.startswith("/stage：")
    assert "例子：/stage 松涛教育 方案演示" in after.text
    assert after.text.endswith("谁能用：所有人")


async def test_nothing_near_shows_where_all_are(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/xyzzy")).text == "没有 /xyzzy。看全部：/help"
    assert (await desk.says("zhang.wei", "/帮我")).text == "没有 /帮我。看全部：/help"


@pytest.mark.parametrize(
    "line",
    [
        "/customer 启明制造",
        "／customer 启明制造",
        "/CUSTOMER　启明制造",
        "/ Customer\n启明制造",
        "/ｃｕｓｔｏｍｅｒ 启明制造",
        "/customer启明制造",
    ],
)
async def test_any_slash_any_case_any_blank(desk: Desk, line: str) -> None:
    assert (await desk.says("zhang.wei", line)).title == "启明制造"


async def test_a_call_for_another_role_is_handed_on(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/member add zhao.min 赵敏 销售")
    assert (heard.title, heard.status) == ("/member 由管理员用", "要我转给他吗？")
    after = await desk.taps("zhang.wei", heard, "forward_it")
    assert after.text == "转给管理员了：/member add zhao.min 赵敏 销售"
    assert await members.by_identity("wecom", "zhao.min") is None
    [asked] = after.reply.more
    assert asked.to == (await desk.member("admin")).id
    assert asked.about["nearest"] == "/member add zhao.min 赵敏 销售"
    assert "use_it" in [button.id for button in asked.push.buttons]


async def test_what_was_handed_on_runs_with_the_rights_of_who_taps(desk: Desk) -> None:
    await desk.taps("zhang.wei", await desk.says("zhang.wei", "/member add zhao.min 赵敏 销售"), "forward_it")
    assert (await desk.says("admin", "就用它")).text == "赵敏加好了：销售，华东一组。已跟 TA 打招呼。"
    assert (await desk.member("zhao.min")).roles == ("rep",)


async def test_of_a_mistyped_command_only_those_one_may_use_are_near(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/memberr")).text == "没有 /memberr。看全部：/help"
    assert (await desk.says("admin", "/memberr")).status == "是不是：/member"


async def test_a_command_makes_no_activity(desk: Desk) -> None:
    await desk.says("zhang.wei", "/customer 启明制造")
    assert await activities.of_customer((await desk.customer("启明制造")).id) == []

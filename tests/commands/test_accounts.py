"""One person on several platforms: /member link, unlink, prefer; and what being one person means."""

from __future__ import annotations

import pytest

from adapters.messages import Card
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import words
from storage import cards, commitments, inbox, members, outbox, sql
from storage.connect import transaction
from storage.records import OutboxRow
from tests.commands.conftest import TUESDAY, Desk

OTHER = "feishu"
PROMISE = "华东医械王总说预算已批，我周五前把报价单发过去"


@pytest.fixture
async def two(desk: Desk) -> Desk:
    """The desk of a company on two platforms."""
    desk.house.hears_files = {"wecom": False, OTHER: True}
    desk.house.labels = {"wecom": "企业微信", OTHER: "飞书"}
    return desk


async def linked(desk: Desk) -> Desk:
    """The same desk as it looks from the other platform, 张伟 known there."""
    await desk.says("admin", "/member link 张伟 feishu ou_Abc")
    return desk.on(OTHER)


async def pushed(desk: Desk, user: str = "zhang.wei", **fields: str) -> OutboxRow:
    """A push that nobody asked for, as it lies in the outbox."""
    member = await desk.member(user)
    letter = Letter(words.text("hello.try"), to=member.id, once=f"x{next(desk.numbers)}", **fields)  # type: ignore[arg-type]
    async with transaction():
        id = await put(letter, desk.clock.now())
    row = await outbox.get(id or "")
    assert row is not None
    return row


async def said_to(member_id: str) -> list[OutboxRow]:
    found = await sql.fetch("SELECT id FROM outbox WHERE member_id = ? ORDER BY seq", member_id)
    return [row for (id,) in found if (row := await outbox.get(id)) is not None]


# -- the commands --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["张伟 feishu ou_Abc", "张伟 飞书 ou_Abc", "ou_Abc@feishu 张伟", "feishu 张伟 ou_Abc", "zhang.wei FEISHU ou_Abc"],
)
async def test_link_in_any_order(two: Desk, line: str) -> None:
    heard = await two.says("admin", f"/member link {line}")
    assert heard.text == "张伟的帐号：wecom zhang.wei、feishu ou_Abc。哪边说都是同一个人：卡片、承诺、提醒都在一起。"
    found = await members.by_identity(OTHER, "OU_abc")
    assert found is not None
    assert found.name == "张伟"
    [told] = [row for row in await said_to(found.id) if row.kind == "cmd.member.linked.here"]
    assert told.address == "feishu:ou_Abc"


async def test_half_a_link(two: Desk) -> None:
    assert (await two.says("admin", "/member link 张伟")).text == (
        "张伟的帐号：wecom zhang.wei\n连一个：/member link 张伟 平台 帐号"
    )
    example = "要写平台和帐号，比如：/member link 张伟 feishu 帐号"
    assert (await two.says("admin", "/member link 张伟 feishu")).text == example
    assert (await two.says("admin", "/member link 张伟 ou_Abc")).text == example
    assert (await two.says("admin", "/member link 张伟 wecom ZHANG.wei")).text == "张伟现在就是这样，没有改。"
    assert (await two.says("zhang.wei", "/member link 张伟 feishu ou_Abc")).title == "/member 由管理员用"
    assert "/member link 张伟 feishu ou_1" in (await two.says("admin", "/member link 张围 feishu ou_1")).text


async def test_an_account_with_work_in_hand_is_not_taken_away(two: Desk) -> None:
    await two.says("admin", "/member link 李娜 feishu ou_li")
    assert (await two.says("admin", "/member link 张伟 feishu ou_li")).text.startswith("feishu ou_li 是李娜的")
    found = await members.by_identity(OTHER, "ou_li")
    assert found is not None
    assert found.name == "李娜"


async def test_who_was_added_twice_becomes_one(two: Desk) -> None:
    """The same person was let in as somebody new: the account goes over, and the empty member is switched off."""
    await two.says("admin", "/member add ou_Abc@feishu 销售")
    preview = await two.says("admin", "/member link 张伟 feishu ou_Abc")
    assert preview.title == "这个帐号归张伟？"
    double = await members.by_identity(OTHER, "ou_Abc")
    assert double is not None
    done = await two.taps("admin", preview, "execute")
    assert done.text.startswith("张伟的帐号：wecom zhang.wei、feishu ou_Abc。")
    now = await members.by_identity(OTHER, "ou_Abc")
    assert now is not None
    assert now.name == "张伟"
    gone = await members.get(double.id)
    assert gone is not None
    assert not gone.active


async def test_unlink_sends_what_waits_to_the_account_that_stays(two: Desk) -> None:
    feishu = await linked(two)
    await feishu.says("ou_abc", "/today")
    waits = await pushed(two)
    assert waits.account == OTHER
    heard = await two.says("admin", "/member unlink 张伟 飞书")
    assert heard.text == "张伟解开了 feishu ou_Abc，还有：wecom zhang.wei。没发的提醒改发到那边。"
    assert await members.by_identity(OTHER, "ou_Abc") is None
    again = await outbox.get(waits.id)
    assert again is not None
    assert (again.account, again.address) == ("wecom", "wecom:zhang.wei")
    assert (await two.says("admin", "/member unlink 张伟 wecom")).text == (
        "这是张伟最后一个帐号。停用这个人用：/member off 张伟"
    )
    assert (await two.says("admin", "/member unlink 张伟")).text == (
        "要写解哪个，比如：/member unlink 张伟 wecom zhang.wei"
    )


# -- one person ----------------------------------------------------------------------------------------------------


async def test_a_push_goes_where_he_spoke_last_or_where_he_wants_it(two: Desk) -> None:
    assert (await pushed(two)).address == "wecom:zhang.wei"
    feishu = await linked(two)
    assert (await pushed(two)).address == "wecom:zhang.wei"  # he has not spoken there yet
    await feishu.says("OU_ABC", "/today")
    assert (await pushed(two)).address == "feishu:ou_Abc"
    await two.says("zhang.wei", "/today")
    assert (await pushed(two)).address == "wecom:zhang.wei"
    assert (await two.says("admin", "/member prefer 张伟 飞书")).text == (
        "张伟的提醒以后都去：飞书。在哪边说话都一样。"
    )
    assert (await pushed(two)).address == "feishu:ou_Abc"
    assert (await pushed(two, account="wecom")).address == "wecom:zhang.wei"
    await two.says("admin", "/member prefer 张伟 最近")
    assert (await pushed(two)).address == "wecom:zhang.wei"
    assert (await two.says("admin", "/member prefer 李娜 feishu")).text.startswith("要写他有的平台")


async def test_a_card_is_tapped_here_and_answered_there(two: Desk) -> None:
    feishu = await linked(two)
    first = await two.says("zhang.wei", PROMISE)
    assert first.line("承诺").startswith("我方发报价单")
    # a typed word there means the card that lies here
    confirmed = await feishu.says("ou_abc", "确认")
    assert confirmed.reply.card is not None
    assert confirmed.reply.card.id == first.id
    assert confirmed.reply.member == first.reply.member
    undone = await feishu.says("ou_abc", "撤销")
    assert undone.title.startswith("撤销了")
    assert not await commitments.of_customer((await two.customer("华东医疗器械有限公司")).id)


async def test_what_he_speaks_of_follows_the_person(two: Desk) -> None:
    """LOOP-4: the customer named on one platform is meant on the other."""
    feishu = await linked(two)
    await two.says("zhang.wei", "今天和启明制造的郑总聊了，他问实施周期")
    card = await feishu.says("ou_abc", "预算批了")
    assert isinstance(card.push, Card)
    assert "启明制造" in card.text
    assert "接你 10:00 那句" in card.text


async def test_a_card_that_is_changed_is_changed_where_it_lies(two: Desk) -> None:
    feishu = await linked(two)
    card = await pushed(two)
    await feishu.says("ou_abc", "/today")
    changed = await pushed(two, changes=card.id)
    assert changed.address == card.address == "wecom:zhang.wei"


async def test_a_stranger_who_is_a_colleague_is_linked_by_name_and_heard(two: Desk) -> None:
    feishu = two.on(OTHER)
    async with transaction():
        row = await inbox.enter(account=OTHER, key="early", conversation="ou_x", at=TUESDAY, payload=b"", owner="x")
        await inbox.done(row.seq, "x", state="refused", sender="ou_X", text="启明制造的郑总要方案")
    asked = await feishu.says("ou_X", "在吗")
    assert asked.reply.stranger == "hello.unknown"
    admin = await two.member("admin")
    [card] = [one for one in await cards.recent_open(admin.id) if one.kind == "hello.ask_admin"]
    assert ["add_known", "是老同事"] in card.data["buttons"]
    await two.says("admin", "是老同事")
    assert (await two.says("admin", "张无忌")).text.startswith("没有“张无忌”这个人")
    done = await two.says("admin", "张伟")
    assert done.text == "张伟的飞书帐号连好了：ou_X。哪边说都是同一个人。"
    found = await members.by_identity(OTHER, "ou_x")
    assert found is not None
    assert found.name == "张伟"
    kept = await inbox.get(row.id)
    assert kept is not None
    assert kept.state == "new"
    closed = await cards.get(card.id)
    assert closed is not None
    assert closed.state == "done"

"""A hand-over really hands people over at the platform: after its way back is over, or at once by 立即转接 (LEAD-8)."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.wecom_people import WecomPeople
from storage import externals, members
from tests.conversations.chat import Chat, Seen

WANG = "wmSANDBOX0000000000000000000001A"


@pytest.fixture
async def people(chat: Chat) -> WecomPeople:
    """王总 of 华东医械 is among 张伟's contacts."""
    found = cast(WecomPeople, chat.demo.platforms.standin("wecom"))
    await found.befriend("zhang.wei", WANG, "王总", "华东医械")
    await chat.demo.desk.quiet(20)
    return found


async def handed(chat: Chat) -> Seen:
    preview = await chat.says("wang.fang", "/reassign 华东医械 李娜 出差两周")
    return await chat.taps("wang.fang", preview, "execute")


def begun(people: WecomPeople) -> int:
    return people.server.calls.count("externalcontact/transfer_customer")


async def status(chat: Chat, card: Seen) -> str:
    return (await chat.look("wang.fang", card)).text.splitlines()[2]


async def follower() -> str:
    one = await externals.of_id(WANG)
    member = await members.get(one.member_id or "") if one is not None else None
    return member.name if member is not None else ""


async def test_the_platform_is_asked_when_nothing_can_be_given_back(chat: Chat, people: WecomPeople) -> None:
    card = await handed(chat)
    assert card.buttons == {"go_back": "退回", "transfer_now": "立即转接"}
    [taker] = await chat.heard_of("li.na", "reassign.taker")
    assert taker.line("微信") == "周三 3月11日 10:00 后转接"
    await chat.until("2026-03-11 09:59")
    assert begun(people) == 0
    await chat.until("2026-03-11 10:01")
    assert begun(people) == 1
    assert "等客户同意" in (await chat.look("wang.fang", card)).text
    assert not (await chat.look("wang.fang", card)).buttons
    assert await follower() == "张伟"
    await chat.until("2026-03-12 11:30")
    assert "转接完成" in (await chat.look("wang.fang", card)).text
    assert await follower() == "李娜"
    assert begun(people) == 1


async def test_what_was_given_back_is_never_asked_for(chat: Chat, people: WecomPeople) -> None:
    card = await handed(chat)
    await chat.taps("wang.fang", card, "go_back")
    await chat.until("2026-03-12 12:00")
    assert begun(people) == 0
    assert await follower() == "张伟"


async def test_at_once_and_only_after_a_second_yes(chat: Chat, people: WecomPeople) -> None:
    card = await handed(chat)
    sure = await chat.taps("wang.fang", card, "transfer_now")
    assert sure.title == "现在转接：华东医械？"
    assert "转了就退不回来，客户 90 天内只能转 2 次。" in sure.text
    assert begun(people) == 0
    assert "周三 3月11日 10:00 自动转" in (await chat.taps("wang.fang", sure, "transfer_wait")).text
    sure = await chat.taps("wang.fang", card, "transfer_now")
    await chat.taps("wang.fang", sure, "transfer_go")
    await chat.demo.desk.quiet(20)
    assert begun(people) == 1
    assert "等客户同意" in (await chat.look("wang.fang", card)).text
    await chat.says("wang.fang", "退回")
    await chat.until("2026-03-11 12:00")
    assert begun(people) == 1
    [customer] = [one for one in await chat.records("customer") if "华东医械" in (one["name"], *one["aliases"])]
    [li] = [one for one in await chat.records("member") if one["name"] == "李娜"]
    assert customer["owner_id"] == li["id"]


async def test_the_customer_does_not_want_to(chat: Chat, people: WecomPeople) -> None:
    card = await handed(chat)
    await chat.until("2026-03-11 10:01")
    await people.refuse_transfer(WANG)
    await chat.demo.desk.quiet(20)
    assert "客户没同意，微信仍在张伟那边" in (await chat.look("wang.fang", card)).text
    assert await follower() == "张伟"


async def test_what_the_platform_refuses_is_said_with_the_mend(chat: Chat, people: WecomPeople) -> None:
    people.server.outside.forget("zhang.wei", WANG)
    card = await handed(chat)
    await chat.until("2026-03-11 10:01")
    text = (await chat.look("wang.fang", card)).text
    assert "微信没转成，仍在张伟那边" in text
    assert "原成员没有这位客户" in text


async def test_a_platform_that_is_away_is_asked_later(chat: Chat, people: WecomPeople) -> None:
    card = await handed(chat)
    await chat.until("2026-03-11 09:55")
    await chat.fault("5xx", 900)
    await chat.until("2026-03-11 10:30")
    await asyncio.sleep(0)
    assert "等客户同意" in (await chat.look("wang.fang", card)).text
    assert len(people.world.shelf.get(f"outside:{WANG}")["moves"]) == 1


async def test_without_people_outside_all_is_as_before(chat: Chat) -> None:
    card = await handed(chat)
    assert card.buttons == {"go_back": "退回"}
    [taker] = await chat.heard_of("li.na", "reassign.taker")
    assert not taker.has("微信")


LEFT = "externalcontact/resigned/transfer_customer"


async def gone(chat: Chat, people: WecomPeople) -> None:
    """张伟's account is deleted from the company's directory."""
    await people.leave("zhang.wei")
    await chat.demo.desk.quiet(20)


async def test_whom_a_leaver_knew_is_handed_over_by_the_way_for_leavers(chat: Chat, people: WecomPeople) -> None:
    await gone(chat, people)
    card = await handed(chat)
    await chat.until("2026-03-11 10:01")
    assert (begun(people), people.server.calls.count(LEFT)) == (0, 1)
    assert "等客户同意" in (await chat.look("wang.fang", card)).text
    await chat.until("2026-03-12 11:30")
    assert "转接完成" in (await chat.look("wang.fang", card)).text
    assert await follower() == "李娜"
    assert people.server.calls.count(LEFT) == 1


async def test_who_leaves_while_it_waits_is_still_looked_after(chat: Chat, people: WecomPeople) -> None:
    card = await handed(chat)
    await chat.until("2026-03-11 10:01")
    assert (begun(people), people.server.calls.count(LEFT)) == (1, 0)
    await gone(chat, people)
    await chat.until("2026-03-12 11:30")
    assert "转接完成" in (await chat.look("wang.fang", card)).text
    assert (begun(people), people.server.calls.count(LEFT)) == (1, 0)


async def test_a_leaver_with_another_account_is_handed_over_for_where_he_left(chat: Chat, people: WecomPeople) -> None:
    """There his account is nobody's any more, and he himself goes on elsewhere."""
    await chat.says("admin", "/member link 张伟 feishu ou_0123456789abcdef0123456789abcdef")
    await gone(chat, people)
    [zhang] = [one for one in await chat.records("member") if one["name"] == "张伟"]
    if zhang["active"]:
        assert await members.identity_of(zhang["id"], "wecom") is None
    await handed(chat)
    await chat.until("2026-03-12 11:30")
    assert people.server.calls.count(LEFT) == 1
    assert await follower() == "李娜"


async def test_the_customer_of_a_leaver_does_not_want_to(chat: Chat, people: WecomPeople) -> None:
    await gone(chat, people)
    card = await handed(chat)
    await chat.until("2026-03-11 10:01")
    await people.refuse_transfer(WANG)
    await chat.demo.desk.quiet(20)
    assert "客户没同意" in (await chat.look("wang.fang", card)).text
    assert await follower() == "张伟"


@pytest.mark.parametrize("mode", ["5xx", "429", "down", "cut", "half", "token_expired"])
async def test_a_platform_that_is_away_hands_a_leaver_over_once(chat: Chat, people: WecomPeople, mode: str) -> None:
    await gone(chat, people)
    card = await handed(chat)
    await chat.until("2026-03-11 09:55")
    await chat.fault(mode, 900)
    await chat.until("2026-03-11 10:45")
    assert "等客户同意" in (await chat.look("wang.fang", card)).text
    assert len(people.world.shelf.get(f"outside:{WANG}")["moves"]) == 1


async def test_who_has_not_left_is_not_handed_over_as_a_leaver(people: WecomPeople) -> None:
    """What the stand-in says no to, as the platform does."""
    outside, app = people.server.outside, people.server.apps[0]
    asked = {"handover_userid": "zhang.wei", "takeover_userid": "li.na", "external_userid": [WANG]}
    assert outside.transfer_of_left(app, asked)["customer"] == [{"external_userid": WANG, "errcode": 40097}]
    people.world.leave("zhang.wei")
    for bad in ({"transfer_success_msg": "您好"}, {"external_userid": [WANG] * 101}, {"takeover_userid": "zhang.wei"}):
        with pytest.raises(Refusal):
            outside.transfer_of_left(app, asked | bad)
    with pytest.raises(Refusal):
        outside.transfer(app, asked)
    assert outside.transfer_of_left(app, asked)["customer"] == [{"external_userid": WANG, "errcode": 0}]
    assert outside.transfer_of_left(app, asked)["customer"] == [{"external_userid": WANG, "errcode": 40100}]

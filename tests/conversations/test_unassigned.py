"""待归类: what could not be placed waits visibly, is told further up after its time, and is placed by one tap."""

from __future__ import annotations

from typing import Any

from bot import unassigned
from storage import members
from storage.connect import transaction
from storage.records import Unassigned
from tests.conversations.chat import Chat
from tests.conversations.test_reading import second_opportunity


async def put(chat: Chat, key: str = "call:1", who: str | None = "zhang.wei", **fields: Any) -> Unassigned:
    """A call from a number that nobody knows, as whoever brings it in puts it there."""
    house = chat.demo.app.house
    async with transaction():
        found = await members.by_identity("wecom", who) if who else None
        one = await unassigned.put(
            "phone", "未接来电「年度框架」", key=key, house=house, now=house.clock.now(),
            text="甲方待定，金额 36 万", member=found.id if found else None, **fields,
        )  # fmt: skip
    chat.demo.app.told.set()
    await chat.demo.desk.quiet(20)
    return one


async def id_of(chat: Chat, customer: str) -> str:
    return next(str(c["id"]) for c in await chat.records("customer") if customer in c["aliases"])


async def test_it_waits_and_is_placed_by_one_tap(chat: Chat) -> None:
    options = [await id_of(chat, "启明制造"), await id_of(chat, "华东医械")]
    await put(chat, options=options)
    [card] = await chat.heard_of("zhang.wei", "unassigned.one")
    assert card.title == "没归上：陌生号码"
    assert card.line("是什么") == "未接来电「年度框架」"
    assert list(card.buttons) == ["pick:1", "pick:2", "drop_it"]
    done = await chat.taps("zhang.wei", card, "pick:1")
    assert done.title == "归到启明制造了"
    [one] = await chat.records("unassigned")
    assert (one["state"], one["customer_id"]) == ("placed", options[0])
    [activity] = [one for one in await chat.records("activity") if one["text"].startswith("甲方待定")]
    assert activity["customer_id"] == options[0]
    assert (await chat.opportunity("启明制造"))["stage"] == "needs_confirmed"  # noted down, nothing advances by it


async def test_the_same_thing_waits_once(chat: Chat) -> None:
    first, second = await put(chat), await put(chat)
    assert first.id == second.id
    assert len(await chat.records("unassigned")) == 1
    assert len(await chat.heard_of("zhang.wei", "unassigned.one")) == 1


async def test_placing_is_undone_and_it_waits_again(chat: Chat) -> None:
    await put(chat, options=[await id_of(chat, "启明制造")])
    [card] = await chat.heard_of("zhang.wei", "unassigned.one")
    done = await chat.taps("zhang.wei", card, "pick:1")
    await chat.taps("zhang.wei", done, "undo")
    [one] = await chat.records("unassigned")
    assert (one["state"], one["customer_id"]) == ("waiting", None)
    assert not [one for one in await chat.records("activity") if one["text"].startswith("甲方待定")]


async def test_a_name_places_it_but_not_with_anothers_customer(chat: Chat) -> None:
    await put(chat)
    answer = await chat.says("zhang.wei", "瑞禾医疗")  # 李娜's
    assert answer.kind == "unassigned.which"
    assert (await chat.records("unassigned"))[0]["state"] == "waiting"
    done = await chat.says("zhang.wei", "启明制造")
    assert done.title == "归到启明制造了"


async def test_one_after_the_other_by_word(chat: Chat) -> None:
    options = [await id_of(chat, "启明制造")]
    await put(chat, "a", options=options, tell=False)
    await put(chat, "b", options=options, tell=False)
    first = await chat.says("zhang.wei", "待归类")
    assert "还有 1 件" in first.text
    second = await chat.taps("zhang.wei", first, "drop_it")
    assert second.kind == "unassigned.one"
    await chat.taps("zhang.wei", second, "pick:1")
    assert {one["state"] for one in await chat.records("unassigned")} == {"dropped", "placed"}
    assert (await chat.says("zhang.wei", "待归类")).kind == "unassigned.none"


async def test_it_is_counted_with_what_is_mine(chat: Chat) -> None:
    await put(chat, tell=False)
    mine = await chat.says("zhang.wei", "/my")
    assert mine.line("待归类") == "1 件没归上"
    assert (await chat.taps("zhang.wei", mine, "see_unassigned")).kind == "unassigned.one"


async def test_colleagues_see_nothing_of_it(chat: Chat) -> None:
    await put(chat)
    assert (await chat.says("li.na", "待归类")).kind == "unassigned.none"
    assert (await chat.says("wang.fang", "待归类")).kind == "unassigned.one"


async def test_it_alarms_after_its_time(chat: Chat) -> None:
    await put(chat)
    await put(chat, "b", who=None)
    assert len(await chat.heard_of("admin", "unassigned.one")) == 1
    await chat.until("2026-03-11 09:30")
    assert not await chat.heard_of("wang.fang", "unassigned.alarm")  # not yet 24 hours
    await chat.until("2026-03-12 09:30")
    [told] = await chat.heard_of("wang.fang", "unassigned.alarm")
    assert told.title == "1 件没归上，还等着"
    assert told.line("张伟") == "未接来电「年度框架」"
    [nobodys] = await chat.heard_of("admin", "unassigned.alarm")
    assert nobodys.has("没主的")
    one = await chat.taps("wang.fang", told, "see_unassigned")
    assert one.kind == "unassigned.one"


async def test_a_question_nobody_answered_waits_there_and_is_asked_once_more(chat: Chat) -> None:
    asked = await chat.says("li.na", "周一上午那边同意先试用两周")
    assert asked.kind == "reading.which_customer"
    await chat.until("2026-03-18 09:30")
    [one] = await chat.records("unassigned")
    assert (one["kind"], one["state"]) == ("question", "waiting")
    again = await chat.says("li.na", "待归类")
    assert again.kind == asked.kind
    await chat.taps("li.na", again, "pick:1")
    assert (await chat.records("unassigned"))[0]["state"] == "placed"
    assert [one for one in await chat.records("activity") if "试用" in one["text"]]


async def test_two_possible_deals_wait_there_too(chat: Chat) -> None:
    await second_opportunity(chat)
    asked = await chat.says("zhang.wei", "启明制造那个预算批了")
    assert asked.kind == "reading.which_opportunity"
    await chat.until("2026-03-18 09:30")
    assert [one["kind"] for one in await chat.records("unassigned")] == ["question"]
    again = await chat.says("zhang.wei", "待归类")
    assert again.kind == "reading.which_opportunity"
    await chat.taps("zhang.wei", again, "pick:1")
    assert [one["state"] for one in await chat.records("unassigned")] == ["placed"]

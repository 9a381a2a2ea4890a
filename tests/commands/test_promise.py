"""/promise: the list by number, and what became of each, as a command or as plain words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from storage import commitments, due
from storage.records import Commitment, Contact, made, new_id
from tests.commands.conftest import TUESDAY, Desk

FRIDAY = date(2026, 3, 13)


@pytest.fixture
async def two(desk: Desk) -> tuple[Commitment, Commitment]:
    plan = await desk.promise("zhang.wei", "启明制造", "发方案", date(2026, 3, 10))
    quote = await desk.promise("zhang.wei", "华东医械", "发报价单", FRIDAY)
    await desk.promise("li.na", "松涛教育", "发案例", FRIDAY)
    await desk.promise("zhang.wei", "华东医械", "回复预算", FRIDAY, by="customer")
    return plan, quote


async def state(promise: Commitment) -> tuple[str, object]:
    found = await commitments.get(promise.id)
    assert found is not None
    return found.state, found.due


async def test_the_list(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    assert (await desk.says("zhang.wei", "/promise")).text == (
        "1 发方案 · 启明制造 · 周二 3月10日\n2 发报价单 · 华东医械 · 周五 3月13日\n回“1 好了”或“2 改周一”。"
    )


async def test_plain_words_answer_it_and_the_numbers_stay(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    await desk.says("zhang.wei", "/promise")
    closed = await desk.says("zhang.wei", "1 好了")
    assert (closed.push.kind, closed.title) == ("promise.closed", "闭环：发方案")
    moved = await desk.says("zhang.wei", "2 改周一")
    assert (moved.push.kind, moved.status) == ("promise.moved", "改到 周一 3月16日")
    assert await state(two[0]) == ("kept", date(2026, 3, 10))
    assert await state(two[1]) == ("open", date(2026, 3, 16))


async def test_the_reminders_follow(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    await desk.says("zhang.wei", "/promise 2 改下周三")
    planned = {moment.kind: moment.at for moment in await due.waiting(two[1].id)}
    assert planned["promise.now"] == datetime(2026, 3, 18, 14, 10, tzinfo=TUESDAY.tzinfo)
    await desk.says("zhang.wei", "/promise 2 好了")
    assert await due.waiting(two[1].id) == []


@pytest.mark.parametrize(
    "line", ["/promise 2 好了", "/promise 好了 2", "/promise 第2件好了", "/promise 报价单发了", "/promise 2、已经发了"]
)
async def test_done_in_any_order(desk: Desk, two: tuple[Commitment, Commitment], line: str) -> None:
    assert (await desk.says("zhang.wei", line)).title == "闭环：发报价单"
    assert (await state(two[1]))[0] == "kept"
    assert (await state(two[0]))[0] == "open"


async def test_a_command_right_after_the_list_means_its_numbers(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    await desk.says("zhang.wei", "/promise")
    await desk.says("zhang.wei", "1 好了")
    assert (await desk.says("zhang.wei", "/promise 2 好了")).title == "闭环：发报价单"


async def test_after_ten_minutes_a_number_is_no_answer(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    await desk.says("zhang.wei", "/promise")
    desk.clock.advance(minutes=11)
    await desk.says("zhang.wei", "1 好了")
    assert (await state(two[0]))[0] == "open"


async def test_other_talk_is_read_as_such(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    await desk.says("zhang.wei", "/promise")
    heard = await desk.says("zhang.wei", "启明郑总说预算批了")
    assert heard.push.kind == "reading.clear"


async def test_given_up(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    heard = await desk.says("zhang.wei", "/promise 1 不用了 客户自己有")
    assert heard.status == "已取消，不再提醒：客户自己有"
    assert (await state(two[0]))[0] == "withdrawn"


async def test_a_number_beyond_the_list(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    assert (await desk.says("zhang.wei", "/promise 9 好了")).text == "只有 2 件。看清单：/promise"
    await desk.says("zhang.wei", "/promise")
    assert (await desk.says("zhang.wei", "9 好了")).text == "只有 2 件。看清单：/promise"
    assert (await desk.says("zhang.wei", "2 好了")).title == "闭环：发报价单"


async def test_what_cannot_be_meant(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    assert (await desk.says("zhang.wei", "/promise 2 改那天")).text == "没听出改到哪天。比如：/promise 2 改周五"
    assert (await desk.says("zhang.wei", "/promise 2 改昨天")).text == "周一 3月9日 已经过了。比如：/promise 2 改周五"
    assert (await desk.says("zhang.wei", "/promise 好了")).text.startswith("回“1 好了”“2 改周一”")
    assert [(await state(one))[0] for one in two] == ["open", "open"]


async def test_one_customers(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    assert (await desk.says("zhang.wei", "/promise 华东")).text == (
        "1 发报价单 · 华东医械 · 周五 3月13日\n回“1 好了”或“1 改周一”。"
    )


async def test_none(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/promise")).text == "没有开着的承诺。客户的事直接说，我来记。"


async def test_closed_by_mistake_is_opened_again(desk: Desk, two: tuple[Commitment, Commitment]) -> None:
    closed = await desk.says("zhang.wei", "/promise 1 好了")
    await desk.taps("zhang.wei", closed, "not_this")
    assert (await state(two[0]))[0] == "open"


async def test_a_moved_one_offers_words_for_the_customer(desk: Desk) -> None:
    customer = await desk.customer("华东医械")
    who = Contact(id=new_id("con", TUESDAY), customer_id=customer.id, name="李", title="工")
    await desk.keep(made(who))
    await desk.promise("zhang.wei", "华东医械", "发报价单", FRIDAY, contact_id=who.id)
    moved = await desk.says("zhang.wei", "/promise 改周一")
    assert (await desk.taps("zhang.wei", moved, "send_script")).text.startswith("李工，报价单改到周一 3月16日给您")


async def test_overdue_ones_stay_on_the_list(desk: Desk) -> None:
    late = TUESDAY.date() - timedelta(days=4)
    await desk.promise("zhang.wei", "华东医械", "发报价单", late, state="overdue")
    assert "发报价单 · 华东医械 · 周五 3月6日" in (await desk.says("zhang.wei", "/promise")).text

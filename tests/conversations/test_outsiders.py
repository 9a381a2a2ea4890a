"""Somebody outside among a colleague's contacts in the chat app: kept, tied to whom the record knows, and no news."""

from __future__ import annotations

from typing import Any, cast

import pytest

from adapters.sandbox.wecom_people import WecomPeople
from storage import customers, externals
from storage.records import External
from tests.conversations.chat import Chat

JIANG = "wmSANDBOX0000000000000000000001A"


@pytest.fixture
def people(chat: Chat) -> WecomPeople:
    return cast(WecomPeople, chat.demo.platforms.standin("wecom"))


async def known(chat: Chat, id: str = JIANG) -> External:
    await chat.demo.desk.quiet(20)
    found = await externals.of_id(id)
    assert found is not None
    return found


async def heard(chat: Chat) -> list[Any]:
    return [one for who in ("zhang.wei", "wang.fang", "admin") for one in await chat.heard(who)]


async def test_a_contact_is_tied_to_the_customer_by_the_company_noted(chat: Chat, people: WecomPeople) -> None:
    await people.befriend("zhang.wei", JIANG, "江雪", "华东医械")
    one = await known(chat)
    [customer] = await customers.named("华东医械")
    assert (one.name, one.customer_id, one.state) == ("江雪", customer.id, "known")
    assert not await heard(chat)


async def test_or_by_the_phone_of_a_person_on_the_books(chat: Chat, people: WecomPeople) -> None:
    await chat.says("zhang.wei", "华东医械王总的电话是13912345678")
    await people.befriend("zhang.wei", JIANG, "老王", "", ["139 1234 5678"])
    one = await known(chat)
    [customer] = await customers.named("华东医械")
    [wang] = [person for person in await customers.contacts(customer.id) if person.name == "王"]
    assert (one.customer_id, one.contact_id) == (customer.id, wang.id)


async def test_who_is_nobody_yet_is_kept_as_such(chat: Chat, people: WecomPeople) -> None:
    await people.befriend("zhang.wei", JIANG, "江雪", "没听过的公司")
    assert (await known(chat)).customer_id is None
    await chat.until("2026-03-10 10:05")
    await people.befriend("zhang.wei", JIANG, "江雪", "华东医械")
    assert (await known(chat)).customer_id is not None  # noted since
    assert len(await chat.records("customer")) == 6


async def test_lost_and_back(chat: Chat, people: WecomPeople) -> None:
    await people.befriend("zhang.wei", JIANG, "江雪", "华东医械")
    await known(chat)
    await people.lose("zhang.wei", JIANG)
    assert (await known(chat)).state == "lost"
    await chat.until("2026-03-10 10:05")
    await people.befriend("zhang.wei", JIANG, "江雪", "华东医械")
    assert (await known(chat)).state == "known"


async def test_a_stranger_s_contact_makes_no_noise(chat: Chat, people: WecomPeople) -> None:
    await people.befriend("zhao.min", JIANG, "江雪")
    assert (await known(chat)).member_id is None
    assert not await heard(chat)


async def test_a_platform_that_cannot_now_is_asked_again(chat: Chat, people: WecomPeople) -> None:
    await chat.fault("5xx", 30)
    await people.befriend("zhang.wei", JIANG, "江雪", "华东医械")
    await chat.until("2026-03-10 10:02")
    assert (await known(chat)).name == "江雪"


async def test_handing_over_has_states_and_is_never_done_by_being_asked_for(chat: Chat, people: WecomPeople) -> None:
    await people.befriend("zhang.wei", JIANG, "江雪", "华东医械")
    await known(chat)
    outside = cast(Any, chat.demo.app.adapters["wecom"])._outside
    assert await outside.handed_over(JIANG, "zhang.wei", "li.na") == "unknown"
    await outside.hand_over(JIANG, "zhang.wei", "li.na", "您好，后续由李娜为您服务。")
    assert await outside.handed_over(JIANG, "zhang.wei", "li.na") == "waiting"
    with pytest.raises(Exception, match="40100"):
        await outside.hand_over(JIANG, "zhang.wei", "li.na")
    await chat.until("2026-03-11 10:01")
    assert await outside.handed_over(JIANG, "zhang.wei", "li.na") == "done"
    await outside.hand_over(JIANG, "zhang.wei", "chen.jie")
    await people.refuse_transfer(JIANG)
    assert await outside.handed_over(JIANG, "zhang.wei", "chen.jie") == "refused"
    with pytest.raises(Exception, match="40128"):
        await outside.hand_over(JIANG, "zhang.wei", "li.na")

"""What is asked of the bot is answered and records nothing; what somebody else asked is talk."""

from __future__ import annotations

import pytest

from tests.conversations.chat import Chat

CHAT = "周主任 10:23\n报价能不能再低点\n李娜 10:25\n我周五前把报价单发你\n周主任 10:26\n好的"


@pytest.mark.parametrize("said", ["启明什么时候签？", "启明制造怎么样了", "启明制造现在到哪一步了"])
async def test_a_question_about_a_customer_is_answered_by_its_card(chat: Chat, said: str) -> None:
    assert (await chat.says("zhang.wei", said)).kind == "cmd.customer"
    assert await chat.records("activity") == []


async def test_what_was_promised_is_answered_by_the_list(chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总要分项报价，我周四给")
    answer = await chat.says("zhang.wei", "我答应启明什么了")
    assert answer.kind == "cmd.promise.one"
    assert len(await chat.records("activity")) == 1


@pytest.mark.parametrize("said", ["启明郑总问什么时候能发货？", "启明那边问能不能再便宜点？"])
async def test_the_customers_question_is_talk(chat: Chat, said: str) -> None:
    assert (await chat.says("zhang.wei", said)).kind == "reading.clear"
    assert len(await chat.records("activity")) == 1


async def test_a_correction_that_fits_nothing_says_so(chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总要案例")
    assert (await chat.says("zhang.wei", "改到周五")).kind == "correct.nothing"


async def test_a_pasted_chat_keeps_its_promise_when_it_was_asked_whose_it_is(chat: Chat) -> None:
    pasted = CHAT.replace("周主任", "王老板")
    asked = await chat.says("li.na", pasted)
    assert asked.kind == "reading.which_customer"
    await chat.says("li.na", "松涛教育")
    [promise] = await chat.records("commitment")
    assert (promise["by"], promise["what"], promise["due"]) == ("us", "发报价单", "2026-03-13")


async def test_a_plain_no_is_asked_what_is_wrong(chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总要案例")
    for word in ("不对", "记错了"):
        assert (await chat.says("zhang.wei", word)).title == "改哪一项？"


async def test_with_nothing_said_before_a_plain_no_is_just_no_business(chat: Chat) -> None:
    assert (await chat.says("zhang.wei", "不对")).kind == "reading.nothing"

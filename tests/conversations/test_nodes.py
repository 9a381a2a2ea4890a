"""CAP-8: a node of one's own asks for what it needs, there and nowhere else; a bare value answers."""

from __future__ import annotations

import pytest

from bot.playbook import load, store
from storage import playbooks
from tests.conversations.chat import Chat, Seen

FIELDS = """
[[field]]
id = "grade"
name = "医院等级"
of = "customer"
kind = "choice"
choices = ["三甲", "三乙", "二甲"]

[[field]]
id = "volume"
name = "年手术量"
kind = "number"
above = 0

[[node]]
id = "quote"
name = "要报价"
on = ["asks_quote"]
fields = ["grade", "volume"]

[[node]]
id = "contract"
name = "进合同"
on = ["stage.contract_signing", "asks_contract"]
fields = ["signing_party", "payment_terms", "sign_date"]
"""


@pytest.fixture
async def ours(chat: Chat) -> Chat:
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text + FIELDS, author="test", now=live.created_at)
    return chat


async def asked(chat: Chat, said: str) -> Seen:
    [card] = [one for one in await chat.says_all("li.na", said) if one.kind == "reading.fields"]
    return card


async def customer(chat: Chat, name: str) -> dict[str, object]:
    return next(one for one in await chat.records("customer") if name in (one["name"], *one["aliases"]))


async def test_the_node_asks_for_its_own_fields_in_the_words_of_the_playbook(ours: Chat) -> None:
    card = await asked(ours, "瑞禾医疗周主任要一份报价")
    assert card.title == "瑞禾医疗要报价，还差 2 样"
    assert (card.line("医院等级"), card.line("年手术量")) == ("三甲、三乙、二甲？", "多少？")
    assert "一句话就行，如：三甲，320" in card.text


async def test_bare_values_answer(ours: Chat) -> None:
    await asked(ours, "瑞禾医疗周主任要一份报价")
    done = await ours.says("li.na", "三甲，一年 1,200 台")
    assert (done.title, done.line("医院等级"), done.line("年手术量")) == ("瑞禾医疗要报价，记好了", "三甲", "1200")
    assert (await ours.opportunity("瑞禾医疗"))["custom"]["volume"] == 1200
    back = await ours.taps("li.na", done, "undo")
    assert back.kind == "reading.undone"
    assert "volume" not in (await ours.opportunity("瑞禾医疗"))["custom"]


async def test_what_is_said_with_it_is_not_asked_and_what_is_known_neither(ours: Chat) -> None:
    card = await asked(ours, "瑞禾医疗周主任要一份报价，医院等级是三甲")
    assert card.title == "瑞禾医疗要报价，还差 1 样"
    await ours.says("li.na", "320")
    again = await ours.says_all("li.na", "瑞禾医疗周主任又要一份报价")
    assert not [one for one in again if one.kind == "reading.fields"]


async def test_elsewhere_nothing_is_asked(ours: Chat) -> None:
    heard = await ours.says_all("li.na", "瑞禾医疗周主任说价格再看看")
    assert not [one for one in heard if one.kind == "reading.fields"]


async def test_a_value_that_does_not_hold_is_named(ours: Chat) -> None:
    await asked(ours, "瑞禾医疗周主任要一份报价")
    await ours.says("li.na", "三甲")
    bad = await ours.says("li.na", "年手术量是 0")
    assert bad.text.startswith("年手术量要大于 0")
    assert (await ours.says("li.na", "320")).kind == "reading.fields.done"


async def test_the_contracts_terms_are_asked_where_the_playbook_says_so(ours: Chat) -> None:
    card = await asked(ours, "瑞禾医疗周主任要合同")
    assert (card.line("主体"), card.line("付款"), card.line("日期")) == ("跟谁签？公司全名", "怎么付？", "哪天签？")
    left = await ours.says("li.na", "主体是瑞禾医疗科技有限公司，首付 30%，验收 70%")
    assert left.title == "瑞禾医疗进合同，还差 1 样"
    done = await ours.says("li.na", "3月20日")
    assert done.line("主体") == "瑞禾医疗科技有限公司"
    assert done.line("日期") == "周五 3月20日"
    assert (await ours.opportunity("瑞禾医疗"))["sign_date"] == "2026-03-20"


def test_what_is_not_there_is_told_when_the_playbook_is_read() -> None:
    bad = '\n[[node]]\nid = "a"\nname = "甲"\non = ["asks_pizza", "stage.nowhere"]\nfields = ["colour"]\n'
    with pytest.raises(load.PlaybookFaults) as told:
        load.parse(load.shipped() + bad)
    assert [fault.place for fault in told.value.faults] == ["node[0].on", "node[0].on", "node[0].fields"]

"""Short sentences that put the last reading right, and the plain talk that must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.corrections import Correction, parse

DATA = Path(__file__).parent.parent / "reading"


@pytest.mark.parametrize(
    ("said", "field", "old", "new"),
    [
        ("不是华东,是华南", "customer", "华东", "华南"),
        ("不是启明制造，是启明新材", "customer", "启明制造", "启明新材"),
        ("不是华东是华南那家", "customer", "华东", "华南"),
        ("不是華東，是華南", "customer", "華東", "華南"),
        ("不是华东，应该是华南才对", "customer", "华东", "华南"),
        ("松涛，不是松桃", "customer", "松桃", "松涛"),
        ("错了，是松涛", "customer", "", "松涛"),
        ("搞错了是启明新材", "customer", "", "启明新材"),
        ("不是不是我说错了是华南", "customer", "", "华南"),
        ("我说的是启明新材不是启明制造", "customer", "启明制造", "启明新材"),
        ("你把华南记成华东了", "customer", "华东", "华南"),
        ("客户是瑞禾", "customer", "", "瑞禾"),
        ("客户名错了，是启明新材料有限公司", "customer", "", "启明新材料有限公司"),
        ("把客户改成启明新材", "customer", "", "启明新材"),
        ("不，是华南", "customer", "", "华南"),
        ("是下周四", "date", "", "下周四"),
        ("不对，是下周四", "date", "", "下周四"),
        ("呃不对不对是下周四", "date", "", "下周四"),
        ("我说错了，周五", "date", "", "周五"),
        ("改成周五", "date", "", "周五"),
        ("改到周五下午三点", "date", "", "周五下午三点"),
        ("是周五之前", "date", "", "周五之前"),
        ("是三月十八号", "date", "", "三月十八号"),
        ("日期改到3月18日", "date", "", "3月18日"),
        ("時間改到下週四", "date", "", "下週四"),
        ("签约日期改到３月２０日", "date", "", "３月２０日"),
        ("周三改成周四", "date", "周三", "周四"),
        ("不是周五，周四", "date", "周五", "周四"),
        ("华东不是周三签，是周四签", "date", "周三", "周四"),
        ("阶段是价格谈判", "stage", "", "价格谈判"),
        ("阶段应该是二轮评审", "stage", "", "二轮评审"),
        ("不对，是方案演示", "stage", "", "方案演示"),
        ("还没到方案演示，还在需求确认", "stage", "方案演示", "需求确认"),
        ("金额是217万", "amount", "", "217万"),
        ("金额是 86 万", "amount", "", "86 万"),
        ("更正：金额 217 万", "amount", "", "217 万"),
        ("不是200万，是217万", "amount", "200万", "217万"),
        ("不是200是217万", "amount", "200", "217万"),
        ("金额错了，应该是二十一万", "amount", "", "二十一万"),
        ("应该是发方案，不是发报价", "commitment", "发报价", "发方案"),
        ("不是发报价，是发方案", "commitment", "发报价", "发方案"),
        ("承诺是发方案", "commitment", "", "发方案"),
    ],
)
def test_what_is_put_right(said: str, field: str, old: str, new: str) -> None:
    assert parse(said) == Correction(field, old, new, explicit=True)  # type: ignore[arg-type]
    assert parse(f" {said}。 ") == Correction(field, old, new, explicit=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "field", "new"),
    [
        ("还在需求确认", "stage", "需求确认"),
        ("是启明新材", "customer", "启明新材"),
        ("应该是松涛教育", "customer", "松涛教育"),
        ("报价是12万", "amount", "12万"),
        ("时间是下周三上午十点", "date", "下周三上午十点"),
    ],
)
def test_what_could_be_plain_talk_is_not_explicit(said: str, field: str, new: str) -> None:
    assert parse(said) == Correction(field, "", new, explicit=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "不对",
        "搞错了",
        "日期错了",
        "是的",
        "是啊",
        "是周四吗？",
        "是周四吧",
        "是周四去",
        "不是说好周五吗",
        "是不是华南",
        "不是钱的问题，是时间的问题",
        "不是我不想，是没时间",
        "不是我们，是他们",
        "他不是老师，是医生",
        "今天不是周三，是周四",
        "客户是上帝",
        "价格是高了点",
        "不要改成周五",
        "会议改到周五",
        "不是王总，是李总",
        "改天吧",
        "不是启明制造是启明新材，周五发报价",
        "不对，昨天我去的时候前台说他们公司搬走了，我又打了一圈电话才问到新地址，周末再跑一趟看看到底什么情况再说",
    ],
)
def test_what_is_no_correction(said: str) -> None:
    assert parse(said) is None


def messages(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def test_no_labelled_message_is_taken_for_a_correction() -> None:
    assert [line["id"] for line in messages("messages-dev.jsonl") if parse(str(line["text"]))] == []


def test_no_turn_of_a_chat_is_taken_for_a_correction() -> None:
    chats = messages("transcripts-dev.jsonl")
    said = [turn["text"] for chat in chats for turn in chat["expect"]["turns"]]  # type: ignore[index]
    assert len(said) >= 100
    assert [words for words in said if parse(words)] == []


@pytest.mark.parametrize(
    "text", ["不是" * 30, "是" * 60, "把" * 20 + "改成" * 10, "\u0000", "不对" * 30, "🙂" * 50, "改成"]
)
def test_any_text_is_survived(text: str) -> None:
    assert parse(text) is None or parse(text) is not None

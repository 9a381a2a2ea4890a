"""What a customer and its people are tagged with."""

from __future__ import annotations

import pytest

from nlp import tags
from nlp.tagging import Tagging, parse
from tests.nlp import reader


@pytest.mark.parametrize(
    ("name", "trade"),
    [
        ("南京市鼓楼区教育局", "教育局"), ("松涛教育科技有限公司", "教育"), ("仁济医院", "医院"), ("新华中学", "学校"),
        ("华东医疗器械有限公司", "医疗"), ("启明制造有限公司", "制造"), ("恒川物流", "物流"), ("鑫磊", ""),
        ("安澜酒店管理有限公司", "酒店"), ("医科大学附属医院", "医院"), ("有限公司", ""),
    ],
)  # fmt: skip
def test_the_trade_by_the_name(name: str, trade: str) -> None:
    assert tags.industry(name) == trade


def test_what_was_kept_stands_before_what_the_name_tells() -> None:
    assert tags.tags_of("松涛教育科技有限公司", (), ["装备科", None]) == ("教育", "装备科")
    assert tags.tags_of("松涛教育科技有限公司", ("培训",), ["装备科"]) == ("培训",)
    assert tags.ways("他们走公开招标，不是单一来源") == ("公开招标", "单一来源")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("见了教育局装备科刘科长，他有预算审批权", "有预算审批权"),
        ("刘科长能拍板", "能拍板"),
        ("刘科长不能拍板", ""),
        ("刘科长没有预算审批权", ""),
        ("刘科长只管技术，周主任说了算", "技术把关"),
        ("刘科长说要报价。预算王局批", ""),
        ("刘科长自己说了算", "能拍板"),
        ("刘科长说要老板拍板", ""),
        ("刘科长让经办人小李联系我们", ""),
        ("刘科长是经办人，报价发他就行", "经办"),
        ("刘科长问使用人怎么培训", ""),
        ("刘科长问能不能拍板", ""),
        ("刘科长说预算归他批", "有预算审批权"),
    ],
)
def test_what_somebody_decides(text: str, role: str) -> None:
    reading = reader.reading(text)
    found = {one.text: tags.decides(text, one, reading.contacts) for one in reading.contacts}
    assert found["刘科长"] == role


@pytest.mark.parametrize(
    ("text", "roles"),
    [("刘科长没有预算审批权", {"有预算审批权"}), ("刘科长并不能拍板", {"能拍板"}), ("刘科长能拍板", set())],
)
def test_what_somebody_does_not_decide(text: str, roles: set[str]) -> None:
    reading = reader.reading(text)
    assert tags.decides_not(text, reading.contacts[0]) == roles


def test_what_a_title_decides() -> None:
    assert [tags.by_title("校长", None), tags.by_title("科长", "装备科"), tags.by_title("总", None)] == [
        "决策人",
        "采购",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "tagging"),
    [
        ("松涛教育的标签加公开招标", Tagging("add", ("公开招标",), "松涛教育")),
        ("给松涛教育打标签：公开招标、装备科", Tagging("add", ("公开招标", "装备科"), "松涛教育")),
        ("标签去掉公开招标", Tagging("drop", ("公开招标",))),
        ("松涛的标签是教育局和装备科。", Tagging("set", ("教育局", "装备科"), "松涛")),
        ("行业不是教育，是医疗", Tagging("trade", ("医疗",), wrong="教育")),
        ("启明制造的行业应该是航天", Tagging("trade", ("航天",), "启明制造")),
        ("松涛的标签是什么", None),
        ("他们行业不景气，再看看", None),
        ("我们的行业是真难做", None),
        ("松涛的行业是教育", Tagging("trade", ("教育",), "松涛")),
        ("标签打印机的报价发过去了", None),
        ("恒川的标签加急", None),
        ("标签改成 60 乘 40 的", None),
        ("恒川的客户标签加老客户", Tagging("add", ("老客户",), "恒川")),
        ("标签机要 40 台，行业里都用这个", None),
    ],
)
def test_a_sentence_about_tags(text: str, tagging: Tagging | None) -> None:
    assert parse(text) == tagging


def test_a_tag_of_the_teams_own_is_known() -> None:
    assert parse("标签加航天院所", ["航天院所"]) == Tagging("add", ("航天院所",))


def test_what_a_sentence_makes_of_the_tags() -> None:
    old = ("教育", "装备科")
    assert Tagging("add", ("公开招标", "教育")).applied(old) == ("教育", "装备科", "公开招标")
    assert Tagging("trade", ("航天",), wrong="教育").applied(old) == ("航天", "装备科")
    assert Tagging("drop", old).applied(old) == ("其他",)
    assert Tagging("add", ("教育",)).applied(("其他",)) == ("教育",)

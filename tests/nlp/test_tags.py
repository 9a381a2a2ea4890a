"""What a customer and its people are tagged with."""

from __future__ import annotations

import pytest

from nlp import tags
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
    ],
)
def test_what_somebody_decides(text: str, role: str) -> None:
    reading = reader.reading(text)
    found = {one.text: tags.decides(text, one, reading.contacts) for one in reading.contacts}
    assert found["刘科长"] == role


def test_what_a_title_decides() -> None:
    assert [tags.by_title("校长", None), tags.by_title("科长", "装备科"), tags.by_title("总", None)] == [
        "决策人",
        "采购",
        "",
    ]

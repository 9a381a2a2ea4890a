"""What stands on business cards of many makes, field by field."""

from __future__ import annotations

import pytest

from adapters.ocr import Line
from bot.capture.name_card import Draft, corrected, read


def card(*texts: str, sizes: dict[str, float] | None = None) -> Draft:
    sizes = sizes or {}
    return read([Line(one, (0.99,) * len(one), 0, n * 50.0, sizes.get(one, 30.0)) for n, one in enumerate(texts)])


CARDS = [
    (
        ("恒川物流有限公司", "江雪 采购经理", "手机 139 1234 5678", "jiangxue@hengchuan.cn"),
        ("江雪", "采购经理", "恒川物流有限公司", "+8613912345678"),
    ),
    (
        ("江雪采购经理", "恒川物流有限公司", "M: +86 139-1234-5678", "传真：021-66668888"),
        ("江雪", "采购经理", "恒川物流有限公司", "+8613912345678"),
    ),
    (
        ("上海市第六人民医院", "欧阳明月", "影像科 主任医师 / 教授", "Tel：021-64369181", "上海市宜山路 600 号"),
        ("欧阳明月", "主任医师", "上海市第六人民医院", "+862164369181"),
    ),
    (
        ("HENGCHUAN LOGISTICS CO., LTD", "Snow Jiang", "Purchasing Manager", "Mobile: 13912345678"),
        ("Snow Jiang", "Purchasing Manager", "HENGCHUAN LOGISTICS CO., LTD", "+8613912345678"),
    ),
    (
        ("王 芳", "销售总监", "启明制造集团有限公司上海分公司", "热线 400-800-1234", "手机：13800138000"),
        ("王芳", "销售总监", "启明制造集团有限公司上海分公司", "+8613800138000"),
    ),
    (
        ("上海市第一人民医院", "欧阳明月", "影像科主任医师/教授", "Mobile:13800138000"),
        ("欧阳明月", "主任医师", "上海市第一人民医院", "+8613800138000"),
    ),
    (
        ("HENGCHUAN TRADING CO., LTD", "SnowJiang", "Purchasing Manager", "M:+86139-1234-5678"),
        ("Snow Jiang", "Purchasing Manager", "HENGCHUAN TRADING CO., LTD", "+8613912345678"),
    ),
    (
        ("瑞禾医疗器械", "RUIHE MEDICAL", "周敏", "区域销售总监", "T 13712348765", "杭州市滨江区江南大道 518 号"),
        ("周敏", "区域销售总监", "瑞禾医疗器械", "+8613712348765"),
    ),
    (
        ("安澜酒店管理集团", "高明", "总经理助理兼采购总监", "手机(+86)18612349876"),
        ("高明", "总经理助理兼采购总监", "安澜酒店管理集团", "+8618612349876"),
    ),
]


@pytest.mark.parametrize(("lines", "found"), CARDS, ids=[one[0][0] for one in CARDS])
def test_cards(lines: tuple[str, ...], found: tuple[str, str, str, str]) -> None:
    draft = card(*lines)
    assert draft.is_card
    assert (draft.name, draft.title, draft.company, draft.phones[0]) == found


def test_a_fax_is_no_number_to_call_and_the_mobile_comes_first() -> None:
    draft = card("江雪", "恒川物流有限公司", "电话：021-55551234", "传真：021-55551235", "手机：13912345678")
    assert draft.phones == ("+8613912345678", "+862155551234")


def test_of_two_names_the_one_written_largest() -> None:
    draft = card("张伟", "江雪", "恒川物流有限公司", "13912345678", sizes={"江雪": 60.0})
    assert draft.name == "江雪"


@pytest.mark.parametrize(
    "lines",
    [
        ("预算批复", "同意采购 40 台", "王芳"),
        ("江雪：明天发你", "好的", "13912345678"),
        tuple(f"第 {n} 条 甲方应于签约后付款" for n in range(40)),
        ("江雪", "恒川物流有限公司"),
        (),
        ("a" * 5000, "13912345678"),
    ],
)
def test_what_is_no_card(lines: tuple[str, ...]) -> None:
    assert not card(*lines).is_card


def test_what_was_not_seen_clearly_is_told_by_its_place() -> None:
    text = "手机：13912345678"
    sure = [0.99] * len(text)
    sure[text.index("1") + 6] = 0.2
    draft = read(
        [
            Line("江雪", (0.99, 0.3), 0, 0, 60),
            Line(text, tuple(sure), 0, 50, 30),
            Line("恒川物流有限公司", (0.9,) * 8, 0, 90, 30),
        ]
    )
    assert draft.unclear == {"phone": 7, "name": 2}
    assert draft.sure["phone"] == 0.2
    assert Draft.of(draft.kept()) == draft


def test_put_right_by_name_or_by_what_it_is() -> None:
    draft = card("江雪", "恒川物流有限公司", "13912345678")
    assert (corrected(draft, "姓名是江雨，职务：采购总监") or draft).name == "江雨"
    assert (corrected(draft, "13912345679") or draft).phones[0] == "+8613912345679"
    assert (corrected(draft, "邮箱 jx@hc.cn") or draft).emails == ("jx@hc.cn",)
    assert corrected(draft, "好的") is None

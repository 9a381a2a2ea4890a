"""Known names by what is cut from them: which cut stands for a name, and which is only a word or somebody else."""

from __future__ import annotations

import pytest

from nlp.customers import NameEntry, NameIndex
from tests.nlp.reader import customers

NAMES = (
    "马鞍山钢铁股份有限公司",
    "中国农业银行股份有限公司绍兴分行",
    "大润发超市(昆山店)",
    "北京市朝阳区星河双语学校",
    "绍兴柯桥锦绣纺织有限公司",
    "美年大健康产业控股股份有限公司",
)
INDEX = NameIndex(NameEntry(name, name) for name in NAMES)


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("已和马钢确认交期", "马钢", NAMES[0]),
        ("绍兴农行的李工刚回我", "绍兴农行", NAMES[1]),
        ("农行绍兴分行要求下周一之前给方案", "农行绍兴分行", NAMES[1]),
        ("星合双语还在走内部流程", "星合双语", NAMES[3]),
        ("找美年要一下开票资料", "美年", NAMES[5]),
    ],
)
def test_what_is_cut_from_a_name_stands_for_it(text: str, said: str, name: str) -> None:
    assert customers(text, names=INDEX) == [(said, name)]


@pytest.mark.parametrize("text", ["去绍兴出差", "农行卡丢了", "大健康产业很热", "北京学校放假了", "超市人太多"])
def test_what_many_bear_stands_for_nobody(text: str) -> None:
    assert not [name for _, name in customers(text, names=INDEX) if name in NAMES]


def test_a_name_taken_out_is_known_no_longer() -> None:
    index = NameIndex([NameEntry("1", NAMES[0])])
    assert customers("已和马钢确认交期", names=index)[0][1] == NAMES[0]
    index.remove("1")
    assert customers("已和马钢确认交期", names=index) != [("马钢", NAMES[0])]

"""Houses that only the sentence tells are found by weights, everyday words are left alone, and weights are learnt from
what is marked."""

from __future__ import annotations

import pytest

from benchmarks._chain import BEGIN, END, MIDDLE, NONE
from benchmarks.named import Line, labels, weights
from nlp import named
from nlp.customers import NameIndex
from nlp.lexicon import shipped
from nlp.named import learnt, ranked, seen_as, teller
from nlp.seen import look
from tests.nlp.reader import customers


@pytest.mark.parametrize(
    ("said", "house"),
    [
        ("跟辰光约了周四过去签合同", "辰光"),
        ("老街坊要了二十箱，合同下周补", "老街坊"),
        ("打通远景渔具了，改天去坐坐", "远景渔具"),
        ("打通远景渔具了，鱼竿三千支，让我周内报价", "远景渔具"),
        ("蓝天催着要报价，我说等原材料落一落", "蓝天"),
        ("沪上烟火六家店的POS合同今天签了", "沪上烟火"),
    ],
)
def test_a_house_told_by_the_sentence_is_found(said: str, house: str) -> None:
    assert (house, house) in customers(said, names=NameIndex())


@pytest.mark.parametrize(
    "said",
    [
        "每天五点前把当日拜访写进系统",
        "强扭的瓜不甜,强签的约不长",
        "四百套布草今天出库",
        "天青色的烟雨",
        "丰富的早餐～",
        "行政在找酒店，咱们自己的协议酒店能打折吗",
    ],
)
def test_everyday_words_are_no_house(said: str) -> None:
    assert customers(said, names=NameIndex()) == []


def test_rules_and_weights_decide_together_and_the_likeliest_comes_first() -> None:
    seen = look("给金陵船厂报了价", "给金陵船厂报了价", shipped(), ())
    told, best = ranked(
        seen, [], [named.Proposal(1, 5, "customer.trade", 0.87), named.Proposal(6, 8, "customer.trade", 0.65)]
    )
    assert (1, 5) in told and (6, 8) in told, "where a known customer may be meant"
    assert [(one.start, one.end, one.rule) for one in best] == [(1, 5, "customer.trade")]
    assert 0.7 < best[0].sure <= 0.95


def test_figures_letters_people_and_known_customers_are_all_alike() -> None:
    seen = look("王总要Abc的2台,旭辉", "王总要abc的2台,\0\0", shipped(), [(10, 12)])
    assert seen_as(seen, [(0, 2)]) == "\3\1\1要Aaa的0台,\2\2\4"


def test_what_is_written_is_read_again() -> None:
    known = learnt()
    assert len(known.runs) > 1000 and len(known.kinds) > 20
    assert named.written(known) == (named.DATA / "named.txt").read_text(encoding="utf-8")


def test_weights_are_learnt_from_what_is_marked() -> None:
    marked = [f"\3给{name}报价\4" for name in ("辰光", "鹿鸣", "云岫", "松涛") for _ in range(8)]
    plain = ["\3给我们报价\4", "\3给他们报价\4"] * 16
    data = [Line(one, [], [(2, 4)], "a", False) for one in marked] + [Line(one, [], [], "b", False) for one in plain]
    assert labels(data[0]) == [NONE, BEGIN, END, NONE, NONE] and MIDDLE not in labels(data[0])
    tell = teller(weights(data))
    assert [one[:2] for one in tell("\3给鹿鸣报价\4", [])[0]] == [(2, 4)]
    assert not tell("\3给他们报价\4", [])[0]

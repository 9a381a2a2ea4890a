"""A step is told by words where no frame fits, never where it is asked, rumoured or only wanted."""

from __future__ import annotations

import pytest

from benchmarks.telling import Found, against_none, closing, fitted, line
from nlp.hearing import STEPS
from nlp.reading import STAGE_ORDER
from nlp.telling import weighed
from tests.nlp.reader import reading, stage


def test_a_step_that_no_frame_knows_is_told_by_its_words_with_its_clause_and_how_sure_it_is() -> None:
    said = "最终价定了,客户让拟合同"
    found = reading(said).stage
    assert found is not None and (found.value, found.rule) == ("contract_signing", "telling.contract_signing")
    assert found.text and said[slice(*found.span)] == found.text
    assert 0.8 <= found.confidence < 1


@pytest.mark.parametrize(
    "said",
    [
        "旭辉的采购砍了一刀没有，单价要再低多少？",
        "听说旭辉的采购砍了友商一刀，单价要再低三毛",
        "何校长让我们先把松涛的单价报一下,四十台",
    ],
)
def test_what_is_asked_rumoured_or_only_wanted_of_us_is_told_by_no_words(said: str) -> None:
    assert stage(said) is None


def test_a_frame_makes_a_step_likelier_and_its_own_most() -> None:
    even = dict.fromkeys(STEPS, 0.2)
    bare, framed = weighed(even, set()), weighed(even, {"won"})
    assert list(bare.values()) == pytest.approx([0.25] * len(STEPS))
    assert framed["won"] > framed["lost"] > bare["lost"]
    assert {stage for stage, odds in framed.items() if odds == framed["lost"]} == {*STAGE_ORDER} - {"won"}


@pytest.mark.parametrize("said", ["宏远那边看厂房的时候顺便提了下合同签了以后要归档"])
def test_a_frame_whose_sentence_is_of_words_that_tell_nothing_advances_nothing(said: str) -> None:
    assert stage(said) is None


def test_weights_are_learnt_from_what_is_labelled_and_lines_drawn_where_silence_would_be_broken() -> None:
    rows = [([("签", 1.0)], "won"), ([("吃", 1.0)], None), ([("丢", 1.0)], "lost")] * 20
    weights = fitted(rows)
    signed, eaten, gone = (weighed(against_none([(word, 1.0)], weights), set()) for word in "签吃丢")
    assert sum(signed.values()) > 4 > 0.25 > sum(eaten.values())
    assert (max(signed, key=signed.__getitem__), max(gone, key=gone.__getitem__)) == ("won", "lost")
    tried = [
        Found(0.99, "won", "won"),
        Found(0.97, "won", None),
        Found(0.96, "lost", "lost"),
        Found(0.9, "solution_demo", None),
        Found(0.8, "won", None),
    ]
    assert 0.97 < line(tried, silent=100) < 0.98
    assert 0.9 < line(tried, silent=140) < 0.91
    assert 0.97 < closing(tried, silent=100) < 0.98
    assert 0.8 < closing(tried, silent=700) < 0.81
    assert line(tried, silent=1000) == 0.5


def test_a_clause_tells_its_step_in_a_sentence_that_speaks_of_much_else() -> None:
    said = "华东医械王总说预算已批,下周三签合同,我周五前发217万的报价单,电话13800138000"
    assert stage(said) == "contract_signing"


@pytest.mark.parametrize("said", ["我自己那台车试驾完订了，特斯拉", "猎头报价百分之二十五，hr嫌贵，砍到二十二"])
def test_a_frame_among_words_of_something_else_tells_nothing(said: str) -> None:
    assert stage(said) is None


@pytest.mark.parametrize("said", ["要是价格合适下周就签合同", "预算批了就签合同", "合同什么时候能签下来呢"])
def test_however_likely_words_make_it_what_is_supposed_or_asked_is_no_step(said: str) -> None:
    assert stage(said) is None


@pytest.mark.parametrize(
    ("said", "told_by_it"),
    [
        ("下周三签合同", "contract_signing"),
        ("明天签合同", "contract_signing"),
        ("下周三和王总签合同", "contract_signing"),
        ("周五签约", "contract_signing"),
        ("启明报价发了", "negotiation"),
    ],
)
def test_few_plain_words_that_a_frame_knows_need_no_others_beside_them(said: str, told_by_it: str) -> None:
    assert stage(said) == told_by_it

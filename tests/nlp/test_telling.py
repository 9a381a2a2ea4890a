"""A step is told by words where no frame fits, never where it is asked, rumoured or only wanted."""

from __future__ import annotations

import pytest

from benchmarks.telling import against_none, closing, fitted, lines, sooner
from nlp.hearing import STEPS, Line, told
from nlp.telling import which
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


def test_what_is_hardly_told_apart_is_no_stage() -> None:
    even = dict.fromkeys(STEPS, 0.5)
    assert which(even) is None
    assert which({**even, "step.won": 0.9}) == "won"


def test_what_each_stage_has_for_it_adds_up_to_a_step_being_told() -> None:
    assert told(dict.fromkeys(STEPS, 0.0)) == 0
    assert told({**dict.fromkeys(STEPS, 0.0), "step.won": 0.8}) == pytest.approx(0.8)
    assert 0.8 < told({**dict.fromkeys(STEPS, 0.0), "step.won": 0.8, "step.lost": 0.7}) < 1


@pytest.mark.parametrize("said", ["宏远那边看厂房的时候顺便提了下合同签了以后要归档"])
def test_a_frame_whose_sentence_is_of_words_that_tell_nothing_advances_nothing(said: str) -> None:
    assert stage(said) is None


def test_weights_are_learnt_from_what_is_labelled_and_lines_drawn_where_silence_would_be_broken() -> None:
    rows = [([("签", 1.0)], "won"), ([("吃", 1.0)], None), ([("丢", 1.0)], "lost")] * 20
    weights = fitted(rows)
    signed, eaten, gone = (against_none([(word, 1.0)], weights) for word in "签吃丢")
    assert told(signed) > 0.8 > 0.2 > told(eaten)
    assert (which(signed), which(gone)) == ("won", "lost")
    tried = [
        (0.99, "won", "won"),
        (0.98, "lost", "lost"),
        (0.97, "won", None),
        (0.9, "lost", "won"),
        (0.8, "won", None),
    ]
    (line,) = lines(tried, silent=400)
    assert (line.least, line.sure) == (0.98, 1.0)
    assert closing(tried) > 0.97


def test_a_step_that_is_nearly_always_right_below_the_common_line_is_told_from_there() -> None:
    tried = [(0.87, "solution_demo", "solution_demo")] * 19 + [(0.87, "negotiation", None)] * 19
    assert sooner(tried, least=0.92) == {"solution_demo": Line(0.8, 1.0)}
    assert sooner([*tried, *[(0.82, "solution_demo", None)] * 2], least=0.92) == {"solution_demo": Line(0.83, 1.0)}
    assert sooner(tried[:9], least=0.92) == {}


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

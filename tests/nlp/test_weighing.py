"""What words weigh takes away what only sounds like a step, keeps what is one, and leaves alone what a team taught."""

from __future__ import annotations

import pytest

from nlp import stages, teaching
from nlp.read import Context, read
from nlp.teaching import Taught
from nlp.workdays import Calendar
from tests.nlp.reader import NOW, index, stage


@pytest.mark.parametrize("said", ["惠民医院的设备装好了，验收单今天签", "今天是愚人节，他说预算批了一个亿哈哈"])
def test_talk_that_only_sounds_like_a_step_sets_none(said: str) -> None:
    assert stage(said) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("旭辉轴承的合同今天签了", "won"),
        ("何校长嫌价格高，要降两个点", "negotiation"),
        ("给松涛演示完系统了", "solution_demo"),
    ],
)
def test_a_step_stands(said: str, told: str) -> None:
    assert stage(said) == told


def test_what_a_team_taught_is_not_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    taught = teaching.lexicon_of(Taught((("won", ("粮草到了",)),)))
    monkeypatch.setattr(stages, "silence", lambda *_: 1.0)
    found = read("售后的工程师去修机器，粮草到了", NOW, names=index(), lexicon=taught, calendar=Calendar.national())
    assert found.stage is not None and found.stage.value == "won"
    assert stage("旭辉轴承的合同今天签了") is None


def test_a_word_or_two_are_left_to_the_talk_before() -> None:
    assert stage("签了", context=Context("华东医疗器械有限公司", "east")) == "won"

"""Words tell a signal that no frame knows, take away what only sounds like one, and leave alone what a team taught."""

from __future__ import annotations

import pytest

from benchmarks.hearing import Example, heard, learnt
from nlp import hearing, signals, teaching
from nlp.hearing import Weights, Words, likelihoods
from nlp.read import read
from nlp.teaching import Taught
from nlp.workdays import Calendar
from tests.nlp.reader import NOW, index, reading
from tests.nlp.reader import signals as heard_in


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ("旭辉的老板刚扫了五千定金过来", "payment_made"),
        ("旭辉的电气归动力科鲁工管，以后直接找他", "names_tech_contact"),
        ("何校长说这个价他回去没法交差", "price_objection"),
    ],
)
def test_words_tell_a_signal(said: str, signal: str) -> None:
    assert signal in heard_in(said)


@pytest.mark.parametrize("said", ["开个玩笑，他说预算批了一个亿哈哈", "楼下那家太贵了", "周末去爬山，几点出发"])
def test_talk_and_jokes_carry_none(said: str) -> None:
    assert heard_in(said) == set()


def test_what_words_tell_has_its_clause_its_rule_and_how_sure_it_is() -> None:
    said = "旭辉的电气归动力科鲁工管，以后直接找他"
    (found,) = reading(said).signals
    assert found.rule == "words.names_tech_contact"
    assert found.text and said[slice(*found.span)] == found.text
    assert 0.7 < found.confidence <= 0.85


def test_words_that_speak_against_it_take_a_frames_signal_away(monkeypatch: pytest.MonkeyPatch) -> None:
    taught = teaching.lexicon_of(Taught((("silent_customer", ("蹲马路牙子",)),)))
    monkeypatch.setattr(signals, "likelihoods", lambda *_: dict.fromkeys(signals.SIGNALS, 0.0))
    assert heard_in("何校长嫌价格高") == set()
    found = read("何校长蹲马路牙子", NOW, names=index(), lexicon=taught, calendar=Calendar.national())
    assert [signal.value for signal in found.signals] == ["silent_customer"], "what a team taught is not weighed"


def test_who_and_when_and_how_much_is_not_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Words] = []
    monkeypatch.setattr(signals, "words", lambda *parts: seen.append(hearing.words(*parts)) or seen[-1])
    reading("旭辉轴承周五付了3万")
    reading("松涛教育集团3月20日付了58.6万")
    assert seen[0] == seen[1]


def test_weights_are_learnt_from_what_is_labelled() -> None:
    def example(*runs: str, told: bool) -> Example:
        weighed = Words(frozenset(runs), frozenset(), frozenset())
        return Example(list(weighed.shares()), [weighed], frozenset({"asks_quote"} if told else ()))

    rows = [example("问", "价", told=True)] * 6 + [example("吃", "饭", told=False), example("问", "路", told=False)] * 6
    weights = learnt(rows)
    assert heard(rows[0], weights)["asks_quote"] > 0.5 > heard(rows[-1], weights)["asks_quote"]
    assert heard(rows[0], weights)["payment_made"] < 0.1


def test_the_shipped_weights_are_of_the_closed_list() -> None:
    weights = hearing.learnt()
    assert weights.signals == signals.SIGNALS
    assert likelihoods(Words(frozenset(), frozenset(), frozenset()), weights).keys() == set(signals.SIGNALS)
    assert max(likelihoods(Words(frozenset(), frozenset(), frozenset()), weights).values()) < 0.2
    assert isinstance(weights, Weights) and len(weights.of) > 1000

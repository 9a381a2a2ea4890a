"""Words tell a signal that no frame knows, take away what only sounds like one, and leave alone what a team taught."""

from __future__ import annotations

import pytest

from benchmarks.hearing import NAMES, Example, heard, labels, learnt
from nlp import hearing, signals, teaching
from nlp.lexicon import shipped
from nlp.likely import Weights, Words, likelihoods, ready
from nlp.read import read, scene_of
from nlp.reading import Speaker
from nlp.teaching import Taught
from nlp.weighing import rows_of, told_in
from nlp.workdays import Calendar
from tests.nlp.reader import NOW, action, index, reading
from tests.nlp.reader import signals as heard_in

JUDGED = frozenset({"asks_quote", "payment_made"})


def weighed(said: str, speaker: Speaker = "rep") -> Words:
    scene, _ = scene_of(said, NOW, names=index(), lexicon=shipped(), calendar=Calendar.national(), speaker=speaker)
    return hearing.words(scene.skeleton, scene.clauses, speaker)


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ("旭辉的老板刚扫了五千定金过来", "payment_made"),
        ("旭辉的电气归动力科鲁工管，以后直接找他", "names_tech_contact"),
    ],
)
def test_words_tell_a_signal(said: str, signal: str) -> None:
    assert signal in heard_in(said)


@pytest.mark.parametrize("said", ["开个玩笑，他说预算批了一个亿哈哈", "楼下那家太贵了", "周末去爬山，几点出发"])
def test_talk_and_jokes_carry_none(said: str) -> None:
    assert heard_in(said) == set()


def test_what_words_tell_has_its_clause_its_rule_and_how_sure_it_is() -> None:
    said = "旭辉的老板刚扫了五千定金过来"
    (found,) = reading(said).signals
    assert found.rule == "words.payment_made"
    assert found.text and said[slice(*found.span)] == found.text
    assert 0.7 < found.confidence <= 0.85


def test_words_that_speak_against_it_take_a_frames_signal_away(monkeypatch: pytest.MonkeyPatch) -> None:
    taught = teaching.lexicon_of(Taught((("silent_customer", ("蹲马路牙子",)),)))
    names = hearing.together().names
    nothing = likelihoods(Words("", frozenset(), frozenset()), ready(Weights(tuple(names), (-99.0,) * len(names), "")))
    monkeypatch.setattr(hearing, "likelihoods", lambda *_: nothing)
    assert heard_in("何校长嫌价格高") == set()
    found = read("何校长蹲马路牙子", NOW, names=index(), lexicon=taught, calendar=Calendar.national())
    assert [signal.value for signal in found.signals] == ["silent_customer"], "what a team taught is not weighed"


def test_who_and_when_and_how_much_is_not_weighed() -> None:
    one, other = (weighed(said) for said in ("旭辉轴承周五付了3万", "松涛教育集团3月20日付了58.6万"))
    assert one == other


def test_in_the_customers_voice_we_are_they() -> None:
    assert "U" in weighed("我们法务过了").run
    assert "T" in weighed("我们法务过了", speaker="customer").run
    assert "<we>" not in weighed("我们法务过了", speaker="customer").concept


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        ("旭辉的厂长中午请我们在食堂吃了个便饭，边吃边聊", "visit"),
        ("跟何校长开了个玩笑", None),
        ("明天要不要去旭辉看看", None),
    ],
)
def test_words_tell_a_contact_and_its_mood_may_deny_it(said: str, contact: str | None) -> None:
    assert action(said) == contact


def test_weights_are_learnt_from_what_is_labelled() -> None:
    def example(*runs: str, told: bool) -> Example:
        weighed = Words("".join(runs), frozenset(), frozenset())
        return Example(list(weighed.shares()), [weighed], JUDGED, frozenset({"asks_quote"} if told else ()))

    rows = [example("问", "价", told=True)] * 6 + [example("吃", "饭", told=False), example("问", "路", told=False)] * 6
    weights = ready(learnt(rows))
    assert heard(rows[0], weights)["asks_quote"] > 0.5 > heard(rows[-1], weights)["asks_quote"]
    assert heard(rows[0], weights)["payment_made"] < 0.1


def test_what_a_label_leaves_out_is_not_judged() -> None:
    judged, told = labels({"action": "phone", "stage": None})
    assert told == {"phone"}
    assert "visit" in judged and "asks_quote" not in judged and "promise.us" not in judged
    judged, told = labels({"signals": [], "commitments": [{"by": "us", "what": "发报价", "due": None}]})
    assert told == {"promise.us"} and {"asks_quote", "promise.customer"} <= judged


def test_the_shipped_weights_are_of_what_is_told() -> None:
    weights, nothing = hearing.learnt(), Words("", frozenset(), frozenset())
    assert weights.names == NAMES and set(signals.SIGNALS) < set(NAMES)
    assert max(likelihoods(nothing, ready(weights)).values()) < 0.2
    assert len(told_in(weights.rows)) > 1000


@pytest.mark.parametrize("name", ["hearing.txt", "telling.txt"])
def test_what_is_written_is_read_again(name: str) -> None:
    rows = hearing.read_weights(name).rows
    assert rows_of(told_in(rows)) == rows

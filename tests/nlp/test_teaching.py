"""Words that a team teaches: they say their meaning as a fact, and only so; packs of a trade hold what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.replies import words
from nlp import teaching
from nlp.lexicon import Lexicon, normalise, shipped
from nlp.read import Context, read
from nlp.reading import Reading
from nlp.teaching import Taught
from nlp.workdays import Calendar
from tests.nlp.reader import NOW, index

CONTEXT = Context("华东医械", "cus_1")


def reads(text: str, lexicon: Lexicon) -> Reading:
    return read(text, NOW, names=index(), lexicon=lexicon, calendar=Calendar.national(), context=CONTEXT)


def values(reading: Reading) -> set[str]:
    found = {one.value for one in reading.signals}
    found |= {reading.stage.value} if reading.stage else set()
    return found | ({reading.action.value} if reading.action else set())


def test_nothing_taught_is_the_shipped_lexicon() -> None:
    assert teaching.lexicon_of(Taught()) is shipped()


@pytest.mark.parametrize("id", [one.id for one in teaching.meanings().values() if one.kind])
def test_a_phrase_says_its_meaning_as_a_fact(id: str) -> None:
    one = teaching.meanings()[id]
    taught = teaching.lexicon_of(Taught(((id, ("粮草到了",)),)))
    assert one.value in values(reads("粮草到了", taught))
    assert not values(reads("粮草到了", shipped()))


@pytest.mark.parametrize(
    "said", ["粮草到了吗？", "要是粮草到了就定", "等粮草到了再说", "能不能让粮草到了", "下周粮草到了"]
)
@pytest.mark.parametrize("id", ["budget_approved", "won", "contract_signing"])
def test_what_is_asked_wished_or_still_to_come_is_no_fact(id: str, said: str) -> None:
    taught = teaching.lexicon_of(Taught(((id, ("粮草到了",)),)))
    found = values(reads(said, taught))
    assert id not in found or (id == "contract_signing" and said == "下周粮草到了")


def test_a_word_taken_away_says_nothing() -> None:
    without = teaching.lexicon_of(Taught(without=("太贵",)))
    assert "price_objection" in values(reads("郑总嫌太贵", shipped()))
    assert "太贵" not in without.words("tooexpensive")


def test_a_word_of_a_list_is_known_to_every_rule() -> None:
    taught = teaching.lexicon_of(Taught((("title", ("掌柜",)),)))
    [contact] = reads("赵掌柜说周五来看", taught).contacts
    assert (contact.name, contact.title) == ("赵", "掌柜")


def test_a_department_brings_its_head() -> None:
    taught = teaching.lexicon_of(Taught((("dept", ("耗材科",)),)))
    assert "耗材科长" in taught.words("title")


@pytest.mark.parametrize("pack", teaching.packs().values(), ids=lambda pack: pack.id)
def test_a_pack_says_what_it_holds(pack: teaching.Pack) -> None:
    assert set(pack.words) <= set(teaching.meanings())
    lexicon = teaching.lexicon_of(Taught(packs=(pack.id,)))
    for id, phrases in pack.words.items():
        one = teaching.meanings()[id]
        for phrase in phrases if one.kind else ():
            assert one.value in values(reads(phrase, lexicon)), f"{phrase} should say {one.name}"
        for concept in one.concepts:
            assert {normalise(phrase) for phrase in phrases} <= set(lexicon.words(concept))


def test_all_packs_together_leave_plain_talk_alone() -> None:
    every = teaching.lexicon_of(Taught(packs=tuple(teaching.packs())))
    for said in (
        "今天食堂的红烧肉不错",
        "周末带娃去公园",
        "谁有空帮我取个快递",
        "这个会开了两小时，累",
        "电影票买好了",
    ):
        assert replace(reads(said, every), now=NOW) == reads(said, shipped())


def test_meanings_are_called_as_cards_call_them() -> None:
    for one in teaching.meanings().values():
        if one.kind == "signals" and one.id == one.value:
            assert one.name == words.named("signals", one.value)


def test_no_two_meanings_share_a_name() -> None:
    names = [one.name for one in teaching.meanings().values()]
    assert len(names) == len(set(names))


def test_what_two_lexicons_differ_by() -> None:
    before = Taught((("budget_approved", ("钱到位了",)),), packs=("saas",))
    after = Taught((("budget_approved", ("钱到位了", "粮草到了")),), without=("太贵",), packs=("saas",))
    assert teaching.touched(before, after) == {"粮草到了", "太贵"}
    assert "沙箱跑通了" in teaching.touched(before, replace(before, packs=()))
    assert teaching.touched(before, before) == frozenset()


def test_a_guess_follows_what_is_known() -> None:
    guessed = teaching.guess("钱到位了")
    assert guessed is not None
    assert guessed.id == "budget_approved"
    assert teaching.guess("嗨") is None

"""The [lexicon] of a playbook's text is written anew; every other line stays as its author left it."""

from __future__ import annotations

import pytest

from bot.errors import PlaybookError
from bot.playbook.load import PlaybookFaults, parse, shipped
from bot.playbook.model import Words
from bot.playbook.rewrite import with_words

OWN = Words(packs=("medical",), without=("走量",), words={"预算已批": ("钱到位了", '说"行"了')})
MIDDLE = (
    '\n[lexicon]   # ours\npacks = [\n  "saas",\n]\n[lexicon.words]\n"职务" = ["掌柜的"]\n\n[context]\nminutes = 20\n'
)


def test_what_is_written_is_what_is_read() -> None:
    text = with_words(shipped(), OWN)
    assert parse(text).lexicon == OWN
    assert text.startswith(shipped().rstrip())
    assert parse(text).model_copy(update={"lexicon": Words()}) == parse(shipped())


def test_again_and_back() -> None:
    once = with_words(shipped(), OWN)
    assert with_words(once, OWN) == once
    assert with_words(once, Words()) == shipped().rstrip() + "\n"


def test_a_table_in_the_middle_moves_and_its_neighbours_stay() -> None:
    text = shipped().replace("\n[context]\nminutes = 30 ", MIDDLE + "# was 30 ")
    assert parse(text).lexicon.packs == ("saas",)
    new = with_words(text, OWN)
    assert parse(new).lexicon == OWN
    assert parse(new).context.minutes == 20
    assert "# ours" not in new


def test_what_cannot_be_told_from_the_rest_is_refused() -> None:
    text = 'lexicon = { packs = ["saas"] }\n' + shipped()
    assert parse(text).lexicon.packs == ("saas",)
    with pytest.raises(PlaybookError, match="写法不常见"):
        with_words(text, OWN)


def test_faults_name_what_is_there() -> None:
    bad = (
        shipped()
        + '\n[lexicon]\npacks = ["medcal"]\n[lexicon.words]\n"预算批复了" = ["钱到位了"]\n"没这类" = ["某话"]\n'
    )
    with pytest.raises(PlaybookFaults) as caught:
        parse(bad)
    said = [str(fault) for fault in caught.value.faults]
    assert said[0].startswith("lexicon.packs：没有“medcal”这个行业包，有的是 education、home、")
    assert said[1] == 'lexicon.words."预算批复了"：词库里没有这一类，是不是 预算已批'
    assert said[2] == 'lexicon.words."没这类"：词库里没有这一类，看全部：/lexicon list'


@pytest.mark.parametrize("word", ["钱", "长" * 21, " 钱到位了"])
def test_a_word_is_neither_too_short_nor_too_long(word: str) -> None:
    with pytest.raises(PlaybookFaults):
        parse(shipped() + f'\n[lexicon]\nwithout = ["{word}"]\n')

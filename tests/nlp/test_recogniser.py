"""The extra ``ner``: what a model of general Chinese takes for names is weighed before it is one."""

from __future__ import annotations

from functools import partial

import pytest

from nlp.recogniser import Recognise, installed, names_in, recogniser
from tests.nlp.reader import customers, reading


def model(*names: str) -> Recognise:
    """One that takes these words for names, wherever they stand."""

    def tagged(text: str) -> list[tuple[str, str]]:
        words = []
        while text:
            found = [name for name in names if name in text]
            name = min(found, key=text.index, default="")
            before = text[: text.index(name)] if name else text
            words += [(word, kind) for word, kind in ((before, "n"), (name, "ORG")) if word]
            text = text[len(before) + len(name) :]
        return words

    return partial(names_in, tagged)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("翰林府封了二十坛酒,年费和窖藏费一起交的", "翰林府"),
        ("收到一笔3万6,备注是月饼预付款,鼎鑫的", "鼎鑫"),
    ],
)
def test_a_house_that_no_list_has_is_found_with_the_models_help(said: str, name: str) -> None:
    assert name not in [text for text, _ in customers(said)]
    assert name in [text for text, _ in customers(said, recognise=model(name))]


def test_a_name_that_its_words_weigh_against_is_left_alone() -> None:
    assert customers("西湖边上走了一圈，累死", recognise=model("西湖")) == []


def test_what_is_known_stays_what_it_is() -> None:
    plain = reading("瑞禾的合同签了")
    assert reading("瑞禾的合同签了", recognise=model("瑞禾")) == plain


def test_places_are_told_in_the_whole_text_however_it_is_cut() -> None:
    text = "。".join(["今天去了鼎鑫"] * 3) + "\n" + "长" * 450 + "鼎鑫"
    found = model("鼎鑫")(text)
    assert [text[slice(*span)] for span in found] == ["鼎鑫"] * 4


def test_single_characters_and_other_kinds_are_no_names() -> None:
    assert names_in(lambda text: [("尤", "PER"), ("海康", "nz"), ("鼎鑫", "ORG")], "尤海康鼎鑫") == [(3, 5)]


@pytest.mark.skipif(installed(), reason="the extra ner is installed")
def test_without_the_extra_there_is_no_model() -> None:
    assert recogniser() is None


@pytest.mark.skipif(not installed(), reason="the extra ner is not installed")
def test_the_model_itself() -> None:
    recognise = recogniser()
    assert recognise is not None
    said = "翰林府封了二十坛酒,年费和窖藏费一起交的"
    assert [said[slice(*span)] for span in recognise(said)] == ["翰林府"]
    assert ("翰林府", "翰林府") in customers(said, recognise=recognise)

"""Runs of characters: each weighs once, however often it stands in a text."""

from __future__ import annotations

import pytest

from nlp.automata import NOWHERE, automaton
from nlp.runs import Table, count, runs


def test_every_run_that_is_known_weighs_once() -> None:
    table = Table({"好": 1, "好的": 20, "的好的": 300, "收到": 4000, "好的好的": 50000})
    assert sum(table.told("好的好的")) == 321, "runs of more than three characters are none"
    assert sum(table.told("明天见")) == 0 == sum(Table[int]({}).told("好的"))


@pytest.mark.parametrize("text", ["", "好", "^明天把合同发您,$", "^王总说预算批了。下周三签,$"])
def test_they_are_counted_about_right(text: str) -> None:
    assert count(text) == pytest.approx(len(runs(text)) or 1, abs=1)


def test_what_stands_for_no_word_is_found_in_no_text() -> None:
    said = automaton({"合同": 1}).iter(f"的{NOWHERE}合同{NOWHERE}")
    assert list(said) == [(4, 1)]

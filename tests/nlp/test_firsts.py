"""Expressions that are told apart by their first characters find what they found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.firsts import sought

KNOWN = (
    ("甲|(?:乙|丙丁)?乙", "甲乙丙"),
    ("(?<![丁])(?:甲乙|丙?丁)|[戊己]{1,2}甲", "甲丙丁戊己"),
    ("甲?乙|丙{0,2}丁", "甲乙丙丁"),
    ("^(?:甲|乙)*丙|(?!甲乙)甲", "甲乙丙"),
    ("甲*+乙|(?:甲丙)??丁|(戊)己", "甲乙丁戊"),
)
"""Expressions, and the characters that they can begin with."""
UNKNOWN = ("甲?", "[^甲]乙", "甲|.乙", "\\d甲|乙", "甲|", "[0-9]甲", "甲$|$", "(?i:a)甲")

SKIPPED_TO = ("甲|乙丙", "(?:甲|乙)丙", "^甲|^(?:乙|丙)丁")
"""Those where Python looks for the first characters itself, or looks nowhere but at the beginning."""


def test_one_look_tells_where_none_of_its_branches_begins() -> None:
    for pattern, firsts in KNOWN:
        looked = re.match(r"\(\?=\[([^]]*)\]\)", sought(pattern).pattern)
        assert looked is not None and set(looked[1]) == set(firsts), pattern


@pytest.mark.parametrize("pattern", [*UNKNOWN, *SKIPPED_TO])
def test_what_need_not_or_cannot_be_looked_for_stays_as_it_is(pattern: str) -> None:
    assert sought(pattern).pattern == pattern


@given(st.sampled_from([pattern for pattern, _ in KNOWN]), st.text("甲乙丙丁戊己", max_size=12), st.integers(0, 4))
def test_it_finds_the_same(pattern: str, text: str, start: int) -> None:
    plain, quick = re.compile(pattern), sought(pattern)
    found = [[(one.span(), one.groups()) for one in each.finditer(text, start)] for each in (plain, quick)]
    assert found[0] == found[1]
    assert (plain.match(text, start) is None) is (quick.match(text, start) is None)

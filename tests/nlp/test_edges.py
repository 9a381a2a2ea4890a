"""What an expression may begin and end with, or have behind its first character."""

import re

import pytest

from nlp.edges import Before, Behind, behind, firsts, lasts, looked_for


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("ab|cd", "ac"),
        (r"\d{0,2}[甲乙]", "甲乙"),
        ("(?:甲|乙?)丙", "甲乙丙"),
        ("(?<!子)(?!丑)甲+", "甲"),
        ("(?=甲)[甲乙]", "甲"),
        ("(?:甲)?(?=乙)", "甲乙"),
        ("(?i:a)b", "aA"),
    ],
)
def test_firsts(pattern, found):
    assert firsts(pattern) - set("0123456789\u017f\u212a\u0130\u0131") >= set(found)
    assert not any(re.match(pattern, c + "甲乙丙abcd") for c in set("甲乙丙丁abcdAB") - firsts(pattern))


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("(?:ab|cd)$", "bd"),
        ("甲[乙丙]{0,2}$", "甲乙丙"),
        ("(?<=甲)乙?$", "甲乙"),
        ("甲(?!乙)(?=丙)", "甲"),
        ("(?i:甲|b)", "甲bB"),
    ],
)
def test_lasts(pattern, found):
    assert lasts(pattern) - set("\n\u017f\u212a\u0130\u0131") == set(found)


@pytest.mark.parametrize(
    ("pattern", "first", "found"),
    [
        ("明天|明日|后天", "明", "天日"),
        ("明天|明", "明", None),
        ("(?:大?后|大前)天", "大", "后前"),
        (r"\d{1,2}月", "3", "月"),
        ("[一二三]十?月|三(?=[点时])", "三", "月点时"),
        (r"三一五", "三", None),
        ("大.", "大", None),
        ("甲*乙", "甲", "甲乙"),
        (r"(甲)\1乙", "甲", None),
        ("", "甲", None),
    ],
)
def test_behind(pattern, first, found):
    told = behind(pattern, first)
    assert told is None if found is None else {c for c in told if not c.isdecimal()} == set(found)


@pytest.mark.parametrize("pattern", ["", "甲?", ".甲", "[^乙]甲", "甲*"])
def test_where_anything_may_stand_nothing_is_told(pattern):
    with pytest.raises(ValueError, match="anything"):
        firsts(pattern)


@pytest.mark.parametrize("pattern", ["甲乙|丙丁", "(?i:a)乙?", r"(?:甲|[丙丁])\s?\d*"])
def test_an_expression_finds_the_same_when_its_edges_are_looked_at_first(pattern):
    for text in ("", "甲乙", "乙甲乙", "丙丁a", "A乙 12", "甲 3", "乙甲乙\n"):
        assert [m.span() for m in looked_for(pattern).finditer(text)] == [m.span() for m in re.finditer(pattern, text)]
        ending, said = Before(f"(?:{pattern})$").search(text), re.search(f"(?:{pattern})$", text)
        assert (ending and ending.span()) == (said and said.span())
        for at in range(len(text) + 1):
            begun, said = Behind(pattern).match(text, at), re.compile(pattern).match(text, at)
            assert (begun and begun.span()) == (said and said.span())

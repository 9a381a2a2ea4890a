"""The words of time: what stands behind a character or a number spares its families; it may not spare one that fits."""

import pytest
import regex

import nlp.dates  # noqa: F401  every family is registered
from nlp.edges import NUMERALS, behind
from nlp.when.atoms import TAILS, WORDS
from nlp.when.terms import FIGURES

STARTS = [(words, c) for words in (WORDS, TAILS) for c in sorted(words.families)]
NUMBERS = ["", "2", "026", "0260315", "十", "十二", "〇二六", "百", "三", "18", "15", "20", "1", "一五", "一八", "千"]
BEHIND = {c for words, start in STARTS for hint in words.hints(start) for c in hint} - NUMERALS
STRANGE = "\u4dff"


@pytest.mark.parametrize(("words", "start"), STARTS)
def test_a_family_is_spared_only_where_it_cannot_fit(words, start):
    numbers = [start + more for more in NUMBERS] if start in NUMERALS else [start]
    for hint in dict.fromkeys(words.hints(start)):
        told, family = behind(hint, start), regex.compile(hint)
        for number in numbers if told is not None and family.match(start, partial=True) else ():
            for c in {*BEHIND, STRANGE} - told:
                match = family.match(number + c, partial=True)
                assert match is None or (match.partial and match.end() == len(number)), (hint, number + c)


@pytest.mark.parametrize("start", FIGURES)
def test_no_word_of_time_begins_within_a_number(start):
    for number in (start + more for more in NUMBERS):
        for said in (f"7{number}{c}" for c in (*BEHIND, STRANGE)):
            assert [name for name, read in WORDS.families[start] if read(said, 1)] == [], said

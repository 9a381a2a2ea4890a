"""The words of time: one look at what stands behind a number spares their families; it may not spare one that fits."""

import pytest
import regex

import nlp.dates  # noqa: F401  every family is registered
from nlp.when.atoms import WORDS
from nlp.when.seconds import SECONDS
from nlp.when.terms import NUMBERED, STARTS

NUMBERS = [c + more for c in STARTS + "两" for more in ("", "2", "026", "0260315", "十", "十二", "〇二六", "百", "三")]
NAMED = ["618", "315", "520", "51", "三一五", "六一八", "20", "二十", "二千", "两千〇五"]
BEHIND = {c for start in STARTS + "两" for hint in WORDS.hints(start) for c in hint} - set(STARTS + "两百千")


STRANGE = "\u4dff"


@pytest.mark.parametrize("start", STARTS + "两")
def test_what_stands_behind_a_number_of_time_is_known_of_every_family(start):
    families = [regex.compile(hint) for hint in WORDS.hints(start)]
    for number in (number for number in (*NUMBERS, *NAMED) if number[0] == start):
        begun = [family for family in families if family.match(number, partial=True)]
        for said in (number + c for c in (*BEHIND, STRANGE) if not regex.match(NUMBERED, number + c, partial=True)):
            assert [family.pattern for family in begun if _fits(family, said, number)] == [], said


@pytest.mark.parametrize("start", "0123456789")
def test_no_word_of_time_begins_within_a_number(start):
    for number in (number for number in (*NUMBERS, *NAMED) if number[0] == start):
        for said in (f"7{number}{c}" for c in (*BEHIND, STRANGE)):
            assert [name for name, read in WORDS.families[start] if read(said, 1)] == [], said


@pytest.mark.parametrize("start", sorted(SECONDS))
def test_what_stands_second_in_a_word_of_time_is_known_of_every_family(start):
    hints = WORDS.hints(start)
    written = {c for hint in hints for c in hint + hint.upper() + hint.lower() + f"0123456789 {STRANGE}"}
    for hint in hints:
        family = regex.compile(hint)
        assert [c for c in written - set(SECONDS[start]) if family.match(start + c, partial=True)] == [], hint
    begun = [c for c in SECONDS[start] if any(regex.match(hint, start + c, partial=True) for hint in hints)]
    assert "".join(begun) == SECONDS[start]


def _fits(family, said, number):
    """What the family takes goes on behind the number, or ends with it."""
    match = family.match(said, partial=True)
    return match is not None and (match.end() > len(number) or not match.partial)

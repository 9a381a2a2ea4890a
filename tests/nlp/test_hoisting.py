"""Marks looked for once: the quicker expression fits what the written one fits, at the same places."""

from __future__ import annotations

import random
import re

import pytest

from nlp.frames import PART, _part, compiled
from nlp.hoisting import hoisted
from nlp.lexicon import frame_rows, shipped

MARKS = "[MN]*"


@pytest.mark.parametrize(
    ("written", "quicker"),
    [
        ("(?:[MN]*a)|(?:[MN]*b)c", "(?:[MN]*(?:a|bc))"),
        ("((?:[MN]*a)|(?:[MN]*b))?x", "(?:[MN]*(?:a|b))?x"),
        ("(?:[MN]*a)?x|(?:[MN]*b)", "(?:[MN]*a)?x|(?:[MN]*b)"),
        ("(?!(?:[MN]*a)|(?:[MN]*b))x", "(?!(?:[MN]*a)|(?:[MN]*b))x"),
        ("(?:[MN]*a)|[|(]|(?:[MN]*b)|(?:[MN]*[)c])", "(?:[MN]*a)|[|(]|(?:[MN]*(?:b|[)c]))"),
    ],
)
def test_marks_of_neighbours_are_taken_before_them_and_others_left_alone(written: str, quicker: str) -> None:
    assert hoisted(written, MARKS) == quicker
    chance = random.Random(3)
    for _ in range(300):
        line = "".join(chance.choices("MNabcx|()", k=8))
        assert [one.span() for one in re.finditer(quicker, line)] == [one.span() for one in re.finditer(written, line)]


def test_frames_fit_the_same_places_with_and_without() -> None:
    lexicon, chance = shipped(), random.Random(5)
    rows = chance.sample(frame_rows("signals"), 12)
    for pattern in [one for row in rows for one in (*row["match"][:2], row["unless"]) if one]:
        slow = re.compile("".join(_part(part, lexicon) for part in PART.findall(pattern)))
        letters = sorted({*pattern} - set("()|?*+~<>[]\\^$_")) + list("\ue000\ue001\ue010\uf8ff,。")
        for _ in range(40):
            line = "".join(chance.choices(letters, k=30))
            assert [one.span() for one in re.finditer(compiled(pattern, lexicon), line)] == [
                one.span() for one in slow.finditer(line)
            ]

"""Where a message is cut."""

from __future__ import annotations

from collections import Counter

from nlp.clauses import Clause
from nlp.cutting import MOST, clauses
from nlp.lexicon import shipped
from nlp.segment import skeleton


def cut(text: str) -> list[Clause]:
    return clauses(skeleton(text, shipped(), (), ()))


def test_a_sentence_of_many_clauses_stays_one() -> None:
    assert len({one.sentence for one in cut("王总说贵," * 10 + "先这样。")}) == 1


def test_talk_without_a_full_stop_is_cut_all_the_same() -> None:
    counts = Counter(one.sentence for one in cut("王总说下周三签合同,预算批了," * 100))
    assert max(counts.values()) <= MOST
    assert sum(counts.values()) >= 200

"""The scores themselves: what counts as right, as a false advance, as a wrong due."""

from __future__ import annotations

from typing import Any

from nlp.scoring import likeness, score

NOTHING: dict[str, Any] = {
    "dates": [], "customers": [], "contacts": [], "phones": [], "emails": [], "amounts": [], "action": None,
    "stage": None, "signals": [], "commitments": [],
}  # fmt: skip


def of(expected: dict[str, Any], found: dict[str, Any]):
    return score([("1", NOTHING | expected, NOTHING | found)])


def test_a_stage_where_none_may_be_is_a_false_advance() -> None:
    total = of({}, {"stage": "negotiation"})
    assert (total.false_advance_rate, total.false_closings) == (1.0, 0)
    assert of({}, {"stage": "won"}).false_closings == 1
    assert of({"stage": "won"}, {"stage": "won"}).false_closings == 0
    assert of({"stage": "negotiation"}, {"stage": "lost"}).false_closings == 1


def test_what_a_label_leaves_out_is_not_judged() -> None:
    total = score([("1", {"signals": []}, NOTHING | {"stage": "won", "action": "phone"})])
    assert (total.without_stage, total.false_advances, total.false_closings, total.misses) == (0, 0, 0, [])


def test_mentions_count_one_by_one() -> None:
    total = of({"customers": [{"name": "甲"}, {"name": "甲"}]}, {"customers": [{"name": "甲"}, {"name": "乙"}]})
    count = total.fields["customers"]
    assert (count.right, count.wrong, count.missed) == (1, 1, 1) and round(count.f1, 2) == 0.5


def test_a_promise_is_the_same_by_side_and_words_and_its_due_counts_apart() -> None:
    expected = [{"by": "us", "what": "发报价单", "due": "2026-03-13"}]
    found = [{"by": "us", "what": "把报价单发", "due": "2026-03-14"}]
    total = of({"commitments": expected}, {"commitments": found})
    assert total.fields["commitments"].f1 == 1.0 and total.wrong_due_rate == 1.0
    other = of({"commitments": expected}, {"commitments": [{"by": "customer", "what": "发报价单", "due": None}]})
    assert other.fields["commitments"].f1 == 0.0
    assert likeness("寄回合同", "付预付款") < 0.5 < likeness("发案例", "发冷库的案例")

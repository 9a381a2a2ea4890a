"""The whole reading: the contract's own example, the story's first message, several customers, and any text at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import normalise, shipped
from nlp.wire import as_dict
from tests.nlp.reader import index, reading

CONTRACT = """
{"id": "1",
 "dates": [{"text": "下周三", "span": [12, 15], "start": "2026-03-18T00:00:00+08:00",
            "end": "2026-03-19T00:00:00+08:00", "grain": "day"},
           {"text": "周五", "span": [20, 22], "start": "2026-03-13T00:00:00+08:00",
            "end": "2026-03-14T00:00:00+08:00", "grain": "day"}],
 "customers": [{"text": "华东医械", "span": [0, 4], "name": "华东医疗器械有限公司", "known": true}],
 "contacts": [{"text": "王总", "span": [4, 6], "name": "王", "title": "总"}],
 "phones": [], "emails": [], "amounts": [],
 "action": null, "stage": "contract_signing", "signals": ["budget_approved"],
 "commitments": [{"by": "us", "what": "发报价单", "due": "2026-03-13", "span": [19, 27]}],
 "deals": [{"customer": "华东医疗器械有限公司", "stage": "contract_signing", "action": null,
            "signals": ["budget_approved"], "commitments": [0]}],
 "why": [{"field": "stage", "span": [12, 18], "rule": "signing.future", "confidence": 0.93}]}
"""


def test_the_contract_s_example_is_read_to_the_letter() -> None:
    names = NameIndex([NameEntry("1", "华东医疗器械有限公司")])
    found = as_dict(reading("华东医械王总说预算已批,下周三签合同,我周五前发报价单", names), "1")
    expected = json.loads(CONTRACT)
    assert expected["why"][0] in found["why"]
    assert found | {"why": expected["why"]} == expected


def test_the_story_s_first_message() -> None:
    found = reading("王总说预算已批,等我们下周三签合同,我周五前把报价单发过去")
    (deal,) = found.deals
    assert (deal.customer_id, deal.mention) == ("east", None)
    assert deal.stage is not None and deal.stage.value == "contract_signing" and deal.stage.when is not None
    assert deal.stage.when.start.date().isoformat() == "2026-03-18"
    assert [signal.value for signal in deal.signals] == ["budget_approved"]
    (promise,) = found.commitments
    assert (promise.by, promise.what, str(promise.due)) == ("us", "发报价单", "2026-03-13")


def test_every_finding_says_why() -> None:
    found = reading("华东医械王总说预算已批,下周三签合同,我周五前发217万的报价单,电话13800138000,w@east.com")
    fields = {why.field for why in found.why}
    lists = ("dates", "customers", "contacts", "phones", "emails", "amounts", "signals", "commitments")
    expected = {f"{name}[{n}]" for name in lists for n in range(len(getattr(found, name)))} | {"stage"}
    assert fields == expected and len(fields) >= 8
    assert all(why.rule and 0 < why.confidence <= 1 for why in found.why)


def test_two_customers_are_told_apart() -> None:
    found = reading("上午恒川的李工嫌价格太高；下午松涛孙老师要了案例，我明天发松涛")
    first, second = found.deals
    assert (first.customer_id, second.customer_id) == ("hengchuan", "songtao")
    assert [s.value for s in first.signals] == ["price_objection"] and "asks_cases" in {s.value for s in second.signals}
    assert (first.contacts, second.contacts, second.commitments) == ((0,), (1,), (0,))


def test_a_message_about_nothing_is_nothing() -> None:
    found = reading("今天地铁挤爆了")
    assert not found.is_business and found.deals == ()


def test_the_customer_s_words_are_read_from_its_side() -> None:
    found = reading("这价格还能不能再低点，你们周五前报个新价", speaker="customer")
    assert {signal.value for signal in found.signals} >= {"price_objection"}


def test_what_was_read_before_changes_nothing() -> None:
    names, text = index(), "恒川说下周三签合同，我明天发方案"
    first = as_dict(reading(text, names))
    reading("瑞禾没入围，王总周五打款", names)
    assert as_dict(reading(text, names)) == first


LETTERS = "王总说签了合同吗？下周三，。 \n我发报价单没不再就等\0😀Ａa1²İß"
WORDS = st.sampled_from([*LETTERS, "预算", "法务过了", "恒川", "217万", "如果", "说错了"])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=40).map("".join)))
def test_any_text_reads_with_spans_that_hold(text: str) -> None:
    found = reading(text)
    lists = (found.dates, found.customers, found.contacts, found.phones, found.emails, found.amounts)
    for finding in [f for findings in lists for f in findings]:
        start, end = finding.span
        assert 0 <= start < end <= len(text) and text[start:end] == finding.text
    for promise in found.commitments:
        assert 0 <= promise.span[0] < promise.span[1] <= len(text)
    json.dumps(as_dict(found), ensure_ascii=False)


@given(st.text())
def test_normalising_keeps_every_place(text: str) -> None:
    assert len(normalise(text)) == len(text)


LONG = ["王总说预算已批,等我们下周三签合同,我周五前发报价单。", "签", "王总", "恒川，", "的"]


@pytest.mark.parametrize("repeated", LONG)
def test_a_long_message_costs_in_proportion(repeated: str) -> None:
    import time

    def cost(length: int) -> float:
        text = (repeated * length)[:length]
        started = time.process_time()
        reading(text)
        return time.process_time() - started

    cost(500)
    short, long = min(cost(3_000) for _ in range(2)), min(cost(24_000) for _ in range(2))
    assert long < 8 * 3 * short + 0.05, "eight times the text may cost three times eight as much, never the square"


def test_an_admin_s_words_count_at_once_and_leave_the_shipped_ones_alone() -> None:
    from datetime import datetime

    from nlp.read import read
    from nlp.workdays import Calendar

    now = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
    taught = shipped().extended({"tooexpensive": ["割肉价"]})
    text = "王总说割肉价"
    before = reading(text)
    after = read(text, now, names=index(), lexicon=taught, calendar=Calendar.national())
    assert not before.signals and [s.value for s in after.signals] == ["price_objection"]
    assert not reading(text).signals

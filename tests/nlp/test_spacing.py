"""Blanks between a number and its unit change nothing of what is read, and every span is that of the text as given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nlp import dates
from nlp.reading import Finding, Reading
from nlp.spacing import tight
from nlp.workdays import Calendar
from tests.nlp.reader import NOW
from tests.nlp.reader import reading as read

SAID = (
    ("我 16 号前把合同寄给华东医械", "我16号前把合同寄给华东医械"),
    ("3 月 16 号签合同", "3月16号签合同"),
    ("预计 2026 年 3 月 15 日下单", "预计2026年3月15日下单"),
    ("周四下午 3 点 30 分演示", "周四下午3点30分演示"),
    ("3 月底前给报价", "3月底前给报价"),
    ("5 个工作日内发货", "5个工作日内发货"),
    ("预算 46 万，首付 30 %", "预算46万，首付30%"),
    ("报了 8 折，还是嫌贵", "报了8折，还是嫌贵"),
    ("３ 月 １６ 号见面", "３月１６号见面"),
    ("下周 三去签合同", "下周三去签合同"),
    ("明 天下午演示", "明天下午演示"),
)


def findings(reading: Reading) -> list[Finding]:
    found = [
        *reading.dates, *reading.customers, *reading.contacts, *reading.phones, *reading.emails, *reading.amounts,
        *reading.signals, *reading.commitments,
    ]  # fmt: skip
    return [*found, *filter(None, (reading.action, reading.stage))]


@pytest.mark.parametrize(("spaced", "close"), SAID)
def test_the_same_is_read(spaced: str, close: str) -> None:
    one, other = read(spaced), read(close)
    assert [(f.start, f.end, f.grain, f.due) for f in one.dates] == [
        (f.start, f.end, f.grain, f.due) for f in other.dates
    ]
    assert [f.value for f in one.amounts] == [f.value for f in other.amounts]
    assert [(f.by, f.what, f.due) for f in one.commitments] == [(f.by, f.what, f.due) for f in other.commitments]
    assert (one.stage and one.stage.value) == (other.stage and other.stage.value)
    assert one.dates or one.amounts or other.text.startswith("报了")


@pytest.mark.parametrize("spaced", [spaced for spaced, _ in SAID])
def test_words_are_those_of_the_text_as_given(spaced: str) -> None:
    reading = read(spaced)
    assert reading.text == spaced
    for found in findings(reading):
        assert found.text == spaced[slice(*found.span)]
    for why in reading.why:
        assert 0 <= why.span[0] < why.span[1] <= len(spaced)


@given(some.text(some.sampled_from("0123 月号日年点分万个周下午上晚前内签合同发报价 \u3000，。王总3"), max_size=40))
def test_spans_stay_true_whatever_is_written(text: str) -> None:
    for found in findings(read(text)):
        start, end = found.span
        assert 0 <= start < end <= len(text)
        assert found.text == text[start:end]


def test_blanks_that_part_stay() -> None:
    assert tight("1 月 2 月 3 月各一批") is not None
    assert tight("138 0013 8000") is None
    assert tight("iPhone 15 和 16 都要") is None
    close = tight("1 月 2 月 3 月各一批")
    assert close is not None and close.text == "1月 2月 3月各一批"


def test_dates_alone_are_read_so_as_well() -> None:
    [found] = dates.find("改到 3 月 16 号", NOW, Calendar.national())
    assert (found.text, found.start.day) == ("3 月 16 号", 16)

"""The judges themselves: a wrong day, a lost turn and a boastful confidence are seen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nlp.reading import When
from nlp.reliability import Reliability, judged
from nlp.scoring_chats import score_chats
from nlp.scoring_when import score_dates

DAY = datetime(2026, 3, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
LABEL: dict[str, Any] = {
    "text": "明天", "span": [0, 2], "start": DAY.isoformat(), "end": (DAY + timedelta(days=1)).isoformat(),
    "grain": "day",
}  # fmt: skip


def when(start: datetime, days: int = 1, span: tuple[int, int] = (0, 2), due: date | None = None) -> When:
    return When("明天", span, "day", 0.9, start, start + timedelta(days=days), "day", due)


@pytest.mark.parametrize(
    ("found", "right", "wrong", "missed"),
    [
        ([when(DAY)], 1, 0, 0),
        ([when(DAY), when(DAY)], 1, 0, 0),
        ([when(DAY), when(DAY + timedelta(days=1))], 1, 1, 0),
        ([when(DAY, days=2)], 0, 1, 1),
        ([when(DAY, span=(5, 7))], 0, 1, 1),
        ([], 0, 0, 1),
    ],
)
def test_a_date_is_judged_by_place_and_days(found: list[When], right: int, wrong: int, missed: int) -> None:
    total = score_dates([({"id": "1", "expect": [LABEL]}, found)])
    assert (total.dates.right, total.dates.wrong, total.dates.missed) == (right, wrong, missed)
    assert total.clean == (not wrong and not missed)


def test_a_wrong_due_is_a_miss() -> None:
    labelled = {"id": "1", "expect": [LABEL], "due": "2026-03-11"}
    total = score_dates([(labelled, [when(DAY, due=date(2026, 3, 11))]), (labelled, [when(DAY)])])
    assert (total.dues, total.wrong_dues, total.clean, total.misses) == (2, 1, 2, ["1"])


def test_what_is_found_where_nothing_is_counts() -> None:
    total = score_dates([({"id": "1", "expect": []}, [when(DAY)]), ({"id": "2", "expect": []}, [])])
    assert (total.empty, total.silent, total.misses) == (2, 1, ["1"])


TURN = ("王总", "2026-03-10T10:23:00+08:00", "报个价")
CHAT = {
    "id": "c",
    "expect": {
        "turns": [{"speaker": "王总", "at": "2026-03-10T10:23:00+08:00", "text": "报个价"}], "system": 1,
        "signals": ["asks_quote"],
    },
}  # fmt: skip


def test_a_chat_is_whole_when_turns_and_system_lines_are() -> None:
    found = {"signals": ["asks_quote"], "stage": "won", "commitments": []}
    total = score_chats([(CHAT, [TURN], 1, found), (CHAT, [TURN], 0, found), (CHAT, [], 1, found)])
    assert (total.whole, total.turns.right, total.turns.missed) == (1, 2, 1)
    assert total.fields["signals"].right == 3
    assert total.fields["stage"].wrong == 0, "a key that the label leaves out is not judged"


def test_confidence_stands_beside_what_is_right() -> None:
    expected = {"stage": None, "signals": ["asks_quote"], "dates": [{"start": "a"}]}
    found = {
        "stage": "won", "signals": ["asks_quote", "asks_trial"], "dates": [{"start": "a"}, {"start": "a"}],
        "why": [
            {"field": "stage", "confidence": 0.9}, {"field": "signals[0]", "confidence": 0.8},
            {"field": "signals[1]", "confidence": 0.72}, {"field": "dates[0]", "confidence": 0.9},
            {"field": "dates[1]", "confidence": 0.9}, {"field": "phones[0]", "confidence": 0.9},
        ],
    }  # fmt: skip
    told = list(judged(expected, found))
    assert told == [
        ("stage", 0.9, False), ("signals", 0.8, True), ("signals", 0.72, False), ("dates", 0.9, True),
        ("dates", 0.9, False),
    ]  # fmt: skip
    total = Reliability()
    total.add(told)
    assert total.error("stage") == pytest.approx(0.9)
    assert total.error("dates") == pytest.approx(0.4)

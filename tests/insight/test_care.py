"""When a customer's service goes wrong: from what the service desk told, youngest first."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.insight.care import alarm
from storage.records import Fact

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def told(*facts: tuple[str, dict[str, Any]]) -> list[Fact]:
    return [
        Fact(id=f"fct_{n}", kind="service", what=what, at=NOW - timedelta(days=n), data=data, received_at=NOW)
        for n, (what, data) in enumerate(facts)
    ]


MISSED, MET, OTHER = ("sla_missed", {"hours": 26}), ("sla_met", {}), ("ticket", {})


@pytest.mark.parametrize(
    ("facts", "nps", "misses"),
    [
        ([("nps", {"nps": 24})], 24, 0),
        ([("nps", {"score": "29"})], 29, 0),
        ([("ticket", {"nps": 10, "sla": "met"})], 10, 0),
        ([MISSED, OTHER, MISSED], None, 2),
        ([("ticket", {"sla": "missed"}), ("ticket", {"sla": "Missed"}), MET], None, 2),
        ([("nps", {"nps": 0}), MISSED, MISSED, MISSED], 0, 3),
    ],
)
def test_what_makes_the_bar_red(facts: list[Any], nps: int | None, misses: int) -> None:
    found = alarm(told(*facts))
    assert found is not None and (found.nps, found.misses) == (nps, misses)


@pytest.mark.parametrize(
    "facts",
    [
        [], [MISSED], [MISSED, MET, MISSED], [MET, MISSED, MISSED], [("nps", {"nps": 30})],
        [("nps", {"nps": 61}), ("nps", {"nps": 12})], [("nps", {"nps": "gut"})], [("nps", {})], [OTHER, OTHER],
    ],
)  # fmt: skip
def test_what_does_not(facts: list[Any]) -> None:
    assert alarm(told(*facts)) is None


def test_the_last_three_tickets_stand_beside_it() -> None:
    found = alarm(told(("nps", {"nps": 5}), MISSED, OTHER, MET, OTHER))
    assert found is not None
    assert [(one.kept, one.hours) for one in found.tickets] == [(False, 26), (None, 0), (True, 0)]

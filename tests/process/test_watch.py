"""Which lines an opportunity crosses, and when: from values alone."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.clock import SHANGHAI
from bot.playbook import load
from bot.playbook.times import Away
from bot.process import watch
from bot.process.watch import Hours, Line
from nlp.workdays import Calendar
from storage.records import Risk
from storage.watching import Sight

PLAYBOOK = load.parse(load.shipped())
HOURS = Hours(Calendar.national(), SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def sight(**more: Any) -> Sight:
    given = {"stage": "negotiation", "stage_since": at("03-02T10:00"), "heard": at("03-05T16:30"), **more}
    return Sight(id="opp_1", customer_id="cus_1", owner_id="mem_1", pipeline="default",
                 **given)  # fmt: skip


def line(kind: str, now: str = "03-06T10:00", hours: Hours = HOURS, back: int = 0, **more: Any) -> Line | None:
    found = watch.lines(sight(**more), PLAYBOOK, hours, at(now), back)
    return next((one for one in found if one.kind == kind), None)


@pytest.mark.parametrize(
    ("heard", "full"),
    [
        ("03-05T16:30", "03-10T16:30"),  # Thursday: Friday, Monday, and Tuesday's afternoon
        ("03-07T12:00", "03-12T00:00"),  # a Saturday counts for nothing: Monday, Tuesday, Wednesday
        ("09-30T10:00", "10-10T10:00"),  # the national holiday stops it; 10-10 is a worked Saturday
    ],
)
def test_seventy_two_hours_leave_out_rest_days(heard: str, full: str) -> None:
    assert HOURS.after(at(heard), 72) == at(full)
    assert HOURS.between(at(heard), at(full)) == 72


def test_leave_stops_the_clock() -> None:
    away = Hours(Calendar.national(), SHANGHAI, Away(date(2026, 3, 9), date(2026, 3, 9)))
    silent = line("silent", hours=away)
    assert silent is not None and silent.at == at("03-11T16:30")


LEAVES = (Away(), Away(date(2026, 9, 28), date(2026, 10, 20)), Away(date(2026, 2, 11), date(2026, 2, 13)))


@pytest.mark.parametrize("away", LEAVES, ids=str)
def test_the_clock_is_that_of_somebody_who_walks_the_days(away: Away) -> None:
    calendar, chance = Calendar.national(), random.Random(20260310)
    hours = Hours(calendar, SHANGHAI, away)
    for _ in range(400):
        start = at("01-01T00:00") + timedelta(hours=chance.randrange(24 * 300), minutes=chance.choice((0, 0, 17)))
        wait, left, walked = chance.choice((1, 24, 48, 72, 200)), timedelta(), start
        while left < timedelta(hours=wait):
            worked = calendar.is_workday(walked.date()) and not away.on(walked.date())
            left += timedelta(minutes=1) if worked and walked.minute else timedelta(hours=worked)
            walked += timedelta(minutes=1) if worked and walked.minute else timedelta(hours=1, minutes=-walked.minute)
        over = left - timedelta(hours=wait)
        assert hours.after(start, wait) == walked - over
        assert hours.between(start, walked - over) == wait


def test_the_early_word_comes_in_working_hours() -> None:
    silent = line("silent")
    assert silent is not None and silent.early == at("03-10T14:30")
    at_night = line("silent", heard=at("03-05T08:00"))
    assert at_night is not None and (at_night.at, at_night.early) == (at("03-10T08:00"), at("03-09T16:40"))


def test_a_stay_is_long_on_the_sixth_day_and_again_each_five_more() -> None:
    found = [one for one in watch.lines(sight(), PLAYBOOK, HOURS, at("03-10T08:40")) if one.kind == "stalled"]
    assert [(one.at, one.n) for one in found] == [(at("03-10T08:40"), 1), (at("03-17T08:40"), 2)]


def test_three_talks_without_an_itemised_quote() -> None:
    assert line("no_quote", talks=2) is None
    assert line("no_quote", talks=3) is not None
    assert line("no_quote", talks=3, quotes=1) is None
    assert line("no_quote", talks=3, stage="solution_demo") is None


def test_the_need_was_confirmed_and_no_case_came() -> None:
    lacking = line("no_case", stage="needs_confirmed", stage_since=at("03-05T16:30"))
    assert lacking is not None and lacking.at == at("03-10T16:30")
    assert line("no_case", stage="needs_confirmed", cases=1) is None


def test_out_of_reach_counts_from_its_end() -> None:
    found = line("silent", exempt_until=date(2026, 3, 24))
    assert found is not None and found.at == at("03-27T00:00")
    memo = line("memo", exempt_until=date(2026, 3, 24))
    assert memo is not None and memo.at == at("03-24T08:40")


def test_steps_back_count_until_new_ground_is_broken() -> None:
    pipeline = PLAYBOOK.main

    def back(*moves: tuple[str, bool]) -> int:
        return watch.steps_back("needs_confirmed", moves, pipeline)

    twice = (("negotiation", False), ("solution_demo", False), ("negotiation", False), ("needs_confirmed", False))
    assert back(*twice) == 2
    assert back(*twice, ("contract_signing", False)) == 0
    assert back(("negotiation", False), ("needs_confirmed", True)) == 0


def risk(**more: Any) -> Risk:
    return Risk(**{"id": "rsk_1", "opportunity_id": "opp_1", "customer_id": "cus_1", "owner_id": "mem_1",
                   "kind": "silent", "since": at("03-10T14:30"), **more})  # fmt: skip


def settled(now: str, *risks: Risk, **more: Any) -> list[tuple[str, Any]]:
    one = sight(stage_since=at("03-09T10:00"), **more)
    found = watch.settle(one, watch.lines(one, PLAYBOOK, HOURS, at(now)), risks, at(now))
    return [(change.kind, change.after.get("state")) for change in found]


def test_a_risk_is_told_early_matures_and_is_over_with_the_next_contact() -> None:
    facts = {"heard": at("03-05T16:30").isoformat(), "hours": 72}
    assert settled("03-10T14:30") == [("risk.begun", "early")]
    assert settled("03-10T16:30", risk(state="early", facts=facts)) == [("risk.matured", "open")]
    assert settled("03-10T17:00", risk(facts=facts)) == []
    assert settled("03-10T17:00", risk(facts=facts), heard=at("03-10T16:50")) == [("risk.gone", "gone")]


def test_what_was_put_aside_comes_back_when_it_changes() -> None:
    aside = risk(state="acked", kind="no_quote", facts={"talks": 3}, quiet_until=date(2026, 3, 13))
    changes = settled("03-10T10:00", aside, talks=4)
    assert ("risk.changed", "open") in changes

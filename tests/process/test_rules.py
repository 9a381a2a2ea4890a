"""Rules as values: what they refuse when they are read, when they are asked, and that none of them is asked twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.playbook import load
from bot.playbook.expression import NAMES, compiled, prepared
from bot.playbook.model import Playbook
from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.process import hours
from bot.process.rules import Happening, happened, judge, waiting
from nlp.workdays import Calendar
from storage.records import Change

ZONE = ZoneInfo("Asia/Shanghai")


def rule(**fields: object) -> Rule:
    known = {"id": "one", "name": "一", "when": ["activity"], "then": [{"do": "tag", "tag": "甲"}]}
    return Rule.model_validate({**known, **fields})


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("actvity.done", "没有 actvity 这个名字"),
        ("activity.don", "没有 don 这一项"),
        ("1 +", "读不懂"),
        ("hours.silent", "要得出是或不是"),
        ("opportunity.amount == 'x' + 1", "算不出来"),
    ],
)
def test_a_condition_that_does_not_hold_is_told_with_its_place(condition: str, told: str) -> None:
    text = f'[[rule]]\nid = "one"\nname = "一"\nwhen = ["activity"]\nif = "{condition}"\nthen = []\n'
    shipped = load.shipped()
    with pytest.raises(load.PlaybookFaults) as caught:
        load.parse(f"{shipped}\n{text}")
    n = shipped.count("[[rule]]")
    found = {fault.place: fault.mend for fault in caught.value.faults}
    assert told in found[f"rule[{n}].if"]
    assert found[f"rule[{n}].then"] == "至少写一件要做的事"


def test_the_shipped_playbook_holds_every_rule_of_its_own() -> None:
    playbook = load.parse(load.shipped())
    assert {"demo_with_pdf", "phone_after_demo", "demo_booked", "demo_done", "signing_notice"} <= {
        one.id for one in playbook.rules
    }


def test_rules_are_asked_by_priority_and_those_that_are_off_are_not() -> None:
    rules = (rule(id="b", priority=5), rule(id="a"), rule(id="c", on=False), rule(id="d"), rule(id="e", when=["stage"]))
    assert [one.id for one in waiting(rules, Happening("activity", "opp_1"), {"d"})] == ["b", "a"]


def test_what_was_undone_wakes_no_rule() -> None:
    done = Change("opportunity.stage", "opp_1", {"stage": "b"}, {"stage": "a"})
    assert [one.event for one in happened([done])] == [{"from": "a", "to": "b"}]
    assert not happened([Change("undo.opportunity.stage", "opp_1", {"stage": "a"}, {"stage": "b"})])


def test_a_run_over_its_time_has_failed_whatever_it_said() -> None:
    clock = iter((0.0, 0.9))
    run = judge(rule(), "", prepared(NAMES), lambda: next(clock))
    assert (run.verdict, run.reason) == ("failed", "超过 800 毫秒")


def test_an_expression_reads_what_it_is_given_and_nothing_else() -> None:
    one = compiled("files.exists(f, f.endsWith('.pdf')) && !('legal' in owner.roles)")
    assert one.names == {"files", "owner"}
    assert one.holds(prepared({**NAMES, "files": ["方案.pdf"]}))


def test_hours_of_waiting_stop_on_rest_days() -> None:
    playbook: Playbook = load.parse(load.shipped())
    times = Times.of(playbook, Calendar.national(), ZONE)
    friday = datetime(2026, 3, 13, 16, 0, tzinfo=ZONE)
    assert hours.after(friday, 24, times) == datetime(2026, 3, 16, 16, 0, tzinfo=ZONE)
    assert hours.between(friday, friday + timedelta(days=3), times) == 24

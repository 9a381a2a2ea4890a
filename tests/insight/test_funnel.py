"""The month's figures, from audit entries alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.clock import SHANGHAI
from bot.insight.funnel import Exit, by_stage, exits
from bot.insight.won_back import taken_back
from bot.playbook.load import parse, shipped
from nlp.workdays import Calendar
from storage.records import AuditEntry, Change, Opportunity

PLAYBOOK = parse(shipped())
KIND = "opportunity.stage"


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T10:00").replace(tzinfo=SHANGHAI)


def deal(stage: str, since: str, **more: Any) -> Opportunity:
    return Opportunity(
        id="opp", customer_id="cus", owner_id="mem", name="一期", pipeline="default", stage=stage,
        stage_since=at(since), created_at=at("02-02"), **more,
    )  # fmt: skip


def entry(day: str, kind: str, before: dict[str, Any], after: dict[str, Any]) -> AuditEntry:
    change = Change(kind, "opp", after, before)
    return AuditEntry(1, at(day), "mem", "msg", kind, "opp", "", "", "", change)


def move(day: str, old: str, since: str, new: str, kind: str = KIND, **more: Any) -> AuditEntry:
    before = {"stage": old, "stage_since": at(since), **dict.fromkeys(more, "lost")}
    return entry(day, kind, before, {"stage": new, "stage_since": at(day), **more})


def closing(day: str, way: str) -> AuditEntry:
    return entry(day, f"opportunity.{way}", {"state": "open", "closed_at": None}, {"state": way, "closed_at": at(day)})


def left(*entries: AuditEntry, now: Opportunity) -> list[Exit]:
    return exits(entries, {"opp": now}, PLAYBOOK, Calendar.national(), SHANGHAI)


def test_each_leaving_of_a_stage_counts_once_with_its_working_days() -> None:
    found = left(
        move("03-03", "needs_confirmed", "02-27", "solution_demo"),
        move("03-10", "solution_demo", "03-03", "needs_confirmed"),
        move("03-16", "needs_confirmed", "03-10", "negotiation"),
        closing("03-20", "lost"),
        now=deal("negotiation", "03-16", state="lost"),
    )  # fmt: skip
    assert [(one.stage, one.way, one.days, one.jumped) for one in found] == [
        ("needs_confirmed", "forward", 2 + 1, False),
        ("solution_demo", "back", 5, False),
        ("needs_confirmed", "forward", 4, True),
        ("negotiation", "lost", 4, False),
    ]
    figures = by_stage(found, PLAYBOOK)
    needs = figures["default", "needs_confirmed"]
    assert (needs.name, needs.next, needs.forward, needs.lost, needs.left) == ("需求确认", "方案演示", 2, 0, 2)
    assert figures["default", "solution_demo"].share is None, "going back is no outcome"
    assert figures["default", "negotiation"].share == 0


def test_what_was_undone_or_opened_again_is_none() -> None:
    there = move("03-03", "needs_confirmed", "02-27", "solution_demo")
    undone = entry("03-03", f"undo.{KIND}", dict(there.change.after), dict(there.change.before or {}))  # type: ignore[union-attr]
    assert left(there, undone, now=deal("needs_confirmed", "02-27")) == []
    again = entry("03-04", f"redo.{KIND}", dict(there.change.before or {}), dict(there.change.after))  # type: ignore[union-attr]
    assert len(left(there, undone, again, now=deal("solution_demo", "03-03"))) == 1
    opened = move("03-12", "negotiation", "03-02", "negotiation", state="open")
    assert left(closing("03-10", "lost"), opened, now=deal("negotiation", "03-12")) == []


def test_a_jump_to_won_is_one() -> None:
    [one] = left(closing("03-20", "won"), now=deal("needs_confirmed", "03-16", state="won"))
    assert (one.way, one.jumped) == ("won", True)
    [one] = left(closing("03-20", "won"), now=deal("contract_signing", "03-16", state="won"))
    assert not one.jumped


def back(won: str, returned: str) -> list[str]:
    one = entry(returned, "opportunity.won_back", {"state": "won", "closed_at": at(won)}, {"state": "open"})
    return taken_back([one], 45, SHANGHAI)


def test_a_win_taken_back_on_the_same_day_is_a_slip() -> None:
    assert back("03-30", "03-30") == []
    assert back("03-30", "04-02") == ["opp"]
    assert back("01-05", "04-02") == [], "that was no month's end"

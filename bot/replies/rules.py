"""What rules say: B7 tasks, B9 a stage entered, B10 a rule that is off, and the words that rules hold themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.messages import Card, Text
from bot.playbook.model import Pipeline
from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.replies import words
from bot.replies.wording import cut, moment_of, money, short_day
from storage.records import Moment, Task, new_id
from storage.rulerun import Runs

NUMBERS = "一二三四五六"
VALUE_MOST = 26
TASK_DUE, TASK_MANAGER = "task.due", "task.late.manager"


def made(tasks: Sequence[Task], customer: str, now: datetime) -> Card:
    """B7: the tasks of one event on one card."""
    shown = tasks[: len(NUMBERS)]
    due = tasks[0].due
    at = due.astimezone(now.tzinfo) if isinstance(due, datetime) else None
    when = moment_of(at, now.date()) if at else ""
    facts = [(NUMBERS[n], cut(task.what, VALUE_MOST)) for n, task in enumerate(shown)]
    return words.card("task.made", facts=facts, customer=cut(customer, 12), count=len(tasks), due=when)


def task_moments(tasks: Sequence[Task], times: Times, now: datetime) -> list[Moment]:
    """One word at their due, then the manager's: of the tasks of one event one moment, on the first."""
    if not tasks or not isinstance(tasks[0].due, datetime):
        return []
    first = tasks[0]
    at = times.from_(first.due)  # type: ignore[arg-type]
    up = times.next_clock(at, times.windows.manager_evening)
    data = {"tasks": [one.id for one in tasks]}
    return [
        Moment(id=new_id("due", now), at=at, kind=TASK_DUE, record=first.id, member_id=first.owner_id, data=data),
        Moment(id=new_id("due", now), at=up, kind=TASK_MANAGER, record=first.id, member_id=first.owner_id, data=data),
    ]


def due(tasks: Sequence[Task], customer: str, now: datetime) -> Card:
    """At their due: what is still open."""
    facts = [(NUMBERS[n], cut(task.what, VALUE_MOST)) for n, task in enumerate(tasks[: len(NUMBERS)])]
    at = tasks[0].due
    when = moment_of(at.astimezone(now.tzinfo), now.date()) if isinstance(at, datetime) else ""
    return words.card("task.due", facts=facts, customer=cut(customer, 12), count=len(tasks), due=when)


def late_manager(tasks: Sequence[Task], owner: str, customer: str) -> Card:
    facts = [(NUMBERS[n], cut(task.what, VALUE_MOST)) for n, task in enumerate(tasks[: len(NUMBERS)])]
    return words.card("task.late.manager", facts=facts, count=len(tasks), owner=owner, customer=cut(customer, 12))


def closed(tasks: Sequence[Task], customer: str, now: datetime) -> Card:
    facts = [(NUMBERS[n], cut(task.what, VALUE_MOST)) for n, task in enumerate(tasks[: len(NUMBERS)])]
    return words.card("task.closed", facts=facts, customer=cut(customer, 12), count=len(tasks), clock=f"{now:%H:%M}")


def moved(stages: tuple[str, str], customer: str, pipeline: Pipeline) -> Text:
    """松涛教育：需求确认 → 方案演示，按规则推进。"""
    names = [found.name if (found := pipeline.stage(id)) else id for id in stages]
    return words.text("rule.moved", customer=customer, frm=names[0], to=names[1])


def told(say: str, fields: Mapping[str, Any]) -> Text:
    """The rule's own words, filled."""
    today, amount, day = fields["today"], fields["amount"], fields["sign_date"]
    filled = {
        **fields,
        "amount": money(amount, fields["currency"]) if amount else words.bit("amount_unknown"),
        "sign_date": short_day(day, today) if day else words.bit("day_unknown"),
        "files": fields["files"] or words.bit("no_files"),
        "words": cut(str(fields["words"]), 40),
    }
    return words.text("rule.push", say=say.format(**filled), customer=fields["customer"])


def switched_off(rule: Rule, found: Runs, reason: str) -> Card:
    """B10."""
    mean = found.micros // max(1, found.runs) // 1000
    facts = [
        (words.bit("rule_effect_label"), words.bit("rule_effect")),
        (words.bit("rule_last_label"), cut(reason, VALUE_MOST)),
    ]
    return words.card(
        "rule.off", facts=facts, name=rule.name, minutes=rule.failures_minutes, count=found.failures, mean=mean
    )  # fmt: skip

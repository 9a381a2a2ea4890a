"""B7: what is said of tasks: made, due, moved, done; and to the manager of those left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from adapters.messages import Card, Text
from bot.followup.service import spelled
from bot.playbook.times import Times
from bot.replies import words
from bot.replies.followup import NUMBERS
from bot.replies.wording import clock_of, cut, day_of, moment_of, quote
from storage.records import Moment, Task, new_id

VALUE_MOST, NAME_MOST = 26, 12
TASK_DUE, TASK_MANAGER = "task.due", "task.late.manager"


def about(tasks: Sequence[Task], customer: str) -> dict[str, Any]:
    """What the taps on any of the cards need."""
    return {"tasks": [one.id for one in tasks], "name": customer, "customer": tasks[0].customer_id or ""}


def moments(tasks: Sequence[Task], times: Times, now: datetime) -> list[Moment]:
    """One word at their due, then the manager's: of tasks that are due together one moment, on the first."""
    if not tasks or not isinstance(tasks[0].due, datetime):
        return []
    first, due = tasks[0], tasks[0].due
    at = times.from_(due)
    up = times.next_clock(max(at, due), times.windows.manager_evening)
    data = {"tasks": [one.id for one in tasks], "due": spelled(due)}
    return [
        Moment(id=new_id("due", now), at=at, kind=TASK_DUE, record=first.id, member_id=first.owner_id, data=data),
        Moment(id=new_id("due", now), at=up, kind=TASK_MANAGER, record=first.id, member_id=first.owner_id, data=data),
    ]


def made(tasks: Sequence[Task], customer: str, now: datetime) -> Card:
    """The tasks of one event on one card."""
    return words.card(
        "task.made", facts=_lines(tasks), customer=cut(customer, NAME_MOST), count=len(tasks), due=due_of(tasks[0], now)
    )


def due(tasks: Sequence[Task], customer: str, now: datetime) -> Card:
    """At their due: what is still open."""
    return words.card(
        "task.due", facts=_lines(tasks), customer=cut(customer, NAME_MOST), count=len(tasks), due=due_of(tasks[0], now)
    )


def moved(tasks: Sequence[Task], customer: str, now: datetime) -> Card:
    return words.card(
        "task.moved",
        facts=_lines(tasks),
        customer=cut(customer, NAME_MOST),
        count=len(tasks),
        due=due_of(tasks[0], now),
    )


def closed(tasks: Sequence[Task], customer: str, now: datetime, file: str = "") -> Card:
    facts = _lines(tasks)
    if file:
        facts.append((words.bit("material"), cut(file, VALUE_MOST)))
    return words.card(
        "task.closed", facts=facts, customer=cut(customer, NAME_MOST), count=len(tasks), clock=clock_of(now)
    )


def move_to(tasks: Sequence[Task], customer: str, days: Sequence[date], today: date) -> Card:
    picks = words.picks(day_of(day, today) for day in days)
    return words.card(
        "task.move", facts=_lines(tasks), customer=cut(customer, NAME_MOST), count=len(tasks), buttons=picks
    )


def late_manager(
    tasks: Sequence[Task], owner: str, customer: str, now: datetime, said: str = "", status: str | None = None
) -> Card:
    """To the manager; ``said`` is what the owner answered."""
    facts = _lines(tasks)
    if said:
        facts.append((cut(words.bit("says_label", who=owner), 5), quote(said, VALUE_MOST - 2)))
    return words.card(
        "task.late.manager", facts=facts, count=len(tasks), owner=cut(owner, 8), customer=cut(customer, NAME_MOST),
        due=due_of(tasks[0], now), status=status,
    )  # fmt: skip


def asked(manager: str, tasks: Sequence[Task], customer: str) -> Text:
    return words.text("task.asked", who=manager, customer=customer, what=names(tasks))


def extended(manager: str, tasks: Sequence[Task], customer: str, now: datetime) -> Text:
    due = due_of(tasks[0], now)
    return words.text("task.extended", who=manager, customer=customer, what=names(tasks), due=due)


def names(tasks: Sequence[Task]) -> str:
    return "、".join(cut(one.what, NAME_MOST) for one in tasks[:3])


def whom(tasks: Sequence[Task], customer: str, colleagues: Sequence[str]) -> Card:
    picks = words.picks(cut(name, 6) for name in colleagues)
    return words.card(
        "task.whom", facts=_lines(tasks), customer=cut(customer, NAME_MOST), count=len(tasks), buttons=picks
    )


def for_another(tasks: Sequence[Task], customer: str, who: str, now: datetime) -> Card:
    """The same card, to a colleague who is asked for it."""
    card = made(tasks, customer, now)
    buttons = tuple(button for button in card.buttons if button.id != "ask_help")
    status = words.bit("task_asked_by", who=cut(who, 6), due=due_of(tasks[0], now))
    return replace(card, status=status, buttons=(*buttons, words.button("cannot")))


def handed(tasks: Sequence[Task], customer: str, name: str, now: datetime) -> Card:
    return words.card(
        "task.handed", facts=_lines(tasks), customer=cut(customer, NAME_MOST), name=cut(name, 6), clock=clock_of(now)
    )


def helped(name: str, tasks: Sequence[Task], customer: str) -> Text:
    return words.text("task.helped", who=name, what=names(tasks), customer=customer)


def due_of(task: Task, now: datetime) -> str:
    """周二 3月10日 12:00"""
    if isinstance(task.due, datetime):
        return moment_of(task.due.astimezone(now.tzinfo), now.date())
    return day_of(task.due, now.date()) if task.due else ""


def _lines(tasks: Sequence[Task]) -> list[tuple[str, str]]:
    return [(NUMBERS[n], cut(task.what, VALUE_MOST)) for n, task in enumerate(tasks[: len(NUMBERS) - 1])]


def kept(data: Mapping[str, Any]) -> str:
    """What the card calls the customer."""
    return str(data.get("name", ""))

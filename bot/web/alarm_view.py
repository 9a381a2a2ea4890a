"""The red bar over a customer whose service goes wrong (VOICE.md G7), and the task that a tap on it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.insight.care import REMEMBERED, Ticket, alarm
from bot.playbook.store import Live
from bot.replies.wording import cut, moment_of, short_day
from bot.web.timeline import piece_of
from storage import facts, members, tasks
from storage.records import Customer, Task, new_id

LOOKED_AT = 20
CARE = "care"
"""What such a task is made by, in the place of a rule."""
WORDS_MOST = 24


@dataclass(frozen=True, slots=True)
class TicketView:
    """``tone``: ok, bad, or "" where it is not told whether it was in time."""

    day: str
    words: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class AlarmView:
    """``care``: who looks after it until when; "" while nobody does."""

    why: str
    tickets: tuple[TicketView, ...]
    care: str


async def alarm_view(customer: Customer, now: datetime) -> AlarmView | None:
    """None where the service desk tells nothing bad."""
    told = await facts.of_customer(customer.id, ["service"], LOOKED_AT)
    found = alarm([one for one in told if now - one.at < REMEMBERED])
    if found is None:
        return None
    why = [piece_of("nps_low", nps=found.nps)] if found.nps is not None else []
    why += [piece_of("sla_missed", count=found.misses)] if found.misses else []
    return AlarmView(" · ".join(why), tuple(_ticket(one, now) for one in found.tickets), await _care(customer, now))


def _ticket(one: Ticket, now: datetime) -> TicketView:
    if one.kept is None:
        state, tone = "", ""
    elif one.kept:
        state, tone = piece_of("in_time"), "ok"
    else:
        state, tone = piece_of("late_hours", hours=one.hours) if one.hours else piece_of("too_late"), "bad"
    day = short_day(one.fact.at.astimezone(now.tzinfo).date(), now.date())
    return TicketView(day, cut(one.fact.note or one.fact.what, WORDS_MOST), state, tone)


async def _care(customer: Customer, now: datetime) -> str:
    open_one = await open_care(customer)
    if open_one is None or not isinstance(open_one.due, datetime):
        return ""
    owner = await members.get(open_one.owner_id)
    return piece_of(
        "care_by", who=owner.name if owner else "", due=moment_of(open_one.due.astimezone(now.tzinfo), now.date())
    )


async def open_care(customer: Customer) -> Task | None:
    """What is being done about it already."""
    theirs: Sequence[Task] = await tasks.of_owner(customer.owner_id) if customer.owner_id else ()
    return next((one for one in theirs if one.rule == CARE and one.customer_id == customer.id), None)


def care_task(customer: Customer, name: str, live: Live, now: datetime, event: str) -> Task:
    """For the owner: to call the customer before the working day ends, or the next one does."""
    end = live.playbook.reminders.day_end
    today = live.calendar.is_workday(now.date()) and now.time() < end
    day = now.date() if today else live.calendar.workday_after(now.date(), 1)
    return Task(
        id=new_id("tsk", now), what=piece_of("care", name=name), owner_id=str(customer.owner_id),
        due=datetime.combine(day, end, now.tzinfo), customer_id=customer.id, created_at=now, rule=CARE, event=event,
    )  # fmt: skip

"""Which moments a promise needs (SPEC TIME-1), from values alone: nothing is asked, nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.playbook.model import Reminders
from bot.playbook.times import DAY, NEVER, Times
from storage.records import Commitment

AHEAD = "promise.ahead"
NOW = "promise.now"
LATE = "promise.late"
MANAGER = "promise.late.manager"
CUSTOMER = "promise.customer"
OVERDUE = "promise.overdue"
"""Says nothing: the state turns when the promise is late, though the word of it is held."""

OFFER = "promise.late.reassign"
"""Some working days after the manager heard of it: another may take it over. Planned when she hears of it."""

KINDS = (AHEAD, NOW, LATE, MANAGER, CUSTOMER, OVERDUE)


@dataclass(frozen=True, slots=True)
class Due:
    kind: str
    at: datetime
    named: bool = False
    """The person himself named this moment: quiet time does not hold it."""


def moments(
    commitment: Commitment, *, times: Times, reminders: Reminders, promised: datetime, now: datetime
) -> list[Due]:
    """What is still to come for an open commitment, earliest first; empty where no time was said.

    ``times`` are the owner's; ``promised`` is when it was said or last moved. What lies at or before ``now`` is left
    out, except that a promise which is late already is spoken of on the next morning.
    """
    if commitment.due is None:
        return []
    if commitment.by == "customer":
        found = [_customer(commitment.due, times, reminders, promised, now)]
    elif isinstance(commitment.due, datetime):
        found = _clock(commitment.due, times, reminders, now)
    else:
        found = _day(commitment.due, commitment.evening, times, reminders, promised, now)
    return sorted((due for due in found if due.at > now), key=lambda due: due.at)


def _customer(
    due: date | datetime, times: Times, reminders: Reminders, promised: datetime, now: datetime
) -> Due:  # fmt: skip
    """The customer's promise is the rep's to ask after, once: on the day, or on the next morning where that is quiet
    or was past when it was said."""
    asked = times.at(day_of(due, times), reminders.customer)
    return Due(CUSTOMER, times.from_(asked if asked > promised else _or_next_morning(asked, now, times)))


def _clock(due: datetime, times: Times, reminders: Reminders, now: datetime) -> list[Due]:
    ahead = times.before(due - timedelta(minutes=reminders.clock_ahead))
    late = _or_next_morning(due + timedelta(minutes=reminders.clock_late), now, times)
    manager = times.next_clock(late, reminders.manager)
    return [Due(AHEAD, ahead), Due(NOW, due.astimezone(times.zone), named=True), *_lateness(late, manager, times)]


def _day(day: date, evening: bool, times: Times, reminders: Reminders, promised: datetime, now: datetime) -> list[Due]:
    found = []
    ahead = times.before(times.at(times.calendar.workday_before(day), reminders.ahead))
    if ahead.date() != promised.astimezone(times.zone).date():
        found.append(Due(AHEAD, ahead))
    word = times.from_(times.at(day, reminders.day))
    if word <= times.at(day, reminders.day_end):
        found.append(Due(NOW, word))
    late = times.at(day, reminders.late)
    manager = times.at(day, reminders.manager)
    if evening or late <= now:
        late = _or_next_morning(times.at(day + DAY, times.windows.morning), now, times)
        manager = times.next_clock(late, reminders.manager)
    return found + _lateness(late, manager, times)


def _lateness(late: datetime, manager: datetime, times: Times) -> list[Due]:
    """The word to the rep, the one to the manager (whom the rep's leave does not spare), and, where the first is
    held, the turn of the state at its own time."""
    rep = times.from_(late)
    everyone = replace(times, away=NEVER)
    found = [Due(LATE, rep), Due(MANAGER, everyone.from_(manager, times.windows.manager_morning))]
    return found if rep == late else [Due(OVERDUE, late), *found]


def _or_next_morning(moment: datetime, now: datetime, times: Times) -> datetime:
    """``moment``, or where it is past the next morning's window."""
    return moment.astimezone(times.zone) if moment > now else times.next_clock(now, times.windows.morning)


def day_of(due: date | datetime, times: Times) -> date:
    return due.astimezone(times.zone).date() if isinstance(due, datetime) else due

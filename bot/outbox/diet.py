"""The notification diet (VOICE.md §5), pure: when an unasked push may go to a person, or why it does not go.

Answers never come here. What the bot's own moments are already planned around (quiet time, leave) is checked once
more, because leave and calendars change between planning and firing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, Literal

from adapters.meter import Level
from bot.playbook.model import Playbook
from bot.playbook.times import NEVER, Away, Times
from nlp.workdays import Calendar

UNCOUNTED = frozenset({"lead.assigned", "seal.day", "seal.broken", "hello.rep", "hello.unknown", "late.digest",
                       "heat.week.picture", "heat.day.picture"})  # fmt: skip
"""Never counted: leads, which wait for nobody; the bot's own affairs, which are no news of work; and a picture, which
is one push with its card."""

PROMISED = frozenset({"promise.ahead", "promise.now", "promise.late", "promise.late.manager", "promise.customer"})
"""Own promises: always told on their day, before everything else, whatever the cap."""

ALWAYS = frozenset({"promise.now", "promise.late", "reassign.giver", "reassign.taker", "reassign.manager"})
"""What turning down does not reach."""

ALARMS = frozenset({"seal.broken", "bot.health", "lead.stuck", "bot.app.closing", "bot.app.closed"})
"""What breaks quiet for the admin on duty."""

DEPUTED = frozenset({
    "risk.list", "digest.manager", "promise.late.manager", "task.late.manager", "gate.override", "reassign.request",
    "anomaly", "area.slow", "concern", "heat.week", "pipeline.month", "stage.moved", "claim",
})  # fmt: skip
"""What a manager on leave does not hear of, but the deputy."""

MIDDAY_TOO = frozenset({"lead.assigned"})

LESSER = frozenset({"stage.stall", "step.blocked", "exempt.memo", "guide.skipped", "newcomer.scripts"})
"""What leaves room on a day for what weighs more: the morning's card, the word before a risk matures."""

ROOM_LEFT = 2

TIMELY = frozenset({"risk.early"})
"""True at its moment alone: on a full day it expires rather than wait for another."""

DAYS_OWN = frozenset({"digest.rep", "risk.list", "digest.manager"})
"""The cards of a day (E1, E2, E4), which sum up what else found no room: they count, and never fall out. Until their
hour others leave them their place."""

HALVES = frozenset({"stage.stall", "step.blocked", "exempt.memo", "risk.early", "concern"})
"""What halves itself where it is left untouched; nothing that was promised, asked for, or sums up a day."""

HALVED, KEPT, TOUCHED = "halved", "kept", "touched"
"""In a member's wishes: kinds that come every second time; since when a kind's untouched ones count. On a card: one of
its buttons was tapped."""

HUSHED = "customers"
"""In a member's wishes: customers of whom nothing comes unasked but what was promised to them, on its day."""

NEWS = DAYS_OWN | HALVES | frozenset({
    "guide.skipped", "newcomer.scripts", "heat.week", "heat.week.picture", "heat.day.picture", "pipeline.month",
    "anomaly", "area.slow", "stage.moved", "silent.summary", "silent.lead", "silent.review", "rule.push",
    "visit.arrival", "people.left", "task.due", "task.late.manager",
})  # fmt: skip
"""What time alone brings, and nobody promised, asked for or waits on: not said where the platform's calls of the month
are nearly used up. All of it can be asked for."""

LESS_LEAVES_OUT = frozenset({"guide.skipped", "objection.card", "newcomer.scripts", "silent.summary", "silent.lead",
                             "silent.files"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """When the push may go; ``at`` None: not at all, or not any more. ``why``: now, quiet, midday, leave, cap, or what
    turned it off, or calls, those of the month being nearly used up."""

    at: datetime | None
    why: str = "now"
    counted: bool = True


Wish = Literal["all", "less", "promises"]


def place(
    kind: str,
    now: datetime,
    *,
    roles: Collection[str],
    calendar: Calendar,
    playbook: Playbook,
    sent_today: Sequence[str] = (),
    prefs: Mapping[str, Any] | None = None,
    away: Away = NEVER,
    named: bool = False,
    zone: tzinfo | None = None,
    customer: str = "",
    calls: Level = "",
) -> Placed:
    """When a push of ``kind`` may go to a person of these ``roles``, who got the kinds ``sent_today`` unasked.

    ``named``: the person himself named this moment by the clock. ``zone`` defaults to that of ``now``. ``customer``:
    whom it is about, where that is one alone. ``calls``: how far those of the month are used up where it would go.
    """
    local = now.astimezone(zone) if zone else now
    prefs = prefs or {}
    if why := turned_off(kind, prefs, customer):
        return Placed(None, why)
    if calls == "scarce" and kind.removesuffix(".several") in NEWS:
        return Placed(None, "calls")
    if named or kind in ALARMS:
        return Placed(local, "named" if named else "alarm", counted=False)
    if local.tzinfo is None:
        raise ValueError("a push is placed at an aware moment")
    times = Times.of(playbook, calendar, local.tzinfo, away)
    if prefs.get("quiet_on") == local.date().isoformat() and kind not in ALWAYS:
        return Placed(times.at(times.working_day_from(_tomorrow(local)), _morning(roles, playbook)), "quiet_on")
    return _cap(kind, local, times, roles, playbook, sent_today, calls)


def _cap(
    kind: str, now: datetime, times: Times, roles: Collection[str], playbook: Playbook, sent_today: Sequence[str],
    calls: Level,
) -> Placed:  # fmt: skip
    morning = _morning(roles, playbook)
    allowed = now if kind in MIDDAY_TOO and times.midday(now) and times.works(now.date()) else times.from_(now, morning)
    counted = kind not in UNCOUNTED
    if allowed != now:
        return Placed(allowed, _why_held(now, times), counted)
    left = max(_to_come(now.time(), roles, playbook, sent_today), ROOM_LEFT if kind in LESSER else 0)
    room = max(1, (playbook.caps.of(roles) + 1) // 2 - left if calls else playbook.caps.of(roles) - left)
    if counted and kind not in PROMISED | DAYS_OWN and count(sent_today) >= room:
        if kind in TIMELY:
            return Placed(None, "cap", counted)
        return Placed(times.at(times.working_day_from(_tomorrow(now)), morning), "cap", counted)
    return Placed(now, counted=counted)


def _to_come(clock: time, roles: Collection[str], playbook: Playbook, sent_today: Sequence[str]) -> int:
    """How many of the day's own cards a person of these roles may yet get."""
    windows = playbook.windows
    hours = {"digest.rep": windows.morning} if "rep" in roles else {}
    if leads(roles):
        hours |= {"risk.list": windows.manager_morning, "digest.manager": windows.manager_evening}
    return sum(clock <= at and kind not in sent_today for kind, at in hours.items())


def count(kinds: Iterable[str]) -> int:
    """How many of these pushes stand on the day's cap."""
    return sum(kind not in UNCOUNTED | ALARMS for kind in kinds)


def leads(roles: Iterable[str]) -> bool:
    return bool({"manager", "director"} & set(roles))


def turned_off(kind: str, prefs: Mapping[str, Any], customer: str = "") -> str:
    """The setting of the person that keeps this kind, or what is about this customer, from him; "" where none does."""
    if kind in ALWAYS or kind in ALARMS or kind in UNCOUNTED:
        return ""
    if customer and customer in prefs.get(HUSHED, ()):
        return HUSHED
    if kind in prefs.get("off", ()):
        return "off"
    level: Wish = prefs.get("level", "all")
    if level == "promises" and kind not in PROMISED:
        return "level"
    return "level" if level == "less" and kind in LESS_LEAVES_OUT else ""


def _morning(roles: Iterable[str], playbook: Playbook) -> time:
    return playbook.windows.manager_morning if leads(roles) else playbook.windows.morning


def _why_held(now: datetime, times: Times) -> str:
    if times.away.on(now.date()):
        return "leave"
    if times.works(now.date()) and times.midday(now):
        return "midday"
    return "quiet"


def _tomorrow(now: datetime) -> date:
    return date.fromordinal(now.date().toordinal() + 1)

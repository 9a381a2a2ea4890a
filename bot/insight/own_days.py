"""What a member did in a day or a week, for a report of his own (E11): from the record alone, nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.playbook.model import Playbook
from nlp.workdays import Calendar
from storage import activities, cards, commitments, customers, history, opportunities, tasks
from storage.records import Activity, AuditEntry, Commitment, Member, Opportunity

DAY, MOMENT = timedelta(days=1), timedelta(seconds=1)
GATES = ("gate.missing", "gate.later", "gate.override.refused")
CARDS_LOOKED_AT = 40
NOON = 12


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report, both included, and those it looks ahead to."""

    first: date
    last: date
    next_first: date
    next_last: date
    weekly: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    customer: str
    old: str
    new: str
    won: bool = False
    lost: bool = False
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """``kind``: lacks (``what`` are kinds of evidence), blocked (a reason), late (a promise)."""

    customer: str
    kind: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    customer: str
    what: str
    """Of a promise or a task; of something arranged the word of the action."""
    at: date | datetime
    planned: bool = False


@dataclass(frozen=True, slots=True)
class OwnDays:
    span: Span
    acts: tuple[tuple[Activity, str], ...] = ()
    """What was reported, with the customer's name, in order."""
    moves: tuple[Move, ...] = ()
    kept: tuple[tuple[Commitment, str], ...] = ()
    stuck: tuple[Stuck, ...] = ()
    ahead: tuple[Ahead, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.acts or self.moves or self.kept or self.stuck or self.ahead)


def day_of(now: datetime, calendar: Calendar, *, back: bool = False) -> Span:
    """Today, or the last working day before."""
    day = calendar.workday_before(now.date()) if back else now.date()
    following = calendar.workday_after(day)
    return Span(day, day, following, following)


def week_of(now: datetime, *, back: bool = False) -> Span:
    """Monday until today, or all of last week."""
    monday = now.date() - DAY * now.weekday() - (7 * DAY if back else timedelta())
    return Span(monday, monday + 6 * DAY if back else now.date(), monday + 7 * DAY, monday + 13 * DAY, weekly=True)


async def meant(member: Member, now: datetime, calendar: Calendar, *, weekly: bool, back: bool | None) -> Span:
    """The days that a report is about. Where it was not said: the present ones, but on a morning that has nothing yet
    those before."""
    if back is None:
        present = week_of(now) if weekly else day_of(now, calendar)
        start = datetime.combine(present.first, time(), now.tzinfo)
        nothing = now.hour < NOON and not await activities.on_day([member.id], start, now + MOMENT)
        back = nothing and (not weekly or present.first == now.date())
    return week_of(now, back=back) if weekly else day_of(now, calendar, back=back)


async def look(member: Member, span: Span, playbook: Playbook, zone: ZoneInfo) -> OwnDays:
    start, end = (datetime.combine(day, time(), zone) for day in (span.first, span.last + DAY))
    acts = await activities.on_day([member.id], start, end)
    found = await opportunities.of_owner(member.id)
    promises = await commitments.of_owner(member.id, zone=zone)
    kept = await commitments.kept_within(member.id, start, end)
    moves = await history.of_owners([member.id], history.MOVES[1:], start, end)
    deals = {one.id: one for one in found} | await opportunities.many([one.record for one in moves])
    about = {one.customer_id for one in acts} | {one.customer_id for one in (*promises, *kept)}
    about |= {one.customer_id for one in deals.values()}
    names = await customers.short_names(list((await customers.many([id for id in about if id])).values()))
    return OwnDays(
        span,
        tuple((one, names.get(one.customer_id or "", "")) for one in acts),
        tuple(_moves(moves, deals, names, playbook)),
        tuple((one, names.get(one.customer_id, "")) for one in kept),
        (*await _gates(member), *_blocked(found, names), *_late(promises, names)),
        tuple(await _ahead(member, promises, found, span, names, zone)),
    )


def _began(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """By opportunity the stage in which it stood at first."""
    found: dict[str, str] = {}
    for one in entries:
        if one.change is not None and one.change.before and "stage" in one.change.before:
            found.setdefault(one.record, str(one.change.before["stage"]))
    return found


def _moves(
    entries: Sequence[AuditEntry], deals: Mapping[str, Opportunity], names: Mapping[str, str], playbook: Playbook
) -> list[Move]:
    """One an opportunity: what it came to, if that is further than where it stood."""
    moves, began = [], _began(entries)
    for id in dict.fromkeys(one.record for one in entries):
        deal = deals.get(id)
        if deal is None:
            continue
        pipeline, old = playbook.pipeline(deal.pipeline), began.get(id, deal.stage)
        further = pipeline.place(deal.stage) > pipeline.place(old)
        if deal.state == "open" and not further:
            continue
        called = [stage.name if (stage := pipeline.stage(one)) else one for one in (old, deal.stage)]
        name, won, lost = names.get(deal.customer_id, ""), deal.state == "won", deal.state == "lost"
        moves.append(Move(name, called[0], called[1], won, lost, deal.amount))
    return moves


async def _gates(member: Member) -> list[Stuck]:
    """What the cards of gates still wait for."""
    found: dict[str, Stuck] = {}
    for card in await cards.recent_open(member.id, CARDS_LOOKED_AT):
        deal = await opportunities.get(str(card.data.get("opportunity", ""))) if card.kind in GATES else None
        if deal is not None and deal.state == "open" and deal.stage != card.data.get("stage"):
            missing = tuple(str(kind) for kind in card.data.get("missing", ()))
            found.setdefault(deal.id, Stuck(await customers.short_name(deal.customer_id), "lacks", missing))
    return list(found.values())


def _blocked(deals: Iterable[Opportunity], names: Mapping[str, str]) -> list[Stuck]:
    return [
        Stuck(names.get(one.customer_id, ""), "blocked", (one.blocked_reason,)) for one in deals if one.blocked_reason
    ]


def _late(promises: Iterable[Commitment], names: Mapping[str, str]) -> list[Stuck]:
    late = [one for one in promises if one.by == "us" and one.state == "overdue"]
    return [Stuck(names.get(one.customer_id, ""), "late", (one.what,)) for one in late]


async def _ahead(
    member: Member, promises: Iterable[Commitment], deals: Sequence[Opportunity], span: Span,
    names: Mapping[str, str], zone: ZoneInfo,
) -> list[Ahead]:  # fmt: skip
    """What falls due and what is arranged in the days that come."""
    found = [
        Ahead(names.get(one.customer_id, ""), one.what, one.due)
        for one in promises if one.by == "us" and one.due and _within(one.due, span, zone)
    ]  # fmt: skip
    found += [
        Ahead(await customers.short_name(one.customer_id) if one.customer_id else "", one.what, one.due)
        for one in await tasks.of_owner(member.id) if one.due and _within(one.due, span, zone)
    ]  # fmt: skip
    start, end = (datetime.combine(day, time(), zone) for day in (span.next_first, span.next_last + DAY))
    planned = await activities.around([one.id for one in deals], end, start - timedelta(microseconds=1), end)
    for one in (one for several in planned.values() for one in several):
        if one.planned_for is not None:
            found.append(Ahead(names.get(one.customer_id or "", ""), one.action or "", one.planned_for, planned=True))
    return sorted(found, key=lambda one: (_day(one.at, zone), not isinstance(one.at, datetime)))


def _within(due: date | datetime, span: Span, zone: ZoneInfo) -> bool:
    return span.next_first <= _day(due, zone) <= span.next_last


def _day(due: date | datetime, zone: ZoneInfo) -> date:
    return due.astimezone(zone).date() if isinstance(due, datetime) else due

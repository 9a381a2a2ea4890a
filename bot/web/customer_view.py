"""Everything that the page beside a chat shows of one customer, gathered in one go, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.capture.evidence import wanted_next
from bot.followup import service as followup
from bot.followup.view import Matter, matters
from bot.house import House
from bot.knowledge import service as knowledge
from bot.playbook.knowledge import WHEN, Objection
from bot.playbook.model import Playbook
from bot.playbook.store import Live
from bot.process.track import Track, track
from bot.replies import followup as say
from bot.replies.knowledge import AFTERNOON, SHOWN, Line, script_line
from bot.replies.wording import cut, day_of, due_of, mask_phone, moment_of, money, quote, short_day
from bot.web.alarm_view import AlarmView, alarm_view
from bot.web.sessions import Visitor
from bot.web.timeline import Piece, piece, piece_of
from nlp.tags import tags_of
from storage import activities, commitments, customers, evidence, members, opportunities
from storage.records import Activity, Commitment, Contact, Customer, Opportunity

RECENT = 30
"""Talks that are looked through for what the customer minds."""
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Missing:
    """A piece of evidence that a gate still wants: ``kind`` where a file may be it."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class DealView:
    deal: Opportunity
    amount: str
    track: Track
    missing: tuple[Missing, ...]
    signing: str


@dataclass(frozen=True, slots=True)
class PromiseView:
    """``share`` is how much of its time is over, 0 to 100; ``tone`` "", soon or bad."""

    promise: Commitment
    who: str
    due: str
    left: str
    tone: str
    share: int
    days: tuple[tuple[str, str], ...] = ()
    """(ISO day, 周四 3月12日): where it may be moved to by a tap."""


@dataclass(frozen=True, slots=True)
class Concern:
    """What the customer minds, as it was said last, and what helps."""

    name: str
    said: str
    on: str
    ask: str
    give: str
    then: str
    file: str = ""
    file_name: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerView:
    customer: Customer
    name: str
    person: str
    phone: str
    masked: str
    owner: str
    tags: tuple[str, ...]
    deals: tuple[DealView, ...]
    promises: tuple[PromiseView, ...]
    concern: Concern | None
    timeline: Piece
    alarm: AlarmView | None = None


async def customer_view(customer: Customer, visitor: Visitor, house: House) -> CustomerView:
    """The caller has made sure that the visitor may see the customer."""
    live, now = await house.live(visitor.member), visitor.now
    people = await customers.contacts(customer.id)
    deals = sorted(await opportunities.open_of(customer.id), key=lambda deal: deal.stage_since, reverse=True)
    owner = await members.get(customer.owner_id)
    person = _first(people)
    phone = next((phone for one in people for phone in one.phones), "")
    return CustomerView(
        customer=customer,
        name=await customers.short_name(customer.id),
        person=called(person) if person else "",
        phone=phone,
        masked=mask_phone(phone) if phone else "",
        owner=owner.name if owner else "",
        tags=tuple(tags_of(customer.name, customer.tags, [one.department for one in people])),
        deals=tuple([await _deal(deal, live.playbook, now) for deal in deals]),
        promises=tuple(_promise(one, live, now) for one in await matters(await commitments.open_of(customer.id, None))),
        concern=await _concern(customer, visitor, live.playbook, live),
        timeline=await piece(customer.id, live.playbook, now),
        alarm=await alarm_view(customer, now),
    )


def called(person: Contact) -> str:
    return f"{person.department or ''}{person.name}{person.title or ''}"


def _first(people: Sequence[Contact]) -> Contact | None:
    """Who decides comes first."""
    return min(people, key=lambda one: not one.role) if people else None


async def _deal(deal: Opportunity, playbook: Playbook, now: datetime) -> DealView:
    proofs = await evidence.of_opportunity(deal.id)
    kinds, _ = wanted_next(deal, await evidence.counts(deal.id), playbook)
    line = track(deal, proofs, playbook, now)
    files = {playbook.called(kind): kind for kind in kinds if kind in playbook.evidence}
    missing = [Missing(next((files[n] for n in files if word.startswith(n)), ""), word) for word in line.missing]
    named = {one.kind for one in missing}
    owed = [Missing(kind, playbook.called(kind)) for kind in deal.evidence_missing if kind not in named]
    return DealView(
        deal,
        money(deal.amount, deal.currency) if deal.amount is not None else "",
        line,
        (*missing, *owed),
        day_of(deal.sign_date, now.date()) if deal.sign_date else "",
    )


def _promise(one: Matter, live: Live, now: datetime) -> PromiseView:
    promise = one.promise
    whom = one.contact or piece_of("customer")
    due, soon_at = _end(promise.due, live.playbook.reminders.day_end, now), DAY * 2
    left = (due - now).total_seconds() if due else None
    tone = "" if left is None else "bad" if left < 0 else "soon" if left < soon_at else ""
    whole = (due - promise.said_at).total_seconds() if due else 0
    share = 100 if left is not None and left <= 0 else int(100 - 100 * (left or 0) / whole) if whole > 0 else 0
    ready = followup.ready_dates(now.date(), live.calendar) if promise.by == "us" else ()
    return PromiseView(
        promise=promise,
        who=piece_of("ours" if promise.by == "us" else "theirs", whom=whom),
        due=due_of(promise.due, now.date(), evening=promise.evening) if not isinstance(promise.due, datetime)
        else f"{say.due_day(promise, now)} 前",
        left=_left(left),
        tone=tone,
        share=max(0, min(100, share)),
        days=tuple((day.isoformat(), day_of(day, now.date())) for day in ready),
    )  # fmt: skip


def _end(due: date | datetime | None, day_end: time, now: datetime) -> datetime | None:
    if due is None or isinstance(due, datetime):
        return due
    return datetime.combine(due, day_end, now.tzinfo)


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes = int(abs(seconds) // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        words = piece_of("days_left", days=days, hours=hours)
    else:
        words = piece_of("hours_left", hours=hours) if hours else piece_of("minutes_left", minutes=minutes)
    return piece_of("late", time=words) if seconds < 0 else words


async def _concern(customer: Customer, visitor: Visitor, playbook: Playbook, live: Live) -> Concern | None:
    """The objection that was met last, as long as it is remembered."""
    for talk in await activities.of_customer(customer.id, RECENT):
        if (visitor.now - talk.occurred_at).days >= playbook.watch.considering_days:
            return None
        found = knowledge.objections_in(talk.signals, playbook)
        if found:
            return await _about(found[0], talk, customer, visitor, playbook, live)
    return None


async def _about(
    one: Objection, talk: Activity, customer: Customer, visitor: Visitor, playbook: Playbook, live: Live
) -> Concern:
    then = datetime.combine(live.calendar.workday_after(visitor.now.date(), 2), AFTERNOON)
    file = await knowledge.file_for(one, visitor.scope.ids(), customer.id)
    helped = await knowledge.scripts(playbook, customer.tags, one.signal)
    return Concern(
        name=one.name,
        said=quote(talk.text, 60) if talk.text else "",
        on=short_day(talk.occurred_at.astimezone(visitor.now.tzinfo).date(), visitor.now.date()),
        ask=one.ask,
        give=one.give,
        then=one.then.format(**{WHEN: moment_of(then, visitor.now.date())}),
        file=file.id if file and file.sha256 else "",
        file_name=cut(file.file or "", 24) if file else "",
        lines=tuple(script_line(match) for match in helped[:SHOWN]),
    )

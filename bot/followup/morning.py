"""What a day holds for a rep, fetched in one go: for the morning's card and for /today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.followup.due import LATE
from bot.followup.service import due_on, still_listed
from bot.followup.view import Matter, matters
from bot.followup.worth import AHEAD, Prospect, Worth, best
from bot.playbook.model import Playbook
from bot.playbook.times import Away
from nlp.workdays import Calendar
from storage import activities, cards, commitments, customers, opportunities, outbox, tasks
from storage.records import CardRow, Commitment, Member, Opportunity, Task

LOOKED_BACK = 3
"""Working days within which somebody's word is recent."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What a rep's day opens with: promises of today, late ones, what customers said for today, what waits."""

    today: tuple[Matter, ...] = ()
    late: tuple[Matter, ...] = ()
    theirs: tuple[Matter, ...] = ()
    questions: tuple[str, ...] = ()
    """What was asked before and not answered, in a few words each."""
    waiting: int = 0
    """Cards that wait for a tap, the questions among them."""
    revived: tuple[tuple[str, Opportunity], ...] = ()
    """Lost opportunities that are to be asked about again today (VIEW-9), with their customers."""
    tasks: tuple[tuple[Task, str], ...] = ()
    """Tasks of today, and late ones, with their customers."""
    worth: tuple[tuple[Worth, str], ...] = ()
    """The follow-ups worth most, with their customers."""
    was_due: int = 0
    """Promises and tasks that were due on the last working day (or on the rest days behind it) …"""
    was_done: int = 0
    """… and those of them that are done."""
    due_day: date | None = None

    @property
    def empty(self) -> bool:
        return not (self._news or self.waiting)

    @property
    def brings_nothing(self) -> bool:
        """Nothing that was not said before: what has been asked again waits without being told every morning."""
        return not self._news

    @property
    def _news(self) -> bool:
        asked = self.theirs or self.questions or self.revived
        return bool(self.today or self.late or self.tasks or asked or any(one.presses for one, _ in self.worth))

    @property
    def count(self) -> int:
        """What there is to do, and where there is nothing else what there is to answer."""
        found = len(self.today) + len(self.late) + len(self.tasks) + len(self.theirs) + len(self.revived)
        return found or len(self.worth) or self.waiting or len(self.questions)

    @property
    def promises(self) -> tuple[str, ...]:
        """Ids of our promises on the card, in its order."""
        return tuple(one.promise.id for one in (*self.today, *self.late))

    @property
    def about(self) -> dict[str, Any]:
        """What the card's taps need."""
        return {"commitments": list(self.promises), "tasks": [task.id for task, _ in self.tasks]}


async def look(
    member: Member, now: datetime, zone: ZoneInfo, calendar: Calendar, playbook: Playbook, asked: Sequence[CardRow]
) -> Morning:
    """What the member's day holds now. ``asked`` are the questions still open; those that were not yet asked once more
    (LOOP-0: once, next morning) are named."""
    found = await commitments.of_owner(member.id, zone=zone)
    today = due_on(found, now.date(), zone)
    late = still_listed(found, now, calendar, playbook.reminders.listed_days, zone)
    open_ones = [card for card in asked if await still_asks(card)]
    named = {one.customer_id for one in (*today, *late)}
    done, due, day = await _attained(member, now, zone, calendar)
    return Morning(
        today=tuple(await matters(one for one in today if one.by == "us")),
        late=tuple(await matters(late)),
        theirs=tuple(await matters(one for one in today if one.by == "customer")),
        questions=tuple(_in_a_few_words(card) for card in open_ones if not card.data.get("asked_again")),
        revived=await _revived(member, now.date(), calendar),
        tasks=await _tasks(member, now.date(), zone, calendar, playbook.reminders.listed_days),
        worth=await _worth(member, found, named, now, calendar, playbook),
        was_due=due,
        was_done=done,
        due_day=day,
        waiting=len(open_ones),
    )


async def _tasks(
    member: Member, today: date, zone: ZoneInfo, calendar: Calendar, days: int
) -> tuple[tuple[Task, str], ...]:  # fmt: skip
    """Those of today, and for so many working days those that are late."""
    first = calendar.workday_before(today, days)
    found = [
        one for one in await tasks.of_owner(member.id)
        if (day := _day(one, zone)) == today or (one.state == "overdue" and day is not None and first <= day < today)
    ]  # fmt: skip
    return tuple([(one, await customers.short_name(one.customer_id) if one.customer_id else "") for one in found])


def _day(one: Task, zone: ZoneInfo) -> date | None:
    return one.due.astimezone(zone).date() if isinstance(one.due, datetime) else one.due


async def _attained(member: Member, now: datetime, zone: ZoneInfo, calendar: Calendar) -> tuple[int, int, date | None]:
    """(done, due, the day) of the last working day and the rest days behind it; nothing is due on a day of leave."""
    first = calendar.workday_before(now.date())
    if Away.of(member).on(first):
        return 0, 0, None
    start, end = (datetime.combine(day, time(), zone) for day in (first, now.date()))
    promises = await commitments.due_within(member.id, start, end)
    duties = await tasks.due_within(member.id, start, end)
    done = sum(one.state == "kept" for one in promises) + sum(one.state == "done" for one in duties)
    return done, len(promises) + len(duties), first


async def _worth(
    member: Member, promises: Sequence[Commitment], named: Collection[str], now: datetime, calendar: Calendar,
    playbook: Playbook,
) -> tuple[tuple[Worth, str], ...]:  # fmt: skip
    """Beside the customers that the card names anyway."""
    deals = [one for one in await opportunities.of_owner(member.id) if one.customer_id not in named]
    since = now - (now.date() - calendar.workday_before(now.date(), LOOKED_BACK))
    recent = await activities.around([one.id for one in deals], since, now, now + AHEAD + timedelta(days=1))
    prospects = [
        Prospect(
            deal, _way(deal, playbook), recent.get(deal.id, ()),
            [one for one in promises if one.by == "customer" and one.opportunity_id == deal.id],
            [one for one in promises if one.by == "us" and one.opportunity_id == deal.id],
        )
        for deal in deals
    ]  # fmt: skip
    return tuple([(one, await customers.short_name(one.deal.customer_id)) for one in best(prospects, now, calendar)])


def _way(deal: Opportunity, playbook: Playbook) -> Decimal:
    pipeline = playbook.pipeline(deal.pipeline)
    stages = [stage for stage in pipeline.stages if stage.ends is None]
    return Decimal(max(0, pipeline.place(deal.stage))) / max(1, len(stages) - 1)


async def still_asks(card: CardRow) -> bool:
    """False where what the card asks has come about since: the stage is entered, the opportunity closed."""
    if not card.kind.startswith(("gate.", "reading.waits.")):
        return True
    deal = await opportunities.get(str(card.data.get("opportunity", "")))
    return deal is not None and deal.state == "open" and deal.stage != card.data.get("stage")


def _in_a_few_words(card: CardRow) -> str:
    """What waits to be recorded, where the card says so; else its title."""
    return str(card.data.get("brief") or card.data.get("title", ""))


async def _revived(member: Member, today: date, calendar: Calendar) -> tuple[tuple[str, Opportunity], ...]:
    """The lost opportunities whose day to ask again has come since the member's last working day."""
    before = calendar.workday_before(today)
    while Away.of(member).on(before):
        before = calendar.workday_before(before)
    lost = await opportunities.of_owner(member.id, "lost")
    again = [one for one in lost if one.ask_again_on and before < one.ask_again_on <= today]
    return tuple([(await customers.short_name(one.customer_id), one) for one in again])


def without(morning: Morning, told: Collection[str]) -> Morning:
    """The same day without the late promises ``told``: each has had a card of its own this morning."""
    return replace(morning, late=tuple(one for one in morning.late if one.promise.id not in told))


async def told_late(member: Member, now: datetime) -> frozenset[str]:
    """Ids of the promises whose lateness has had its card today."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [row for row in await outbox.of_member(member.id, start) if row.kind == LATE and row.due_at >= start]
    found = [await cards.get(row.id) for row in rows]
    return frozenset(str(id) for card in found if card for id in card.data.get("commitments", ()))

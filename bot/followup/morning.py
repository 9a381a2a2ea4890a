"""What a day holds for a rep, fetched in one go: for the morning's card and for /today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.followup.due import LATE
from bot.followup.service import due_on, still_listed
from bot.followup.view import Matter, matters
from bot.playbook.times import Away
from nlp.workdays import Calendar
from storage import cards, commitments, customers, opportunities, outbox
from storage.records import CardRow, Member


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
    revived: tuple[tuple[str, str], ...] = ()
    """(customer, why it was lost) of opportunities that are to be asked about again today (VIEW-9)."""

    @property
    def empty(self) -> bool:
        return not (self.today or self.late or self.theirs or self.questions or self.revived or self.waiting)

    @property
    def brings_nothing(self) -> bool:
        """Nothing that was not said before: what has been asked again waits without being told every morning."""
        return not (self.today or self.late or self.theirs or self.questions or self.revived)

    @property
    def count(self) -> int:
        """What there is to do, and where there is nothing else what there is to answer."""
        found = len(self.today) + len(self.late) + len(self.theirs) + len(self.revived)
        return found or self.waiting or len(self.questions)

    @property
    def promises(self) -> tuple[str, ...]:
        """Ids of our promises on the card, in its order."""
        return tuple(one.promise.id for one in (*self.today, *self.late))


async def look(
    member: Member, now: datetime, zone: ZoneInfo, calendar: Calendar, listed_days: int, asked: Sequence[CardRow]
) -> Morning:
    """What the member's day holds now. ``asked`` are the questions still open; those that were not yet asked once more
    (LOOP-0: once, next morning) are named. ``listed_days``: working days that a late promise stays on the list."""
    found = await commitments.of_owner(member.id, zone=zone)
    today = due_on(found, now.date(), zone)
    late = still_listed(found, now, calendar, listed_days, zone)
    open_ones = [card for card in asked if await still_asks(card)]
    return Morning(
        today=tuple(await matters(one for one in today if one.by == "us")),
        late=tuple(await matters(late)),
        theirs=tuple(await matters(one for one in today if one.by == "customer")),
        questions=tuple(_in_a_few_words(card) for card in open_ones if not card.data.get("asked_again")),
        revived=await _revived(member, now.date(), calendar),
        waiting=len(open_ones),
    )


async def still_asks(card: CardRow) -> bool:
    """False where what the card asks has come about since: the stage is entered, the opportunity closed."""
    if not card.kind.startswith(("gate.", "reading.waits.")):
        return True
    deal = await opportunities.get(str(card.data.get("opportunity", "")))
    return deal is not None and deal.state == "open" and deal.stage != card.data.get("stage")


def _in_a_few_words(card: CardRow) -> str:
    """What waits to be recorded, where the card says so; else its title."""
    return str(card.data.get("brief") or card.data.get("title", ""))


async def _revived(member: Member, today: date, calendar: Calendar) -> tuple[tuple[str, str], ...]:
    """The lost opportunities whose day to ask again has come since the member's last working day."""
    before = calendar.workday_before(today)
    while Away.of(member).on(before):
        before = calendar.workday_before(before)
    lost = await opportunities.of_owner(member.id, "lost")
    again = [one for one in lost if one.ask_again_on and before < one.ask_again_on <= today]
    return tuple([(await customers.short_name(one.customer_id), one.lost_reason or "") for one in again])


def without(morning: Morning, told: Collection[str]) -> Morning:
    """The same day without the late promises ``told``: each has had a card of its own this morning."""
    return replace(morning, late=tuple(one for one in morning.late if one.promise.id not in told))


async def told_late(member: Member, now: datetime) -> frozenset[str]:
    """Ids of the promises whose lateness has had its card today."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [row for row in await outbox.of_member(member.id, start) if row.kind == LATE and row.due_at >= start]
    found = [await cards.get(row.id) for row in rows]
    return frozenset(str(id) for card in found if card for id in card.data.get("commitments", ()))

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
        questions=tuple(str(card.data.get("title", "")) for card in asked if "asked_again" not in card.data),
        waiting=len(asked),
    )

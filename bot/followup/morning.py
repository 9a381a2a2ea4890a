"""What a rep's day holds: promises of today, late ones, what customers said for today, questions that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.followup.service import due_on, still_listed
from bot.followup.view import Matter, matters
from bot.playbook.store import Live
from storage import commitments
from storage.records import CardRow, Member

ASKED_AGAIN = "asked_again"
"""In a card's data: the day on which its question stood in a morning's list (LOOP-0: once)."""


@dataclass(frozen=True, slots=True)
class Morning:
    today: tuple[Matter, ...] = ()
    late: tuple[Matter, ...] = ()
    theirs: tuple[Matter, ...] = ()
    """What customers promised for today."""
    questions: tuple[str, ...] = ()
    """Titles of the questions that are asked once more."""
    waiting: int = 0
    """Cards that wait for a tap, those questions among them."""

    @property
    def empty(self) -> bool:
        return not (self.today or self.late or self.theirs or self.questions or self.waiting)


async def look(member: Member, now: datetime, zone: ZoneInfo, live: Live, asked: Sequence[CardRow]) -> Morning:
    """The member's day as of ``now``; ``asked`` are the open questions to the member."""
    found = await commitments.of_owner(member.id, zone=zone)
    today = due_on(found, now.date(), zone)
    late = still_listed(found, now, live.calendar, live.playbook.reminders.listed_days, zone)
    return Morning(
        today=tuple(await matters(one for one in today if one.by == "us")),
        late=tuple(await matters(late)),
        theirs=tuple(await matters(one for one in today if one.by == "customer")),
        questions=tuple(str(card.data.get("title", "")) for card in unasked(asked)),
        waiting=len(asked),
    )


def unasked(asked: Sequence[CardRow]) -> list[CardRow]:
    """The questions that were not asked once more yet."""
    return [card for card in asked if ASKED_AGAIN not in card.data]

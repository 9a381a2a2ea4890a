"""What may happen to a promise: each as the changes it comes to; and its moments, which follow what the record says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.followup.due import KINDS, moments
from bot.playbook.model import Playbook
from bot.playbook.store import PlaybookStore
from bot.playbook.times import Away, Times
from nlp.workdays import Calendar
from storage import audit, commitments, due, members
from storage.records import Change, Commitment, Evidence, Member, Moment, changed, new_id

OPEN = ("open", "overdue")


def remember(
    commitment: Commitment, *, playbook: Playbook, calendar: Calendar, owner: Member, now: datetime, promised: datetime
) -> tuple[Moment, ...]:
    """The moments to wait for; none for a promise that is closed, undone or without a time. ``now`` gives the zone."""
    if commitment.state not in OPEN or commitment.undone_at is not None:
        return ()
    times = Times.of(playbook, calendar, now.tzinfo or commitment.said_at.tzinfo, Away.of(owner))  # type: ignore[arg-type]
    planned = moments(commitment, times=times, reminders=playbook.reminders, promised=promised, now=now)
    return tuple(
        Moment(
            id=new_id("due", now), at=one.at, kind=one.kind, record=commitment.id, member_id=commitment.owner_id,
            data={"due": spelled(commitment.due), "named": one.named},
        )
        for one in planned
    )  # fmt: skip


async def reschedule(record: str, playbooks: PlaybookStore, now: datetime, promised: datetime | None = None) -> None:
    """Brings the waiting moments of a promise in line with its record. Inside the transaction of the change.

    ``promised``: when it was said or last moved, where that is not now. A promise that turned overdue keeps what still
    waits for it: its lateness is told once.
    """
    commitment = await commitments.get(record)
    if commitment is not None and commitment.state == "overdue":
        return
    await due.cancel(record)
    owner = await members.get(commitment.owner_id) if commitment is not None else None
    if commitment is None or owner is None:
        return
    live = await playbooks.current(owner.team_id)
    local = now.astimezone(await zone_of(owner))
    waiting = remember(
        commitment, playbook=live.playbook, calendar=live.calendar, owner=owner, now=local, promised=promised or local
    )
    if waiting:
        await due.put(list(waiting))


async def reschedule_owner(owner_id: str, playbooks: PlaybookStore, now: datetime) -> int:
    """How many open promises of a member were planned anew, after leave or the calendar changed."""
    open_ones = await commitments.of_owner(owner_id, ("open",))
    for one in open_ones:
        await reschedule(one.id, playbooks, now, await _promised(one))
    return len(open_ones)


async def _promised(commitment: Commitment) -> datetime:
    """When its due was last said."""
    entries = await audit.of_record(commitment.id)
    said = [one.at for one in entries if one.change is not None and "due" in one.change.after]
    return max(said, default=commitment.said_at)


async def zone_of(member: Member) -> ZoneInfo:
    """The zone of the member's team."""
    team = await members.team(member.team_id) if member.team_id else None
    return ZoneInfo(team.zone if team else "Asia/Shanghai")


def keep(
    commitment: Commitment, now: datetime, evidence: Evidence | None = None, why: str = "said"
) -> tuple[Change, ...]:
    """Closed as kept, with ``evidence`` as its proof where there is some."""
    proof = evidence.id if evidence else commitment.evidence_id
    closing = changed(commitment, "commitment.kept", state="kept", closed_at=now, why_closed=why, evidence_id=proof)
    if evidence is None or evidence.commitment_id == commitment.id:
        return (closing,)
    return (closing, changed(evidence, "evidence.linked", commitment_id=commitment.id))


def withdraw(commitment: Commitment, now: datetime, why: str) -> tuple[Change, ...]:
    """Given up by 不用了: it stays on record as withdrawn."""
    return (changed(commitment, "commitment.withdrawn", state="withdrawn", closed_at=now, why_closed=why),)


def move(commitment: Commitment, new: date | datetime, *, evening: bool = False) -> tuple[Change, ...]:
    """Due at another time, and open again where it was late."""
    return (changed(commitment, "commitment.moved", due=new, evening=evening, state="open"),)


def reopen(commitment: Commitment, evidence: Evidence | None = None) -> tuple[Change, ...]:
    """As before it was closed; the file that closed it stays with the customer."""
    opening = changed(commitment, "commitment.reopened", state="open", closed_at=None, why_closed="", evidence_id=None)
    if evidence is None or evidence.commitment_id != commitment.id:
        return (opening,)
    return (opening, changed(evidence, "evidence.unlinked", commitment_id=None))


def turn_overdue(commitment: Commitment) -> tuple[Change, ...]:
    """What the clock does to a promise that is late; nothing where it is closed or turned already."""
    if commitment.state != "open" or commitment.by != "us" or commitment.undone_at is not None:
        return ()
    return (changed(commitment, "commitment.overdue", state="overdue"),)


def still_means(moment: Moment, commitment: Commitment | None) -> bool:
    """The moment was planned for the promise as it stands now."""
    if commitment is None or commitment.state not in OPEN or commitment.undone_at is not None:
        return False
    return moment.kind in KINDS and moment.data.get("due") == spelled(commitment.due)


def spelled(due_: date | datetime | None) -> str:
    """A due as text that only the same due has."""
    if isinstance(due_, datetime):
        return f"{due_.timestamp():.0f}"
    return due_.isoformat() if due_ else ""


def last_day(commitment: Commitment, zone: ZoneInfo) -> date | None:
    """The day that the promise is due, in the zone; None where no time was said."""
    if isinstance(commitment.due, datetime):
        return commitment.due.astimezone(zone).date()
    return commitment.due


def ready_dates(today: date, calendar: Calendar, count: int = 4) -> tuple[date, ...]:
    """The next working days, to choose a new date from."""
    return tuple(calendar.workday_after(today, n) for n in range(1, count + 1))


def extended(commitment: Commitment, now: datetime, calendar: Calendar) -> date | datetime:
    """One working day more, from today where the old due is past; a clock time keeps its hour."""
    today = now.date()
    if not isinstance(commitment.due, datetime):
        return calendar.workday_after(max(commitment.due or today, today))
    local = commitment.due.astimezone(now.tzinfo)
    day = calendar.workday_after(max(local.date(), today))
    return datetime.combine(day, local.timetz())


def days_late(commitment: Commitment, today: date, calendar: Calendar, zone: ZoneInfo) -> int:
    """Working days since the due day, 0 on the day itself."""
    day = last_day(commitment, zone)
    return calendar.workdays_between(day, today) if day else 0


def still_listed(
    found: Iterable[Commitment], now: datetime, calendar: Calendar, days: int, zone: ZoneInfo
) -> list[Commitment]:
    """The late promises of ours that still stand in the morning list: ``days`` working days long, oldest first."""
    late = [one for one in found if one.by == "us" and one.state == "overdue"]
    late = [one for one in late if 0 < days_late(one, now.date(), calendar, zone) <= days]
    return sorted(late, key=lambda one: last_day(one, zone) or now.date())


def due_on(found: Iterable[Commitment], day: date, zone: ZoneInfo) -> list[Commitment]:
    """The open promises that are due on that day: clock times first, in their order, then the day's."""
    today = [one for one in found if one.state == "open" and last_day(one, zone) == day]
    return sorted(today, key=lambda one: _clock_first(one, day, zone))


def _clock_first(one: Commitment, day: date, zone: ZoneInfo) -> datetime:
    if isinstance(one.due, datetime):
        return one.due
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=2 if one.evening else 1)

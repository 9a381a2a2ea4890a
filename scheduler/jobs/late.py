"""What fell due while the bot was down: one digest a person; a single word comes as itself, with the delay said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.followup import due
from bot.followup.escalate import superior
from bot.followup.service import still_means, turn_overdue
from bot.followup.view import matters
from bot.letter import Letter
from bot.playbook.times import DAY, Times
from bot.replies import digest as say
from bot.replies.followup import with_footer
from scheduler.effect import Around, Effect
from scheduler.jobs.due import TURNING, Standing, by, to_manager, to_owner
from scheduler.jobs.late_offer import offered_later
from storage import activities, commitments, members
from storage.records import Member, Moment

ORDER = (due.OVERDUE, due.AHEAD, due.NOW, due.CUSTOMER, due.LATE, due.MANAGER)
FIRST_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pile:
    """What one member missed: what still matters (``standing``), what does not (``gone``), and every moment of it."""

    member: Member
    standing: tuple[Standing, ...]
    gone: tuple[Standing, ...]
    moments: tuple[Moment, ...]


async def sort(moments: Iterable[Moment], around: Around) -> tuple[list[Pile], list[Moment]]:
    """The missed moments by the member who was to hear of them, and those that say nothing (any more)."""
    teams, everyone = await members.teams(), await members.everyone()
    by_id = {one.id: one for one in everyone}
    silent: list[Moment] = []
    found: list[tuple[str, Standing]] = []
    for moment in moments:
        promise = await commitments.get(moment.record)
        owner = by_id.get(promise.owner_id) if promise else None
        if promise is None or owner is None or not still_means(moment, promise) or moment.kind == due.OVERDUE:
            silent.append(moment)
            continue
        up = moment.kind == due.MANAGER
        to = superior(owner, teams, everyone, around.now.date()) if up else owner.id
        if to is None:
            silent.append(moment)
        else:
            found.append((to, (moment, promise)))
    piles = [_pile(by_id[id], [one for _, one in theirs], around.now) for id, theirs in by(found, lambda one: one[0])]
    return piles, silent


def _pile(member: Member, theirs: Sequence[Standing], now: datetime) -> Pile:
    """Of each promise only the last word counts; a word of a day that is over is not made up for."""
    last: dict[tuple[str, bool], Standing] = {}
    for one in sorted(theirs, key=lambda one: (ORDER.index(one[0].kind), one[0].at)):
        last[one[1].id, one[0].kind == due.MANAGER] = one
    gone = [one for one in last.values() if _over(one, now)]
    standing = sorted((one for one in last.values() if one not in gone), key=lambda one: one[0].at)
    return Pile(member, tuple(standing), tuple(gone), tuple(moment for moment, _ in theirs))


def _over(one: Standing, now: datetime) -> bool:
    moment, promise = one
    if moment.kind not in (due.AHEAD, due.NOW):
        return False
    if isinstance(promise.due, datetime):
        return moment.kind == due.AHEAD and promise.due <= now
    return promise.due is not None and promise.due < now.date()


async def make_up(pile: Pile, since: datetime, around: Around) -> Effect:
    """The member's digest, or the one card with its delay; said when the quiet hours are over."""
    member, live = pile.member, await around.house.live(pile.member)
    zone = await around.house.zone(member)
    now = around.now.astimezone(zone)
    around = replace(around, now=now)
    pile = await _as_it_stands(pile)
    turning = [one for moment, one in pile.standing if moment.kind in TURNING]
    at = _first_minute(now, Times.of(live.playbook, live.calendar, zone, member))
    says: list[Letter] = []
    if len(pile.standing) == 1 and not pile.gone:
        one = await _alone(pile, around)
        footer = say.late_by(pile.standing[0][0].at.astimezone(zone), at)
        says = [replace(one, push=with_footer(one.push, footer), at=at)]
    elif pile.standing:
        says = [await _digest(pile, since.astimezone(zone), at, around)]
    changes = tuple(change for one in turning for change in turn_overdue(one))
    up = [one for moment, one in pile.standing if moment.kind == due.MANAGER]
    later = await offered_later(member.id, up, around)
    return Effect(changes=changes, says=tuple(says), moments=later, event=pile.moments[0].id)


async def _as_it_stands(pile: Pile) -> Pile:
    """The pile with its promises as they are now: another's digest may have turned them overdue."""
    fresh = [(moment, await commitments.get(one.id)) for moment, one in pile.standing]
    return replace(pile, standing=tuple((m, one) for m, one in fresh if one is not None and still_means(m, one)))


async def _alone(pile: Pile, around: Around) -> Letter:
    """The card that the one moment would have made."""
    kind = pile.standing[0][0].kind
    if kind == due.MANAGER:
        return await to_manager(pile.member.id, pile.standing, around)
    return (await to_owner(kind, pile.standing, pile.member, around))[0]


async def _digest(pile: Pile, since: datetime, at: datetime, around: Around) -> Letter:
    heard = await activities.on_day([pile.member.id], since, around.now)
    missed = say.Missed(
        start=since,
        end=around.now,
        due=tuple(await matters(one for _, one in pile.standing)),
        gone=tuple(await matters(one for _, one in pile.gone)),
        heard=len({one.message_id for one in heard if one.message_id}),
    )
    return Letter(
        say.late_digest(missed), to=pile.member.id, once=f"late.digest:{pile.member.id}:{pile.moments[0].id}",
        about={"commitments": [one.id for _, one in pile.standing], "kinds": [m.kind for m, _ in pile.standing]}, at=at,
    )  # fmt: skip


def _first_minute(now: datetime, times: Times) -> datetime:
    """Now, or the first minute after the quiet hours."""
    if times.allowed(now):
        return now
    if times.works(now.date()) and times.midday(now):
        return times.at(now.date(), times.quiet.midday_until) + FIRST_MINUTE
    day = now.date() if now.time() < times.quiet.night_until else now.date() + DAY
    return times.at(times.working_day_from(day), times.quiet.night_until) + FIRST_MINUTE

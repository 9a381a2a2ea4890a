"""What another calendar makes of what is planned: the reminders of promises that come at another time, and, once it
holds, the lines that opportunities may cross and what rules wait for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.followup import due as promised
from bot.followup.service import remember
from bot.playbook import load, store
from bot.playbook.model import Playbook
from bot.playbook.store import Live, PlaybookStore, calendar_of
from bot.playbook.times import Times
from bot.process import hours, watching
from bot.process.waits import KINDS as WAITS
from storage import commitments, due, figures, members
from storage.records import Commitment, Member, Moment, PlaybookVersion, new_id

CALENDAR = "playbook.calendar"
"""The kind of the change by which another calendar came to hold."""
RECOUNTED_AT_ONCE = 20_000
"""Open opportunities that are judged anew while others wait; of more, the night's recount sees to it."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The moments of promises that are planned otherwise, those promises, and how many reminders move."""

    moments: tuple[Moment, ...]
    promises: tuple[str, ...]
    reminders: int


async def versions(playbooks: PlaybookStore) -> list[Live]:
    """Every playbook that holds for somebody: the company's first, then those of teams that have their own."""
    found = {live.version.id: live for live in [await playbooks.current(None)]}
    for team in await members.teams():
        live = await playbooks.current(team.id)
        found.setdefault(live.version.id, live)
    return list(found.values())


async def put_in_force(
    text: str, *, author: str, now: datetime, team_id: str | None, playbooks: PlaybookStore
) -> PlaybookVersion:
    """The new version of the team's playbook, or of the company's, with all that waits planned by it. Inside the
    caller's transaction."""
    new = load.parse(text)
    shift = await shifted(playbooks, lambda owner, live: new if _holds_for(owner, live, team_id) else None, now)
    version = await store.add(text, author=author, now=now, team_id=team_id)
    for promise in shift.promises:
        await due.cancel(promise)
    await due.put(list(shift.moments))
    await follow(playbooks, now)
    return version


def _holds_for(owner: Member, live: Live, team_id: str | None) -> bool:
    return owner.team_id == team_id if team_id else live.version.team_id is None


async def shifted(playbooks: PlaybookStore, after: Callable[[Member, Live], Playbook | None], now: datetime) -> Shift:
    """What moves when another playbook holds for those for whom ``after`` names one. Only what differs is planned
    anew: a promise that the new days do not touch keeps its moments."""
    moments: list[Moment] = []
    promises: list[str] = []
    reminders = 0
    async for owner, live, zone in _everyone(playbooks):
        new = after(owner, live)
        if new is None:
            continue
        for one in await commitments.of_owner(owner.id, ("open",), zone):
            was, will = _planned(one, live.playbook, owner, now, zone), _planned(one, new, owner, now, zone)
            moved = _times(was) ^ _times(will)
            if moved:
                moments += will
                promises.append(one.id)
                reminders += len({kind for kind, _ in moved} - {promised.OVERDUE})
    return Shift(tuple(moments), tuple(promises), reminders)


async def follow(playbooks: PlaybookStore, now: datetime) -> None:
    """Another calendar holds: silence and stalls are counted by it, and so is what rules wait for."""
    if await figures.open_deals() <= RECOUNTED_AT_ONCE:
        await watching.recount(playbooks, now)
    people = {owner.id: (owner, live, zone) async for owner, live, zone in _everyone(playbooks)}
    for moment in await due.of_kinds(WAITS):
        known = people.get(moment.member_id or "")
        at = _waited(moment, *known) if known else None
        if at is not None and at != moment.at:
            await due.dropped([moment.id])
            await due.put([replace(moment, id=new_id("due", now), at=max(at, now))])


def _waited(moment: Moment, owner: Member, live: Live, zone: ZoneInfo) -> datetime | None:
    """When what the rule waits for is over by the calendar of now; None for a rule that is gone."""
    rule = next((one for one in live.playbook.rules if one.id == moment.data.get("rule")), None)
    if rule is None or rule.after_hours is None:
        return None
    since = datetime.fromisoformat(str(moment.data["since"]))
    return hours.after(since, rule.after_hours, Times.of(live.playbook, live.calendar, zone, owner))


async def _everyone(playbooks: PlaybookStore) -> AsyncIterator[tuple[Member, Live, ZoneInfo]]:
    zones = {team.id: ZoneInfo(team.zone) for team in await members.teams()}
    for one in await members.everyone():
        live = await playbooks.current(one.team_id)
        yield one, live, zones.get(one.team_id or "", commitments.ZONE)


def _planned(one: Commitment, playbook: Playbook, owner: Member, now: datetime, zone: ZoneInfo) -> tuple[Moment, ...]:
    return remember(
        one, playbook=playbook, calendar=calendar_of(playbook), owner=owner, now=now.astimezone(zone),
        promised=one.said_at,
    )  # fmt: skip


def _times(moments: tuple[Moment, ...]) -> set[tuple[str, datetime]]:
    return {(one.kind, one.at) for one in moments}

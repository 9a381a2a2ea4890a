"""What follows from a change for the lines that an opportunity may cross: its risks begin and end, and its one moment
is planned anew. A sweep reads only what came to its moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from time import perf_counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.playbook.store import Live, PlaybookStore
from bot.playbook.times import Away
from bot.process import watch
from bot.process.watch import Hours, Line
from storage import activities, audit, commitments, due, evidence, members, opportunities, watching
from storage.connect import transaction
from storage.records import Change, Member, Moment, Risk, Team, new_id
from storage.watching import WATCH, Sight

HAND = "watch"
"""The actor in the audit record of a risk that begins or ends."""
BY_CUSTOMER = ("act_", "pro_", "evi_")
OF_OWNER = frozenset({"leave_from", "leave_until", "team_id"})
PART, BREATH = 100, 50
"""Opportunities set right with one commit, and judged before the loop's other work has its turn."""
UNDO = "undo."
"""What the kind of a reversing entry begins with."""


class Watched(NamedTuple):
    """An open opportunity with its lines; a tuple, because a recount makes one of every row."""

    sight: Sight
    owner: Member
    live: Live
    hours: Hours
    lines: tuple[Line, ...]
    risks: tuple[Risk, ...] = ()


class Watcher:
    """Judges opportunities one after the other: what belongs to an owner is fetched once."""

    def __init__(self, playbooks: PlaybookStore, now: datetime) -> None:
        self._playbooks, self._now = playbooks, now
        self._owners: dict[str, tuple[Member, Live, Hours] | None] = {}

    async def judge(self, sight: Sight, risks: Sequence[Risk] = (), back: int | None = None) -> Watched | None:
        """None where nobody owns it. ``back``: counted anew; else as the risk that stands for it says."""
        if sight.owner_id not in self._owners:
            self._owners[sight.owner_id] = await self._owner(sight.owner_id)
        return self.known(sight, risks, back)

    def known(self, sight: Sight, risks: Sequence[Risk] = (), back: int | None = None) -> Watched | None:
        """As :meth:`judge`, of an owner who was met; None also of others."""
        of = self._owners.get(sight.owner_id)
        if of is None:
            return None
        owner, live, hours = of
        if back is None and risks:
            back = max((int(one.facts.get("count", 0)) for one in risks if one.kind == "regressed"), default=0)
        found = watch.lines(sight, live.playbook, hours, self._now, back or 0)
        return Watched(sight, owner, live, hours, tuple(found), tuple(risks))

    async def meet(self) -> None:
        """Everybody at once, for a sweep over all."""
        teams, lives = {team.id: team for team in await members.teams()}, dict[str | None, Live]()
        for owner in await members.everyone(active=False):
            if owner.team_id not in lives:
                lives[owner.team_id] = await self._playbooks.current(owner.team_id)
            self._owners[owner.id] = _of_owner(owner, lives[owner.team_id], teams.get(owner.team_id or ""))

    async def _owner(self, id: str) -> tuple[Member, Live, Hours] | None:
        owner = await members.get(id)
        if owner is None:
            return None
        live = await self._playbooks.current(owner.team_id)
        return _of_owner(owner, live, await members.team(owner.team_id) if owner.team_id else None)


def _of_owner(owner: Member, live: Live, team: Team | None) -> tuple[Member, Live, Hours]:
    return owner, live, Hours(live.calendar, ZoneInfo(team.zone if team else "Asia/Shanghai"), Away.of(owner))


async def look(ids: Sequence[str], playbooks: PlaybookStore, now: datetime) -> list[Watched]:
    """Those of the opportunities that are open, with their lines and risks, in the order asked for."""
    sights = await watching.of(ids, *await playbooks.watched_kinds())
    risks = await watching.risks_of(ids)
    watcher = Watcher(playbooks, now)
    found = [await watcher.judge(sights[id], risks.get(id, ())) for id in ids if id in sights]
    return [one for one in found if one is not None]


async def follow(changes: Sequence[Change], playbooks: PlaybookStore, now: datetime) -> None:
    """Brings risks and moments in line with what was changed; asks nothing where the changes concern no line."""
    ids = await _concerned(changes)
    if not ids:
        return
    moves = {one.record: one for one in changes if one.record.startswith("opp_") and "stage" in one.after}
    sights = await watching.of(ids, *await playbooks.watched_kinds())
    risks = await watching.risks_of(ids)
    watcher = Watcher(playbooks, now)
    found: list[Change] = []
    moments: list[Moment] = []
    for id in ids:
        sight = sights.get(id)
        back = await _back(sight, moves[id], risks.get(id, ()), playbooks) if sight and id in moves else None
        one = await watcher.judge(sight, risks.get(id, ()), back) if sight is not None else None
        if one is None:
            await due.cancel(id, [WATCH])
            found += watch.over(risks.get(id, ()), now)
            continue
        found += watch.settle(one.sight, one.lines, one.risks, now)
        if not _stands(one, now):
            await due.cancel(id, [WATCH])
            moments += planned(one, now)
    await write(found, moments, now)


async def write(changes: Sequence[Change], moments: Sequence[Moment], now: datetime) -> None:
    """Risks are the watch's own doing: no event is named, so that taking a message back does not take them along."""
    real = [change for change in changes if change.after]
    await audit.apply(real, actor=HAND, event="", at=now)
    if moments:
        await due.put(list(moments))


def _stands(one: Watched, now: datetime) -> bool:
    """The moment that is planned serves. One that comes too early finds nothing crossed and plans the next: cheaper
    than to move it with each message, since most move their line further away. One that has come fires yet."""
    is_planned, wanted = one.sight.next_at, watch.next_at(one.lines, now)
    if is_planned is None or is_planned == wanted:
        return is_planned == wanted
    return is_planned <= now or (wanted is not None and is_planned < wanted)


def planned(one: Watched, now: datetime) -> list[Moment]:
    at = watch.next_at(one.lines, now)
    if at is None:
        return []
    return [Moment(id=new_id("due", now), at=at, kind=WATCH, record=one.sight.id, member_id=one.owner.id)]


async def _concerned(changes: Sequence[Change]) -> list[str]:
    """Ids of the opportunities whose lines the changes may move."""
    ids: dict[str, None] = {}
    for change in changes:
        record = change.record
        if record.startswith("opp_"):
            ids[record] = None
        elif record.startswith(BY_CUSTOMER):
            before = change.before or {}
            named = [change.after.get("opportunity_id"), before.get("opportunity_id")]
            if "opportunity_id" not in change.after:
                named.append(await _deal_of(record))
            ids.update(dict.fromkeys(str(one) for one in named if one))
        elif change.before is not None and OF_OWNER & change.after.keys() and record.startswith("mem_"):
            ids.update(dict.fromkeys(one.id for one in await opportunities.of_owner(record)))
    return list(ids)


async def _deal_of(record: str) -> str | None:
    found = {"act": activities.get, "pro": commitments.get, "evi": evidence.get}[record[:3]]
    one = await found(record, undone=True)
    return one.opportunity_id if one is not None else None


async def _back(sight: Sight, move: Change, risks: Sequence[Risk], playbooks: PlaybookStore) -> int | None:
    """Steps back, told from the record; None where the move can be none and ends none: then nothing need be read."""
    owner = await members.get(sight.owner_id)
    live = await playbooks.current(owner.team_id if owner else None)
    pipeline = live.playbook.pipeline(sight.pipeline)
    began = move.before is None or pipeline.place(str(move.before["stage"])) <= pipeline.place(str(move.after["stage"]))
    if began and not move.kind.startswith(UNDO) and not any(one.kind == "regressed" for one in risks):
        return None
    entries = [one for one in await audit.of_record(sight.id) if one.change and "stage" in one.change.after]
    made = [one for one in entries if one.change and one.change.before is None]
    if not made:
        return 0
    taken = [
        (str(one.change.after["stage"]), one.kind.startswith(UNDO))
        for one in entries
        if one.change and one.change.before is not None
    ]
    first = str(made[0].change.after["stage"]) if made[0].change else sight.stage
    return watch.steps_back(first, taken, pipeline)


async def recount(playbooks: PlaybookStore, now: datetime, *, aside: bool = False) -> int:
    """How many open opportunities were not as they should be: all are judged anew, those whose moment or risks differ
    are set right (after an import, a new playbook, a changed calendar), some at a time. ``aside``: at half speed, so
    that whoever speaks meanwhile need not wait."""
    risks = await watching.active_risks()
    watcher = Watcher(playbooks, now)
    await watcher.meet()
    wrong, count, seen, began = list[str](), 0, 0, perf_counter()
    async for part in watching.every(*await playbooks.watched_kinds()):
        for sight in part:
            one = watcher.known(sight, risks.get(sight.id, ()))
            if one is not None and (not _stands(one, now) or _settled(one, now)):
                wrong.append(sight.id)
            seen += 1
            if aside and seen % BREATH == 0:
                await asyncio.sleep(perf_counter() - began)
                began = perf_counter()
            if len(wrong) == PART:
                count, wrong = count + await _set_right(wrong, playbooks, now), []
    return count + await _set_right(wrong, playbooks, now)


def _settled(one: Watched, now: datetime) -> tuple[Change, ...]:
    return watch.settle(one.sight, one.lines, one.risks, now)


async def _set_right(ids: Sequence[str], playbooks: PlaybookStore, now: datetime) -> int:
    """How many of them still were wrong, seen once more."""
    if not ids:
        return 0
    async with transaction():
        changes, moments = list[Change](), list[Moment]()
        found = await look(ids, playbooks, now)
        for one in found:
            changes += _settled(one, now)
            if not _stands(one, now):
                await due.cancel(one.sight.id, [WATCH])
                moments += planned(one, now)
        await write(changes, moments, now)
    return len(found)


def standing(risks: Iterable[Risk]) -> list[Risk]:
    """The most telling first."""
    return sorted(risks, key=lambda one: watch.RISKS.index(one.kind) if one.kind in watch.RISKS else len(watch.RISKS))

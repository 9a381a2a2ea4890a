"""What an opportunity's moment comes to: the lines crossed since it was planned, told to whom they concern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.access import manager_of
from bot.process import cases, watch, watching
from bot.process.cases import Case
from scheduler.effect import Around, Effect
from scheduler.jobs.told import EARLY, KINDS, Told, letters
from storage import members
from storage.records import Moment


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """Risks begin, mature, end; the rep hears what is his; the next moment of each is planned."""
    planned = {one.record: one.at for one in moments}
    teams = await members.teams()
    by_id = {one.id: one for one in await members.everyone()}
    by_rep: dict[str, list[Told]] = {}
    for case in await cases.of(list(planned), around.house.playbooks, around.now):
        one = case.watched
        changes = watch.settle(one.sight, one.lines, one.risks, around.now)
        await watching.write(changes, watching.planned(one, around.now), around.now)
        boss = next((by_id[id].name for id in manager_of(case.owner, teams) if id in by_id), "主管")
        if case.owner.active:
            now = around.now.astimezone(one.hours.zone)
            by_rep.setdefault(case.owner.id, []).extend(_told(case, planned[one.sight.id], boss, now))
    says = [letter for theirs in by_rep.values() for letter in await letters(theirs)]
    return Effect(says=tuple(says), event=moments[0].id)


def _told(case: Case, start: datetime, boss: str, now: datetime) -> Iterator[Told]:
    """What the rep is to hear of the opportunity."""
    lines = case.watched.lines
    for line in watch.crossed(lines, start, now):
        if line.kind in KINDS:
            yield Told(KINDS[line.kind], case, line, boss, now)
    for line in watch.told_early(lines, start, now)[:1]:  # one word an opportunity
        yield Told(EARLY, case, line, boss, now)


async def recounted(around: Around) -> Effect:
    """Every night all open opportunities are judged once more: what came by an import, a new playbook or calendar."""
    await watching.recount(around.house.playbooks, around.now, aside=True)
    return Effect()

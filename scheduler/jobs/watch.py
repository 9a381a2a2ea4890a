"""What an opportunity's moment comes to: the lines crossed since it was planned, told to whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import manager_of
from bot.letter import Letter
from bot.process import cases, watch, watching
from bot.process.cases import Case
from bot.process.watch import Line
from bot.replies import watch as say
from scheduler.effect import Around, Effect
from storage import members, outbox
from storage.records import Moment

Stall = tuple[Case, Line, datetime]


@dataclass(slots=True)
class Told:
    """Early words by owner: no more than the playbook allows a day."""

    counts: dict[str, int]


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """Risks begin, mature, end; the rep hears what is his; the next moment of each is planned."""
    planned = {one.record: one.at for one in moments}
    teams, effect, told = await members.teams(), Effect(event=moments[0].id), Told({})
    by_id = {one.id: one for one in await members.everyone()}
    stalled: dict[str, list[Stall]] = {}
    for case in await cases.of(list(planned), around.house.playbooks, around.now):
        one = case.watched
        changes = watch.settle(one.sight, one.lines, one.risks, around.now)
        await watching.write(changes, watching.planned(one, around.now), around.now)
        boss = next((by_id[id].name for id in manager_of(case.owner, teams) if id in by_id), "主管")
        start, now = planned[one.sight.id], around.now.astimezone(one.hours.zone)
        if not case.owner.active:
            continue
        for line in watch.crossed(one.lines, start, now):
            if line.kind == "stalled":
                stalled.setdefault(case.owner.id, []).append((case, line, now))
            effect += Effect(says=tuple(_crossed(case, line, boss, now)))
        for line in watch.told_early(one.lines, start, now):
            effect += Effect(says=tuple(await _early(case, line, boss, now, told)))
    return effect + Effect(says=tuple(letter for theirs in stalled.values() for letter in _stalls(theirs)))


def _stalls(theirs: Sequence[Stall]) -> list[Letter]:
    """What stands still for one rep at one moment, on one card, the dearest first; of many on as few as hold them."""
    ordered = sorted(theirs, key=lambda one: (-(one[0].deal.amount or 0), one[0].deal.id))
    return [_stall(ordered[n : n + say.STALLS_MOST]) for n in range(0, len(ordered), say.STALLS_MOST)]


def _stall(theirs: Sequence[Stall]) -> Letter:
    case, line, now = theirs[0]
    once = f"stage.stall:{case.deal.id}:{case.deal.stage_since:%Y%m%d%H%M}:{line.n}"
    if len(theirs) == 1:
        about = {"opportunity": case.deal.id, "customer": case.customer, "line": line.kind}
        return Letter(say.stall(case, line, now), to=case.owner.id, once=once, about=about)
    found = [one for one, _, _ in theirs]
    named = {one.deal.id: one.customer for one in found}
    return Letter(
        say.stalls(found, now), to=case.owner.id, once=f"{once}:{len(found)}",
        about={"deals": list(named), "named": named, "line": line.kind},
    )  # fmt: skip


def _crossed(case: Case, line: Line, boss: str, now: datetime) -> list[Letter]:
    about = {"opportunity": case.deal.id, "customer": case.customer, "line": line.kind}
    if line.kind == watch.MEMO:
        return [Letter(say.memo(case), to=case.owner.id, once=f"exempt.memo:{case.deal.id}:{line.at:%Y%m%d}",
                       about=about)]  # fmt: skip
    if line.kind == "blocked":
        facts = dict(line.facts)
        track, step = case.step(facts)
        since = datetime.fromisoformat(str(facts["since"])).astimezone(now.tzinfo).date()
        card = say.blocked(case, track, step, since, boss, now.date())
        once = f"step.blocked:{case.deal.id}:{facts['track']}:{facts['step']}:{facts['since']}:{line.n}"
        return [Letter(card, to=case.owner.id, once=once, about={**about, **facts})]
    return []


async def _early(case: Case, line: Line, boss: str, now: datetime, told: Told) -> list[Letter]:
    """E3, so often a day and no oftener."""
    owner = case.owner.id
    if owner not in told.counts:
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        heard = await outbox.of_member(owner, start)
        told.counts[owner] = sum(row.kind == "risk.early" and row.due_at < start + timedelta(days=1) for row in heard)
    if told.counts[owner] >= case.playbook.watch.early_most:
        return []
    told.counts[owner] += 1
    about = {"opportunity": case.deal.id, "customer": case.customer, "line": line.kind}
    once = f"risk.early:{case.deal.id}:{line.kind}:{line.at:%Y%m%d%H%M}"
    return [Letter(say.early(case, line, boss, now), to=owner, once=once, about=about)]


async def recounted(around: Around) -> Effect:
    """Every night all open opportunities are judged once more: what came by an import, a new playbook or calendar."""
    await watching.recount(around.house.playbooks, around.now, aside=True)
    return Effect()

"""What an opportunity's moment comes to: the lines crossed since it was planned, told to whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.access import manager_of
from bot.letter import Letter
from bot.process import cases, watch, watching
from bot.process.cases import Case
from bot.process.watch import Line
from bot.replies import watch as say
from scheduler.effect import Around, Effect
from storage import members, outbox
from storage.records import Moment, OutboxRow

EARLY = "risk.early"


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an opportunity that its owner is to hear of; ``boss`` is his manager's name."""

    case: Case
    line: Line
    boss: str
    now: datetime

    @property
    def to(self) -> str:
        return self.case.owner.id

    @property
    def about(self) -> dict[str, Any]:
        return {"opportunity": self.case.deal.id, "customer": self.case.customer, "line": self.line.kind}


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """Risks begin, mature, end; the rep hears what is his; the next moment of each is planned."""
    planned = {one.record: one.at for one in moments}
    teams, effect = await members.teams(), Effect(event=moments[0].id)
    by_id = {one.id: one for one in await members.everyone()}
    stalled: dict[str, list[Told]] = {}
    early: dict[str, list[Told]] = {}
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
                stalled.setdefault(case.owner.id, []).append(Told(case, line, boss, now))
            effect += Effect(says=tuple(_crossed(case, line, boss, now)))
        for line in watch.told_early(one.lines, start, now)[:1]:  # one word a customer
            early.setdefault(case.owner.id, []).append(Told(case, line, boss, now))
    says = [letter for theirs in stalled.values() for letter in _stalls(theirs)]
    says += [letter for theirs in early.values() for letter in await _early(theirs)]
    return effect + Effect(says=tuple(says))


def _stalls(theirs: Sequence[Told]) -> list[Letter]:
    """What stands still for one rep at one moment, on one card, the dearest first; of many on as few as hold them."""
    ordered = _dearest(theirs)
    return [_stall(ordered[n : n + say.MOST]) for n in range(0, len(ordered), say.MOST)]


def _stall(theirs: Sequence[Told]) -> Letter:
    first = theirs[0]
    once = f"stage.stall:{first.case.deal.id}:{first.case.deal.stage_since:%Y%m%d%H%M}:{first.line.n}"
    if len(theirs) == 1:
        return Letter(say.stall(first.case, first.line, first.now), to=first.to, once=once, about=first.about)
    card = say.stalls([one.case for one in theirs], first.now)
    return Letter(card, to=first.to, once=f"{once}:{len(theirs)}", about=_about(theirs))


async def _early(theirs: Sequence[Told]) -> list[Letter]:
    """E3, of so many opportunities a day and no more; those of one moment on one card."""
    theirs = _dearest(theirs)
    first = theirs[0]
    start = first.now.replace(hour=0, minute=0, second=0, microsecond=0)
    heard = [row for row in await outbox.of_member(first.to, start) if row.due_at < start + timedelta(days=1)]
    spoken = sum(_tells_of(row) for row in heard if row.kind == EARLY)
    told = theirs[: max(0, min(say.MOST, first.case.playbook.watch.early_most - spoken))]
    once = f"{EARLY}:{first.case.deal.id}:{first.line.kind}:{first.line.at:%Y%m%d%H%M}"
    if not told:
        return []
    if len(told) == 1:
        card = say.early(first.case, first.line, first.boss, first.now)
        return [Letter(card, to=first.to, once=once, about=first.about)]
    card = say.earlies([(one.case, one.line) for one in told], first.boss, first.now)
    return [Letter(card, to=first.to, once=f"{once}:{len(told)}", about=_about(told))]


def _tells_of(row: OutboxRow) -> int:
    """Of how many opportunities."""
    choice = row.body.get("choice")
    return len(choice["options"]) if choice else 1


def _dearest(theirs: Sequence[Told]) -> list[Told]:
    return sorted(theirs, key=lambda one: (-(one.case.deal.amount or 0), one.case.deal.id))


def _about(theirs: Sequence[Told]) -> dict[str, Any]:
    """What the taps of a card of several need."""
    return {
        "deals": [one.case.deal.id for one in theirs],
        "named": {one.case.deal.id: one.case.customer for one in theirs},
        "lines": {one.case.deal.id: one.line.kind for one in theirs},
    }


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


async def recounted(around: Around) -> Effect:
    """Every night all open opportunities are judged once more: what came by an import, a new playbook or calendar."""
    await watching.recount(around.house.playbooks, around.now, aside=True)
    return Effect()

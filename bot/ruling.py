"""What the rules of the playbook make of what happened: asked in their order, done as changes, and said to whom it
concerns; all inside the transaction of what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import structlog

from bot.followup.escalate import superior
from bot.house import House
from bot.letter import Letter
from bot.playbook import store
from bot.playbook.expression import prepared
from bot.playbook.rules import Rule
from bot.playbook.store import Live
from bot.playbook.times import Times
from bot.process import watching
from bot.process.acts import Outcome, Said, act
from bot.process.facts import Facts, gather
from bot.process.rules import GENERATIONS, HAND, Happening, Run, happened, judge, waiting
from bot.process.waits import ABSENCE, TIMER, moments
from bot.replies import rules as say
from storage import audit, due, members, opportunities, rulerun
from storage.records import Change, Member, changed
from storage.rulerun import Runs

log = structlog.get_logger(__name__)
Asked = set[tuple[str, str]]


async def follow(
    changes: Sequence[Change], house: House, *, actor: str, event: str, at: datetime
) -> tuple[Letter, ...]:
    """What the changes, and then the rules' own, wake: written, and what is to be said of it."""
    says: list[Letter] = []
    asked: Asked = set()
    for _ in range(GENERATIONS):
        woken = happened(changes)
        if not woken:
            break
        changes = []
        for happening in woken:
            out, letters = await answer(happening, house, actor=actor, event=event, at=at, asked=asked)
            says += letters
            changes += out
    if house.tally.due(at):
        await house.tally.write(at)
    return tuple(says)


async def answer(
    happening: Happening, house: House, *, actor: str, event: str, at: datetime, asked: Asked
) -> tuple[list[Change], list[Letter]]:
    """The rules asked about one thing that happened: their changes, written already, and their words."""
    deal = await opportunities.get(happening.opportunity)
    owner = await members.get(deal.owner_id) if deal is not None else None
    if deal is None or owner is None:
        return [], []
    live = await house.live(owner)
    if not live.playbook.rules:
        return [], []
    zone = await house.zone(owner)
    times = Times.of(live.playbook, live.calendar, zone, owner)
    await _plan(happening, deal, live, times, at)
    rules = [one for one in waiting(live.playbook.rules, happening, live.off) if (one.id, deal.id) not in asked]
    if not rules:
        return [], []
    asked |= {(one.id, deal.id) for one in rules}
    names = {name for rule in rules for name in rule.expression.names} | {"activity"}
    facts = await gather(deal, owner, times, at.astimezone(zone), names)
    if facts is None:
        return [], []
    facts.kinds = tuple(live.playbook.evidence)
    out = Outcome()
    says = await _ask(rules, happening, facts, live, house, event, at, out)
    await _assigned(out, facts)
    if out.changes:
        await audit.apply(out.changes, actor=HAND, event=event, at=at)
        await watching.follow(out.changes, house.playbooks, at)
    if out.moments or out.tasks:
        await due.put([*out.moments, *say.task_moments(out.tasks, times, facts.now)])
    return out.changes, [*says, *await _letters(out, facts, live, actor, event)]


async def _plan(happening: Happening, deal: Any, live: Live, times: Times, at: datetime) -> None:
    """Moments of absence and timers, planned anew where the opportunity moved or something was done with it."""
    if happening.rule or not any({"absence", "timer"} & set(rule.when) for rule in live.playbook.rules):
        return
    await due.cancel(deal.id, (ABSENCE, TIMER))
    await due.put(moments(deal, live.playbook.rules, times, at))


async def _ask(
    rules: Iterable[Rule], happening: Happening, facts: Facts, live: Live, house: House, event: str, at: datetime,
    out: Outcome,
) -> list[Letter]:  # fmt: skip
    """Judges them in their order on the facts as they stood, and does what those that hold say."""
    context, stage, says = prepared(facts.names(happening)), facts.deal.stage, list[Letter]()
    for rule in rules:
        run = judge(rule, stage, context, perf_counter)
        house.tally.count(run, at)
        if run.verdict == "fired":
            act(rule, facts, happening, live.playbook, event, out)
        elif run.verdict == "failed":
            says += await failed(run, house, at)
    return says


async def failed(run: Run, house: House, at: datetime) -> list[Letter]:
    """Counted at once; a rule that failed too often is switched off and the admins are told (B10). The rest goes on."""
    rule = run.rule
    log.warning("rule.failed", rule=rule.id, reason=run.reason)
    await house.tally.write(at)
    seen = await rulerun.since(at - timedelta(minutes=rule.failures_minutes), [rule.id])
    found = seen.get(rule.id, Runs())
    if rule.degrade != "off" and found.failures < rule.failures:
        return []
    await store.switch_off(rule.id, f"{at.isoformat()} {found.failures} {run.reason}")
    said = {"failures": found.failures, "reason": run.reason}
    await audit.apply([Change("rule.off", f"sys_rule_{rule.id}", said)], actor=HAND, event="", at=at)
    card = say.switched_off(rule, found, run.reason)
    return [
        Letter(card, to=admin.id, once=f"rule.off:{rule.id}:{admin.id}:{at.isoformat()}", about={"rule": rule.id},
               answer=False)
        for admin in await members.with_role("admin")
    ]  # fmt: skip


async def _assigned(out: Outcome, facts: Facts) -> None:
    for rule, word in out.assign:
        to = await _whoever(word, facts)
        if to is None or to.id == facts.deal.owner_id:
            continue
        out.change(changed(facts.deal, "opportunity.owner", owner_id=to.id), rule)
        if facts.customer.owner_id == facts.deal.owner_id:
            out.change(changed(facts.customer, "customer.owner", owner_id=to.id), rule)
        facts.deal = facts.deal.with_(owner_id=to.id)


async def _whoever(word: str, facts: Facts) -> Member | None:
    """The member of that name, or by what he is to the owner."""
    found = await concerned(word, facts.owner, facts.now)
    if found:
        return found[0]
    named = await members.named(word)
    return named[0] if len(named) == 1 else None


async def concerned(word: str, owner: Member, now: datetime) -> list[Member]:
    """Who is meant by owner, manager, director, legal …; nobody where there is no such member."""
    if word == "owner":
        return [owner]
    everyone = await members.everyone()
    if word == "manager":
        up = superior(owner, await members.teams(), everyone, now.date())
        return [one for one in everyone if one.id == up]
    return [one for one in everyone if one.active and word in one.roles and one.id != owner.id]


async def _letters(out: Outcome, facts: Facts, live: Live, actor: str, event: str) -> list[Letter]:
    says: list[Letter] = []
    if out.moved is not None:
        push = say.moved(out.moved, facts.short, live.playbook.pipeline(facts.deal.pipeline))
        once = f"rule.moved:{facts.deal.id}:{event}:{out.moved[1]}"
        says.append(Letter(push, to=facts.owner.id, once=once, answer=actor == facts.owner.id))
    if out.tasks:
        card = say.made(out.tasks, facts.short, facts.now)
        about = {"tasks": [one.id for one in out.tasks]}
        once = f"task.made:{event}:{out.tasks[0].id}"
        says.append(Letter(card, to=facts.owner.id, once=once, about=about, answer=actor == facts.owner.id))
    for one in out.said:
        says += [told for told in await letters_of(one, facts.owner, facts.now) if told.to != actor]
    return says


async def letters_of(one: Said, owner: Member, now: datetime) -> list[Letter]:
    push = say.told(one.say, one.fields)
    return [
        Letter(push, to=to.id, once=f"{one.once}:{to.id}", answer=False) for to in await concerned(one.to, owner, now)
    ]

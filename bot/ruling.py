"""What the rules of the playbook make of what happened: asked in their order, done as changes, and said to whom it
concerns; all inside the transaction of what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import structlog

from bot import admins, webhooks
from bot.followup import service as followup
from bot.followup.escalate import superior
from bot.handover import service as handover
from bot.house import House
from bot.letter import Letter
from bot.playbook import store
from bot.playbook.expression import prepared
from bot.playbook.rules import Rule
from bot.playbook.store import Live
from bot.playbook.times import Away, Times
from bot.process import watching
from bot.process.acts import CALL, Outcome, Said, act
from bot.process.facts import AT_HAND, Facts, completed, gather
from bot.process.rules import GENERATIONS, HAND, Happening, Run, happened, judge, waiting, waits_for_time
from bot.process.waits import ABSENCE, TIMER, moments
from bot.replies import reassign as handed
from bot.replies import rules as say
from bot.replies import task as duty
from bot.replies import words
from storage import audit, customers, due, members, opportunities, rulerun, sql
from storage.records import Change, Member, Moment, Opportunity
from storage.rulerun import Runs

log = structlog.get_logger(__name__)
SAID_WITHIN = timedelta(hours=12)
"""How long behind its due the card of a task still hears 都好了."""


class Ground(NamedTuple):
    """What rules are asked on."""

    deal: Opportunity
    owner: Member
    live: Live
    zone: ZoneInfo
    times: Times


@dataclass(slots=True)
class Asked:
    """Each rule is asked at most once an event and opportunity; ``calls`` are to be queued when all are asked."""

    rules: set[tuple[str, str]] = field(default_factory=set)
    calls: list[Moment] = field(default_factory=list)
    grounds: dict[str, Ground | None] = field(default_factory=dict)
    """By opportunity."""


async def follow(
    changes: Sequence[Change], house: House, *, actor: str, event: str, at: datetime, asked: Asked | None = None
) -> tuple[Letter, ...]:
    """What the changes, and then the rules' own, wake: written, and what is to be said of it."""
    says: list[Letter] = []
    asked = asked if asked is not None else Asked()
    for _ in range(GENERATIONS):
        woken = happened(changes)
        if not woken:
            break
        changes = []
        for happening in woken:
            out, letters = await answer(happening, house, actor=actor, event=event, at=at, asked=asked)
            says += letters
            changes += out
    if asked.calls:
        await _queue(asked, house)
    if house.tally.due(at):
        await house.tally.write(at)
    return tuple(says)


async def _queue(asked: Asked, house: House) -> None:
    """What outside addresses are to be asked, behind this transaction; with the rules that need not be asked again."""
    queued = [
        replace(one, data={**one.data, "asked": sorted(rule for rule, deal in asked.rules if deal == one.record)})
        for one in asked.calls
    ]
    asked.calls.clear()
    await due.put(queued)
    sql.after_commit(house.call)


async def answer(
    happening: Happening, house: House, *, actor: str, event: str, at: datetime, asked: Asked
) -> tuple[list[Change], list[Letter]]:
    """The rules asked about one thing that happened: their changes, written already, and their words."""
    ground = await _ground(happening.opportunity, house, asked)
    if ground is None:
        return [], []
    deal, owner, live, zone, times = ground
    await _plan(happening, deal, live, times, at)
    rules = [
        one for one in waiting(live.playbook.rules, happening, live.off)
        if one.at(deal.stage) and (one.id, deal.id) not in asked.rules
    ]  # fmt: skip
    if not rules:
        return [], []
    asked.rules |= {(one.id, deal.id) for one in rules}
    rules = _left(rules, happening, Facts(deal, owner, times, at.astimezone(zone)), house, at)
    if not rules:
        return [], []
    names = {name for rule in rules for name in rule.expression.names}
    facts = await gather(deal, owner, times, at.astimezone(zone), names, tuple(live.playbook.evidence))
    fired, says = await _ask(rules, happening, facts, names, house, at)
    if fired or says:
        asked.grounds.clear()
    if not fired or not await completed(facts):
        return [], says
    out = Outcome()
    for rule in fired:
        act(rule, facts, happening, live.playbook, event, out)
    await _write(out.changes, house, event, at)
    asked.calls += [one for one in out.moments if one.kind == CALL]
    later = [one for one in out.moments if one.kind != CALL]
    if later or out.tasks:
        await due.put([*later, *duty.moments(out.tasks, times, facts.now)])
    says += await _letters(out, facts, live, actor, event)
    over, letters = await _handed_over(out, facts, live)
    await _write(over, house, event, at)
    return [*out.changes, *over], [*says, *letters]


async def _ground(opportunity: str, house: House, asked: Asked) -> Ground | None:
    """Found once for all that happened to the opportunity, until a rule does something. None where no rule is asked."""
    if opportunity not in asked.grounds:
        asked.grounds[opportunity] = await _ground_of(opportunity, house)
    return asked.grounds[opportunity]


async def _ground_of(opportunity: str, house: House) -> Ground | None:
    deal = await opportunities.get(opportunity)
    owner = await members.get(deal.owner_id) if deal is not None else None
    if deal is None or owner is None:
        return None
    live = await house.live(owner)
    if not live.playbook.rules:
        return None
    zone = await house.zone(owner)
    return Ground(deal, owner, live, zone, Times.of(live.playbook, live.calendar, zone, owner))


def _left(rules: list[Rule], happening: Happening, facts: Facts, house: House, at: datetime) -> list[Rule]:
    """Those that the activity alone does not rule out: most messages fire no rule, and nothing need be asked of the
    database to tell."""
    if happening.activity is None:
        return rules
    facts.past = [happening.activity]
    wanted = AT_HAND & {name for rule in rules for name in rule.expression.names}
    context, left = prepared(facts.names(happening, wanted)), list[Rule]()
    for rule in rules:
        run = judge(rule, facts.deal.stage, context, perf_counter)
        if run.verdict == "not":
            house.tally.count(run, at)
        else:  # it holds, or speaks of more than is at hand
            left.append(rule)
    return left


async def _write(changes: Sequence[Change], house: House, event: str, at: datetime) -> None:
    if not changes:
        return
    await audit.apply(changes, actor=HAND, event=event, at=at)
    await webhooks.follow(changes, event=event, at=at, wake=house.post)
    for promise in dict.fromkeys(one.record for one in changes if one.record.startswith("pro_")):
        await followup.reschedule(promise, house.playbooks, at)
    await watching.follow(changes, house.playbooks, at)


async def _plan(happening: Happening, deal: Any, live: Live, times: Times, at: datetime) -> None:
    """Moments of absence and timers, planned anew where the opportunity moved or something was done with it."""
    if happening.rule or happening.called or not waits_for_time(live.playbook.rules):
        return
    await due.cancel(deal.id, (ABSENCE, TIMER))
    await due.put(moments(deal, live.playbook.rules, times, at))


async def _ask(
    rules: Iterable[Rule], happening: Happening, facts: Facts, names: Collection[str], house: House, at: datetime
) -> tuple[list[Rule], list[Letter]]:
    """Judges them on the facts as they stood: those that hold, in their order, and what is to be said of those that
    cannot be told."""
    if "customer" in names and facts.of is None:
        return [], []
    context, fired, says = prepared(facts.names(happening, names)), list[Rule](), list[Letter]()
    for rule in rules:
        run = judge(rule, facts.deal.stage, context, perf_counter)
        house.tally.count(run, at)
        if run.verdict == "fired":
            fired.append(rule)
        elif run.verdict == "failed":
            says += await failed(run, house, at)
    return fired, says


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
    aloud = await admins.in_group(card, f"rule.off:{rule.id}:{at.isoformat()}", house, at)
    return aloud + [
        Letter(card, to=admin.id, once=f"rule.off:{rule.id}:{admin.id}:{at.isoformat()}", about={"rule": rule.id},
               answer=False)
        for admin in await admins.on_duty(at)
    ]  # fmt: skip


async def _handed_over(out: Outcome, facts: Facts, live: Live) -> tuple[list[Change], list[Letter]]:
    """The customer with all that is open goes to whom the first rule names, as a hand-over: everybody hears of it (F4
    to F6, the manager as who may give it back). A colleague's customer stays the colleague's."""
    for rule, word in out.assign:
        to, customer = await _whoever(word, facts), await customers.get(facts.customer.id)
        able = to is not None and to.active and not Away.of(to).on(facts.now.date())
        if to is None or not able or customer is None or facts.owner.id not in (customer.owner_id, to.id):
            log.info("rule.not_assigned", rule=rule.id)
            continue
        if to.id == customer.owner_id:
            continue
        bosses = await concerned("manager", facts.owner, facts.now) or await members.with_role("admin")
        by = next((one for one in bosses if one.id != to.id), facts.owner)
        hours = live.playbook.watch.returnable_hours
        why = words.bit("by_rule", name=rule.name)
        case = await handover.move(customer, to, by=by, reason=why, now=facts.now, hours=hours, rule=rule.id)
        told = list(handed.letters(case, facts.now, live.playbook))
        if by.id != facts.owner.id:
            card = handed.manager(case, facts.now)
            told.append(
                Letter(card, to=by.id, once=f"{case.done.id}:manager", about=handed.about(case), answer=False)
            )  # fmt: skip
        return [Change(one.kind, one.record, {**one.after, "_rule": rule.id}, one.before) for one in case.changes], told
    return [], []


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
        own, customer = actor == facts.owner.id, facts.deal.customer_id
        says.append(Letter(push, to=facts.owner.id, once=once, answer=own, customer=customer))
    if out.tasks:
        until = out.tasks[0].due
        says.append(Letter(
            duty.made(out.tasks, facts.short, facts.now), to=facts.owner.id,
            once=f"task.made:{event}:{out.tasks[0].id}",
            about=duty.about(out.tasks, facts.short), answer=actor == facts.owner.id, awaits="task.said",
            awaits_until=until + SAID_WITHIN if isinstance(until, datetime) else None,
        ))  # fmt: skip
    for one in out.said:
        says += [told for told in await letters_of(one, facts.owner, facts.now) if told.to != actor]
    return says


async def letters_of(one: Said, owner: Member, now: datetime) -> list[Letter]:
    push = say.told(one.say, one.fields)
    told = await concerned(one.to, owner, now)
    return [Letter(push, to=to.id, once=f"{one.once}:{to.id}", answer=False, customer=one.customer) for to in told]

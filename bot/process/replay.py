"""A rule tried on what already happened: what it would have done, beside what the one in force would. Changes nothing.

Each happening is judged on the record as it stood then; what a rule would have done is counted, not carried on into
what follows, and other rules are not asked.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter

from bot.playbook.expression import prepared
from bot.playbook.model import Playbook
from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.process import past
from bot.process.acts import REMIND, Outcome, act
from bot.process.facts import Facts
from bot.process.past import Past, Told
from bot.process.rules import HAND, judge, waiting
from storage import activities
from storage.records import Member

DAYS = 90
MOST_DEALS = 2000
"""Opportunities gone through, those spoken of last first."""
AT_ONCE = 100
LOOK_UP = 25
"""Happenings between two breaths of the loop."""
RECORDED = ("advance", "task")
KINDS = ("advance", "remind", "task", "tag", "assign", "call")


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that a rule would have done: ``what`` is the stage, the text, the task."""

    at: datetime
    deal: str
    customer: str
    rule: str
    kind: str
    what: str
    event: str = ""
    """The message that brought it; "" where none did."""


@dataclass(slots=True)
class Side:
    """What a set of rules makes of the past."""

    fired: int = 0
    failed: int = 0
    reason: str = ""
    doings: list[Doing] = field(default_factory=list)
    micros: int = 0
    runs: int = 0
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def count(self, kind: str) -> int:
        """Of that kind; moves by the opportunity, since it goes to a stage once."""
        return sum(one.kind == kind for one in self.doings)

    def add(self, one: Doing, *once: str) -> None:
        if once and once in self._seen:
            return
        self._seen.add(once)
        self.doings.append(one)


@dataclass(slots=True)
class Replay:
    """``more``: there was more than was gone through, so that all figures are at least."""

    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    deals: int = 0
    happenings: int = 0
    more: bool = False

    def differences(self) -> list[tuple[int, Doing]]:
        """+1 what only the new rules do, -1 what only those of now do, the youngest first."""
        old, new = (Counter(map(_alike, side.doings)) for side in (self.before, self.after))
        found = [(1, one) for one in _only(self.after.doings, new - old)]
        found += [(-1, one) for one in _only(self.before.doings, old - new)]
        return sorted(found, key=lambda one: one[1].at, reverse=True)


def _alike(one: Doing) -> tuple[object, ...]:
    return one.deal, one.event or one.at, one.kind, one.what


def _only(doings: Iterable[Doing], left: Counter[tuple[object, ...]]) -> list[Doing]:
    left = Counter(left)
    found = []
    for one in doings:
        if left[_alike(one)] > 0:
            left[_alike(one)] -= 1
            found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Ground:
    """What both sets of rules are tried on: the playbook around them, whose opportunities, and each owner's hours."""

    playbook: Playbook
    owners: Mapping[str, Member]
    times: Mapping[str, Times]
    before: Sequence[Rule] | None
    """None: what the record says that rules did, as far as it does (:data:`RECORDED`)."""
    after: Sequence[Rule]
    events: frozenset[str] | None = None
    """Only what these messages brought; None for all."""


async def over(ground: Ground, now: datetime, *, days: int = DAYS, seconds: float | None = None) -> Replay:
    """Both sets of rules over the last ``days``; stops after so many ``seconds`` where they are given."""
    since, began, found = now - timedelta(days=days), perf_counter(), Replay()
    ids = await activities.deals_since(since, MOST_DEALS + 1)
    found.more = len(ids) > MOST_DEALS
    for n in range(0, min(len(ids), MOST_DEALS), AT_ONCE):
        if seconds is not None and perf_counter() - began > seconds:
            found.more = True
            break
        for one in await past.of_deals(ids[n : min(n + AT_ONCE, MOST_DEALS)], ground.owners):
            await _deal(one, ground, found, since, now)
    if ground.before is None:
        found.after.doings = [one for one in found.after.doings if one.kind in RECORDED]
    return found


async def _deal(one: Past, ground: Ground, found: Replay, since: datetime, now: datetime) -> None:
    times, kinds = ground.times[one.owner.id], tuple(ground.playbook.evidence)
    found.deals += 1
    told = one.told(since, now)
    if ground.events is not None:
        told = [each for each in told if each.event in ground.events]
    else:
        every = {rule.id: rule for rule in (*(ground.before or ()), *ground.after)}
        told += one.waited(every.values(), times, since, now)
    if ground.before is None:
        found.before.doings += _recorded(one, ground.events or frozenset())
    for n, each in enumerate(told):
        if n % LOOK_UP == 0:
            await asyncio.sleep(0)
        asked = [waiting(rules, each.happening) for rules in (ground.before or (), ground.after)]
        if not any(asked):
            continue
        found.happenings += 1
        facts = one.facts(each, times, kinds)
        for side, rules in zip((found.before, found.after), asked, strict=True):
            _ask(side, rules, each, replace(facts), ground.playbook)


def _recorded(one: Past, events: frozenset[str]) -> list[Doing]:
    """What rules did with the opportunity when these messages came."""
    id, name = one.deal.id, one.short
    found = [
        Doing(entry.at, id, name, str(entry.change.after.get("_rule", "")), "advance",
              str(entry.change.after["stage"]), entry.event)
        for entry in one.entries
        if entry.actor == HAND and entry.event in events and entry.change is not None and "stage" in entry.change.after
    ]  # fmt: skip
    tasks = [task for task in one.tasks if task.rule and task.event in events]
    return found + [Doing(task.created_at, id, name, task.rule, "task", task.what, task.event) for task in tasks]


def _ask(side: Side, rules: Sequence[Rule], told: Told, facts: Facts, playbook: Playbook) -> None:
    if not rules:
        return
    stage = facts.deal.stage
    names = {name for rule in rules if rule.at(stage) for name in rule.expression.names}
    context = prepared(facts.names(told.happening, names))
    for rule in rules:
        run = judge(rule, stage, context, perf_counter)
        side.runs, side.micros = side.runs + 1, side.micros + run.micros
        if run.verdict == "failed":
            side.failed, side.reason = side.failed + 1, run.reason
        elif run.verdict == "fired":
            side.fired += 1
            _note(side, rule, told, facts, playbook)


def _note(side: Side, rule: Rule, told: Told, facts: Facts, playbook: Playbook) -> None:
    out, deal = Outcome(), facts.deal.id

    def doing(kind: str, what: str) -> Doing:
        return Doing(told.at, deal, facts.short, rule.id, kind, what, told.event)

    event = told.event or told.at.isoformat()
    act(rule, facts, told.happening, playbook, event, out)
    if out.moved is not None:
        side.add(doing("advance", out.moved[1]), "advance", deal, out.moved[1])
    for said in out.said:
        side.add(doing("remind", said.say), "said", said.once)
    for moment in out.moments:
        kind = "remind" if moment.kind == REMIND else "call"
        side.add(doing(kind, str(moment.data.get("say") or moment.data.get("url"))))
    for task in out.tasks:
        side.add(doing("task", task.what))
    for change in out.changes:
        if change.kind == "customer.tags":
            tag = str(change.after["tags"][-1])
            side.add(doing("tag", tag), "tag", change.record, tag)
    for _, to in out.assign:
        side.add(doing("assign", to), "assign", deal, to)

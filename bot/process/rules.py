"""Which rules fire: what happened and the facts in, the rules that hold out, in their order. Pure.

A rule is asked at most once an event and opportunity, and what a rule does may wake others only so many times over
(:data:`GENERATIONS`): a set of rules never loops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import cel

from bot.playbook.behaviours import shown
from bot.playbook.rules import Happening as Kind
from bot.playbook.rules import Rule
from storage.records import Activity, Change

HAND = "rule"
"""The actor in the audit record where a rule made a change."""
GENERATIONS = 4
"""What was said or done is the first; the rules' own doings make the others."""
ERRORS = (KeyError, TypeError, ValueError, RuntimeError)
"""How an expression that cannot be told fails."""
MOVED = {"opportunity.stage": "", "opportunity.won": "won", "opportunity.lost": "lost"}
APPROVAL = "approval."
"""What the kind of a change begins with that tells of a form: approval.agreed, approval.refused, approval.withdrawn."""
REASON_MOST = 80


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that rules wait for, of one opportunity. ``rule``: only this one is meant (its moment came)."""

    kind: Kind
    opportunity: str
    event: Mapping[str, Any] = field(default_factory=dict)
    record: str = ""
    """The activity, evidence or promise that it is about."""
    rule: str = ""
    called: Mapping[str, Any] = field(default_factory=dict)
    """What outside addresses said of it, by rule."""
    activity: Activity | None = None
    """The activity itself, where it has just been made."""


@dataclass(frozen=True, slots=True)
class Run:
    """A rule was asked: whether it holds, how long that took, and why it failed where it did."""

    rule: Rule
    micros: int
    verdict: Literal["fired", "not", "failed"]
    reason: str = ""


def happened(changes: Iterable[Change]) -> list[Happening]:
    """What the changes are to a rule; what was undone or put back wakes none."""
    found: list[Happening] = []
    for change in changes:
        deal = change.record if change.record.startswith("opp_") else str(change.after.get("opportunity_id") or "")
        found += _told(change, deal)
    return list({(one.kind, one.opportunity, one.record): one for one in found}.values())


def _told(change: Change, deal: str) -> Iterable[Happening]:
    kind, after = change.kind, change.after
    if kind in MOVED and deal:
        to = MOVED[kind] or after.get("stage", "")
        yield Happening("stage", deal, {"from": (change.before or {}).get("stage", ""), "to": to}, deal)
    elif kind == "activity.created" and deal:
        new = Activity(**{name: value for name, value in after.items() if not name.startswith("_")})
        yield Happening("activity", deal, {}, change.record, activity=new)
        if after.get("signals"):
            yield Happening("signal", deal, {}, change.record, activity=new)
        if shown(after.get("signals") or ()):
            yield Happening("behaviour", deal, {}, change.record, activity=new)
    elif kind == "evidence.created" and deal:
        said = {"evidence": after.get("kind", ""), "file": (after.get("file") or "").casefold()}
        yield Happening("evidence", deal, said, change.record)
    elif kind.startswith(APPROVAL) and deal:
        said = {"approval": after.get("approval", ""), "state": after.get("state", "")}
        yield Happening("approval", deal, said, change.record)
    elif kind == "fact.created" and deal and after.get("kind") == "behaviour":
        yield Happening("behaviour", deal, {"behaviour": after.get("what", "")}, change.record)
    elif kind == "commitment.created" and deal:
        yield Happening("promise", deal, {"promise": "made"}, change.record)


class _Known:
    """A playbook's rules put in order once: by what they wait for, those behind a call apart."""

    __slots__ = ("behind", "first", "of_time", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        on = sorted((rule for rule in rules if rule.on), key=lambda rule: rule.order)
        self.first, self.behind = defaultdict[str, list[Rule]](list), defaultdict[str, list[Rule]](list)
        for rule in on:
            for kind in rule.when:
                (self.behind if rule.after_call else self.first)[kind].append(rule)
        self.of_time = any({"absence", "timer"} & set(rule.when) for rule in on)


_known: dict[int, _Known] = {}
KEPT = 64


def _of(rules: Sequence[Rule]) -> _Known:
    """By the very sequence, which is kept with it, so that its number is no other's."""
    found = _known.get(id(rules))
    if found is None or found.rules is not rules:
        if len(_known) >= KEPT:
            _known.clear()
        found = _known[id(rules)] = _Known(rules)
    return found


def waits_for_time(rules: Sequence[Rule]) -> bool:
    """Some of them wait for a timer, or for what does not come."""
    return _of(rules).of_time


def waiting(rules: Sequence[Rule], happening: Happening, off: Collection[str] = ()) -> list[Rule]:
    """The rules that may answer it, in their order; ``off`` are those that were switched off."""
    known = _of(rules)
    asked = (known.behind if happening.called else known.first).get(happening.kind, [])
    if happening.rule:
        asked = [rule for rule in asked if rule.id == happening.rule]
    return [rule for rule in asked if rule.id not in off] if off else list(asked)


def judge(rule: Rule, stage: str, context: cel.Context, clock: Callable[[], float]) -> Run:
    """Asks one rule. What takes longer than its time-out has failed, whatever it said."""
    if not rule.at(stage):
        return Run(rule, 0, "not")
    started = clock()
    try:
        holds, reason = rule.expression.holds(context), ""
    except ERRORS as error:
        holds, reason = False, f"条件算不出来：{' '.join(str(error).split())}"[:REASON_MOST]
    micros = int((clock() - started) * 1_000_000)
    if not reason and micros > rule.timeout_ms * 1000:
        reason = f"超过 {rule.timeout_ms} 毫秒"
    return Run(rule, micros, "failed" if reason else "fired" if holds else "not", reason)

"""What a rule may know of an opportunity: to be asked, only what its condition speaks of; to act, all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playbook.behaviours import shown
from bot.playbook.times import Times
from bot.process import hours
from bot.process.rules import Happening
from nlp.tags import tags_of
from storage import activities, customers, evidence, members, tasks
from storage.records import Activity, Customer, Evidence, Member, Opportunity

AT_HAND = frozenset({"event", "opportunity", "activity", "called"})
"""Names whose values nobody need be asked for when an activity has just been made."""


@dataclass(slots=True)
class Facts:
    """``now`` is in the owner's zone. ``past`` are the latest activities, newest first."""

    deal: Opportunity
    owner: Member
    times: Times
    now: datetime
    kinds: Collection[str] = ()
    """The kinds of evidence there are."""
    past: list[Activity] = field(default_factory=list)
    proofs: list[Evidence] | None = None
    team: str = ""
    todo: Collection[str] = ()
    """What is open already of tasks, in words."""
    of: Customer | None = None
    short: str = ""
    """What people call the customer."""

    @property
    def customer(self) -> Customer:
        assert self.of is not None, "acting begins with completed()"
        return self.of

    def names(self, happening: Happening, wanted: Collection[str]) -> dict[str, Any]:
        """The values of those of an expression's names that are wanted: each costs its reckoning."""
        at = next((n for n, one in enumerate(self.past) if one.id == happening.record), 0)
        here = self.past[at] if self.past else None
        values: dict[str, Callable[[], Any]] = {
            "event": lambda: _event(happening),
            "customer": lambda: {
                "name": self.customer.name, "tags": list(tags_of(self.customer.name, self.customer.tags)),
                "custom": dict(self.customer.custom),
            },
            "opportunity": self._opportunity,
            "activity": lambda: self._activity(here),
            "last": lambda: self._last(at, here),
            "signals": lambda: list(here.signals) if here else [],
            "behaviours": lambda: list(shown(signal for one in self.past[at:] for signal in one.signals)),
            "evidence": self._evidence,
            "files": lambda: [one.file.casefold() for one in self.proofs or () if one.file],
            "owner": lambda: {"name": self.owner.name, "roles": list(self.owner.roles), "team": self.team},
            "hours": self._hours,
            "open_tasks": lambda: len(self.todo),
            "called": lambda: dict(happening.called),
        }  # fmt: skip
        return {name: values[name]() for name in wanted}

    def _evidence(self) -> dict[str, int]:
        counts: dict[str, int] = dict.fromkeys(self.kinds, 0)
        for proof in self.proofs or ():
            counts[proof.kind] = counts.get(proof.kind, 0) + 1
        return counts

    def _hours(self) -> dict[str, float]:
        silent = next((one for one in self.past if one.action), None)
        since = {
            "in_stage": self.deal.stage_since,
            "silent": silent.occurred_at if silent else self.deal.created_at,
            "since_created": self.deal.created_at,
        }
        return {name: hours.between(start, self.now, self.times) for name, start in since.items()}

    def _last(self, at: int, here: Activity | None) -> dict[str, Any]:
        before = next((one for one in self.past[at + 1 :] if one.action), None)
        return {"action": before.action if before else "", "hours": self._since(before, here)}

    def _opportunity(self) -> dict[str, Any]:
        deal = self.deal
        steps = {track: str(found.get("step", "")) for track, found in deal.tracks.items()}
        return {
            "id": deal.id, "name": deal.name, "stage": deal.stage, "pipeline": deal.pipeline, "state": deal.state,
            "amount": float(deal.amount or 0), "missing": list(deal.evidence_missing), "custom": dict(deal.custom),
            "steps": steps, "blocked": deal.blocked_reason or "",
        }  # fmt: skip

    def _activity(self, one: Activity | None) -> dict[str, Any]:
        if one is None:
            return {"action": "", "done": False, "arranged": False, "text": "", "hours_ahead": 0.0}
        ahead = one.planned_for
        arranged = ahead is not None and ahead > one.occurred_at
        return {
            "action": one.action or "", "done": bool(one.action) and not arranged, "arranged": arranged,
            "text": one.text, "hours_ahead": (ahead - self.now).total_seconds() / 3600 if ahead else 0.0,
        }  # fmt: skip

    def _since(self, before: Activity | None, here: Activity | None) -> float:
        if before is None or here is None:
            return 1e6
        return hours.between(before.occurred_at, here.occurred_at, self.times)


def _event(happening: Happening) -> dict[str, Any]:
    said = {
        "kind": happening.kind,
        "from": "",
        "to": "",
        "evidence": "",
        "file": "",
        "promise": "",
        "approval": "",
        "state": "",
        "behaviour": "",
    }
    return {**said, "kind": happening.kind, **happening.event}


async def gather(
    deal: Opportunity, owner: Member, times: Times, now: datetime, names: Collection[str], kinds: Collection[str] = ()
) -> Facts:
    """The facts that ``names`` are about: what no condition asks for is not fetched."""
    facts = Facts(deal, owner, times, now, kinds)
    if {"activity", "last", "signals", "behaviours", "hours"} & set(names):
        facts.past = await activities.of_opportunity(deal.id, 10)
    if {"evidence", "files"} & set(names):
        facts.proofs = await evidence.of_opportunity(deal.id)
    if "customer" in names:
        facts.of = await customers.get(deal.customer_id)
    if "open_tasks" in names:
        facts.todo = await _todo(deal.id)
    if "owner" in names and owner.team_id:
        team = await members.team(owner.team_id)
        facts.team = team.name if team else ""
    return facts


async def completed(facts: Facts) -> bool:
    """Fetches what acting needs beside what the conditions asked for; False where the customer is gone."""
    facts.of = facts.of or await customers.get(facts.deal.customer_id)
    if facts.of is None:
        return False
    facts.short = await customers.short_name(facts.of.id)
    if facts.proofs is None:
        facts.proofs = await evidence.of_opportunity(facts.deal.id)
    facts.past = facts.past or await activities.of_opportunity(facts.deal.id, 10)
    facts.todo = await _todo(facts.deal.id)
    return True


async def _todo(opportunity_id: str) -> list[str]:
    return [one.what for one in await tasks.of_opportunity(opportunity_id) if one.state in ("open", "overdue")]

"""What a rule may know of an opportunity, fetched once an event, and only what the rules that wait speak of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playbook.times import Times
from bot.process import hours
from bot.process.rules import Happening
from storage import activities, customers, evidence, members, tasks
from storage.records import Activity, Customer, Evidence, Member, Opportunity


@dataclass(slots=True)
class Facts:
    """``now`` is in the owner's zone. ``past`` are the latest activities, newest first."""

    deal: Opportunity
    owner: Member
    customer: Customer
    times: Times
    now: datetime
    past: list[Activity] = field(default_factory=list)
    proofs: list[Evidence] = field(default_factory=list)
    team: str = ""
    open_tasks: int = 0
    short: str = ""
    """What people call the customer."""
    kinds: Collection[str] = ()
    """The kinds of evidence there are."""

    def names(self, happening: Happening) -> dict[str, Any]:
        """The values of an expression's names."""
        at = next((n for n, one in enumerate(self.past) if one.id == happening.record), 0)
        here = self.past[at] if self.past else None
        before = next((one for one in self.past[at + 1 :] if one.action), None)
        silent = next((one for one in self.past if one.action), None)
        counts: dict[str, int] = dict.fromkeys(self.kinds, 0)
        for proof in self.proofs:
            counts[proof.kind] = counts.get(proof.kind, 0) + 1
        event = {"kind": happening.kind, "from": "", "to": "", "evidence": "", "file": "", "promise": ""}
        return {
            "event": {**event, **happening.event},
            "customer": {
                "name": self.customer.name, "tags": list(self.customer.tags), "custom": dict(self.customer.custom),
            },
            "opportunity": self._opportunity(),
            "activity": self._activity(here),
            "last": {"action": before.action if before else "", "hours": self._since(before, here)},
            "signals": list(here.signals) if here else [],
            "evidence": counts,
            "files": [one.file.casefold() for one in self.proofs if one.file],
            "owner": {"name": self.owner.name, "roles": list(self.owner.roles), "team": self.team},
            "hours": {
                "in_stage": hours.between(self.deal.stage_since, self.now, self.times),
                "silent": hours.between(
                    silent.occurred_at if silent else self.deal.created_at, self.now, self.times
                ),
                "since_created": hours.between(self.deal.created_at, self.now, self.times),
            },
            "open_tasks": self.open_tasks,
            "called": dict(happening.called),
        }  # fmt: skip

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


async def gather(deal: Opportunity, owner: Member, times: Times, now: datetime, names: Collection[str]) -> Facts | None:
    """The facts that ``names`` are about; None where the customer is gone."""
    customer = await customers.get(deal.customer_id)
    if customer is None:
        return None
    facts = Facts(deal, owner, customer, times, now, short=await customers.short_name(customer.id))
    if {"activity", "last", "signals", "hours"} & set(names):
        facts.past = await activities.of_opportunity(deal.id, 10)
    facts.proofs = await evidence.of_opportunity(deal.id)
    if "open_tasks" in names:
        facts.open_tasks = sum(one.state in ("open", "overdue") for one in await tasks.of_opportunity(deal.id))
    if "owner" in names and owner.team_id:
        team = await members.team(owner.team_id)
        facts.team = team.name if team else ""
    return facts

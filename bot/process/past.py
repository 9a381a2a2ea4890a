"""An opportunity as it was at any moment, and all that happened to it: what rules are tried on before they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playbook.behaviours import shown
from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.process import hours
from bot.process.facts import Facts
from bot.process.rules import HAND, Happening, happened
from storage import customers, histories, opportunities
from storage.records import Activity, AuditEntry, Change, Commitment, Customer, Evidence, Member, Opportunity, Task

SEEN = 10
"""Activities that a rule may look back on."""
MOST = 500
"""Activities of one opportunity that are gone through, the newest."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened, when, and the event that brought it."""

    at: datetime
    happening: Happening
    event: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """``entries`` are the opportunity's own in the audit, ``activities`` newest first."""

    deal: Opportunity
    owner: Member
    customer: Customer
    short: str
    entries: Sequence[AuditEntry]
    activities: Sequence[Activity]
    proofs: Sequence[Evidence]
    promises: Sequence[Commitment]
    tasks: Sequence[Task]

    def deal_at(self, at: datetime, event: str = "") -> Opportunity:
        """As it stood when rules were asked: with what the event itself changed, without what rules did then."""
        deal = self.deal
        for entry in reversed(self.entries):
            known = entry.at <= at or (event and entry.event == event)
            if known and not (event and entry.event == event and entry.actor == HAND):
                break
            if entry.change is not None and entry.change.before is not None:
                deal = deal.with_(**_facts(entry.change))
        return deal

    def facts(self, told: Told, times: Times, kinds: Sequence[str]) -> Facts:
        """What a rule would have known then."""
        at = told.at.astimezone(times.zone)
        before = [one for one in self.activities if one.occurred_at <= at][:SEEN]
        proofs = [one for one in self.proofs if one.at <= at]
        todo = [
            one.what for one in self.tasks if one.created_at <= at and (one.done_at is None or one.done_at > at)
            and one.event != told.event
        ]  # fmt: skip
        return Facts(
            self.deal_at(at, told.event), self.owner, times, at, kinds, before, proofs, todo=todo,
            of=self.customer, short=self.short,
        )  # fmt: skip

    def told(self, since: datetime, until: datetime) -> list[Told]:
        """All that happened to it from ``since`` on, in order."""
        found = [one for one in self._told() if since <= one.at <= until]
        return sorted(found, key=lambda one: (one.at, one.happening.kind, one.happening.record))

    def _told(self) -> Iterator[Told]:
        for activity in self.activities:
            event = activity.message_id or ""
            yield Told(activity.occurred_at, Happening("activity", self.deal.id, {}, activity.id), event)
            if activity.signals:
                yield Told(activity.occurred_at, Happening("signal", self.deal.id, {}, activity.id), event)
            if shown(activity.signals):
                yield Told(activity.occurred_at, Happening("behaviour", self.deal.id, {}, activity.id), event)
        for proof in self.proofs:
            said = {"evidence": proof.kind, "file": (proof.file or "").casefold()}
            yield Told(proof.at, Happening("evidence", self.deal.id, said, proof.id), proof.message_id or "")
        for promise in self.promises:
            yield Told(promise.said_at, Happening("promise", self.deal.id, {"promise": "made"}, promise.id))
        for entry in self.entries:
            for happening in happened([entry.change] if entry.change is not None else []):
                yield Told(entry.at, happening, entry.event)

    def waited(self, rules: Iterable[Rule], times: Times, since: datetime, until: datetime) -> list[Told]:
        """The moments of timers and absences that came true, each rule's own."""
        return [
            Told(at, Happening(kind, self.deal.id, {}, "", rule.id))  # type: ignore[arg-type]
            for rule in rules if rule.after_hours is not None
            for kind, at in self._moments(rule, times, until) if since <= at <= until
        ]  # fmt: skip

    def _moments(self, rule: Rule, times: Times, until: datetime) -> Iterator[tuple[str, datetime]]:
        assert rule.after_hours is not None
        for stage, start, end in self._stays(until):
            if rule.stages and stage not in rule.stages:
                continue
            at = hours.after(start, rule.after_hours, times)
            if "timer" in rule.when and at < end:
                yield "timer", at
            if "absence" in rule.when and rule.since == "stage" and at < end and not self._came(rule, start, at):
                yield "absence", at
            if "absence" in rule.when and rule.since != "stage":
                yield from self._silences(rule, times, start, end)

    def _silences(self, rule: Rule, times: Times, start: datetime, end: datetime) -> Iterator[tuple[str, datetime]]:
        """A wait begins anew with each activity."""
        begins = sorted(one.occurred_at for one in self.activities if start <= one.occurred_at < end)
        for begin, follows in zip(begins, [*begins[1:], end], strict=True):
            at = hours.after(begin, rule.after_hours or 0.0, times)
            if at < follows and not self._came(rule, begin + timedelta(microseconds=1), at):
                yield "absence", at

    def _came(self, rule: Rule, since: datetime, until: datetime) -> bool:
        came = [(one.kind, one.at) for one in self.proofs]
        came += [(one.action or "", one.occurred_at) for one in self.activities]
        return any(what in rule.without and since <= at <= until for what, at in came)

    def _stays(self, until: datetime) -> Iterator[tuple[str, datetime, datetime]]:
        """(stage, from, to) of each stretch in which it was open."""
        stage, since = self.deal.stage, self.deal.stage_since
        end = until if self.deal.state == "open" else (self.deal.closed_at or until)
        yield stage, since, end
        for entry in reversed(self.entries):
            change = entry.change
            if change is None or change.before is None or "stage" not in change.before:
                continue
            begun = change.before.get("stage_since") or self.deal.created_at
            yield str(change.before["stage"]), begun, entry.at


def _facts(change: Change) -> dict[str, object]:
    return {name: value for name, value in (change.before or {}).items() if not name.startswith("_")}


async def of_deals(ids: Sequence[str], owners: Mapping[str, Member]) -> list[Past]:
    """The past of those of the opportunities whose owner is one of ``owners``."""
    deals = await opportunities.many(ids)
    own = [deals[id] for id in ids if id in deals and deals[id].owner_id in owners]
    people = await customers.many([one.customer_id for one in own]) if own else {}
    names = await customers.short_names(list(people.values()))
    known = await histories.of([one.id for one in own])
    return [
        Past(
            deal, owners[deal.owner_id], people[deal.customer_id], names.get(deal.customer_id, ""), one.entries,
            one.activities[:MOST], one.proofs, one.promises, one.tasks,
        )
        for deal in own if deal.customer_id in people for one in (known[deal.id],)
    ]  # fmt: skip

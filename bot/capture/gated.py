"""Taking back and putting back pass the same gates as every other move, and pull none of them out from under a deal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playbook.model import Playbook
from bot.process import agreeing
from bot.process.gates import Decision, Propped, judge, propped, stands
from storage import evidence, opportunities, waivers
from storage.records import Change, Opportunity, changed


@dataclass(frozen=True, slots=True)
class Shut:
    """The gate through which changes would lead, and what it lacks; or, ``stays``, the one that the opportunity has
    passed and that would stand on nothing."""

    opportunity: Opportunity
    target: str
    lacks: tuple[str, ...]
    stays: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """An opportunity before and after the changes, its evidence likewise, and what a manager let pass."""

    deal: Opportunity
    after: Opportunity
    counts: Counter[str]
    counts_after: Counter[str]
    let: Collection[str]

    def falls(self, playbook: Playbook) -> Propped:
        """What gates that lie behind it have no more."""
        pipeline = playbook.pipeline(self.deal.pipeline)
        return propped(pipeline, self.deal, self.counts, self.after, self.counts_after, waived=self.let)


async def shut(changes: Sequence[Change], playbook: Playbook) -> Shut | None:
    """What had been in may be gone since. None where all gates that are passed are open, or were let pass."""
    for seen in await _touched(changes):
        if seen.after.state == "lost" or seen.after.undone_at is not None:
            continue
        if decision := await _into(seen, playbook):
            return Shut(seen.deal, decision.target, decision.blocking)
        fallen = seen.falls(playbook)
        if fallen.blocking:
            return Shut(seen.deal, fallen.stage, fallen.blocking, stays=True)
    return None


async def owed_again(changes: Sequence[Change], playbook: Playbook) -> tuple[Change, ...]:
    """What a gate that only warns had, and has no more with the ``changes``: owed, so that it stays to be seen."""
    found = []
    for seen in await _touched(changes):
        owed = tuple(dict.fromkeys((*seen.after.evidence_missing, *seen.falls(playbook).warned)))
        if owed != seen.after.evidence_missing:
            found.append(changed(seen.after, "undo.opportunity.evidence", evidence_missing=owed))
    return tuple(found)


async def _into(seen: _Seen, playbook: Playbook) -> Decision | None:
    deal, after = seen.deal, seen.after
    pipeline = playbook.pipeline(deal.pipeline)
    won = pipeline.ending("won") if after.state == "won" else None
    known = await agreeing.before(deal) if won and deal.state != "won" else {}
    here = after.with_(stage=deal.stage, state=deal.state, tracks=deal.tracks)
    for target in (won.id if won else after.stage, *_walked(deal, after)):
        decision = judge(pipeline, here, target, seen.counts_after, before=known, waived=seen.let)
        if decision.blocking:
            return decision
    return None


def _walked(deal: Opportunity, after: Opportunity) -> list[str]:
    """``track.step`` of each track that stands elsewhere."""
    return [f"{track}.{stands(after, track)}" for track in after.tracks if stands(after, track) != stands(deal, track)]


async def _touched(changes: Sequence[Change]) -> list[_Seen]:
    files = await _files(changes)
    ids = [change.record for change in changes if change.record.startswith("opp_")]
    found = []
    for id in dict.fromkeys((*ids, *files)):
        deal = await opportunities.get(id)
        if deal is not None:
            counts = await evidence.counts(id)
            found.append(
                _Seen(deal, _after(deal, changes), counts, _sum(counts, files.get(id)), await _let(id, changes))
            )
    return found


def _after(deal: Opportunity, changes: Sequence[Change]) -> Opportunity:
    facts = {name: value for one in changes if one.record == deal.id for name, value in one.after.items()}
    return deal.with_(**{name: value for name, value in facts.items() if not name.startswith("_")})


def _sum(counts: Counter[str], more: Mapping[str, int] | None) -> Counter[str]:
    total = Counter(counts)
    total.update(more or {})
    return total


async def _let(opportunity_id: str, changes: Sequence[Change]) -> set[str]:
    """What is let pass once the changes are made: a permission may be among what they bring back or take away."""
    states: dict[str, Any] = {one.record: one.after["state"] for one in changes if _permits(one)}
    granted = [
        one for one in await waivers.of_opportunity(opportunity_id) if states.get(one.id, one.state) == "granted"
    ]
    return {what for one in granted for what in one.missing}


def _permits(change: Change) -> bool:
    return change.record.startswith("wai_") and "state" in change.after


async def _files(changes: Sequence[Change]) -> dict[str, Counter[str]]:
    """Opportunity → what the changes themselves bring in, and (below nought) take out."""
    found: dict[str, Counter[str]] = {}
    for change in changes:
        if change.record.startswith("evi_") and "undone_at" in change.after:
            proof = await evidence.get(change.record, undone=True)
            if proof is not None and proof.opportunity_id is not None:
                found.setdefault(proof.opportunity_id, Counter())[proof.kind] += -1 if change.after["undone_at"] else 1
    return found

"""How far one customer's part of a message carries the opportunity: proofs, stage, steps, fields, sums."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from bot.capture import facts
from bot.capture.part import Part
from bot.playbook.model import Pipeline, Stage
from bot.process import fields as own
from bot.process.gates import Decision, decide, step
from bot.process.service import advance
from bot.process.spoken import heard
from nlp.reading import StageFound
from storage.records import Activity, Contact, changed, made

SURE = 0.95
"""How sure a stage is that the playbook's own words name."""


def proofs(part: Part, activity: Activity, people: tuple[Contact, ...]) -> Counter[str]:
    """Evidence that the words themselves are (a meeting, a decision maker met), beside what was on file."""
    if part.opportunity is None:
        return Counter()
    counts = Counter(part.memory.evidence.get(part.opportunity.id, Counter()))
    for proof in facts.proofs(part.deal, part.reading, activity, part.opportunity, people, part.said, part.playbook):
        part.changes.append(made(proof))
        counts[proof.kind] += 1
    return counts


def stage(part: Part, counts: Counter[str]) -> Decision | None:
    """How far the talk carries the opportunity; only forwards, and won or lost wait for a tap (LOOP-0)."""
    deal = part.opportunity
    if deal is None:
        return None
    pipeline = part.pipeline_of(deal)
    found, target = _stage_said(part, pipeline)
    if found is None or not part.sure("stage", found.confidence):
        return None
    if part.said.late and deal.stage_since > part.said.at:
        return None
    decision = decide(pipeline, deal, target, counts)
    for change in advance(deal, decision, part.said.at):
        part.changes.append(change)
        part.opportunity = replace(deal, **change.after)
    return decision


def _stage_said(part: Part, pipeline: Pipeline) -> tuple[StageFound | None, Stage | None]:
    """The playbook's own words go before the reader's."""
    own_words = heard(part.words, pipeline.stages)
    if own_words is None:
        found = part.deal.stage
        return found, pipeline.stage_reading(found.value) if found else None
    named, word, at = own_words
    code = next((code for code in named.reads if code.isascii()), "negotiation")
    at += max(0, part.reading.text.find(part.words))
    part.stage_found = StageFound(word, (at, at + len(word)), "playbook", SURE, code)  # type: ignore[arg-type]
    return part.stage_found, named


def steps(part: Part, counts: Counter[str]) -> tuple[Decision, ...]:
    """Tracks that the words carry on; what stands there already is no news."""
    found = []
    for track in part.pipeline_of(part.opportunity).tracks if part.opportunity else ():
        said = heard(part.words, track.steps)
        if said is None or part.opportunity is None or _younger(part, track.id):
            continue
        decision = step(part.pipeline_of(part.opportunity), part.opportunity, track.id, said[0].id, counts)
        if decision.way not in ("same", "tap"):
            found.append(decision)
        for change in advance(part.opportunity, decision, part.said.at):
            part.changes.append(change)
            part.opportunity = replace(part.opportunity, **change.after)
    return tuple(found)


def _younger(part: Part, track: str) -> bool:
    """What is said late does not overwrite what the track came to since."""
    assert part.opportunity is not None
    since = (part.opportunity.tracks.get(track) or {}).get("since", "")
    return part.said.late and bool(since) and datetime.fromisoformat(since) > part.said.at


def own_fields(part: Part, counts: Counter[str]) -> own.Told:
    """Fields of the trade's own; what does not hold is named and not kept."""
    if not part.playbook.custom or part.customer is None:
        return own.Told({}, {})
    deal = part.opportunity
    fields = [one for one in part.playbook.custom if one.of == "customer" or deal is not None]
    words = part.words
    told = own.tell(words, fields, part.customer.custom, deal.custom if deal else {}, part.said.at.date())
    if told.customer != part.customer.custom:
        part.changes.append(changed(part.customer, "customer.field", custom=told.customer))
        part.customer = replace(part.customer, custom=told.customer)
        counts.update({f"custom.{id}": 1 for id in told.customer if not counts[f"custom.{id}"]})
    if deal is not None:
        part.change("opportunity.field", custom=told.opportunity)
    return told


def sign_date(part: Part) -> datetime | None:
    found = part.deal.stage
    if found is None or found.when is None or found.value != "contract_signing" or part.opportunity is None:
        return None
    part.change("opportunity.sign_date", sign_date=found.when.last_day)
    return found.when.start


def amount(part: Part) -> bool:
    """Takes the one amount that stands beside talk of this deal; a range or several are left alone."""
    if part.opportunity is None or len(part.deal.amounts) != 1:
        return False
    amount = part.reading.amounts[part.deal.amounts[0]]
    if not facts.speaks_of_the_price(amount, part.reading, part.opportunity):
        return False
    if amount.confidence < part.playbook.asks_below("amount") and not part.choices.agreed:
        return False
    before = part.opportunity.amount
    part.change("opportunity.amount", amount=amount.value, currency=amount.currency)
    return before != amount.value

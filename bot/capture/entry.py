"""The record of one customer's part of a message, step by step."""

from __future__ import annotations

from bot.capture import facts, progress, promised, second
from bot.capture.part import Part
from bot.capture.people import people_of
from bot.capture.values import Entry
from storage.records import made


def activity_alone(part: Part) -> Entry:
    """Of somebody who gets no account: that it was said, and no more."""
    activity = facts.activity(part.deal, part.said, part.memory.member, None, None)
    return Entry(
        customer=None,
        name=part.name,
        whose=part.found,
        opportunity=None,
        activity=activity,
        changes=(second.noted(made(activity), part.said.opinion),),
        deal=part.deal,
    )


def record(part: Part) -> Entry:
    """All that the part comes to, once it is settled whose and which opportunity it is about."""
    assert part.customer is not None
    people = people_of(part)
    activity = facts.activity(part.deal, part.said, part.memory.member, part.customer, part.opportunity)
    activity = activity.with_(tags=facts.four_tags(activity, part.customer, part.opportunity, people))
    part.changes.append(second.noted(made(activity), part.said.opinion))
    before = part.opportunity
    counts = progress.proofs(part, activity, people)
    told = progress.own_fields(part, counts)
    decision = progress.stage(part, counts)
    steps = progress.steps(part, counts)
    signing, amount_before = progress.sign_date(part), progress.amount(part)
    commitments, moved = promised.made_or_moved(part, people)
    standing = part.memory.promises.get(part.customer.id, ())
    awaited = part.memory.awaited.get(part.customer.id, ())
    fitting = facts.kept_by(part.reading, (*standing, *awaited), part.playbook)
    kept = promised.kept(part, fitting)
    given_up = promised.given_up(part, [one for one in standing if one not in fitting])
    return Entry(
        customer=part.customer,
        name=part.name,
        whose=part.found,
        opportunity=part.opportunity,
        activity=activity,
        changes=tuple(part.changes),
        new_customer=part.new_customer,
        new_opportunity=part.new_opportunity,
        stage=part.stage_found,
        decision=decision,
        commitments=commitments,
        moved=moved,
        kept=kept,
        dropped=given_up,
        which_kept=fitting if len(fitting) > 1 else (),
        signing=signing,
        amount_from=before if amount_before else None,
        unsure=tuple(part.unsure),
        deal=part.deal,
        steps=steps,
        fields=told.shown,
        bad_fields=tuple(one.mend for one in told.bad),
        decides=tuple(part.decides),
    )

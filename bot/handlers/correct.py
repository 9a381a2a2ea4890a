"""A short sentence that puts the last reading right, and is remembered (LOOP-1, VOICE.md A5). Also 为什么."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from nlp.corrections import Correction as Said_
from nlp.corrections import parse

from adapters.messages import Card
from bot.capture import undo
from bot.capture.service import consider, latest_of, take_back
from bot.capture.values import Choices, Entry, Said
from bot.errors import TryLater
from bot.handlers import talk
from bot.process import service as process
from bot.process.gates import decide
from bot.replies import facts, words
from bot.replies import reading as say
from bot.replies.wording import clock_of, due_of, money
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp import numbers
from nlp.dates import find
from storage import audit, commitments, customers, evidence, inbox, opportunities
from storage.records import (
    Alias,
    AuditEntry,
    Change,
    Commitment,
    Correction,
    Customer,
    Opportunity,
    changed,
    made,
    new_id,
)

router = Router()

WAITS_FOR_OLDER = 60.0
"""Seconds that a correction with nothing to correct waits for an older message before it asks (DESIGN.md 4)."""
FRESH = timedelta(hours=24)
"""A correction speaks of what was said within a day."""


async def answer(turn: Turn) -> Reply | None:
    """The correction's card; None when the sentence is none."""
    said = parse(turn.text)
    if said is None:
        return None
    event = await latest_of(turn.member.id, turn.row.id)
    if event is None or not await _fresh(event, turn):
        if turn.row.tries <= 1 and said.explicit:
            raise TryLater(WAITS_FOR_OLDER, "a correction with nothing to correct")
        return Reply(push=words.text("correct.nothing")) if said.explicit else None
    return await correct(said, event, turn)


async def _fresh(event: str, turn: Turn) -> bool:
    row = await inbox.get(event)
    return row is not None and turn.at - (row.sent_at or row.received_at) < FRESH


async def correct(said: Said_, event: str, turn: Turn) -> Reply | None:
    entries = undo.live(await audit.by_event(event))
    if said.field == "customer":
        return await _customer(said, event, entries, turn)
    if said.field == "date":
        return await _date(said, event, entries, turn)
    if said.field == "amount":
        return await _amount(said, event, entries, turn)
    if said.field == "stage":
        return await _stage(said, event, entries, turn)
    return await _commitment(said, event, entries, turn)


# -- customer -----------------------------------------------------------------------------------------------------


async def _customer(said: Said_, event: str, entries: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    """The message moves to another customer: taken back here, read again there, in one go."""
    row = await inbox.get(event)
    old = await _customer_of(entries)
    target = await _target(said.new, turn)
    if row is None or (old is not None and target == old.id):
        return None
    at = (row.sent_at or row.received_at).astimezone(turn.now.tzinfo)
    before = await take_back(event, turn.now)
    reading = turn.house.names.read(row.text, at, turn.calendar)
    numbers_ = [str(n) for n in range(len(reading.deals))]
    choices = Choices(dict.fromkeys(numbers_, target))
    considered = await consider(Said(row.text, at, turn.now, event), talk.mind_of(turn), choices)
    if not considered.proposal.entries:
        return None
    learnt = await _learn_customer(said, target, old, considered.reading.customers, turn)
    card = _moved_card(considered.proposal.entries[0], old, said, turn, bool(learnt), considered.reading.customers)
    example = _example("customer", old.name if old else "", said.new, event, turn)
    about = await talk.about_card(turn, considered.proposal.entries, event, None)
    changes = (*before.changes, *considered.proposal.changes, *learnt, example)
    return Reply(push=card, changes=changes, event=event, about=about)


async def _customer_of(entries: tuple[AuditEntry, ...]) -> Customer | None:
    for entry in entries:
        id = entry.change.after.get("customer_id") if entry.change else None
        if id:
            return await customers.get(str(id))
    return None


async def _target(name: str, turn: Turn) -> str:
    """The id of the customer meant, or ``new:NAME``."""
    found = [one for one in await customers.named(name) if turn.scope.covers(one.owner_id)]
    if len(found) == 1:
        return found[0].id
    reading = turn.house.names.read(name, turn.at, turn.calendar)
    known = [one for one in reading.customers if one.known and one.id]
    if len(known) == 1:
        owner = await customers.get(known[0].id)
        if owner and turn.scope.covers(owner.owner_id):
            return owner.id
    return f"new:{name}"


async def _learn_customer(
    said: Said_, target: str, old: Customer | None, mentions: tuple[object, ...], turn: Turn
) -> tuple[Change, ...]:
    """The word that misled stands for the right customer from now on; where it stands for both, it is asked."""
    if target.startswith("new:") or not mentions:
        return ()
    words_said = str(getattr(mentions[0], "text", ""))
    if not words_said or words_said in {a.text for a in await customers.aliases(target)}:
        return ()
    customer = await customers.get(target)
    if customer is None or customer.name == words_said:
        return ()
    alias = Alias(
        id=new_id("ali", turn.now), customer_id=target, text=words_said, team_id=turn.member.team_id, learnt=True
    )
    return (made(alias, "alias.learnt"),)


def _moved_card(
    entry: Entry, old: Customer | None, said: Said_, turn: Turn, learnt: bool, mentions: tuple[object, ...]
) -> Card:
    lines = [(words.bit("customer"), words.bit("correct_customer", old=old.name if old else said.old, new=entry.name))]
    dates = sum(1 for one in entry.commitments if one.due) + (1 if entry.signing else 0)
    if entry.commitments or dates:
        lines.append((words.bit("along_label"), words.bit("along", commitments=len(entry.commitments), dates=dates)))
    if learnt:
        said_word = str(getattr(mentions[0], "text", said.old))
        key = "remember_ask" if old and said_word in old.name else "remember_is"
        lines.append((words.bit("remembered"), words.bit(key, words=said_word, customer=entry.name)))
    return say.corrected(entry.name, clock_of(turn.now), lines)


# -- the other fields ---------------------------------------------------------------------------------------------


def _made(entries: tuple[AuditEntry, ...], prefix: str) -> list[str]:
    return [entry.record for entry in entries if entry.record.startswith(prefix)]


async def _date(said: Said_, event: str, entries: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    """是下周四: the promise's due, else the day of signing."""
    found = find(said.new, turn.at, turn.calendar)
    if not found:
        return None
    when = found[0]
    due: date | datetime = when.due or (when.start if when.clock else when.last_day)
    for id in _made(entries, "pro_"):
        promise = await commitments.get(id)
        if promise is not None and promise.state in ("open", "overdue"):
            return _moved(promise, due, when.evening, said, event, turn)
    for id in _made(entries, "opp_"):
        deal = await opportunities.get(id)
        if deal is not None and deal.sign_date is not None:
            return await _signing(deal, when.last_day, said, event, turn)
    return None


def _moved(promise: Commitment, due: date | datetime, evening: bool, said: Said_, event: str, turn: Turn) -> Reply:
    old = due_of(promise.due, turn.today, evening=promise.evening)
    line = (words.bit("date"), words.bit("field_change", old=old, new=due_of(due, turn.today, evening=evening)))
    changes = (
        changed(promise, "commitment.moved", due=due, evening=evening, state="open"),
        _example("date", said.old or old, said.new, event, turn),
    )
    return Reply(
        push=say.corrected(promise.what, clock_of(turn.now), [line]),
        changes=changes,
        event=event,
        about={"events": [event], "message": event, "name": promise.what},
    )


async def _signing(deal: Opportunity, day: date, said: Said_, event: str, turn: Turn) -> Reply:
    name = await customers.short_name(deal.customer_id)
    old = due_of(deal.sign_date, turn.today).removesuffix("前")
    new = due_of(day, turn.today).removesuffix("前")
    line = (words.bit("date"), words.bit("field_change", old=old, new=new))
    changes = (changed(deal, "opportunity.sign_date", sign_date=day), _example("date", said.old, said.new, event, turn))
    return _reply(name, line, changes, event, turn)


async def _amount(said: Said_, event: str, entries: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    found = numbers.amounts(said.new)
    deal = await _deal_of(entries)
    if not found or deal is None:
        return None
    value: Decimal = found[0].value
    old = money(deal.amount, deal.currency) if deal.amount is not None else "—"
    line = (words.bit("amount"), words.bit("field_change", old=old, new=money(value, found[0].currency)))
    changes = (
        changed(deal, "opportunity.amount", amount=value, currency=found[0].currency),
        _example("amount", said.old, said.new, event, turn),
    )
    return _reply(await customers.short_name(deal.customer_id), line, changes, event, turn)


async def _stage(said: Said_, event: str, entries: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    """A stage said outright: through its gate like every move; backwards it is asked for a tap."""
    deal = await _deal_of(entries)
    if deal is None:
        return None
    pipeline = turn.playbook.pipeline(deal.pipeline)
    stage = pipeline.named(said.new)
    if stage is None:
        return None
    name = await customers.short_name(deal.customer_id)
    decision = decide(pipeline, deal, stage, await evidence.counts(deal.id))
    if decision.way == "tap":
        card = words.card("reading.waits.back", customer=say.title_name(name), stage=stage.name)
        about = {"message": event, "opportunity": deal.id, "name": name, "stage": stage.id}
        return Reply(push=card, about=about, question=True, event=event)
    here = pipeline.stage(deal.stage)
    missing = [turn.playbook.called(kind) for kind in decision.missing]
    line = (words.bit("stage"), facts.move_line(here.name if here else "", stage.name, decision.way, missing))
    changes = (*process.advance(deal, decision, turn.at), _example("stage", said.old, said.new, event, turn))
    return _reply(name, line, changes, event, turn)


@router.tap("go_back", cards=("reading.waits.back",))
async def go_back(tap: Tap) -> Reply:
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None:
        return Reply(push=words.text("reading.no_card"))
    pipeline = tap.playbook.pipeline(deal.pipeline)
    decision = decide(pipeline, deal, str(tap.card.data["stage"]), await evidence.counts(deal.id))
    changes = process.by_hand(deal, decision, tap.playbook, tap.now)
    here, there = pipeline.stage(deal.stage), pipeline.stage(decision.to)
    line = (words.bit("stage"), words.bit("move", old=here.name if here else "", new=there.name if there else ""))
    card = say.corrected(str(tap.card.data["name"]), clock_of(tap.now), [line])
    return Reply(push=card, changes=changes, event=tap.event, about={"events": [tap.event]})


async def _commitment(said: Said_, event: str, entries: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    for id in _made(entries, "pro_"):
        promise = await commitments.get(id)
        if promise is not None:
            line = (words.bit("commitment"), words.bit("field_change", old=promise.what, new=said.new))
            changes = (
                changed(promise, "commitment.corrected", what=said.new),
                _example("commitment", promise.what, said.new, event, turn),
            )
            return _reply(said.new, line, changes, event, turn)
    return None


async def _deal_of(entries: tuple[AuditEntry, ...]) -> Opportunity | None:
    for entry in entries:
        id = entry.record if entry.record.startswith("opp_") else None
        if id is None and entry.change is not None:
            id = entry.change.after.get("opportunity_id")
        if id:
            return await opportunities.get(str(id))
    return None


def _reply(name: str, line: tuple[str, str], changes: tuple[Change, ...], event: str, turn: Turn) -> Reply:
    card = say.corrected(name, clock_of(turn.now), [line])
    return Reply(push=card, changes=changes, event=event, about={"events": [event], "message": event, "name": name})


def _example(field: str, old: str, new: str, event: str, turn: Turn) -> Change:
    """Every correction is kept as a labelled example."""
    return made(
        Correction(
            id=new_id("cor", turn.now),
            member_id=turn.member.id,
            team_id=turn.member.team_id,
            message_id=event,
            field=field,
            old=old,
            new=new,
            at=turn.at,
        )
    )

"""A short sentence that puts the last reading right, and is remembered (LOOP-1, VOICE.md A5). Also 为什么."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bot.capture import undo
from bot.capture.service import latest_of
from bot.errors import TryLater
from bot.handlers.correct_customer import example, to_another
from bot.handlers.correct_person import put_right
from bot.playbook.model import Stage
from bot.process import agreeing
from bot.process import service as process
from bot.process.gates import Decision, close, decide, judge
from bot.replies import ending, facts, words
from bot.replies import reading as say
from bot.replies.wording import clock_of, cut, day_of, due_of, moment_of, money
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp import numbers, particulars
from nlp.corrections import Correction as Said_
from nlp.corrections import parse
from nlp.dates import find
from nlp.particulars import Particular
from nlp.reading import When
from storage import activities, audit, commitments, customers, evidence, inbox, opportunities
from storage.records import (
    Activity,
    AuditEntry,
    Change,
    Commitment,
    Customer,
    Opportunity,
    changed,
)

router = Router()

WAITS_FOR_OLDER = 60.0
"""Seconds that a correction with nothing to correct waits for an older message before it asks (DESIGN.md 4)."""
FRESH = timedelta(hours=24)
"""A correction speaks of what was said within a day."""


async def answer(turn: Turn) -> Reply | None:
    """The correction's card; None when the sentence is none."""
    said = particular_of(turn) or parse(turn.text)
    if said is None:
        return None
    explicit = isinstance(said, Particular) or said.explicit
    event = await latest_of(turn.member.id, turn.row.id)
    if event is None or not await _fresh(event, turn):
        if turn.row.tries <= 1 and explicit:
            raise TryLater(WAITS_FOR_OLDER, "a correction with nothing to correct")
        return Reply(push=words.text("correct.nothing")) if explicit else None
    return await correct(said, event, turn)


def is_plainly_one(turn: Turn) -> bool:
    """The sentence puts something right and nothing else, whether it finds what or not."""
    said = particular_of(turn) or parse(turn.text)
    return isinstance(said, Particular) or (said is not None and said.explicit)


def particular_of(turn: Turn) -> Particular | None:
    """A person, a phone or whose doing it is, put right."""
    return particulars.parse(turn.text, lambda said: turn.house.names.read(said, turn.at, turn.calendar))


async def _fresh(event: str, turn: Turn) -> bool:
    row = await inbox.get(event)
    return row is not None and turn.at - (row.sent_at or row.received_at) < FRESH


async def correct(said: Said_ | Particular, event: str, turn: Turn, which: int = 0) -> Reply | None:
    """The correction's card; None where it fits nothing of the message. ``which``: of several customers of the message
    the one that is meant, where the words do not name it."""
    entries = await audit.by_event(event)
    reply = await _correct(said, event, undo.live(entries), turn, which)
    if reply is None or not reply.changes:
        return reply
    since = entries[-1].n if entries else 0  # 撤销 on the card goes back to before the correction, and no further
    return replace(reply, about={**reply.about, "since": since})


async def _correct(
    said: Said_ | Particular, event: str, entries: tuple[AuditEntry, ...], turn: Turn, which: int
) -> Reply | None:
    mine, old = await _of_one_customer(said, entries, which)
    if isinstance(said, Particular):
        return await put_right(said, event, mine, old, turn)
    if said.field == "customer":
        return await to_another(said, event, mine, old, turn)
    if said.field == "date":
        return await _date(said, event, mine, turn)
    if said.field == "amount":
        return await _amount(said, event, mine, turn)
    if said.field == "stage":
        return await _stage(said, event, mine, turn)
    return await _commitment(said, event, mine, turn)


async def _of_one_customer(
    said: Said_ | Particular, entries: tuple[AuditEntry, ...], which: int
) -> tuple[tuple[AuditEntry, ...], Customer | None]:
    """The part of the message that is about the customer meant, and that customer."""
    whose = [await customers.of_record(entry.record) for entry in entries]
    ids = list(dict.fromkeys(id for id in whose if id))
    if not ids:
        return entries, None
    wrong = said.old if isinstance(said, Said_) and said.field == "customer" else ""
    named = {one.id for one in await customers.named(wrong)} if wrong else set()
    id = next((id for id in ids if id in named), ids[min(which, len(ids) - 1)])
    return tuple(entry for entry, of in zip(entries, whose, strict=True) if of in (id, None)), await customers.get(id)


# -- the other fields ---------------------------------------------------------------------------------------------


def _made(entries: tuple[AuditEntry, ...], prefix: str) -> list[str]:
    return [entry.record for entry in entries if entry.record.startswith(prefix)]


async def _date(said: Said_, event: str, entries: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    """是下周四: the promise's due, else the day of signing, else of the visit or call that was arranged."""
    found = find(said.new, turn.at, turn.calendar)
    if not found:
        return None
    when = found[0]
    due: date | datetime = when.due or (when.start if when.clock else when.last_day)
    for id in _made(entries, "pro_"):
        promise = await commitments.get(id)
        if promise is not None and promise.state in ("open", "overdue"):
            return await _moved(promise, due, when.evening, said, event, turn)
    for id in _made(entries, "opp_"):
        deal = await opportunities.get(id)
        if deal is not None and deal.sign_date is not None:
            return await _signing(deal, when.last_day, said, event, turn)
    for id in _made(entries, "act_"):
        arranged = await activities.get(id)
        if arranged is not None and arranged.planned_for is not None:
            return await _arranged(arranged, when, said, event, turn)
    return None


async def _moved(
    promise: Commitment, due: date | datetime, evening: bool, said: Said_, event: str, turn: Turn
) -> Reply:
    old = due_of(promise.due, turn.today, evening=promise.evening)
    new = due_of(due, turn.today, evening=evening)
    name = await customers.short_name(promise.customer_id)
    changes = (
        changed(promise, "commitment.moved", due=due, evening=evening, state="open"),
        example("date", said.old or old, said.new, event, turn),
    )
    return Reply(
        push=say.corrected(
            promise.what, clock_of(turn.now), [(words.bit("customer"), name), *facts.day_moved(old, new)]
        ),
        changes=changes,
        event=event,
        about={"events": [event], "message": event, "name": name},
    )


async def _signing(deal: Opportunity, day: date, said: Said_, event: str, turn: Turn) -> Reply:
    name = await customers.short_name(deal.customer_id)
    old = due_of(deal.sign_date, turn.today).removesuffix("前")
    new = due_of(day, turn.today).removesuffix("前")
    changes = (changed(deal, "opportunity.sign_date", sign_date=day), example("date", said.old, said.new, event, turn))
    return _reply(name, facts.day_moved(old, new), changes, event, turn)


async def _arranged(one: Activity, when: When, said: Said_, event: str, turn: Turn) -> Reply:
    """Another day keeps the hour that was said before."""
    assert one.planned_for is not None
    before = one.planned_for.astimezone(turn.now.tzinfo)
    to = when.start if when.clock else datetime.combine(when.start.date(), before.timetz())
    name = await customers.short_name(one.customer_id) if one.customer_id else ""
    lines = facts.day_moved(_day_or_hour(before, turn), _day_or_hour(to, turn))
    changes = (changed(one, "activity.moved", planned_for=to), example("date", said.old, said.new, event, turn))
    return _reply(name, lines, changes, event, turn)


def _day_or_hour(at: datetime, turn: Turn) -> str:
    """Midnight is a day without an hour."""
    return moment_of(at, turn.today) if at.time() != time() else day_of(at.date(), turn.today)


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
        example("amount", said.old, said.new, event, turn),
    )
    return _reply(await customers.short_name(deal.customer_id), [line], changes, event, turn)


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
    if decision.way == "tap" and not decision.backwards and stage.ends is not None:
        return await _ends(deal, name, stage, decision, event, turn)
    if decision.way == "tap":
        card = words.card("reading.waits.back", customer=say.title_name(name), stage=stage.name)
        about = {"message": event, "opportunity": deal.id, "name": name, "stage": stage.id}
        return Reply(push=card, about=about, question=True, event=event)
    here = pipeline.stage(deal.stage)
    missing = [turn.playbook.called(kind) for kind in decision.missing]
    line = (words.bit("stage"), facts.move_line(here.name if here else "", stage.name, decision.way, missing))
    changes = (*process.advance(deal, decision, turn.at), example("stage", said.old, said.new, event, turn))
    return _reply(name, [line], changes, event, turn)


async def _ends(deal: Opportunity, name: str, stage: Stage, decision: Decision, event: str, turn: Turn) -> Reply:
    """Won or lost is the tap of A11, whatever way it was said: compared and asked for as by every other."""
    assert stage.ends is not None
    shown = [(words.bit("basis"), words.bit("said_by_you", words=cut(turn.text, 16), clock=clock_of(turn.now)))]
    missing = [turn.playbook.called(kind) for kind in decision.missing]
    if missing and stage.ends == "won":
        shown.append((words.bit("short_of"), cut("、".join(missing), 26)))
    about = {
        "message": event, "opportunity": deal.id, "customer": deal.customer_id, "name": name, "stage": stage.id,
        "missing": list(decision.missing), "way": stage.ends,
    }  # fmt: skip
    card = ending.waiting_card(say.title_name(name), stage.ends, shown, "")
    return Reply(push=card, about=about, question=True, event=event)


@router.tap("go_back", cards=("reading.waits.back",))
async def go_back(tap: Tap) -> Reply:
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None:
        return Reply(push=words.text("reading.no_card"))
    pipeline = tap.playbook.pipeline(deal.pipeline)
    target, counts = str(tap.card.data["stage"]), await evidence.counts(deal.id)
    known = await agreeing.before(deal)
    decision = judge(pipeline, deal, target, counts) if "." in target else close(pipeline, deal, target, counts, known)
    changes = process.by_hand(deal, decision, tap.playbook, tap.now)
    if decision.blocking:
        what = "、".join(tap.playbook.called(one) for one in decision.missing)
        return Reply(push=words.text("gate.override.nobody", what=what))
    here = pipeline.reached(f"{decision.track}.{decision.frm}" if decision.track else deal.stage)
    there = pipeline.reached(decision.target)
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
                example("commitment", promise.what, said.new, event, turn),
            )
            return _reply(said.new, [line], changes, event, turn)
    return None


async def _deal_of(entries: tuple[AuditEntry, ...]) -> Opportunity | None:
    for entry in entries:
        id = entry.record if entry.record.startswith("opp_") else None
        if id is None and entry.change is not None:
            id = entry.change.after.get("opportunity_id")
        if id:
            return await opportunities.get(str(id))
    return None


def _reply(name: str, lines: Sequence[tuple[str, str]], changes: tuple[Change, ...], event: str, turn: Turn) -> Reply:
    card = say.corrected(name, clock_of(turn.now), lines)
    return Reply(push=card, changes=changes, event=event, about={"events": [event], "message": event, "name": name})

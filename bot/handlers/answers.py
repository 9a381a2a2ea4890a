"""Taps on what the bot asked: which customer, which opportunity, confirm, edit, won or lost, the gate's card."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from bot.capture.fields import terms_of
from bot.capture.proposal import Choices
from bot.handlers import talk
from bot.process import service as process
from bot.process.gates import close
from bot.replies import reading as say
from bot.replies import words
from bot.replies.wording import clock_of, day_of
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import activities, customers, evidence, inbox, opportunities
from storage.records import Alias, Change, Opportunity, changed, made, new_id

router = Router()


def turn_of(tap: Tap) -> Turn:
    assert tap.turn is not None
    return tap.turn


def _choices(tap: Tap) -> Choices:
    kept = tap.card.data.get("choices", {})
    return Choices(dict(kept.get("customers", {})), dict(kept.get("opportunities", {})))


async def _reread(tap: Tap, choices: Choices, extra: tuple[Change, ...] = ()) -> Reply:
    """The words of the question read again with its answer; the record points back to them."""
    event = str(tap.card.data["message"])
    row = await inbox.get(event)
    turn = turn_of(tap)
    if row is None:
        return Reply(push=words.text("reading.no_card"))
    at = (row.sent_at or row.received_at).astimezone(turn.now.tzinfo)
    considered = await talk.again(turn, row.text, event, at, choices)
    deal = int(tap.card.data["deal"])
    mine = tuple(e for e in considered.proposal.entries if e.deal is considered.reading.deals[deal])
    asks = tuple(a for a in considered.proposal.asks if a.deal == deal)
    only = replace(considered, proposal=replace(considered.proposal, entries=mine, asks=asks))
    reply = await talk.recorded(replace(turn, at=at), only, event, choices)
    await inbox.settle(row.seq)
    return replace(reply, changes=(*extra, *reply.changes), card_state="open")


@router.tap("pick", cards=("reading.which_customer", "reading.who_is_it"))
async def this_customer(tap: Tap) -> Reply:
    """The customer is chosen; the words said for it are learnt (LOOP-1)."""
    id = str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1])
    choices = _choices(tap)
    chosen = Choices({**choices.customers, str(tap.card.data["deal"]): id}, choices.opportunities)
    return await _reread(tap, chosen, await learnt(str(tap.card.data["words"]), id, tap))


async def learnt(said: str, customer_id: str, tap: Tap) -> tuple[Change, ...]:
    """The alias that the answer teaches; none where nothing was said or the words stand for it already."""
    customer = await customers.get(customer_id)
    if (
        customer is None
        or not said
        or said == customer.name
        or said in {a.text for a in await customers.aliases(customer_id)}
    ):
        return ()
    if any(person.name and said.startswith(person.name) for person in await customers.contacts(customer_id)):
        return ()
    alias = Alias(
        id=new_id("ali", tap.now), customer_id=customer_id, text=said, team_id=tap.member.team_id, learnt=True
    )
    return (made(alias, "alias.learnt"),)


@router.tap("new_customer", cards=("reading.which_customer", "reading.who_is_it"))
async def new_customer(tap: Tap) -> Reply:
    name = str(tap.card.data.get("new") or "")
    if name:
        choices = _choices(tap)
        return await _reread(
            tap, Choices({**choices.customers, str(tap.card.data["deal"]): f"new:{name}"}, choices.opportunities)
        )
    return _ask(tap, "reading.full_name")


@router.tap("none", cards=("reading.which_customer", "reading.who_is_it"))
async def none_of_these(tap: Tap) -> Reply:
    return _ask(tap, "reading.say_full_name")


def _ask(tap: Tap, key: str) -> Reply:
    """The next sentence is the customer's name; the card keeps what it is about."""
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    about = {**tap.card.data, "new": ""}
    return Reply(
        push=words.text(key), about=about, awaits="reading.customer_name", awaits_until=until, card_state="open"
    )


@router.answer("reading.which_customer", "reading.customer_name")
async def named(tap: Tap) -> Reply:
    """The customer's name as a sentence: one on the books, else a new one."""
    name = tap.words.strip().strip("。.，,")
    turn = turn_of(tap)
    found = [c for c in await customers.named(name) if turn.scope.covers(c.owner_id)]
    answer = found[0].id if len(found) == 1 else f"new:{name}"
    choices = _choices(tap)
    return await _reread(tap, Choices({**choices.customers, str(tap.card.data["deal"]): answer}, choices.opportunities))


@router.tap("pick", cards=("reading.which_opportunity",))
async def this_opportunity(tap: Tap) -> Reply:
    id = str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1])
    choices = _choices(tap)
    return await _reread(tap, Choices(choices.customers, {**choices.opportunities, str(tap.card.data["customer"]): id}))


@router.tap("none", cards=("reading.which_opportunity",))
async def new_opportunity(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(
        push=words.text("reading.new_opportunity"),
        about=tap.card.data,
        awaits="reading.opportunity_name",
        awaits_until=until,
        card_state="open",
    )


@router.answer("reading.opportunity_name")
async def opportunity_named(tap: Tap) -> Reply:
    choices = _choices(tap)
    name = f"new:{tap.words.strip()[:20]}"
    return await _reread(
        tap, Choices(choices.customers, {**choices.opportunities, str(tap.card.data["customer"]): name})
    )


# -- confirm ------------------------------------------------------------------------------------------------------


@router.tap("confirm", "all_right", "right")
async def confirm(tap: Tap) -> Reply:
    """确认 marks what was recorded as confirmed, and takes in what waited for it."""
    event = str(tap.card.data.get("message") or tap.card.event)
    clock = clock_of(tap.now)
    card = words.card(
        "reading.confirmed",
        customer=str(tap.card.data.get("name", "")),
        who=tap.member.name,
        clock=clock,
        facts=[(str(a), str(b)) for a, b in tap.card.data.get("facts", [])],
    )
    about = {"now": words.bit("handled_by", who=tap.member.name, clock=clock, what=words.label("confirm"))}
    changes = [
        changed(activity, "activity.confirmed", confirmed=True)
        for one in tap.card.data.get("events", [event])
        for activity in await activities.of_message(str(one))
        if not activity.confirmed
    ]
    if tap.card.data.get("unsure"):
        return await _agreed(tap, event, tuple(changes))
    return Reply(push=card, changes=tuple(changes), event=event, about=about)


async def _agreed(tap: Tap, event: str, confirmed: tuple[Change, ...]) -> Reply:
    """What was below its threshold counts now; what stood already is not made twice."""
    row = await inbox.get(event)
    turn = turn_of(tap)
    if row is None:
        return Reply(push=words.text("reading.no_card"))
    at = (row.sent_at or row.received_at).astimezone(turn.now.tzinfo)
    customer = str(tap.card.data.get("customer", ""))
    choices = Choices({"0": customer} if customer else {}, agreed=True)
    considered = await talk.again(turn, row.text, event, at, choices)
    fresh = tuple(
        change
        for change in considered.proposal.changes
        if not change.kind.startswith(("activity.", "customer.", "evidence.", "contact."))
        and not (change.kind == "opportunity.created" and tap.card.data.get("opportunity"))
    )
    reply = await talk.recorded(replace(turn, at=at), considered, event, choices)
    return replace(reply, changes=(*confirmed, *fresh), event=event, about={**reply.about, "unsure": []})


# -- won, lost, gate ----------------------------------------------------------------------------------------------


@router.tap("win", cards=("reading.waits.won", "gate.fields"))
async def win(tap: Tap) -> Reply:
    """Won by a tap; where the gate of 赢单 still lacks something it is asked for by name, and nothing moves yet."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    return await _close_as_won(tap, deal) if deal is not None and deal.state == "open" else _spent()


def _spent() -> Reply:
    return Reply(push=words.text("reading.spent", what=words.bit("already_done")))


async def _close_as_won(tap: Tap, deal: Opportunity, told: tuple[Change, ...] = ()) -> Reply:
    """``told`` are fields that were given just now."""
    pipeline = tap.playbook.pipeline(deal.pipeline)
    ending = pipeline.ending("won")
    assert ending is not None
    decision = close(pipeline, deal, ending, await evidence.counts(deal.id))
    name, event = str(tap.card.data["name"]), str(tap.card.data["message"])
    if decision.blocking:
        return Reply(
            push=say.fields_wanted(name, ending.name, decision.missing, tap.playbook),
            changes=told,
            event=event,
            about={**tap.card.data, "missing": list(decision.missing), "stage": ending.id},
            card_state="open",
            awaits="gate.fields",
            awaits_until=tap.now + timedelta(minutes=tap.playbook.context.answer_minutes),
        )
    changes = (*told, *process.by_hand(deal, decision, tap.playbook, tap.now))
    day = day_of(tap.now.date(), tap.now.date())
    card = words.card("won", customer=name, who=tap.member.name, day=day, facts=say.won_facts(deal, tap.now))
    return Reply(push=card, changes=changes, event=event, about={"events": [event]})


@router.answer("gate.fields")
async def fields_said(tap: Tap) -> Reply:
    """The sentence that gives what the gate of 赢单 lacked; with all of it the deal is won: the tap still stands."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None or deal.state != "open":
        return _spent()
    turn = turn_of(tap)
    reading = turn.house.names.read(tap.words, turn.at, turn.calendar)
    told = terms_of(tap.words, reading, tap.card.data.get("missing", []))
    if not told:
        until = tap.card.awaits_until
        unclear = words.text("gate.fields.unclear")
        return Reply(push=unclear, card_state="open", awaits="gate.fields", awaits_until=until, about=tap.card.data)
    return await _close_as_won(tap, deal.with_(**told), (changed(deal, "opportunity.terms", **told),))


@router.tap(
    "not_signed",
    "still_talking",
    "not_now",
    cards=("reading.waits.won", "reading.waits.lost", "reading.waits.back", "gate.fields"),
)
async def not_yet(tap: Tap) -> Reply:
    card = words.card(
        "reading.not_moved", customer=str(tap.card.data["name"]), who=tap.member.name, clock=clock_of(tap.now)
    )
    return Reply(push=card)


@router.tap("lost:price", "lost:competitor", "lost:budget", "lost:other", cards=("reading.waits.lost",))
async def lose(tap: Tap) -> Reply:
    """Lost with its reason in one tap, and the day to ask again in the next (VIEW-9)."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None or deal.state != "open":
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    reason = tap.button.partition(":")[2]
    pipeline = tap.playbook.pipeline(deal.pipeline)
    ending = pipeline.ending("lost")
    assert ending is not None
    decision = close(pipeline, deal, ending, Counter())
    changes = process.by_hand(deal, decision, tap.playbook, tap.now, reason=reason)
    event = str(tap.card.data["message"])
    card = words.card("reading.ask_again_on", customer=str(tap.card.data["name"]))
    return Reply(
        push=card, changes=changes, event=event, card_state="open", about={"reason": reason, "events": [event]}
    )


@router.tap("in_three_months", "next_budget", "never_again", cards=("reading.ask_again_on",))
async def ask_again(tap: Tap) -> Reply:
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None:
        return Reply(push=words.text("reading.no_card"))
    day = _ask_again_day(tap.button, tap.now.date())
    changes = (changed(deal, "opportunity.ask_again", ask_again_on=day),) if day else ()
    reason = words.named("lost_reasons", str(tap.card.data["reason"]))
    card = words.card(
        "reading.lost",
        customer=str(tap.card.data["name"]),
        who=tap.member.name,
        clock=clock_of(tap.now),
        reason=reason,
        facts=[(words.bit("date"), words.bit("ask_again", day=day_of(day, tap.now.date())))] if day else [],
    )
    return Reply(push=card, changes=changes, event=str(tap.card.data["message"]))


def _ask_again_day(button: str, today: date) -> date | None:
    if button == "never_again":
        return None
    if button == "in_three_months":
        return today + timedelta(days=91)
    november = date(today.year, 11, 1)
    return november if november > today else november.replace(year=today.year + 1)


@router.tap("ask_customer", cards=("gate.missing",))
async def words_for_customer(tap: Tap) -> Reply:
    """The words to forward, as plain text; the bot itself never writes to a customer (SEC-8)."""
    missing = [tap.playbook.called(str(kind)) for kind in tap.card.data.get("missing", [])]
    people = await customers.contacts(str(tap.card.data["customer"])) if tap.card.data.get("customer") else []
    who = f"{people[0].name}{people[0].title or ''}" if people else "您好"
    return Reply(push=words.text("gate.ask_customer", who=who, what="、".join(missing)), card_state="open")


@router.tap("later", cards=("gate.missing",))
async def later(tap: Tap) -> Reply:
    stages = {stage.id: stage.name for pipeline in tap.playbook.pipelines for stage in pipeline.stages}
    missing = tap.card.data.get("missing", [])
    card = words.card(
        "gate.later",
        customer=str(tap.card.data.get("name", "")),
        count=len(missing),
        stage=stages.get(str(tap.card.data.get("stage")), ""),
    )
    return Reply(push=card, about={"asked_later": True})

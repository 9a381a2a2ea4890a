"""Taps on what the bot asked: which customer, which opportunity, confirm, edit, won or lost, the gate's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.messages import Card, Fact
from bot.capture.values import Choices
from bot.handlers import talk
from bot.handlers.correct_customer import target_of
from bot.replies import facts, words
from bot.replies import reading as say
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp.reading import Reading
from storage import activities, cards, customers, inbox, opportunities
from storage.records import Alias, Change, changed, made, new_id

router = Router()

ON_EACH = ("activity.", "evidence.", "opportunity.")
"""What a message that is meant for two opportunities records for each of them."""


def turn_of(tap: Tap) -> Turn:
    assert tap.turn is not None
    return tap.turn


def _choices(tap: Tap) -> Choices:
    kept = tap.card.data.get("choices", {})
    return Choices(dict(kept.get("customers", {})), dict(kept.get("opportunities", {})))


async def _reread(tap: Tap, choices: Choices, teaches: tuple[str, str] | None = None) -> Reply:
    """The words of the question read again with its answer; the record points back to them. ``teaches``: words and the
    customer that they turned out to mean."""
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
    if teaches is not None:
        reply = await _taught(reply, *teaches, considered.reading, tap)
    await inbox.settle(row.seq)
    return replace(reply, card_state="open", fold=await _same_question(tap))


async def _same_question(tap: Tap) -> tuple[str, ...]:
    """Other cards that still ask what is answered now."""
    asked = [card for card in await cards.questions(tap.member.id) if card.id != tap.card.id]
    about = (tap.card.data.get("message"), tap.card.data.get("deal"))
    return tuple(card.id for card in asked if (card.data.get("message"), card.data.get("deal")) == about)


@router.tap("pick", cards=("reading.which_customer", "reading.who_is_it"))
async def this_customer(tap: Tap) -> Reply:
    """The customer is chosen; the words said for it are learnt (LOOP-1)."""
    id = str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1])
    choices = _choices(tap)
    chosen = Choices({**choices.customers, str(tap.card.data["deal"]): id}, choices.opportunities)
    return await _reread(tap, chosen, (str(tap.card.data["words"]), id))


async def _taught(reply: Reply, said: str, customer_id: str, reading: Reading, tap: Tap) -> Reply:
    """The alias that the answer teaches, and a line on the card that says so (VOICE.md A2). A person's name is no name
    of the customer: whoever is so called has become its contact."""
    person = said in {one.text for one in reading.contacts}
    alias = () if person else await learnt(said, customer_id, tap)
    if not alias and not any(change.kind == "contact.created" for change in reply.changes):
        return reply
    reply = replace(reply, changes=(*alias, *reply.changes))
    if not isinstance(reply.push, Card) or len(reply.push.facts) >= facts.MOST:
        return reply
    name = await customers.short_name(customer_id)
    line = Fact(words.bit("remembered"), cut(words.bit("remember_is", words=said, customer=name), facts.VALUE_MOST))
    return replace(reply, push=replace(reply.push, facts=(*reply.push.facts, line)))


async def learnt(said: str, customer_id: str, tap: Tap) -> tuple[Change, ...]:
    """The alias that the answer teaches; none where nothing was said or the words stand for it already."""
    customer = await customers.get(customer_id)
    if customer is None or not said or said == customer.name:
        return ()
    if said in {a.text for a in await customers.aliases(customer_id)}:
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
    answer = await target_of(name, turn)
    choices = _choices(tap)
    return await _reread(tap, Choices({**choices.customers, str(tap.card.data["deal"]): answer}, choices.opportunities))


@router.tap("pick", cards=("reading.which_opportunity",))
async def this_opportunity(tap: Tap) -> Reply:
    id = str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1])
    choices = _choices(tap)
    return await _reread(tap, Choices(choices.customers, {**choices.opportunities, str(tap.card.data["customer"]): id}))


@router.tap("both", cards=("reading.which_opportunity",))
async def both_opportunities(tap: Tap) -> Reply:
    """两个都记: what happened stands on both; what was promised is promised once."""
    first, second = (str(id) for id in tap.card.data["options"][:2])
    choices, customer = _choices(tap), str(tap.card.data["customer"])
    reply = await _reread(tap, Choices(choices.customers, {**choices.opportunities, customer: first}))
    other = await _reread(tap, Choices(choices.customers, {**choices.opportunities, customer: second}))
    too = tuple(one for one in other.changes if one.kind.startswith(ON_EACH))
    if not isinstance(reply.push, Card):
        return replace(reply, changes=(*reply.changes, *too))
    deals = await opportunities.many([first, second])
    names = Fact(words.bit("opportunity"), cut("、".join(deals[id].name for id in (first, second)), facts.VALUE_MOST))
    card = replace(reply.push, facts=(*reply.push.facts[:1], names, *reply.push.facts[1 : facts.MOST - 1]))
    return replace(reply, push=card, changes=(*reply.changes, *too))


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
    card = say.confirmed(tap.card.data, tap.member.name, clock)
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

"""The first useful card of a new rep (TIME-7, G2): who names customers, or pastes a first chat, gets at once what falls
due, one sentence to send now, and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from adapters.messages import Card
from bot import claiming
from bot.capture import listing
from bot.capture.listing import Named
from bot.followup import service as followup
from bot.followup.view import Matter, matters
from bot.letter import Letter
from bot.replies import first as say
from bot.replies import words
from bot.replies.first import First
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import commitments, customers, figures, opportunities
from storage.records import Activity, Change, Commitment, Contact, Customer, made, new_id

router = Router()
NEW_FOR = timedelta(days=7)
"""So long after the hello somebody counts as new."""
MOST = 3
LATEST = 16
"""From this hour on nothing is proposed for today."""
CARD = ("hello.first",)


# -- customers named -----------------------------------------------------------------------------------------------


async def listed(turn: Turn) -> Reply | None:
    """恒川物流、鼎盛包装、永泰机械: new ones are booked, and for three of them there is something to do; None where the
    message is no such list."""
    found = listing.items(turn.text)
    if not found or turn.event.chat or "rep" not in turn.member.roles:
        return None
    book = turn.house.names
    await book.refresh()
    names = listing.named(found, lambda text: book.read(text, turn.at, turn.calendar))
    return await _booked(names, turn) if names else None


async def _booked(names: Sequence[Named], turn: Turn) -> Reply:
    known = await customers.many([one.known.id for one in names if one.known])
    mine = [one for one in known.values() if turn.scope.sees(one)]
    foreign = tuple(one.words for one in names if one.known and one.known.id in known and
                    not turn.scope.sees(known[one.known.id]))  # fmt: skip
    fresh = [(_customer(one, turn), one) for one in names if one.known is None]
    claimed = [
        await claiming.said(one.words, one.known.id, _noted(turn), member=turn.member, house=turn.house, now=turn.now)
        for one in names if one.known and one.words in foreign
    ]  # fmt: skip
    changes: list[Change] = [change for one in claimed for change in one.changes]
    for customer, one in fresh:
        changes += [made(customer), *([made(_contact(one, customer, turn))] if one.contact else [])]
    promised = [one for of in mine for one in await commitments.open_of(of.id) if one.owner_id == turn.member.id]
    real = await matters(commitments.by_due(promised)[:MOST])
    booked = {one.promise.customer_id for one in real}
    rest = [one for one in (*mine, *(customer for customer, _ in fresh)) if one.id not in booked]
    proposed = [await _proposal(one, n, turn, names) for n, one in enumerate(rest[: MOST - len(real)])]
    first = First(
        tuple(real), tuple(proposed), count=len(mine) + len(fresh), fresh=len(fresh), foreign=foreign,
        today=tuple(one for one in real if _due_today(one, turn.today)), who=turn.member.name,
    )  # fmt: skip
    card = say.card(first, turn.now)
    asked = tuple(letter for one in claimed for letter in one.letters)
    return Reply(push=card, changes=tuple(changes), about=_about(first, turn), more=asked)


def _noted(turn: Turn) -> Activity:
    """The message, of nobody as yet: whose a customer is that is on the books already, a manager decides."""
    me = turn.member.id
    return Activity(
        id=new_id("act", turn.now), customer_id=None, author_id=me, recorder_id=me, occurred_at=turn.at, text=turn.text,
        message_id=turn.row.id,
    )  # fmt: skip


def _customer(one: Named, turn: Turn) -> Customer:
    me = turn.member.id
    return Customer(id=new_id("cus", turn.now), name=one.words, owner_id=me, recorder_id=me, created_at=turn.at)


def _contact(one: Named, customer: Customer, turn: Turn) -> Contact:
    assert one.contact is not None
    who = one.contact
    return Contact(
        id=new_id("con", turn.now), customer_id=customer.id, name=who.name, title=who.title, department=who.department
    )


async def _proposal(customer: Customer, n: int, turn: Turn, names: Sequence[Named]) -> Matter:
    """A first word with a customer on one of the next working days: a promise only once it is tapped."""
    today = turn.today
    days = [today] if turn.now.hour < LATEST and turn.calendar.is_workday(today) else []
    days += followup.ready_dates(today, turn.calendar)
    deals = await opportunities.open_of(customer.id)
    people = await customers.contacts(customer.id)
    called = f"{people[0].name}{people[0].title or ''}" if people else _said_with(customer, names)
    promise = Commitment(
        id=new_id("pro", turn.now), customer_id=customer.id, opportunity_id=deals[0].id if len(deals) == 1 else None,
        by="us", what=words.bit("first_what"), due=days[n], owner_id=turn.member.id, author_id=turn.member.id,
        recorder_id=turn.member.id, said_at=turn.now, contact_id=people[0].id if people else None,
    )  # fmt: skip
    name = await customers.short_name(customer.id) if await customers.get(customer.id) else customer.name
    return Matter(promise, name, called, turn.member.name)


def _said_with(customer: Customer, names: Sequence[Named]) -> str:
    one = next((one for one in names if one.words == customer.name and one.contact), None)
    return f"{one.contact.name}{one.contact.title or ''}" if one and one.contact else ""


def _due_today(one: Matter, today: date) -> bool:
    return one.promise.due == today


def _about(first: First, turn: Turn) -> dict[str, Any]:
    return {
        "script": say.script(first, turn.now),
        "commitments": [one.promise.id for one in first.real],
        "proposed": [
            {"customer": one.promise.customer_id, "opportunity": one.promise.opportunity_id, "what": one.promise.what,
             "due": f"{one.promise.due}", "contact": one.promise.contact_id} for one in first.proposed
        ],
    }  # fmt: skip


@router.tap("settle_it", cards=CARD)
async def settle(tap: Tap) -> Reply:
    """就这样: what was proposed is promised, and reminded of on its day."""
    changes: list[Change] = []
    for one in tap.card.data.get("proposed", ()):
        if await customers.get(str(one["customer"])) is None:
            continue
        changes.append(made(Commitment(
            id=new_id("pro", tap.now), customer_id=str(one["customer"]), opportunity_id=one["opportunity"], by="us",
            what=str(one["what"]), due=date.fromisoformat(str(one["due"])), owner_id=tap.member.id,
            author_id=tap.member.id, recorder_id=tap.member.id, said_at=tap.now, contact_id=one["contact"],
            message_id=tap.card.event,
        )))  # fmt: skip
    shown = [(str(label), str(value)) for label, value in tap.card.data.get("shown", ())]
    push = say.settled(len(changes), shown, tap.now)
    return Reply(push=push, changes=tuple(changes), event=tap.card.event)


@router.tap("not_now", cards=CARD)
async def left(tap: Tap) -> Reply:
    card: Card = words.card("cmd.left", title=str(tap.card.data.get("title", "")))
    return Reply(push=card)


@router.tap("send_script", cards=CARD)
async def send_script(tap: Tap) -> Reply:
    """发我话术: the sentence alone, to be forwarded."""
    script = words.text("promise.script", script=str(tap.card.data.get("script", "")))
    return Reply(more=(Letter(script, to=tap.member.id, once=f"{tap.event}:script"),), card_state="open")


# -- a first chat --------------------------------------------------------------------------------------------------


async def useful(reply: Reply, turn: Turn) -> Reply:
    """``reply`` to what a new rep pasted first, with his card behind it: what he promised in it falls due."""
    made_ = [change.after for change in reply.changes if change.kind == "commitment.created"]
    if not made_ or not any(change.kind == "customer.created" for change in reply.changes) or not _new(turn):
        return reply
    ours = [Commitment(**one) for one in made_ if one["by"] == "us"]
    pasted = reply.push is not None and reply.push.kind == "reading.transcript"
    if not ours or not (pasted or len(ours) > 1) or await figures.customers_of([turn.member.id]):
        return reply
    names = {str(change.record): str(change.after["name"]) for change in reply.changes
             if change.kind == "customer.created"}  # fmt: skip
    people = {str(change.record): f"{change.after['name']}{change.after.get('title') or ''}"
              for change in reply.changes if change.kind == "contact.created"}  # fmt: skip
    real = [
        Matter(one, names.get(one.customer_id, ""), people.get(one.contact_id or "", ""), turn.member.name)
        for one in commitments.by_due(ours)[:MOST]
    ]
    first = First(
        tuple(real), today=tuple(one for one in real if _due_today(one, turn.today)), who=turn.member.name
    )  # fmt: skip
    letter = Letter(
        say.card(first, turn.now), to=turn.member.id, once=f"hello.first:{turn.member.id}", about=_about(first, turn)
    )
    return replace(reply, more=(*reply.more, letter))


def _new(turn: Turn) -> bool:
    greeted = turn.member.greeted_at
    return "rep" in turn.member.roles and (greeted is None or turn.now - greeted < NEW_FOR)

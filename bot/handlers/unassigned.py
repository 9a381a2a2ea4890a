"""待归类: what could not be placed is gone through one by one, and placed by a tap or a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import unassigned as inbox
from bot.handlers.answers import turn_of
from bot.handlers.correct_customer import target_of
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.replies import unassigned as say
from bot.replies import words
from bot.replies.wording import cut
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import cards, customers, opportunities, outbox
from storage import unassigned as stored
from storage.records import CardRow, Customer, Unassigned

router = Router()
CARD = ("unassigned.one",)
QUESTION = "question"
"""The kind of what was asked and not answered: its card is shown once more."""
OF_THE_OLD_CARD = ("buttons", "choice", "title", "shown", "why")


# -- going through -------------------------------------------------------------------------------------------------


@router.tap("see_unassigned")
async def see(tap: Tap) -> Reply:
    """The oldest thing with its card; once it is placed, the next one follows."""
    first = await _next(turn_of(tap), ())
    return Reply(push=words.text("unassigned.none"), card_state="open") if first is None else _kept_open(first)


def _kept_open(first: Letter) -> Reply:
    return Reply(more=(first,), card_state="open")


async def by_word(turn: Turn) -> Reply:
    """待归类, said."""
    first = await _next(turn, ())
    if first is None:
        return Reply(push=words.text("unassigned.none"))
    return Reply(
        push=first.push, about=first.about, question=True, awaits=first.awaits, awaits_until=first.awaits_until
    )


async def _next(turn: Turn, but: Sequence[str]) -> Letter | None:
    """The card of the oldest thing that waits for the member; None where nothing does."""
    found = [one for one in await inbox.theirs(turn.member, turn.scope) if one.id not in but]
    if not found:
        return None
    one, once = found[0], f"{turn.row.id}:unassigned:{found[0].id}"
    if one.kind == QUESTION and (again := await _asked_again(one, turn, once)) is not None:
        return again
    letter = await inbox.card(one, turn.member.id, turn.now, once=once, waiting=len(found) - 1)
    until = turn.now + timedelta(minutes=turn.playbook.context.answer_minutes)
    return replace(letter, awaits_until=until, about={**letter.about, "one_by_one": True})


async def _asked_again(one: Unassigned, turn: Turn, once: str) -> Letter | None:
    """The question as it was asked, for whom it was put to; None where its card is gone, or it is somebody else's."""
    row = await cards.get(str(one.data.get("card", "")))
    sent = await outbox.get(row.id) if row is not None else None
    if row is None or sent is None or row.member_id != turn.member.id:
        return None
    about = {name: value for name, value in row.data.items() if name not in OF_THE_OLD_CARD}
    until = turn.now + timedelta(minutes=turn.playbook.context.answer_minutes) if row.awaits else None
    return Letter(
        unpack(sent.body), to=turn.member.id, once=once, about={**about, "unassigned": one.id, "one_by_one": True},
        question=True, awaits=row.awaits, awaits_until=until, event=row.event,
    )  # fmt: skip


async def then(reply: Reply, tap: Tap) -> Reply:
    """``reply`` to a card of something that waits here: where it settles the thing, that is marked, and the next one
    follows."""
    id = tap.card.data.get("unassigned")
    if not id or reply.question or reply.awaits or (reply.card_state == "open" and not reply.changes):
        return reply
    one = await stored.get(str(id))
    if one is None or one.state != "waiting":
        return reply
    if not any(change.record == one.id for change in reply.changes):
        reply = replace(reply, changes=(*reply.changes, inbox.answered(one, tap.member.id, tap.now)))
    if not tap.card.data.get("one_by_one") or tap.turn is None:
        return reply
    following = await _next(tap.turn, (one.id,))
    return replace(reply, more=(*reply.more, following)) if following is not None else reply


# -- placing -------------------------------------------------------------------------------------------------------


@router.tap("pick", cards=CARD)
async def this_customer(tap: Tap) -> Reply:
    """One of those shown."""
    found = await customers.get(str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))
    return await place(tap, found)


@router.answer("unassigned.whose")
async def named(tap: Tap) -> Reply | None:
    """A customer's name instead of a tap; a sentence that names none is read as any other."""
    target = await target_of(tap.words.strip("。. "), turn_of(tap))
    found = await customers.get(target) if target.startswith("cus_") else None
    if found is None:
        return Reply(push=words.text("unassigned.which", words=cut(tap.words, 12)), card_state="open")
    return await place(tap, found)


async def place(tap: Tap, customer: Customer | None) -> Reply:
    """The thing is that customer's: what its kind does with it, else its words are noted down."""
    one = await _standing(tap.card, turn_of(tap))
    if one is None or customer is None or not turn_of(tap).scope.sees(customer):
        return Reply(push=words.text("unassigned.over"))
    mark = inbox.placed(one, customer, tap.member.id, tap.now)
    special = inbox.place_of(one.kind)
    if special is not None:
        reply = await special(one, customer, tap)
        return replace(reply, changes=(*reply.changes, mark))
    deals = await opportunities.open_of(customer.id)
    note = inbox.noted(one, customer, deals[0].id if len(deals) == 1 else None, tap.member.id, tap.now)
    name = await customers.short_name(customer.id)
    card = say.placed(one, name, tap.member.name, tap.now)
    return Reply(push=card, changes=(note, mark), about={"events": [tap.event], "name": name})


@router.tap("drop_it", cards=CARD)
async def drop(tap: Tap) -> Reply:
    """不用记"""
    one = await _standing(tap.card, turn_of(tap))
    if one is None:
        return Reply(push=words.text("unassigned.over"))
    change = inbox.dropped(one, tap.member.id, tap.now)
    return Reply(push=say.dropped(one, tap.member.name, tap.now), changes=(change,), about={"events": [tap.event]})


async def _standing(card: CardRow, turn: Turn) -> Unassigned | None:
    """What the card is about, while it waits and is still the member's to place."""
    one = await stored.get(str(card.data.get("unassigned", "")))
    if one is None or one.state != "waiting":
        return None
    mine = one.member_id in (None, turn.member.id)
    return one if mine or turn.scope.covers(str(one.member_id)) else None

"""高总是私人聊天: a rep says that somebody's chat is nobody's business, and it is forgotten behind a tap (SEC-4)."""

from __future__ import annotations

import re

from bot.handlers import chat_forget
from bot.handlers.outsiders import PRIVATE
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import customers, externals
from storage.records import External, changed

router = Router()
CARDS = ("silent.private",)
SAID = re.compile(
    r"(?P<name>[^\s，。、：:]{2,10}?)(?:的(?:聊天|微信))?(?:是|算)?私人聊天[。.!！]?|私人聊天[：:\s]\s*(?P<late>[^\s，。、：:]{2,10})[。.!！]?"
)
MOST = 5
"""People of one name whose chats may be meant."""


async def by_sentence(turn: Turn) -> Reply | None:
    """Asked once more before it is done: it cannot be taken back."""
    found = SAID.fullmatch(turn.text.strip())
    if found is None or turn.event.chat:
        return None
    name = found["name"] or found["late"]
    theirs = [one for one in await _called(name) if await _may(one, turn)]
    if not theirs:
        return None
    return Reply(
        push=words.card("silent.private", name=cut(name, 8)), question=True,
        about={"people": [one.id for one in theirs[:MOST]], "name": cut(name, 8)},
    )  # fmt: skip


async def _called(name: str) -> list[External]:
    """Of people outside those of that name, in the chat app or as a customer's people."""
    found = {one.id: one for one in await externals.called(name)}
    for person in await customers.people(name):
        found |= {one.id: one for one in await externals.of_contact(person.id)}
    return [one for one in found.values() if one.state != PRIVATE]


async def _may(one: External, turn: Turn) -> bool:
    """Whose contact it is, or whose customer's person."""
    if one.member_id == turn.member.id:
        return True
    customer = await customers.get(one.customer_id) if one.customer_id else None
    return customer is not None and customer.owner_id == turn.member.id


@router.tap("private_chat", cards=CARDS)
async def private(tap: Tap) -> Reply:
    """Nothing is left but the ids by which these people are passed over."""
    people = [one for id in tap.card.data["people"] if (one := await externals.get(str(id))) is not None]
    gone = [letter for one in people for letter in await chat_forget.forget(one.external, tap.event, tap.now)]
    changes = [
        changed(one, "external.private", state=PRIVATE, name="", customer_id=None, contact_id=None) for one in people
    ]
    chat_forget.blank_audit(tap.event, changes)
    card = words.card("silent.lead.forgotten")
    return Reply(push=card, changes=tuple(one for one in changes if one.after), more=tuple(gone), about={"name": ""})


@router.tap("not_now", cards=CARDS)
async def leave(tap: Tap) -> Reply:
    return Reply(push=words.card("silent.private.left", who=cut(tap.member.name, 8), clock=clock_of(tap.now)))

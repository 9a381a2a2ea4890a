"""A8: what a node of the sale needs is asked there in one sentence, and answered in one (CAP-8); put off it is asked
once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.capture import nodes
from bot.capture.facts import contact as made_of
from bot.capture.facts import same_person
from bot.capture.nodes import Told
from bot.capture.service import Considered
from bot.capture.values import Entry
from bot.letter import Letter
from bot.playbook.model import Playbook
from bot.playbook.nodes import TRIAL, Node
from bot.replies import nodes as say
from bot.replies import words
from bot.replies.reading import title_name
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp.reading import Contact, Reading
from storage import cards, customers, opportunities
from storage.records import Change, Customer, Opportunity, changed, made

router = Router()
CARDS = ("reading.fields", "reading.fields.day", "reading.fields.later")
ANSWERED_WITHIN = timedelta(hours=12)
"""What was asked is told when it is known: nothing else answers to a trial's days and person."""


async def asked(
    turn: Turn, considered: Considered, entry: Entry, event: str
) -> tuple[tuple[Change, ...], tuple[Letter, ...]]:
    """(what the message already tells of the nodes it reaches, the cards that ask for the rest)."""
    changes, letters = list[Change](), list[Letter]()
    deal, customer = entry.opportunity, entry.customer
    for node in nodes.reached(entry, turn.playbook):
        assert deal is not None and entry.deal is not None
        wanted = nodes.missing(node, deal, customer, turn.playbook)
        told = nodes.told(
            turn.text, considered.reading, wanted, turn.playbook, turn.at.date(), asked=False,
            contacts=entry.deal.contacts,
        )  # fmt: skip
        changes += _kept(told, deal, customer, node)
        deal, customer = _after(told, deal, customer)
        wanted = nodes.missing(node, deal, customer, turn.playbook)
        if wanted and not await _asked_already(turn, deal, node):
            letters.append(letter(node, wanted, deal, entry.name, turn.member.id, event, turn.playbook, turn.now))
    return tuple(changes), tuple(letters)


def letter(
    node: Node, wanted: Sequence[str], deal: Opportunity, name: str, to: str, event: str, playbook: Playbook, now: Any
) -> Letter:
    """The card that asks for what ``node`` still wants."""
    about = {
        "message": event, "opportunity": deal.id, "customer": deal.customer_id, "name": name, "node": node.id,
        "act": node.name, "wants": list(wanted),
    }  # fmt: skip
    return Letter(
        say.asks(node.name, name, wanted, playbook), to=to, once=f"{event}:fields:{node.id}:{deal.id}", about=about,
        question=True, awaits="reading.fields", awaits_until=now + ANSWERED_WITHIN, event=event,
    )  # fmt: skip


async def _asked_already(turn: Turn, deal: Opportunity, node: Node) -> bool:
    open_ = await cards.questions(turn.member.id)
    return any(
        one.kind in CARDS and one.data.get("opportunity") == deal.id and _node_of(one.data) == node.id for one in open_
    )


def _node_of(data: Mapping[str, Any]) -> str:
    return str(data.get("node", TRIAL.id))


@router.answer("reading.fields")
async def said(tap: Tap) -> Reply | None:
    """3月16日到27日，信息科马工; other talk is read as usual."""
    data, turn = tap.card.data, tap.turn
    deal, node = await asked_of(tap)
    if deal is None or node is None or turn is None:
        return None
    customer = await customers.get(deal.customer_id)
    reading = await turn.house.names.reading(tap.words, turn.at, turn.calendar)
    wanted = nodes.missing(node, deal, customer, tap.playbook)
    told = nodes.told(tap.words, reading, wanted, tap.playbook, turn.at.date(), asked=True)
    if told.bad and not told:
        return Reply(push=words.text("reading.fields.bad", what="；".join(told.bad)), card_state="open",
                     awaits="reading.fields", awaits_until=tap.card.awaits_until, about=data)  # fmt: skip
    if not told or (_says_more(reading) and not told.plainly):
        return None
    return await answered(tap, told, deal, node)


async def answered(tap: Tap, told: Told, deal: Opportunity, node: Node) -> Reply:
    """What was told is kept; the card asks for what is left, or says that all is known."""
    data, turn, customer = tap.card.data, tap.turn, await customers.get(deal.customer_id)
    assert turn is not None
    changes = (*_kept(told, deal, customer, node), *await _person(told.person, customer, turn))
    deal, customer = _after(told, deal, customer)
    name = str(data["name"])
    left = nodes.missing(node, deal, customer, tap.playbook)
    if left:
        again = letter(node, left, deal, name, tap.member.id, str(data["message"]), tap.playbook, tap.now)
        return Reply(push=again.push, changes=changes, question=True, awaits="reading.fields", about=again.about,
                     awaits_until=again.awaits_until, card_state="open")  # fmt: skip
    about = {"message": str(data["message"]), "events": [tap.event], "name": name}
    card = say.done(node, name, deal, customer, tap.playbook, tap.now.date())
    return Reply(push=card, changes=changes, about=about)


async def asked_of(tap: Tap) -> tuple[Opportunity | None, Node | None]:
    """Of which opportunity and at which node the card asks; None for what is no more."""
    deal = await opportunities.get(str(tap.card.data.get("opportunity", "")))
    return deal, next((one for one in tap.playbook.asking if one.id == _node_of(tap.card.data)), None)


def _says_more(reading: Reading) -> bool:
    """It is other business: it reports or promises something."""
    return bool(reading.commitments or reading.signals or reading.stage or reading.action)


def _kept(told: Told, deal: Opportunity, customer: Customer | None, node: Node) -> tuple[Change, ...]:
    found = []
    if told.terms:
        found.append(changed(deal, "opportunity.terms", **told.terms))
    if told.custom:
        kind = "opportunity.trial" if node.id == TRIAL.id else "opportunity.field"
        found.append(changed(deal, kind, custom={**deal.custom, **told.custom}))
    if told.customer and customer is not None:
        found.append(changed(customer, "customer.field", custom={**customer.custom, **told.customer}))
    return tuple(one for one in found if one.after)


def _after(told: Told, deal: Opportunity, customer: Customer | None) -> tuple[Opportunity, Customer | None]:
    deal = deal.with_(**told.terms, custom={**deal.custom, **told.custom})
    return deal, customer.with_(custom={**customer.custom, **told.customer}) if customer is not None else None


async def _person(person: Contact | None, customer: Customer | None, turn: Turn) -> tuple[Change, ...]:
    """Whoever looks after it is one of the customer's people from now on."""
    if person is None or customer is None:
        return ()
    known = next((one for one in await customers.contacts(customer.id) if same_person(one, person)), None)
    if known is None:
        return (made(made_of(person, customer, turn.now)),)
    if person.department and person.department != known.department:
        return (changed(known, "contact.corrected", department=person.department),)
    return ()


@router.tap("fill_later", cards=("reading.fields", "reading.fields.day"))
async def later(tap: Tap) -> Reply:
    """晚点补: it stays a question, which the next morning's card brings up once; a sentence still answers it."""
    act = str(tap.card.data.get("act", TRIAL.name))
    push = words.card("reading.fields.later", customer=title_name(str(tap.card.data["name"])), act=act)
    return Reply(
        push=push, question=True, card_state="open", about={"asked_again": ""}, awaits="reading.fields",
        awaits_until=tap.now + ANSWERED_WITHIN,
    )  # fmt: skip

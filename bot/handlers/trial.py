"""A8: what a trial needs is asked in one sentence, and answered in one (CAP-8); put off it is asked once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from adapters.messages import Card
from bot.capture import trial
from bot.capture.facts import contact as made_of
from bot.capture.facts import same_person
from bot.capture.service import Considered
from bot.capture.trial import Told
from bot.capture.values import Entry
from bot.letter import Letter
from bot.replies import words
from bot.replies.reading import title_name
from bot.replies.wording import cut, short_day
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp.reading import Reading
from storage import cards, customers, opportunities
from storage.records import Change, Opportunity, changed, made

router = Router()
CARDS = ("reading.fields", "reading.fields.later")
ANSWERED_WITHIN = timedelta(hours=12)
"""A trial's days and person are told when they are known: nothing else answers to them."""


async def asked(
    turn: Turn, considered: Considered, entry: Entry, event: str
) -> tuple[tuple[Change, ...], tuple[Letter, ...]]:
    """(what the message already tells of its trial, the card that asks for the rest)."""
    wanted = turn.playbook.acts.get("trial", ())
    if not wanted or entry.deal is None or entry.opportunity is None or not trial.is_trial(entry.deal):
        return (), ()
    deal = entry.opportunity
    told = trial.told(considered.reading, entry.deal.contacts)
    kept = {**deal.custom, **told.fields()}
    changes = (changed(deal, "opportunity.trial", custom=kept),) if told.fields() else ()
    missing = trial.missing(wanted, kept)
    if not missing or await _asked_already(turn, deal):
        return changes, ()
    about = {"message": event, "opportunity": deal.id, "customer": deal.customer_id, "name": entry.name}
    ask = Letter(
        card(entry.name, missing), to=turn.member.id, once=f"{event}:fields:{deal.id}", about=about, question=True,
        awaits="reading.fields", awaits_until=turn.now + ANSWERED_WITHIN,
    )  # fmt: skip
    return changes, (ask,)


async def _asked_already(turn: Turn, deal: Opportunity) -> bool:
    open_ = await cards.questions(turn.member.id)
    return any(one.kind in CARDS and one.data.get("opportunity") == deal.id for one in open_)


def card(name: str, missing: Sequence[str]) -> Card:
    """A8."""
    facts = [(words.bit(f"{field}_label"), words.bit(f"{field}_ask")) for field in missing]
    example = "，".join(words.bit(f"{field}_example") for field in missing)
    return words.card(
        "reading.fields", customer=title_name(name), count=len(missing), facts=facts,
        footer=words.bit("in_one_sentence", example=example),
    )  # fmt: skip


@router.answer("reading.fields")
async def said(tap: Tap) -> Reply | None:
    """3月16日到27日，信息科马工; other talk is read as usual."""
    deal = await opportunities.get(str(tap.card.data.get("opportunity", "")))
    turn = tap.turn
    if deal is None or turn is None:
        return None
    reading = await turn.house.names.reading(tap.words, turn.at, turn.calendar)
    told = trial.told(reading)
    if not told.fields() or _says_more(reading):
        return None
    kept = {**deal.custom, **told.fields()}
    changes = (changed(deal, "opportunity.trial", custom=kept), *await _person(told, deal, turn))
    missing = trial.missing(tap.playbook.acts.get("trial", ()), kept)
    name = str(tap.card.data["name"])
    if missing:
        until = tap.now + ANSWERED_WITHIN
        push = card(name, missing)
        return Reply(push=push, changes=changes, question=True, awaits="reading.fields", awaits_until=until)
    about = {"message": str(tap.card.data["message"]), "events": [tap.event], "name": name}
    return Reply(push=_done(name, kept, tap.now.date()), changes=changes, about=about)


def _says_more(reading: Reading) -> bool:
    """It is other business: it reports or promises something."""
    return bool(reading.commitments or reading.signals or reading.stage or reading.action)


async def _person(told: Told, deal: Opportunity, turn: Turn) -> tuple[Change, ...]:
    """Whoever looks after the trial is one of the customer's people from now on."""
    customer = await customers.get(deal.customer_id)
    if told.person is None or customer is None:
        return ()
    person = told.person
    known = next((one for one in await customers.contacts(customer.id) if same_person(one, person)), None)
    if known is None:
        return (made(made_of(person, customer, turn.now)),)
    if person.department and person.department != known.department:
        return (changed(known, "contact.corrected", department=person.department),)
    return ()


def _done(name: str, kept: dict[str, str], today: date) -> Card:
    first, last = date.fromisoformat(kept["trial_from"]), date.fromisoformat(kept["trial_until"])
    period = words.bit("from_to", start=short_day(first, today), end=short_day(last, today))
    facts = [
        (words.bit("trial_period_label"), period),
        (words.bit("trial_contact_label"), cut(kept[trial.PERSON], 26)),
    ]
    return words.card("reading.fields.done", customer=title_name(name), facts=facts)


@router.tap("fill_later", cards=("reading.fields",))
async def later(tap: Tap) -> Reply:
    """晚点补: it stays a question, which the next morning's card brings up once; a sentence still answers it."""
    push = words.card("reading.fields.later", customer=title_name(str(tap.card.data["name"])))
    return Reply(
        push=push, question=True, card_state="open", about={"asked_again": ""}, awaits="reading.fields",
        awaits_until=tap.now + ANSWERED_WITHIN,
    )  # fmt: skip

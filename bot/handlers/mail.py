"""A customer's mail (CAP-4, VOICE.md D7): found by its address, recorded for the customer's owner, told at the next
window. Nothing in it is a command; what it says moves no stage."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.events import InboundEvent
from bot import unassigned as waiting
from bot.capture import facts
from bot.capture import mail as capture
from bot.capture import mail_told as mails
from bot.capture.evidence import LARGEST, File, kind_of_content, safe_name
from bot.capture.mail import Known, Labelled, Mail, Taken
from bot.capture.mail_told import Told
from bot.handlers.answers import turn_of
from bot.handlers.mail_taps import ask
from bot.house import House
from bot.letter import Letter
from bot.playbook.store import Live
from bot.playbook.times import Times
from bot.replies import mail as say
from bot.replies import words
from bot.replies.facts import called
from bot.replies.wording import cut, masked
from bot.routing import Reply, Tap
from nlp.read import Context
from nlp.reading import Reading
from storage import activities, customers, evidence, files, inbox, members, opportunities, threads, unassigned
from storage.records import Change, Customer, Member, Message, Moment, Opportunity, Unassigned

ANSWER = re.compile(r"\s*(?:re|回复|答复|回覆|aw)\s*[:：]", re.I)
"""An answer to one of ours: nobody advertises so, and what tells of business in it waits whoever wrote it."""
HAND = "mail"
"""The actor in the audit record."""
SURE_BY = frozenset({"exact", "alias", "abbreviation", "suffix"})


async def answer(event: InboundEvent, row: Message, house: House) -> Reply:
    """What the mail comes to, in the transaction that will hold it."""
    mail = await _mail(event, row)
    found, before = await _customers(event), await _placed_before(mail.thread)
    by_thread = before is not None and before.customer.id not in {one.id for one in found}
    if before is not None:
        found = [before.customer]
    if len(found) != 1:
        return await _placeless(event, mail, found, row.account, house)
    customer = found[0]
    owner = await _owner(customer)
    if owner is None:
        return Reply(actor=HAND, reason="mail.nobody")
    mail = await _with_files(event, mail, house)
    by_thread = by_thread and not event.data.get("public")
    done = await recorded(mail, customer, owner, house, before.deal if before else None, by_thread=by_thread)
    return Reply(
        changes=done.taken.changes, more=done.questions, moments=await _at_window(done, house), actor=HAND
    )  # fmt: skip


async def _mail(event: InboundEvent, row: Message) -> Mail:
    data = event.data
    return Mail(
        address=event.sender.user, name=str(data.get("name", "")), subject=str(data.get("subject", "")),
        text=event.text, at=event.at, event=row.id, passed_on_by=str(data.get("passed_on_by", "")),
        refused=tuple(str(one) for one in data.get("left_out", ())),
        thread=tuple(threads.id_of(str(one)) for one in data.get("thread", ())),
    )  # fmt: skip


async def _with_files(event: InboundEvent, mail: Mail, house: House) -> Mail:
    """The attachments laid into the evidence store; what is of no type that is taken is named and left."""
    kept, refused = list[File](), list(mail.refused)
    for one in event.data.get("attachments", ()):
        name = safe_name(one.name)
        mime = await asyncio.to_thread(kind_of_content, one.body)
        if mime is None or len(one.body) > LARGEST:
            refused.append(name)
            continue
        sha = await asyncio.to_thread(files.put, house.data, one.body)
        kept.append(File(name, sha, len(one.body), mime))
    return replace(mail, files=tuple(kept), refused=tuple(refused))


# -- whose it is ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """Where a mail's thread stands in the record; ``deal`` None where it is about none, or that is closed."""

    customer: Customer
    deal: Opportunity | None


async def _placed_before(thread: Sequence[str]) -> Before | None:
    """As it stands now: what was taken back places nothing, what was put right places there."""
    for event in await threads.events(thread):
        for act in await activities.of_message(event):
            customer = await customers.get(act.customer_id) if act.customer_id else None
            if customer is not None:
                deal = await opportunities.get(act.opportunity_id) if act.opportunity_id else None
                return Before(customer, deal if deal is not None and deal.state == "open" else None)
    return None


async def _customers(event: InboundEvent) -> list[Customer]:
    """Whose people write from the address; else from its domain, where that is a company's own."""
    address = event.sender.user
    domain = "" if event.data.get("public") else address.rpartition("@")[2]
    ids = await customers.writing_from(address) or (await customers.writing_from(f"@{domain}") if domain else [])
    known = await customers.many(ids) if ids else {}
    return [known[id] for id in ids if id in known]


async def _owner(customer: Customer) -> Member | None:
    owner = await members.get(customer.owner_id)
    return owner if owner is not None and owner.active else None


async def _placeless(event: InboundEvent, mail: Mail, found: Sequence[Customer], account: str, house: House) -> Reply:
    """Nobody is known by the address, or several are: what tells of business waits under 待归类, the rest is let go."""
    live = await house.live(None)
    reading = await _reading(mail, live, house, None)
    named = list(dict.fromkeys(one.id for one in reading.customers if one.known and one.id and one.how in SURE_BY))
    signed = await house.reading_as(live).names.reading(str(event.data.get("signature", "")), mail.at, live.calendar)
    named += [one.id for one in signed.customers if one.known and one.id and one.how in SURE_BY and one.id not in named]
    said = capture.labelled(mail.words, live.playbook)
    answered = ANSWER.match(mail.subject) is not None and any(map(facts.sales_content, reading.deals))
    if not (found or named or said or answered or mail.passed_on_by):
        return Reply(actor=HAND, reason="mail.no_business")
    options = [one.id for one in found] or named
    known = await customers.many(options) if options else {}
    to = next((known[id].owner_id for id in options if id in known), None) if len(options) == 1 else None
    to = to or await _mailbox_of(event)
    mail = await _with_files(event, mail, house)
    what = words.bit("mail_of", who=cut(mail.name or masked(mail.address), 8), subject=cut(mail.subject, 16))
    await waiting.put(
        "mail", what, key=f"mail:{account}:{event.key}", house=house, now=house.clock.now(), text=mail.text,
        member=to, options=[id for id in options if id in known], data=mail.kept(), message=mail.event, at=mail.at,
    )  # fmt: skip
    return Reply(actor=HAND, reason="mail.unassigned")


async def _mailbox_of(event: InboundEvent) -> str | None:
    """The member whose mailbox it is, where it is somebody's."""
    user = str(event.data.get("member", ""))
    found = await members.named(user) if user else []
    return found[0].id if len(found) == 1 else None


# -- recorded ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorded:
    """``told``: what its owner hears at the next window; None where it is nothing."""

    taken: Taken
    owner: Member
    told: Told | None
    deal: Opportunity | None
    questions: tuple[Letter, ...]


async def recorded(
    mail: Mail, customer: Customer, owner: Member, house: House, deal: Opportunity | None = None, *,
    by_thread: bool = False,
) -> Recorded:  # fmt: skip
    """The mail in the record of that customer, and its thread with it; ``deal``: that of its thread."""
    await threads.put(mail.thread, mail.event, mail.at)
    live, zone = await house.live(owner), await house.zone(owner)
    playbook, now = live.playbook, house.clock.now().astimezone(zone)
    deals = await opportunities.open_of(customer.id)
    deal = next((one for one in deals if deal is not None and one.id == deal.id), None) or _about(mail, deals)
    reading = await _reading(mail, live, house, customer)
    said = await _labelled(mail, live, house)
    people = tuple(await customers.contacts(customer.id))
    counts = await evidence.counts(deal.id) if deal is not None else {}
    taken = capture.take(mail, reading, said, Known(customer, people, deal, owner, counts, by_thread), playbook, now)
    name, told, asks = await customers.short_name(customer.id), None, []
    if taken.says_something or mail.refused:
        told = say.told(mail, taken, customer, name, _who(mail, taken, people), deal, playbook, now)
    if deal is None and len(deals) > 1 and said:
        at = await _window(owner, live, house, now)
        asks.append(ask(mail, name, said, deals, owner, live, now, at, taken))
    return Recorded(taken, owner, told, deal, tuple(asks))


async def _at_window(done: Recorded, house: House) -> tuple[Moment, ...]:
    if done.told is None:
        return ()
    now = house.clock.now().astimezone(await house.zone(done.owner))
    return (done.told.moment(await _window(done.owner, await house.live(done.owner), house, now), now),)


def _about(mail: Mail, deals: Sequence[Opportunity]) -> Opportunity | None:
    """The one that is open, or that is named; None where several may be meant."""
    if len(deals) == 1:
        return deals[0]
    named = [deal for deal in deals if deal.name and deal.name in mail.words]
    return named[0] if len(named) == 1 else None


async def _reading(mail: Mail, live: Live, house: House, customer: Customer | None) -> Reading:
    context = Context(customer.name, customer.id) if customer is not None else None
    names = house.reading_as(live).names
    return await names.reading(mail.words, mail.at, live.calendar, "customer", context)


async def _labelled(mail: Mail, live: Live, house: House) -> list[Labelled]:
    """What stands behind the playbook's labels; days in other words than figures are read."""
    found = capture.labelled(mail.words, live.playbook)
    names = house.reading_as(live).names
    days = {said: await names.reading(said, mail.at, live.calendar) for field, _, said in found if field == "sign_date"}
    return capture.values(found, days)


def _who(mail: Mail, taken: Taken, people: Sequence[Any]) -> str:
    """孙老师, or the address with its middle left out."""
    known = next((one for one in people if mail.address in {e.casefold() for e in one.emails}), None)
    return called(known) if known is not None else mail.name or masked(mail.address)


async def _window(owner: Member, live: Live, house: House, now: datetime) -> datetime:
    """When the owner hears of what is gathered."""
    return Times.of(live.playbook, live.calendar, await house.zone(owner), owner).next_window(now)


@waiting.places("mail")
async def of_customer(one: Unassigned, customer: Customer, tap: Tap) -> Reply:
    """It is that customer's: recorded as if the address had been known, which it is from now on."""
    owner, house = await _owner(customer) or tap.member, turn_of(tap).house
    done = await recorded(Mail.of(one.data), customer, owner, house)
    changes = (*done.taken.changes, *await _others_of_the_thread(one, tap, customer))
    told = done.told
    if told is not None and owner.id == tap.member.id:
        page = await mails.page(told, done.deal, owner.id, tap.playbook, house.public_url, tap.now)
        return Reply(push=say.read(told, tap.now, page), about=told.about, changes=changes,
                     more=done.questions, event=told.event, card_state="open")  # fmt: skip
    name = await customers.short_name(customer.id)
    return Reply(push=words.text("mail.placed", customer=name), changes=changes, more=done.questions,
                 moments=await _at_window(done, house))  # fmt: skip


async def _others_of_the_thread(one: Unassigned, tap: Tap, customer: Customer) -> tuple[Change, ...]:
    """What waits of the same thread is read once more, now that it can be placed."""
    ids, found = set(one.data.get("thread", ())), []
    for other in await unassigned.waiting(None) if ids else ():
        row = await inbox.get(other.message_id) if other.message_id and other.kind == "mail" else None
        shares = other.id != one.id and bool(ids & set(other.data.get("thread", ())))
        if shares and row is not None and row.payload and await inbox.set_state(row.seq, "new", "mail.placed"):
            found.append(waiting.placed(other, customer, tap.member.id, tap.now))
    return tuple(found)

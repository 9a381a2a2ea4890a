"""Leads: taken in, taken up, given up. Nothing is written here: what is decided is the changes it comes to, and
``bot.record`` makes them record (by what a lead is known again follows there)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.leads import same
from bot.leads.arrival import Arrival, firm
from bot.playbook.model import Playbook
from storage import chatlines, customers, externals, leads, members
from storage.records import Change, Contact, Customer, Lead, Member, Opportunity, changed, made, new_id

Outcome = Literal["new", "merged"]
Phones = Mapping[str, Sequence[str]]
"""Whose customers' a number is, of every contact's number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an arrival came to. ``reason``: by what it was known again, where it was merged."""

    lead: Lead
    outcome: Outcome
    changes: tuple[Change, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """What taking a lead up came to."""

    lead: Lead
    customer: Customer
    opportunity: Opportunity
    changes: tuple[Change, ...]


async def intake(
    new: Arrival, *, event: str, above: dict[str, Lead] | None = None, phones: Phones | None = None
) -> Taken:
    """The lead that the arrival is, new or merged into the one it repeats; to be called in the transaction that keeps
    the changes, so that of two that come at once one finds the other. A known customer's lead goes to its owner.
    ``above``: by key what came before in the same go and is not written yet; it is kept up to date. ``phones``: whose
    customers' each number is, where many leads come in one go."""
    taken = await _taken(new, event, {} if above is None else above, phones)
    if above is not None:
        above |= dict.fromkeys(same.keys(taken.lead), taken.lead)
    return taken


async def _taken(new: Arrival, event: str, above: dict[str, Lead], phones: Phones | None) -> Taken:
    await leads.one_at_a_time()
    keys = same.keys(new)
    standing = {lead.id: lead for lead in above.values()}
    for known in (*(above[key] for key in keys if key in above), *await leads.of_keys(keys)):
        known = standing.get(known.id, known)
        reason = same.same(new, known)
        if reason:
            change = same.merged(known, new, event)
            return Taken(known.with_(**change.after), "merged", (change,), reason)
    return await _new(new, event, phones)


async def _new(new: Arrival, event: str, phones: Phones | None) -> Taken:
    customer = await _customer_of(new, phones)
    owner = await _owner(new, customer)
    lead = Lead(
        id=new_id("lead", new.at), customer_id=customer.id if customer else None, channel=new.channel,
        state=new.state, name=new.name, title=new.title, company=new.company, credit_code=new.credit_code,
        phones=new.phones, emails=new.emails, wanted=new.wanted, tags=new.tags, source=new.source,
        external_ids=new.external_ids, utm=new.utm, note=new.note, via=new.via, recorder_id=new.recorder_id,
        received_at=new.at, last_at=new.at, arrivals=same.first_arrival(new, event),
    )  # fmt: skip
    changes = [made(lead, "lead.received")]
    if owner is not None and new.state == "new":
        given = assigned(lead, owner)
        changes.append(given)
        lead = lead.with_(**given.after)
    return Taken(lead, "new", tuple(changes))


def assigned(lead: Lead, to: str) -> Change:
    """The lead is ``to``'s to follow up."""
    return changed(lead, "lead.assigned", owner_id=to, state="assigned", reason="")


def given_up(lead: Lead, reason: str) -> Change:
    """无效, for a reason."""
    return changed(lead, "lead.invalid", state="invalid", reason=reason)


async def take_up(lead: Lead, by: Member, playbook: Playbook, now: datetime) -> Begun:
    """接: the lead becomes an opportunity at the first stage, owned by ``by``, with its customer and contact where
    they are new. A customer of a colleague's stays the colleague's (SEC-2); the opportunity then is as well."""
    changes: list[Change] = []
    customer = await customers.get(lead.customer_id) if lead.customer_id else None
    if customer is None:
        name = lead.company or f"{lead.name}{lead.title}" or "新客户"
        customer = Customer(
            id=new_id("cus", now), name=name, owner_id=by.id, recorder_id=by.id, created_at=now, tags=lead.tags
        )
        changes.append(made(customer))
    changes += await _contact(lead, customer, now)
    pipeline = playbook.main
    deal = Opportunity(
        id=new_id("opp", now), customer_id=customer.id, owner_id=customer.owner_id, name=lead.wanted[:20] or "首单",
        pipeline=pipeline.id, stage=pipeline.first.id, stage_since=now, created_at=now,
    )  # fmt: skip
    changes.append(made(deal))
    done = converted(lead, customer.id, deal.id, customer.owner_id)
    return Begun(lead.with_(**done.after), customer, deal, (*changes, done))


def converted(lead: Lead, customer_id: str, opportunity_id: str, owner_id: str) -> Change:
    return changed(
        lead, "lead.converted", customer_id=customer_id, opportunity_id=opportunity_id, owner_id=owner_id,
        state="converted",
    )  # fmt: skip


async def follow(changes: Sequence[Change], now: datetime) -> tuple[Change, ...]:
    """What follows from changes that were made, whatever path they came by: a lead is found by its keys of now; and
    the first opportunity of a company that waits as a lead is what the lead becomes (LOOP-6), with its person among the
    customer's."""
    for id in dict.fromkeys(change.record for change in changes if change.record.startswith("lead_")):
        lead = await leads.get(id)
        await leads.known_by(id, same.keys(lead) if lead else ())
    opened = [change for change in changes if change.kind == "opportunity.created"]
    taken = {change.after.get("opportunity_id") for change in changes if change.kind == "lead.converted"}
    more: list[Change] = []
    for change in opened:
        if change.record not in taken:
            more += await _becomes(change, now)
    for change in (*changes, *more):
        if change.kind == "lead.converted":
            more += await _tied(change)
    return tuple(more)


async def _tied(change: Change) -> list[Change]:
    """Whoever the lead is in the chat apps is the customer's from now on, with what was said there; whom somebody has
    tied, or called private, stays as he is."""
    lead = await leads.get(change.record)
    found: list[Change] = []
    for external in lead.external_ids.values() if lead else ():
        known = await externals.of_id(str(external))
        if known is not None and known.customer_id is None and known.state == "known":
            found.append(changed(known, "external.changed", customer_id=str(change.after["customer_id"])))
            await chatlines.give(known.external, str(change.after["customer_id"]))
    return found


async def _becomes(change: Change, now: datetime) -> list[Change]:
    """The open leads of the opportunity's customer, by its id or its name; a colleague's stay his."""
    customer = await customers.get(str(change.after["customer_id"]))
    if customer is None:
        return []
    found = await leads.of_customer(customer.id)
    name = firm(customer.name)
    found += [one for one in await leads.of_keys([f"firm:{name}"] if name else []) if one.state in leads.OPEN]
    unique = {one.id: one for one in found if one.owner_id in (None, customer.owner_id)}
    more: list[Change] = []
    for one in unique.values():
        more += await _contact(one, customer, now)
        more.append(converted(one, customer.id, change.record, customer.owner_id))
    return more


async def _contact(lead: Lead, customer: Customer, now: datetime) -> list[Change]:
    """The person, where the customer has nobody of that phone or name; an unnamed one is 联系人. Of somebody known the
    numbers and addresses that were not."""
    if not (lead.name or lead.phones or lead.emails):
        return []
    known = await customers.contacts(customer.id)
    same_one = [one for one in known if set(one.phones) & set(lead.phones)]
    same_one = same_one or [one for one in known if lead.name and one.name == lead.name]
    if same_one:
        person = same_one[0]
        phones = tuple(dict.fromkeys((*person.phones, *lead.phones)))
        emails = tuple(dict.fromkeys((*person.emails, *lead.emails)))
        change = changed(person, "contact.reach", phones=phones, emails=emails)
        return [change] if change.after else []
    person = Contact(
        id=new_id("con", now), customer_id=customer.id, name=lead.name or "联系人", title=lead.title or None,
        phones=lead.phones, emails=lead.emails,
    )  # fmt: skip
    return [made(person)]


async def _customer_of(new: Arrival, phones: Phones | None) -> Customer | None:
    """The customer that the arrival is of: as it was said, by the name, or by a phone that one of its people has."""
    if new.customer_id:
        return await customers.get(new.customer_id)
    for name in dict.fromkeys(filter(None, (new.company, firm(new.company)))):
        found = await customers.named(name)
        if len(found) == 1:
            return found[0]
    for phone in new.phones:
        owners = set(await customers.of_phone(phone) if phones is None else phones.get(phone, ()))
        if len(owners) == 1:
            return await customers.get(owners.pop())
    return None


async def _owner(new: Arrival, customer: Customer | None) -> str | None:
    """Whose the lead is from the start: who was named, else the customer's owner; None who has left."""
    wanted = new.owner_id or (customer.owner_id if customer else None)
    member = await members.get(wanted) if wanted else None
    return member.id if member is not None and member.active else None

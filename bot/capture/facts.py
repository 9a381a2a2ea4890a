"""From a finding to a record's value, one question each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.followup.fit import answered, fitting
from bot.playbook.model import Playbook
from bot.process.spoken import as_done
from nlp import reading as r
from nlp import tags
from storage.records import Activity, Commitment, Contact, Customer, Evidence, Member, Opportunity, new_id

if TYPE_CHECKING:
    from bot.capture.values import Said

PRICE_WORDS = re.compile(r"报价|总价|合同|成交|金额|单子|预算|[签谈]|价")
TEXT_KEPT = 4000
"""Code points of a message that its activity quotes; the message itself is kept whole."""


def sales_content(deal: r.Deal) -> bool:
    """Something happened in the sale, not only a name dropped (LOOP-6)."""
    return bool(deal.stage or deal.action or deal.signals or deal.commitments)


def made_known(deal: r.Deal, reading: r.Reading) -> bool:
    """Somebody of a company is told of with a way to reach him (新认识海川的周倩，电话…): an account begins so too."""
    return bool(deal.contacts) and bool(reading.phones or reading.emails)


def part_of(deal: r.Deal, reading: r.Reading) -> str:
    """The words that speak of this deal: from where its customer is named to where the next one is."""
    if len(reading.deals) < 2 or deal.mention is None:
        return reading.text if len(reading.deals) < 2 else ""
    starts = sorted(reading.customers[one.mention].span[0] for one in reading.deals if one.mention is not None)
    here = reading.customers[deal.mention].span[0]
    return reading.text[here : next((at for at in starts if at > here), None)]


def worth_recording(deal: r.Deal, reading: r.Reading) -> bool:
    """Sales content, or talk of a customer or of somebody who is known to be a customer's."""
    if sales_content(deal) or deal.mention is not None:
        return True
    return any(reading.contacts[n].customers for n in deal.contacts)


def activity(
    deal: r.Deal, said: Said, member: Member, customer: Customer | None, opportunity: Opportunity | None
) -> Activity:
    action = deal.action
    planned = action.when.start if action and action.arranged and action.when else None
    return Activity(
        id=new_id("act", said.now),
        customer_id=customer.id if customer else None,
        opportunity_id=opportunity.id if opportunity else None,
        action=action.value if action else None,
        author_id=member.id,
        recorder_id=member.id,
        occurred_at=said.at,
        planned_for=planned,
        text=said.text[:TEXT_KEPT],
        signals=tuple(signal.value for signal in deal.signals),
        message_id=said.event,
    )


def tags_at_first(name: str, deal: r.Deal, reading: r.Reading) -> tuple[str, ...]:
    """What a new customer is tagged with: its trade, the department one deals with, the way it buys."""
    departments = [reading.contacts[n].department for n in deal.contacts]
    return tuple(dict.fromkeys((*tags.tags_of(name, (), departments), *tags.ways(part_of(deal, reading)))))


def four_tags(
    activity: Activity, customer: Customer, opportunity: Opportunity | None, people: Iterable[Contact]
) -> dict[str, str]:
    """客户行业, 接触渠道, 推进阶段, 决策角色; one that is not known is absent."""
    kept = tags.tags_of(customer.name, customer.tags)
    known = (one.role or tags.by_title(one.title, one.department) for one in people)
    found = {
        "industry": next((one for one in kept if one in tags.industries()), next(iter(kept), "")),
        "channel": activity.action or "",
        "stage": opportunity.stage if opportunity is not None else "",
        "role": next((one for one in known if one), ""),
    }
    return {name: value for name, value in found.items() if value}


def contact(said: r.Contact, customer: Customer, now: datetime) -> Contact:
    return Contact(
        id=new_id("con", now), customer_id=customer.id, name=said.name, title=said.title, department=said.department
    )


def same_person(known: Contact, said: r.Contact) -> bool:
    """王总 is 王建国 总经理 when surname and title agree; a full name must be the same."""
    if known.name == said.name:
        return known.title is None or said.title is None or _titles_agree(known.title, said.title)
    short, long = sorted((known.name, said.name), key=len)
    return long.startswith(short) and len(short) == 1 and _titles_agree(known.title or "", said.title or "")


def _titles_agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and (long.endswith(short) or long.startswith(short) or (short == "总" and "总" in long))


def proofs(
    deal: r.Deal,
    reading: r.Reading,
    activity: Activity,
    opportunity: Opportunity,
    people: Iterable[Contact],
    said: Said,
    playbook: Playbook,
) -> Iterator[Evidence]:
    """Evidence that the words are by themselves, as the playbook's evidence kinds say; one of a kind a message."""
    done = deal.action.value if deal.action and not deal.action.arranged else ""
    signals = {signal.value for signal in deal.signals}
    who = next((f"{person.name}{person.title or ''}" for person in people), "")
    for kind, meaning in playbook.evidence.items():
        spoken = meaning.from_words and as_done(part_of(deal, reading), meaning.from_words)
        if done in meaning.from_actions or signals & set(meaning.from_signals) or spoken:
            yield Evidence(
                id=new_id("evi", said.now),
                kind=kind,
                customer_id=opportunity.customer_id,
                opportunity_id=opportunity.id,
                member_id=activity.author_id,
                at=said.at,
                note=who or said.text[:80],
                message_id=said.event,
            )


def commitment(
    found: r.Commitment,
    said: Said,
    member: Member,
    customer: Customer,
    opportunity: Opportunity | None,
    people: tuple[Contact, ...],
) -> Commitment:
    return Commitment(
        id=new_id("pro", said.now),
        customer_id=customer.id,
        opportunity_id=opportunity.id if opportunity else None,
        by=found.by,
        what=found.what,
        due=found.due,
        evening=bool(found.when and found.when.evening),
        owner_id=member.id,
        author_id=member.id,
        recorder_id=member.id,
        quote=found.text or said.text[slice(*found.span)],
        said_at=said.at,
        contact_id=people[0].id if len(people) == 1 else None,
        message_id=said.event,
    )


def kept_by(reading: r.Reading, standing: Sequence[Commitment], playbook: Playbook) -> tuple[Commitment, ...]:
    """Open promises that the words say are kept (LOOP-6), ours or the customer's to answer; one that the same words
    make is not among them."""
    made_now = {one.what for one in reading.commitments}
    ours = tuple(c for c in fitting(reading.text, tuple(standing), playbook.synonyms) if c.what not in made_now)
    return ours or answered(reading.text, [c for c in standing if c.what not in made_now])


def speaks_of_the_price(amount: r.Amount, reading: r.Reading, opportunity: Opportunity) -> bool:
    """The amount is the deal's: nothing is known yet, or words of price stand close before it."""
    start = amount.span[0]
    return opportunity.amount is None or bool(PRICE_WORDS.search(reading.text[max(0, start - 12) : start]))

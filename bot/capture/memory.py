"""What the bot must remember to understand one message: fetched in one go, so that deciding is pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.access import Scope
from nlp.reading import Reading
from storage import activities, commitments, customers, evidence, opportunities
from storage.records import Activity, Commitment, Contact, Customer, Member, Opportunity

RECENT = 4
CHOICES = 3
"""As many customers as a question offers."""
MET = 20
"""More than a question offers: with so many of one surname, one asks."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything here is by customer or opportunity id; ``scope`` are the owners whose customers the member sees."""

    member: Member
    scope: Scope
    customers: Mapping[str, Customer] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    """What the rep calls a customer: its shortest alias, else its name without the legal ending."""
    contacts: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    opportunities: Mapping[str, tuple[Opportunity, ...]] = field(default_factory=dict)
    promises: Mapping[str, tuple[Commitment, ...]] = field(default_factory=dict)
    awaited: Mapping[str, tuple[Commitment, ...]] = field(default_factory=dict)
    """What the customer has promised and not kept yet."""
    evidence: Mapping[str, Counter[str]] = field(default_factory=dict)
    last: Activity | None = None
    """The member's latest activity within the context window before this message."""
    recent: tuple[str, ...] = ()
    group: str = ""
    """The customer to whom the group belongs in which it was said."""

    def may_see(self, customer_id: str) -> bool:
        customer = self.customers.get(customer_id)
        return customer is not None and self.scope.sees(customer)

    def name(self, customer_id: str) -> str:
        return self.short.get(customer_id) or self.customers[customer_id].name


def mentioned(reading: Reading) -> set[str]:
    """Every known customer that the reading may mean by a name."""
    ids = {candidate.id for customer in reading.customers for candidate in customer.candidates}
    return ids | {customer.id for customer in reading.customers if customer.id}


def met(reading: Reading) -> list[str]:
    """Every known customer with whom somebody so called is at home, likeliest first: of a common surname thousands."""
    return list(dict.fromkeys(candidate.id for contact in reading.contacts for candidate in contact.customers))


async def _recent(member: Member) -> dict[str, Customer]:
    """Whom the member may mean without saying so: those last spoken of, and for somebody new the own ones."""
    spoken_of = await customers.recent_of(member.id, RECENT)
    known = await customers.many(spoken_of) if spoken_of else {}
    found = {id: known[id] for id in spoken_of if id in known}
    if len(spoken_of) < CHOICES:
        found |= {one.id: one for one in await customers.of_owner([member.id], RECENT) if one.id not in found}
    return dict(list(found.items())[:RECENT])


def _leaves_open(reading: Reading) -> bool:
    """Something is said of a customer who is not named."""
    return any(deal.mention is None for deal in reading.deals)


async def remember(
    member: Member,
    scope: Scope,
    reading: Reading,
    at: datetime,
    minutes: int,
    also: Iterable[str] = (),
    group: str = "",
) -> Memory:
    """All that the record holds on whom ``reading`` may be about, as of now; ``at`` is when the message was sent."""
    last = await activities.latest_of_member(member.id, at - timedelta(minutes=minutes))
    ids = mentioned(reading) | set(also) | ({group} - {""})
    if last is not None and last.customer_id:
        ids.add(last.customer_id)
    known = await customers.many(sorted(ids)) if ids else {}
    home = [id for id in met(reading) if id not in ids]
    beside = [id for id in home if id in scope.beside] if scope.beside else []
    known |= await customers.many(beside) if beside else {}
    known |= await customers.owned([id for id in home if id not in known], scope.owners, MET)
    recent: dict[str, Customer] = {}
    spoken_of = known.get(group or (last.customer_id if last is not None and last.customer_id else ""))
    if _leaves_open(reading) and (spoken_of is None or not scope.sees(spoken_of)):
        recent = await _recent(member)
    known = {**recent, **known}
    own = [id for id, customer in known.items() if scope.sees(customer)]
    people, deals = await customers.contacts_of(own), await opportunities.open_of_all(own)
    promised = await commitments.open_of_all(own)
    custom = {deal.id: known[deal.customer_id].custom for line in deals.values() for deal in line}
    return Memory(
        member=member,
        scope=scope,
        customers=known,
        short=await customers.short_names([known[id] for id in own]),
        contacts={id: tuple(people.get(id, ())) for id in own},
        opportunities={id: tuple(deals.get(id, ())) for id in own},
        promises={id: tuple(one for one in promised.get(id, ()) if one.by == "us") for id in own},
        awaited={id: tuple(one for one in promised.get(id, ()) if one.by == "customer") for id in own},
        evidence=await evidence.counts_of(list(custom), custom),
        last=last,
        recent=tuple(id for id in recent if id in own),
        group=group,
    )

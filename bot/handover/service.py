"""Handing a customer over and taking it back, with what speaking of it needs. Nothing is written here: a decision is
the changes it comes to, and ``bot.record`` makes them record (a promise's moments follow there)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import access
from bot.handover import parcel as pack
from bot.handover.outside import to_go
from bot.handover.parcel import Owned, Parcel, Returned
from storage import activities, commitments, customers, members, opportunities, tasks
from storage.records import Activity, Change, Commitment, Contact, Customer, Handover, Member, Opportunity, Task


@dataclass(frozen=True, slots=True)
class Case:
    """A hand-over with everybody and everything that its cards name. ``manager`` is the giver's, where it was somebody
    else who decided; None where there is nobody to tell."""

    done: Handover
    parcel: Parcel
    name: str
    giver: Member
    taker: Member
    by: Member
    manager: Member | None = None
    contact: Contact | None = None
    last: Activity | None = None
    changes: tuple[Change, ...] = ()
    outside: bool = False
    """People outside go over at their platform, too, once the record's way back is over."""


async def gather(customer: Customer) -> Parcel:
    """What would go over with the customer now."""
    owner = customer.owner_id
    deals = [one for one in await opportunities.open_of(customer.id) if one.owner_id == owner]
    promises = [one for one in await commitments.open_of(customer.id, None) if one.owner_id == owner]
    duties = [one for one in await tasks.of_owner(owner) if one.customer_id == customer.id]
    return Parcel(customer, tuple(deals), tuple(promises), tuple(duties))


async def move(
    customer: Customer, taker: Member, *, by: Member, reason: str, now: datetime, hours: int, rule: str = ""
) -> Case:
    """The customer goes to ``taker``; ``changes`` of the answer make it so. ``rule``: what decided it, where that was
    a rule; ``by`` is then who answers for it."""
    parcel = await gather(customer)
    done = pack.handover(parcel, taker, by, reason, now, hours)
    if rule:
        done = done.with_(items={**done.items, pack.RULE: [rule]})
    return await case(done, parcel, pack.over(parcel, done))


async def case(done: Handover, parcel: Parcel | None = None, changes: tuple[Change, ...] = ()) -> Case:
    """The hand-over with its names; of one that is over, with what stands of its parcel now."""
    parcel = parcel or _parcel(await _items(done))
    giver, taker, by = [await _member(id) for id in (done.from_id, done.to_id, done.by_id)]
    last = await activities.of_customer(done.customer_id, limit=1)
    people = await customers.contacts(done.customer_id)
    return Case(
        done, parcel, await customers.short_name(done.customer_id), giver, taker, by,
        manager=await _to_be_told(giver, (giver.id, taker.id, by.id)),
        contact=next((one for one in people if one.role), people[0] if people else None),
        last=last[0] if last else None, changes=changes, outside=bool(await to_go(done)),
    )  # fmt: skip


async def give_back(done: Handover) -> Returned:
    """All that can go back to the giver."""
    return pack.back(done, await _items(done))


async def _items(done: Handover) -> list[Owned]:
    """What went over, as it is now, the customer first; also what was taken back since."""
    items = {kind: [str(id) for id in ids] for kind, ids in done.items.items()}
    found: list[Owned | None] = [await customers.get(id, undone=True) for id in items.get("customer", ())]
    found += [await opportunities.get(id, undone=True) for id in items.get("opportunity", ())]
    found += [await commitments.get(id, undone=True) for id in items.get("commitment", ())]
    found += [await tasks.get(id, undone=True) for id in items.get("task", ())]
    return [one for one in found if one is not None]


def _parcel(found: Sequence[Owned]) -> Parcel:
    customer = next(one for one in found if isinstance(one, Customer))
    standing = [one for one in found if pack.stands(one)]
    return Parcel(
        customer,
        tuple(one for one in standing if isinstance(one, Opportunity)),
        tuple(one for one in standing if isinstance(one, Commitment)),
        tuple(one for one in standing if isinstance(one, Task)),
    )


async def _member(id: str) -> Member:
    found = await members.get(id)
    if found is None:
        raise LookupError(f"no member {id}")
    return found


async def _to_be_told(giver: Member, know: Sequence[str]) -> Member | None:
    for id in access.manager_of(giver, await members.teams()):
        found = await members.get(id)
        if found is not None and found.active:
            return None if found.id in know else found
    return None

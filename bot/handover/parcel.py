"""What goes over when a customer changes hands, and what comes back. Pure: only the owner changes, whoever wrote or
reported something stays its author."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import Change, Commitment, Customer, Handover, Member, Opportunity, Task, changed, made, new_id

Owned = Customer | Opportunity | Commitment | Task
RULE = "rule"
"""Among the items: the rule that decided, where that was no person."""
UNFINISHED = ("open", "overdue")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A customer with all that is open around it and is the owner's; a colleague's part stays the colleague's."""

    customer: Customer
    deals: tuple[Opportunity, ...] = ()
    promises: tuple[Commitment, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def records(self) -> tuple[Owned, ...]:
        return (self.customer, *self.deals, *self.promises, *self.tasks)

    @property
    def items(self) -> Mapping[str, list[str]]:
        """Ids by kind, as the hand-over's record keeps them."""
        return {
            "customer": [self.customer.id],
            "opportunity": [one.id for one in self.deals],
            "commitment": [one.id for one in self.promises],
            "task": [one.id for one in self.tasks],
        }


def noun(one: Owned) -> str:
    return type(one).__name__.lower()


def handover(parcel: Parcel, taker: Member, by: Member, reason: str, now: datetime, hours: int) -> Handover:
    """The record of it; it can be given back for ``hours``."""
    return Handover(
        id=new_id("hov", now), customer_id=parcel.customer.id, from_id=parcel.customer.owner_id, to_id=taker.id,
        by_id=by.id, reason=reason, items=parcel.items, at=now, returnable_until=now + timedelta(hours=hours),
    )  # fmt: skip


def over(parcel: Parcel, done: Handover) -> tuple[Change, ...]:
    """The changes by which all of the parcel is the taker's."""
    moved = (changed(one, f"{noun(one)}.reassigned", owner_id=done.to_id) for one in parcel.records)
    return (made(done), *moved)


@dataclass(frozen=True, slots=True)
class Returned:
    """``stays`` is what could not go back, as it is now."""

    changes: tuple[Change, ...]
    stays: tuple[Owned, ...] = ()


def back(done: Handover, now_: Iterable[Owned]) -> Returned:
    """Everything goes back but what somebody closed or gave to another since."""
    changes, stays = [], []
    for one in now_:
        if one.owner_id == done.to_id and stands(one):
            changes.append(changed(one, f"{noun(one)}.returned", owner_id=done.from_id))
        else:
            stays.append(one)
    return Returned((changed(done, "handover.returned", state="returned"), *changes), tuple(stays))


def stands(one: Owned) -> bool:
    """Not closed and not taken back."""
    return one.undone_at is None and (isinstance(one, Customer) or one.state in UNFINISHED)

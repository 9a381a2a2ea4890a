"""A promise with the names that speaking of it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.followup.fit import thing
from bot.playbook.times import NEVER, Away
from storage import commitments, customers, evidence, members, opportunities
from storage.records import Commitment, Evidence, Opportunity


@dataclass(frozen=True, slots=True)
class Matter:
    """``customer`` is what the rep calls it, ``contact`` whom it was promised to (周主任; "" where nobody is named)."""

    promise: Commitment
    customer: str
    contact: str = ""
    owner: str = ""
    opportunity: Opportunity | None = None
    proof: Evidence | None = None
    away: Away = NEVER
    """When the owner is on leave."""

    @property
    def whom(self) -> str:
        """瑞禾医疗 周主任"""
        return f"{self.customer} {self.contact}".strip()

    @property
    def thing(self) -> str:
        return thing(self.promise.what)


async def matter(promise: Commitment) -> Matter:
    contact = await customers.contact(promise.contact_id) if promise.contact_id else None
    owner = await members.get(promise.owner_id)
    return Matter(
        promise=promise,
        customer=await customers.short_name(promise.customer_id),
        contact=f"{contact.name}{contact.title or ''}" if contact else "",
        owner=owner.name if owner else "",
        opportunity=await opportunities.get(promise.opportunity_id) if promise.opportunity_id else None,
        proof=await evidence.get(promise.evidence_id) if promise.evidence_id else None,
        away=Away.of(owner),
    )


async def matters(promises: Iterable[Commitment]) -> list[Matter]:
    return [await matter(one) for one in promises]


async def by_ids(ids: Iterable[str], *, undone: bool = False) -> list[Matter]:
    """Those that still exist (with ``undone`` also those that were taken back), in the order asked for."""
    found = [await commitments.get(id, undone=undone) for id in ids]
    return await matters(one for one in found if one is not None)

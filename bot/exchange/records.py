"""Records as the JSON objects that others build on: fixed keys (more may come), money as text, moments with offset.

A moment is told in the zone of the team it belongs to: that of the owner or author, else of the member it is about.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from bot.exchange.told import customers, deals, flow, leads, learning, people, proof
from bot.exchange.told.book import Book, Item, book
from storage import listing
from storage.records import (
    Activity,
    Binding,
    Claim,
    Commitment,
    Contact,
    Customer,
    Evidence,
    External,
    Fact,
    Handover,
    Lead,
    Member,
    Opportunity,
    Record,
    Risk,
    ScriptUse,
    Task,
    Team,
    Unassigned,
    Visit,
    Waiver,
)


async def items(kind: str, undone: bool = False) -> AsyncIterator[Item]:
    """The objects of one kind, oldest first; what was undone only when asked for, then with ``undone_at``.
    Raises KeyError for a kind that there is none of."""
    if kind == "message":
        async for item in _messages():
            yield item
    elif kind == "audit":
        async for entry in listing.each_entry():
            yield flow.audit_item(entry)
    else:
        record_type, tell = TOLD[kind]
        known = await book()
        async for record in listing.each(record_type, undone=undone):
            yield tell(record, known) | ({"undone_at": known.when(record.undone_at)} if undone else {})


async def _messages() -> AsyncIterator[Item]:
    known = await book()
    async for message in listing.each_message():
        yield flow.message_item(message, known)


TOLD: Mapping[str, tuple[type[Record], Callable[[Any, Book], Item]]] = {
    "member": (Member, people.member_item),
    "team": (Team, people.team_item),
    "customer": (Customer, customers.customer_item),
    "contact": (Contact, customers.contact_item),
    "opportunity": (Opportunity, deals.opportunity_item),
    "activity": (Activity, deals.activity_item),
    "commitment": (Commitment, deals.commitment_item),
    "evidence": (Evidence, proof.evidence_item),
    "task": (Task, deals.task_item),
    "waiver": (Waiver, deals.waiver_item),
    "handover": (Handover, deals.handover_item),
    "claim": (Claim, customers.claim_item),
    "risk": (Risk, deals.risk_item),
    "scriptuse": (ScriptUse, learning.scriptuse_item),
    "binding": (Binding, customers.binding_item),
    "external": (External, customers.external_item),
    "lead": (Lead, leads.lead_item),
    "unassigned": (Unassigned, customers.unassigned_item),
    "fact": (Fact, customers.fact_item),
    "visit": (Visit, proof.visit_item),
}
KINDS = (*TOLD, "message", "audit")
"""Every kind of the contract, in the order of an export."""

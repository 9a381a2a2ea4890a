"""Records as the JSON objects that others build on: fixed keys (more may come), money as text, moments with offset.

A moment is told in the zone of the team it belongs to: that of the owner or author, else of the member it is about.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SHANGHAI
from storage import listing
from storage.records import (
    Activity,
    Alias,
    AuditEntry,
    Binding,
    Claim,
    Commitment,
    Contact,
    Customer,
    Evidence,
    External,
    Fact,
    Handover,
    Identity,
    Lead,
    Member,
    Message,
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

Item = dict[str, Any]


@dataclass(slots=True)
class Book:
    """What telling a record needs of others: zones by member, names a customer also goes by, accounts of a member."""

    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    accounts: dict[str, list[Item]] = field(default_factory=dict)

    def when(self, moment: datetime | None, member_id: str | None = None) -> str | None:
        zone: tzinfo = self.zones.get(member_id or "", SHANGHAI)
        return None if moment is None else moment.astimezone(zone).isoformat()

    def due(self, due: date | datetime | None, member_id: str | None) -> str | None:
        """A day as a date, a moment with its offset."""
        return self.when(due, member_id) if isinstance(due, datetime) else _day(due)


async def book() -> Book:
    """As the records stand now."""
    teams = {team.id: ZoneInfo(team.zone) async for team in listing.each(Team)}
    found = Book()
    async for member in listing.each(Member, undone=True):
        found.zones[member.id] = teams.get(member.team_id or "", SHANGHAI)
    async for alias in listing.each(Alias):
        found.aliases.setdefault(alias.customer_id, []).append(alias.text)
    async for one in listing.each(Identity):
        found.accounts.setdefault(one.member_id, []).append({"account": one.account, "user": one.user})
    return found


async def items(kind: str, undone: bool = False) -> AsyncIterator[Item]:
    """The objects of one kind, oldest first; what was undone only when asked for, then with ``undone_at``.
    Raises KeyError for a kind that there is none of."""
    if kind == "message":
        async for item in _messages():
            yield item
    elif kind == "audit":
        async for entry in listing.each_entry():
            yield audit_item(entry)
    else:
        record_type, tell = TOLD[kind]
        known = await book()
        async for record in listing.each(record_type, undone=undone):
            yield tell(record, known) | ({"undone_at": known.when(record.undone_at)} if undone else {})


async def _messages() -> AsyncIterator[Item]:
    known = await book()
    async for message in listing.each_message():
        yield message_item(message, known)


def member_item(one: Member, known: Book) -> Item:
    return {
        "id": one.id,
        "name": one.name,
        "roles": list(one.roles),
        "team_id": one.team_id,
        "active": one.active,
        "accounts": known.accounts.get(one.id, []),
        "deputy_id": one.deputy_id,
        "leave_from": _day(one.leave_from),
        "leave_until": _day(one.leave_until),
    }


def team_item(one: Team, known: Book) -> Item:
    return {
        "id": one.id,
        "name": one.name,
        "parent_id": one.parent_id,
        "region": one.region,
        "manager_id": one.manager_id,
        "deputy_id": one.deputy_id,
        "zone": one.zone,
    }


def customer_item(one: Customer, known: Book) -> Item:
    return {
        "id": one.id,
        "name": one.name,
        "aliases": known.aliases.get(one.id, []),
        "owner_id": one.owner_id,
        "recorder_id": one.recorder_id,
        "created_at": known.when(one.created_at, one.owner_id),
        "note": one.note,
        "tags": list(one.tags),
        "custom": dict(one.custom),
    }


def contact_item(one: Contact, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "name": one.name,
        "title": one.title,
        "department": one.department,
        "phones": list(one.phones),
        "emails": list(one.emails),
        "role": one.role,
    }


def opportunity_item(one: Opportunity, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "name": one.name,
        "pipeline": one.pipeline,
        "stage": one.stage,
        "state": one.state,
        "amount": _money(one.amount),
        "currency": one.currency,
        "sign_date": _day(one.sign_date),
        "evidence_missing": list(one.evidence_missing),
        "stage_since": known.when(one.stage_since, one.owner_id),
        "created_at": known.when(one.created_at, one.owner_id),
        "closed_at": known.when(one.closed_at, one.owner_id),
        "signing_party": one.signing_party,
        "payment_terms": one.payment_terms,
        "lost_reason": one.lost_reason,
        "ask_again_on": _day(one.ask_again_on),
        "tracks": dict(one.tracks),
        "custom": dict(one.custom),
        "exempt_until": _day(one.exempt_until),
        "blocked_reason": one.blocked_reason,
    }


def activity_item(one: Activity, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "opportunity_id": one.opportunity_id,
        "action": one.action,
        "author_id": one.author_id,
        "recorder_id": one.recorder_id,
        "occurred_at": known.when(one.occurred_at, one.author_id),
        "text": one.text,
        "confirmed": one.confirmed,
        "planned_for": known.when(one.planned_for, one.author_id),
        "signals": list(one.signals),
        "message_id": one.message_id,
        "tags": dict(one.tags),
    }


def commitment_item(one: Commitment, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "opportunity_id": one.opportunity_id,
        "by": one.by,
        "what": one.what,
        "due": known.due(one.due, one.owner_id),
        "state": one.state,
        "evidence_id": one.evidence_id,
        "evening": one.evening,
        "owner_id": one.owner_id,
        "author_id": one.author_id,
        "recorder_id": one.recorder_id,
        "contact_id": one.contact_id,
        "quote": one.quote,
        "said_at": known.when(one.said_at, one.author_id),
        "closed_at": known.when(one.closed_at, one.owner_id),
        "why_closed": one.why_closed,
        "message_id": one.message_id,
    }


def evidence_item(one: Evidence, known: Book) -> Item:
    return {
        "id": one.id,
        "kind": one.kind,
        "file": one.file,
        "sha256": one.sha256,
        "opportunity_id": one.opportunity_id,
        "commitment_id": one.commitment_id,
        "customer_id": one.customer_id,
        "member_id": one.member_id,
        "at": known.when(one.at, one.member_id),
        "size": one.size,
        "mime": one.mime,
        "note": one.note,
        "message_id": one.message_id,
    }


def task_item(one: Task, known: Book) -> Item:
    return {
        "id": one.id,
        "what": one.what,
        "due": known.due(one.due, one.owner_id),
        "owner_id": one.owner_id,
        "state": one.state,
        "customer_id": one.customer_id,
        "opportunity_id": one.opportunity_id,
        "created_at": known.when(one.created_at, one.owner_id),
        "rule": one.rule,
        "done_at": known.when(one.done_at, one.owner_id),
        "evidence_id": one.evidence_id,
    }


def waiver_item(one: Waiver, known: Book) -> Item:
    return {
        "id": one.id,
        "opportunity_id": one.opportunity_id,
        "stage": one.stage,
        "missing": list(one.missing),
        "state": one.state,
        "asked_by": one.asked_by,
        "why": one.why,
        "at": known.when(one.at, one.asked_by),
        "by_id": one.by_id,
        "reason": one.reason,
        "until": _day(one.until),
        "decided_at": known.when(one.decided_at, one.asked_by),
    }


def handover_item(one: Handover, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "from_id": one.from_id,
        "to_id": one.to_id,
        "by_id": one.by_id,
        "reason": one.reason,
        "note": one.note,
        "items": dict(one.items),
        "at": known.when(one.at, one.from_id),
        "returnable_until": known.when(one.returnable_until, one.from_id),
        "state": one.state,
    }


def claim_item(one: Claim, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "member_id": one.member_id,
        "words": one.words,
        "channel": one.channel,
        "at": known.when(one.at, one.member_id),
        "state": one.state,
        "by_id": one.by_id,
        "decided_at": known.when(one.decided_at, one.member_id),
    }


def risk_item(one: Risk, known: Book) -> Item:
    return {
        "id": one.id,
        "opportunity_id": one.opportunity_id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "kind": one.kind,
        "state": one.state,
        "since": known.when(one.since, one.owner_id),
        "quiet_until": _day(one.quiet_until),
        "facts": dict(one.facts),
        "ended_at": known.when(one.ended_at, one.owner_id),
    }


def scriptuse_item(one: ScriptUse, known: Book) -> Item:
    return {
        "id": one.id,
        "script": one.script,
        "how": one.how,
        "opportunity_id": one.opportunity_id,
        "customer_id": one.customer_id,
        "member_id": one.member_id,
        "at": known.when(one.at, one.member_id),
    }


def lead_item(one: Lead, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "channel": one.channel,
        "score": one.score,
        "state": one.state,
        "opportunity_id": one.opportunity_id,
        "name": one.name,
        "title": one.title,
        "company": one.company,
        "credit_code": one.credit_code,
        "phones": list(one.phones),
        "emails": list(one.emails),
        "wanted": one.wanted,
        "tags": list(one.tags),
        "source": one.source,
        "external_ids": dict(one.external_ids),
        "utm": dict(one.utm),
        "note": one.note,
        "via": one.via,
        "recorder_id": one.recorder_id,
        "received_at": known.when(one.received_at, one.owner_id),
        "last_at": known.when(one.last_at, one.owner_id),
        "arrivals": [one.arrivals[n] for n in sorted(one.arrivals, key=int)],
        "reason": one.reason,
    }


def unassigned_item(one: Unassigned, known: Book) -> Item:
    return {
        "id": one.id,
        "kind": one.kind,
        "what": one.what,
        "text": one.text,
        "member_id": one.member_id,
        "options": list(one.options),
        "at": known.when(one.at, one.member_id),
        "state": one.state,
        "customer_id": one.customer_id,
        "by_id": one.by_id,
        "ended_at": known.when(one.ended_at, one.member_id),
        "message_id": one.message_id,
    }


def fact_item(one: Fact, known: Book) -> Item:
    return {
        "id": one.id,
        "kind": one.kind,
        "what": one.what,
        "who": one.who,
        "customer_id": one.customer_id,
        "opportunity_id": one.opportunity_id,
        "lead_id": one.lead_id,
        "at": known.when(one.at),
        "amount": _money(one.amount),
        "currency": one.currency,
        "external_id": one.external_id,
        "data": dict(one.data),
        "note": one.note,
        "via": one.via,
        "recorder_id": one.recorder_id,
        "received_at": known.when(one.received_at),
    }


def binding_item(one: Binding, known: Book) -> Item:
    return {
        "id": one.id,
        "account": one.account,
        "chat": one.chat,
        "customer_id": one.customer_id,
        "by_id": one.by_id,
        "at": known.when(one.at, one.by_id),
    }


def external_item(one: External, known: Book) -> Item:
    return {
        "id": one.id,
        "account": one.account,
        "external": one.external,
        "name": one.name,
        "customer_id": one.customer_id,
        "contact_id": one.contact_id,
        "member_id": one.member_id,
        "state": one.state,
        "at": known.when(one.at, one.member_id),
    }


def visit_item(one: Visit, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "opportunity_id": one.opportunity_id,
        "activity_id": one.activity_id,
        "member_id": one.member_id,
        "planned_for": known.when(one.planned_for, one.member_id),
        "goals": list(one.goals),
        "state": one.state,
        "created_at": known.when(one.created_at, one.member_id),
        "at": known.when(one.at, one.member_id),
        "position": dict(one.position),
        "reason": one.reason,
        "device": one.device,
        "network": one.network,
    }


def message_item(one: Message, known: Book) -> Item:
    return {
        "id": one.id,
        "account": one.account,
        "event_key": one.event_key,
        "sender": one.sender,
        "chat": one.chat or None,
        "text": one.text,
        "sent_at": known.when(one.sent_at or one.received_at, one.member_id),
        "state": one.state,
        "kind": one.kind,
        "member_id": one.member_id,
        "received_at": known.when(one.received_at, one.member_id),
        "reason": one.reason,
    }


def audit_item(one: AuditEntry) -> Item:
    """The entry exactly as it is hashed: ``at`` is in UTC."""
    return {
        "n": one.n,
        "at": one.at.isoformat(),
        "actor": one.actor,
        "event": one.event,
        "kind": one.kind,
        "record": one.record,
        "digest": one.digest,
        "prev": one.prev,
        "hash": one.hash,
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


TOLD: Mapping[str, tuple[type[Record], Callable[[Any, Book], Item]]] = {
    "member": (Member, member_item),
    "team": (Team, team_item),
    "customer": (Customer, customer_item),
    "contact": (Contact, contact_item),
    "opportunity": (Opportunity, opportunity_item),
    "activity": (Activity, activity_item),
    "commitment": (Commitment, commitment_item),
    "evidence": (Evidence, evidence_item),
    "task": (Task, task_item),
    "waiver": (Waiver, waiver_item),
    "handover": (Handover, handover_item),
    "claim": (Claim, claim_item),
    "risk": (Risk, risk_item),
    "scriptuse": (ScriptUse, scriptuse_item),
    "binding": (Binding, binding_item),
    "external": (External, external_item),
    "lead": (Lead, lead_item),
    "unassigned": (Unassigned, unassigned_item),
    "fact": (Fact, fact_item),
    "visit": (Visit, visit_item),
}
KINDS = (*TOLD, "message", "audit")
"""Every kind of the contract, in the order of an export."""

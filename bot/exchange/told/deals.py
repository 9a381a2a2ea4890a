"""Opportunities and what moves them as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item, day, money
from storage.records import Activity, Commitment, Handover, Opportunity, Risk, Task, Waiver


def opportunity_item(one: Opportunity, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "name": one.name,
        "pipeline": one.pipeline,
        "stage": one.stage,
        "state": one.state,
        "amount": money(one.amount),
        "currency": one.currency,
        "sign_date": day(one.sign_date),
        "evidence_missing": list(one.evidence_missing),
        "stage_since": known.when(one.stage_since, one.owner_id),
        "created_at": known.when(one.created_at, one.owner_id),
        "closed_at": known.when(one.closed_at, one.owner_id),
        "signing_party": one.signing_party,
        "payment_terms": one.payment_terms,
        "lost_reason": one.lost_reason,
        "ask_again_on": day(one.ask_again_on),
        "tracks": dict(one.tracks),
        "custom": dict(one.custom),
        "exempt_until": day(one.exempt_until),
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
        "until": day(one.until),
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


def risk_item(one: Risk, known: Book) -> Item:
    return {
        "id": one.id,
        "opportunity_id": one.opportunity_id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "kind": one.kind,
        "state": one.state,
        "since": known.when(one.since, one.owner_id),
        "quiet_until": day(one.quiet_until),
        "facts": dict(one.facts),
        "ended_at": known.when(one.ended_at, one.owner_id),
    }

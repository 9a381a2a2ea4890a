"""What proves a step as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item
from storage.records import Evidence, Visit


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

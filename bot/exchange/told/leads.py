"""Leads as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item
from storage.records import Lead


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

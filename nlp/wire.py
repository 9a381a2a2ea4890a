"""A Reading as the JSON of `genjin extract`: the keys and shapes that CONTRACTS.md fixes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timezone
from typing import Any

from nlp.reading import Commitment, Deal, Reading


def as_dict(reading: Reading, id: str | None = None) -> dict[str, Any]:
    """The reading under the contract's keys; moments as ISO 8601 in the offset of ``now``."""
    return {
        "id": id,
        "dates": [
            {
                "text": w.text,
                "span": list(w.span),
                "start": w.start.isoformat(),
                "end": w.end.isoformat(),
                "grain": w.grain,
            }
            for w in reading.dates
        ],
        "customers": [
            {"text": c.text, "span": list(c.span), "name": c.name, "known": c.known} for c in reading.customers
        ],
        "contacts": [
            {"text": c.text, "span": list(c.span), "name": c.name, "title": c.title} for c in reading.contacts
        ],
        "phones": [phone.value for phone in reading.phones],
        "emails": [email.value for email in reading.emails],
        "amounts": [
            {"text": a.text, "span": list(a.span), "value": f"{a.value:.2f}", "currency": a.currency}
            for a in reading.amounts
        ],
        "action": reading.action.value if reading.action else None,
        "stage": reading.stage.value if reading.stage else None,
        "signals": [signal.value for signal in reading.signals],
        "commitments": [_commitment(c) for c in reading.commitments],
        "deals": [_deal(deal) for deal in reading.deals],
        "why": [
            {"field": w.field, "span": list(w.span), "rule": w.rule, "confidence": w.confidence} for w in reading.why
        ],
    }


def _commitment(commitment: Commitment) -> dict[str, Any]:
    return {
        "by": commitment.by,
        "what": commitment.what,
        "due": _due(commitment.due),
        "span": list(commitment.span),
    }


def _due(due: date | datetime | None) -> str | None:
    return due.isoformat() if due is not None else None


def _deal(deal: Deal) -> dict[str, Any]:
    return {
        "customer": deal.customer,
        "stage": deal.stage.value if deal.stage else None,
        "action": deal.action.value if deal.action else None,
        "signals": [signal.value for signal in deal.signals],
        "commitments": list(deal.commitments),
    }


def moment(written: str) -> datetime:
    """An aware moment from ISO 8601; ValueError when it is none or has no offset. ``Z`` is zero."""
    parsed = datetime.fromisoformat(written)
    if parsed.tzinfo is None:
        raise ValueError("a moment without an offset")
    return parsed.replace(tzinfo=timezone(parsed.utcoffset() or UTC.utcoffset(None)))

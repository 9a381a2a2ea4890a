"""What was recorded of an opportunity before: what a win must agree with (PROC-2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage import audit
from storage.records import AuditEntry, Opportunity

FIELDS = ("amount", "signing_party", "payment_terms")
UNDO, TERMS = "undo.", "opportunity.terms"


async def before(deal: Opportunity) -> dict[str, Any]:
    """Field → its value when the opportunity came to where it stands, else the first one said since; whatever message
    changed it later, that is what a win is compared with. A message that was put right said what it says now."""
    entries = await audit.of_record(deal.id)
    arrived = _arrived(entries)
    found = {field: _of(field, entries, arrived) for field in FIELDS}
    return {field: value for field, value in found.items() if value not in (None, "")}


def _arrived(entries: Sequence[AuditEntry]) -> int:
    """How many entries belong to its past, up to the event that brought it to its stage."""
    last = next((n for n in range(len(entries) - 1, -1, -1) if _moves(entries[n])), -1)
    while 0 <= last < len(entries) - 1 and entries[last + 1].event == entries[last].event:
        last += 1
    return last + 1


def _moves(entry: AuditEntry) -> bool:
    return entry.change is not None and (entry.change.before is None or "stage" in entry.change.after)


def _of(field: str, entries: Sequence[AuditEntry], arrived: int) -> Any:
    value, event = None, ""
    for n, entry in enumerate(entries):
        if entry.change is None or field not in entry.change.after:
            continue
        new = entry.change.after[field]
        put_right = entry.event == event and entry.kind != TERMS
        taken_back = entry.kind.startswith(UNDO) and new in (None, "")
        if n < arrived or value in (None, "") or put_right or taken_back:
            value, event = new, entry.event
    return value

"""All that happened to many opportunities, by opportunity: one query a kind, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from storage import audit, rows, sql
from storage.records import Activity, AuditEntry, Commitment, Evidence, Task


@dataclass(slots=True)
class History:
    """``entries`` are the opportunity's own in the audit, oldest first; ``activities`` newest first."""

    activities: list[Activity] = field(default_factory=list)
    proofs: list[Evidence] = field(default_factory=list)
    promises: list[Commitment] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)


async def of(ids: Sequence[str]) -> dict[str, History]:
    """The history of each of the opportunities, an empty one where nothing happened."""
    found: dict[str, History] = defaultdict(History)
    if not ids:
        return found
    for one in await _all("act", ids, "occurred_at DESC, id DESC"):
        found[one.opportunity_id].activities.append(one)
    for one in await _all("evi", ids, "at, id"):
        found[one.opportunity_id].proofs.append(one)
    for one in await _all("pro", ids, "said_at, id"):
        found[one.opportunity_id].promises.append(one)
    for one in await _all("tsk", ids, "created_at, id"):
        found[one.opportunity_id].tasks.append(one)
    for entry in await audit.of_records(ids):
        found[entry.record].entries.append(entry)
    return found


async def _all(prefix: str, ids: Sequence[str], order: str) -> list[Any]:
    where = f"opportunity_id IN ({sql.marks(ids)}) AND undone_at IS NULL ORDER BY {order}"
    return await rows.select(rows.TABLES[prefix], where, *ids)

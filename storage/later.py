"""What stands on a change: asked before it is undone."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage import rows, sql
from storage.records import AuditEntry

PARENTS = {
    "customer_id": "cus", "opportunity_id": "opp", "commitment_id": "pro", "contact_id": "con", "evidence_id": "evi",
    "owner_id": "mem", "member_id": "mem", "team_id": "team",
}  # fmt: skip
"""Fields by which a record belongs to another, and the prefix of that other's ids."""
Key = tuple[str, str]


async def later(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Later changes, by other events, on which these entries' undoing would trample, in order.

    That is: a change of a field these entries set, unless the field has come back to what they set; and a living
    record that belongs to one they made.
    """
    ours = [entry for entry in entries if entry.change is not None]
    if not ours:
        return []
    from storage import audit, chain

    await chain.flush()
    events, after = {entry.event for entry in ours}, min(entry.n for entry in ours)
    made = {entry.record for entry in ours if entry.change and entry.change.before is None}
    touched = {entry.record for entry in ours} | await _children(made)
    numbers = await sql.fetch(
        f"SELECT n, event FROM audit WHERE n > ? AND record IN ({sql.marks(touched)}) ORDER BY n", after, *touched
    )
    others = await audit.numbered([n for n, event in numbers if event not in events])
    return _standing(ours, others, made)


def _standing(ours: Sequence[AuditEntry], others: Sequence[AuditEntry], made: set[str]) -> list[AuditEntry]:
    left = _values(ours)
    now = {**left, **_values(others)}
    moved = {key for key in left if now[key] != left[key]}
    return [entry for entry in others if _tramples(entry, moved, made)]


def _values(entries: Sequence[AuditEntry]) -> dict[Key, Any]:
    """What each field was last set to."""
    return {
        (entry.record, name): value
        for entry in entries
        if entry.change is not None
        for name, value in entry.change.after.items()
        if not name.startswith("_")
    }


def _tramples(entry: AuditEntry, moved: set[Key], made: set[str]) -> bool:
    if entry.change is None:
        return False
    if any((entry.record, name) in moved for name in entry.change.after):
        return True
    return any(entry.change.after.get(field) in made for field in PARENTS)


async def _children(made: set[str]) -> set[str]:
    """Living records that belong to one of ``made``."""
    found: set[str] = set()
    for table in rows.TABLES.values():
        for field, prefix in PARENTS.items():
            parents = [id for id in made if id.startswith(prefix + "_")]
            if parents and field in table.kinds:
                where = f'"{field}" IN ({sql.marks(parents)}) AND undone_at IS NULL'
                found |= {row[0] for row in await sql.fetch(f"SELECT id FROM {table.name} WHERE {where}", *parents)}
    return found - made

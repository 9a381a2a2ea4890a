"""Taking back: the changes of an event, reversed, as new entries. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from storage.records import AuditEntry, Change

UNDO, REDO = "undo.", "redo."
"""What the kind of a reversing and of a restoring change begins with: ``undo.opportunity.stage``."""


RECALLED = ".recalled"
"""How the kind of a change ends by which something is gone for good: ``evidence.recalled``."""


def plain(kind: str) -> str:
    """The kind of what was done, taken back or put back."""
    return kind.removeprefix(UNDO).removeprefix(REDO)


def live(entries: Iterable[AuditEntry]) -> tuple[AuditEntry, ...]:
    """The entries of an event that still hold: a change and its reversal cancel out, in order."""
    return _standing(entries, lambda kind: not kind.startswith(UNDO))


def taken_back(entries: Iterable[AuditEntry]) -> tuple[AuditEntry, ...]:
    """The reversals of an event that still hold."""
    return _standing(entries, lambda kind: kind.startswith(UNDO))


def but_recalled(
    entries: Sequence[AuditEntry], later: Sequence[AuditEntry]
) -> tuple[tuple[AuditEntry, ...], tuple[AuditEntry, ...]]:
    """Both without what was recalled where it came from: it is neither taken back once more nor ever put back."""
    gone = {entry.record for entry in (*entries, *later) if entry.kind.endswith(RECALLED)}
    return (
        tuple(entry for entry in entries if entry.record not in gone),
        tuple(entry for entry in later if entry.record not in gone),
    )


def _standing(entries: Iterable[AuditEntry], stands: Callable[[str], bool]) -> tuple[AuditEntry, ...]:
    standing: list[AuditEntry] = []
    for entry in entries:
        if entry.change is None:
            continue
        if stands(entry.kind):
            standing.append(entry)
        else:
            _cancel(standing, entry)
    return tuple(standing)


def _cancel(standing: list[AuditEntry], other: AuditEntry) -> None:
    for n in range(len(standing) - 1, -1, -1):
        if standing[n].record == other.record and plain(standing[n].kind) == plain(other.kind):
            del standing[n]
            return


def reverse(entries: Sequence[AuditEntry], now: datetime) -> tuple[Change, ...]:
    """The changes that take back ``entries``, youngest first. What was made is marked undone, never removed."""
    return tuple(_reversed(entry.change, now) for entry in reversed(entries) if entry.change is not None)


def _reversed(change: Change, now: datetime) -> Change:
    kind = f"{UNDO}{plain(change.kind)}"
    if change.before is None:
        return Change(kind, change.record, {"undone_at": now}, {"undone_at": None})
    return Change(kind, change.record, dict(change.before), dict(change.after))


def back(entries: Sequence[AuditEntry], now: datetime) -> tuple[Change, ...]:
    """The changes that take back whatever ``entries`` did, reversals among them, youngest first."""
    changes = [entry.change for entry in reversed(entries) if entry.change is not None]
    return tuple(_put_back(change) if change.kind.startswith(UNDO) else _reversed(change, now) for change in changes)


def _put_back(change: Change) -> Change:
    return Change(f"{REDO}{plain(change.kind)}", change.record, dict(change.before or {}), dict(change.after))


def again(undone: Sequence[AuditEntry]) -> tuple[Change, ...]:
    """The changes that put back what the reversals ``undone`` took away, oldest first."""
    return tuple(
        Change(f"{REDO}{plain(e.kind)}", e.record, dict(e.change.before), dict(e.change.after))
        for e in reversed(undone)
        if e.change is not None and e.change.before is not None
    )


MOVE = frozenset({"stage", "stage_since", "state", "closed_at", "lost_reason", "ask_again_on", "evidence_missing"})
"""What one move of an opportunity sets: half of it taken back would be a stage that nobody was at."""


def without(changes: Sequence[Change], later: Iterable[AuditEntry]) -> tuple[Change, ...]:
    """Of the changes that take back, those that leave alone what was changed ``later``."""
    kept = {(entry.record, name) for entry in later if entry.change for name in entry.change.after}
    moved = {record for record, name in kept if record.startswith("opp_") and name in MOVE}
    kept |= {(record, name) for record in moved for name in MOVE}
    left = []
    for change in changes:
        after = {name: value for name, value in change.after.items() if (change.record, name) not in kept}
        if after and change.before is not None:
            left.append(Change(change.kind, change.record, after, {name: change.before[name] for name in after}))
    return tuple(left)

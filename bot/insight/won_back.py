"""先赢后退: wins that were taken back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from storage.history import TAKEN_BACK
from storage.records import AuditEntry


def taken_back(entries: Iterable[AuditEntry], days: int, zone: tzinfo | None) -> list[str]:
    """Ids of the opportunities whose win was taken back on a later day than it was told, within ``days``: the slip of a
    finger that is put right the same day is none."""
    found = [one.record for one in entries if one.kind in TAKEN_BACK and _later(one, days, zone)]
    return list(dict.fromkeys(found))


def _later(entry: AuditEntry, days: int, zone: tzinfo | None) -> bool:
    won = (entry.change.before or {}).get("closed_at") if entry.change else None
    if not isinstance(won, datetime):
        return False
    later_day = won.astimezone(zone).date() < entry.at.astimezone(zone).date()
    return later_day and entry.at - won <= timedelta(days=days)

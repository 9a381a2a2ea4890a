"""How an opportunity came to where it stands: its stages by the day, told from the record."""

from __future__ import annotations

from datetime import date, tzinfo

from bot.playbook.model import Playbook
from storage import audit
from storage.records import Opportunity


async def of(deal: Opportunity, playbook: Playbook, zone: tzinfo) -> list[tuple[date, str]]:
    """(day, name of the stage entered), oldest first."""
    pipeline = playbook.pipeline(deal.pipeline)
    found: list[tuple[date, str]] = []
    for entry in await audit.of_record(deal.id):
        if entry.change is None or "stage" not in entry.change.after:
            continue
        id = str(entry.change.after["stage"])
        stage = pipeline.stage(id)
        at = deal.created_at if entry.change.before is None else entry.at
        found.append((at.astimezone(zone).date(), stage.name if stage else id))
    return found

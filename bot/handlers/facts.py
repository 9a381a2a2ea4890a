"""What another system tells: leads are taken in, facts are kept with whom they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from adapters.events import InboundEvent
from bot.leads import facts, service
from bot.leads.arrival import BadLead, arrival
from bot.routing import Reply
from storage import customers
from storage.records import Change, Message

log = structlog.get_logger(__name__)
FEW = 3
"""Of more things at once the numbers of all contacts are read once, instead of being looked through for each."""


async def answer(event: InboundEvent, row: Message) -> Reply:
    """All of it as changes; each is looked up as the one before left it, so that a body's own repeats find another."""
    changes: list[Change] = []
    many = len(event.data["items"]) > FEW
    book = facts.Book(phones=await customers.phones() if many else None)
    for told in event.data["items"]:
        changes += await _one(told, event, row, book)
    return Reply(changes=tuple(changes))


async def _one(told: Mapping[str, Any], event: InboundEvent, row: Message, book: facts.Book) -> tuple[Change, ...]:
    at = datetime.fromisoformat(told["at"]) if "at" in told else event.at
    via = f"hook:{row.account}"
    if told["kind"] != "lead":
        return await facts.taken(told, at=at, received_at=event.at, via=via, book=book)
    try:
        taken = await service.intake(arrival(told, at=at, via=via), event=row.id, above=book.leads, phones=book.phones)
    except BadLead as bad:  # was looked at when it came; what is left is a word that only looked like one
        log.warning("hook.nobody", field=bad.field)
        return ()
    return taken.changes

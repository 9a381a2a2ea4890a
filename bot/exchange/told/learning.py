"""What was used as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item
from storage.records import ScriptUse


def scriptuse_item(one: ScriptUse, known: Book) -> Item:
    return {
        "id": one.id,
        "script": one.script,
        "how": one.how,
        "opportunity_id": one.opportunity_id,
        "customer_id": one.customer_id,
        "member_id": one.member_id,
        "at": known.when(one.at, one.member_id),
    }

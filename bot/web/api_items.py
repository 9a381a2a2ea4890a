"""Records as the API tells them: the very objects of an export, with only that looked up which this page needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SHANGHAI
from bot.exchange.records import TOLD
from bot.exchange.told import flow
from bot.exchange.told.book import Book, Item
from bot.web.api_kinds import Kind
from storage import audit, inbox, members, page, rows
from storage.page import Where
from storage.records import Customer, Member


async def listed(kind: Kind, where: Where, after: str, limit: int, customers: Where) -> tuple[list[Item], str]:
    """At most ``limit`` objects behind ``after``, and behind what the next page begins ("" where nothing is left).
    ``customers``: those that the asker sees."""
    if kind.noun == "message":
        found: Sequence[Any] = await inbox.page(int(after or 0), limit + 1, where.sql, where.args)
        marks = [str(one.seq) for one in found]
    elif kind.noun == "audit":
        found = await audit.entries(int(after or 0), limit + 1)
        marks = [str(one.n) for one in found]
    else:
        found = await page.records(_table(kind), where, after, limit + 1)
        marks = [one.id for one in found]
    more = len(found) > limit
    items = await _veiled(kind, await told(kind, found[:limit]), customers)
    return items, marks[limit - 1] if more else ""


async def one(kind: Kind, where: Where, id: str, customers: Where) -> Item | None:
    """The object of that id, if ``where`` lets it through; None for what there is not, and for what one may not see."""
    if kind.noun == "message":
        found: Sequence[Any] = await inbox.page(0, 1, f"{where.sql} AND id = ?", (*where.args, id))
    else:
        record = await page.one(_table(kind), where, id)
        found = [] if record is None else [record]
    return next(iter(await _veiled(kind, await told(kind, found), customers)), None)


async def _veiled(kind: Kind, items: list[Item], customers: Where) -> list[Item]:
    """Whoever does not see a record's customer is told neither which it is nor whose."""
    if kind.veiled:
        seen = await page.seen({item["customer_id"] for item in items}, customers)
        for item in items:
            if item["customer_id"] not in seen:
                item.update(dict.fromkeys(kind.veiled))
    return items


async def told(kind: Kind, found: Sequence[Any]) -> list[Item]:
    if kind.noun == "audit":
        return [flow.audit_item(entry) for entry in found]
    book = await _book(found)
    tell = flow.message_item if kind.noun == "message" else TOLD[kind.noun][1]
    return [tell(record, book) for record in found]


async def _book(found: Sequence[Any]) -> Book:
    zones = {team.id: ZoneInfo(team.zone) for team in await members.teams()}
    book = Book({member: zones.get(team or "", SHANGHAI) for member, team in await page.teams_of_members()})
    for customer, word in await page.aliases([one.id for one in found if isinstance(one, Customer)]):
        book.aliases.setdefault(customer, []).append(word)
    for member, account, user in await page.accounts([one.id for one in found if isinstance(one, Member)]):
        book.accounts.setdefault(member, []).append({"account": account, "user": user})
    return book


def _table(kind: Kind) -> rows.Table[Any]:
    return rows.TABLES[TOLD[kind.noun][0].prefix]

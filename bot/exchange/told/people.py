"""People and teams as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item, day
from storage.records import Member, Team


def member_item(one: Member, known: Book) -> Item:
    return {
        "id": one.id,
        "name": one.name,
        "roles": list(one.roles),
        "team_id": one.team_id,
        "active": one.active,
        "accounts": known.accounts.get(one.id, []),
        "deputy_id": one.deputy_id,
        "leave_from": day(one.leave_from),
        "leave_until": day(one.leave_until),
    }


def team_item(one: Team, known: Book) -> Item:
    return {
        "id": one.id,
        "name": one.name,
        "parent_id": one.parent_id,
        "region": one.region,
        "manager_id": one.manager_id,
        "deputy_id": one.deputy_id,
        "zone": one.zone,
    }

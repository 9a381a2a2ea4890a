"""What telling a record needs of others, and how money and days are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SHANGHAI
from storage import listing
from storage.records import Alias, Identity, Member, Team

Item = dict[str, Any]


@dataclass(slots=True)
class Book:
    """What telling a record needs of others: zones by member, names a customer also goes by, accounts of a member."""

    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    accounts: dict[str, list[Item]] = field(default_factory=dict)

    def when(self, moment: datetime | None, member_id: str | None = None) -> str | None:
        zone: tzinfo = self.zones.get(member_id or "", SHANGHAI)
        return None if moment is None else moment.astimezone(zone).isoformat()

    def due(self, due: date | datetime | None, member_id: str | None) -> str | None:
        """A day as a date, a moment with its offset."""
        return self.when(due, member_id) if isinstance(due, datetime) else day(due)


async def book() -> Book:
    """As the records stand now."""
    teams = {team.id: ZoneInfo(team.zone) async for team in listing.each(Team)}
    found = Book()
    async for member in listing.each(Member, undone=True):
        found.zones[member.id] = teams.get(member.team_id or "", SHANGHAI)
    async for alias in listing.each(Alias):
        found.aliases.setdefault(alias.customer_id, []).append(alias.text)
    async for one in listing.each(Identity):
        found.accounts.setdefault(one.member_id, []).append({"account": one.account, "user": one.user})
    return found


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def day(one: date | None) -> str | None:
    return None if one is None else one.isoformat()

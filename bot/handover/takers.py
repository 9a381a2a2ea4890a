"""Who could take a customer over: whoever has least in hand stands first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.access import Scope
from bot.playbook.times import Away
from storage import commitments, figures, members
from storage.records import Member

MOST = 3
COMPARED = 60
"""People whose load is counted for one question."""


@dataclass(frozen=True, slots=True)
class Taker:
    member: Member
    customers: int
    promises: int


def able(people: Iterable[Member], giver: Member, scope: Scope, today: date) -> list[Member]:
    """Reps of the scope who are here today, without the giver; those of the giver's team where there are any."""
    found = [
        one for one in people
        if one.active and "rep" in one.roles and one.id != giver.id and scope.covers(one.id)
        and not Away.of(one).on(today)
    ]  # fmt: skip
    own = [one for one in found if one.team_id == giver.team_id]
    return own or found


async def least_loaded(giver: Member, scope: Scope, today: date, most: int = MOST) -> list[Taker]:
    """The colleagues who have fewest customers, fewest promises; empty where nobody could take over."""
    found = able(await members.everyone(), giver, scope, today)[:COMPARED]
    loads = [Taker(one, await figures.customers_of([one.id]), len(await commitments.of_owner(one.id))) for one in found]
    return sorted(loads, key=lambda one: (one.customers, one.promises, one.member.id))[:most]

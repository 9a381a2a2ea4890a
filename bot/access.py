"""Who may see and do what. Pure, and asked by every service, so by every surface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from storage.records import Customer, Member, Team

EVERYONE = ("rep", "manager", "director", "admin", "legal", "finance", "service", "product")
LEADERS = frozenset({"manager", "director", "admin"})
STANDS_IN = "stands_in"
"""In a member's settings: the managers he stands in for, each with the first and the last day."""
BESIDE = "beside"
"""In a member's settings: customers of others whom he looks after together with their owner (一起跟)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The members whose customers somebody sees; ``owners`` None means all of the company's. ``beside`` are single
    customers of others."""

    owners: frozenset[str] | None
    beside: frozenset[str] = frozenset()

    def covers(self, owner_id: str) -> bool:
        return self.owners is None or owner_id in self.owners

    def sees(self, customer: Customer) -> bool:
        return self.covers(customer.owner_id) or customer.id in self.beside

    def ids(self) -> list[str] | None:
        return None if self.owners is None else sorted(self.owners)


def scope(member: Member, people: Iterable[str]) -> Scope:
    """A rep sees own customers, a manager those of the team and of all teams below it, an admin all. ``people`` are
    the members of the teams that he leads."""
    beside = frozenset(member.prefs.get(BESIDE, ()))
    return Scope(None if "admin" in member.roles else frozenset({member.id, *people}), beside)


def led(member: Member, teams: Iterable[Team], today: date | None = None) -> frozenset[str]:
    """The teams that the member leads, as manager or deputy, or ``today`` in the place of a manager on leave, and those
    below; for most members none."""
    teams, leads = list(teams), {member.id, *stands_in_for(member, today)}
    return below([team.id for team in teams if leads & {team.manager_id, team.deputy_id}], teams)


def stands_in_for(member: Member, today: date | None) -> list[str]:
    """Ids of the managers on leave whose deputy the member is on that day. It ends by itself, with the leave."""
    posts = member.prefs.get(STANDS_IN)
    if not posts or today is None:
        return []
    return [id for id, (first, last) in posts.items() if first <= today.isoformat() <= last]


def below(roots: Iterable[str], teams: Iterable[Team]) -> frozenset[str]:
    """The teams ``roots`` and every team beneath them."""
    found, teams = set(roots), list(teams)
    while True:
        more = {team.id for team in teams if team.parent_id in found} - found
        if not more:
            return frozenset(found)
        found |= more


def manager_of(member: Member, teams: Iterable[Team]) -> list[str]:
    """Whom a matter of ``member`` goes up to, nearest first: the team's manager, its deputy, then the teams above.
    Nobody is his own manager."""
    by_id = {team.id: team for team in teams}
    line: list[str] = []
    team = by_id.get(member.team_id or "")
    while team is not None:
        line += [id for id in (team.manager_id, team.deputy_id) if id and id != member.id and id not in line]
        team = by_id.get(team.parent_id or "")
    return line


def may(member: Member, roles: Iterable[str]) -> bool:
    """``roles`` empty: everyone may. A director may what a manager may; an admin may all."""
    wanted = set(roles)
    has = set(member.roles)
    if "director" in has:
        has.add("manager")
    return member.active and (not wanted or "admin" in has or bool(wanted & has))

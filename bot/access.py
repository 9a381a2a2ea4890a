"""Who may see and do what. Pure, and asked by every service, so by every surface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.records import Member, Team

EVERYONE = ("rep", "manager", "director", "admin", "legal", "finance", "service", "product")
LEADERS = frozenset({"manager", "director", "admin"})


@dataclass(frozen=True, slots=True)
class Scope:
    """The members whose customers somebody sees; ``owners`` None means all of the company's."""

    owners: frozenset[str] | None

    def covers(self, owner_id: str) -> bool:
        return self.owners is None or owner_id in self.owners

    def ids(self) -> list[str] | None:
        return None if self.owners is None else sorted(self.owners)


def scope(member: Member, people: Iterable[str]) -> Scope:
    """A rep sees own customers, a manager those of the team and of all teams below it, an admin all. ``people`` are
    the members of the teams that he leads."""
    return Scope(None if "admin" in member.roles else frozenset({member.id, *people}))


def led(member: Member, teams: Iterable[Team]) -> frozenset[str]:
    """The teams that the member leads, as manager or deputy, and those below; for most members none."""
    teams = list(teams)
    return below([team.id for team in teams if member.id in (team.manager_id, team.deputy_id)], teams)


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

"""Whom a late promise goes up to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.access import manager_of
from bot.playbook.times import Away
from storage.records import Member, Team


def superior(owner: Member, teams: Iterable[Team], members: Iterable[Member], today: date) -> str | None:
    """The id of who hears of the owner's late promise: the manager, who stands in for a manager on leave, the teams
    above, then an admin; None where there is nobody but the owner."""
    by_id = {one.id: one for one in members if one.active}
    for id in manager_of(owner, list(teams)):
        found = _present(by_id.get(id), by_id, today)
        if found is not None and found.id != owner.id:
            return found.id
    admins = [one for one in by_id.values() if "admin" in one.roles and one.id != owner.id]
    here = [one for one in admins if not Away.of(one).on(today)]
    return min((one.id for one in here or admins), default=None)


def _present(member: Member | None, by_id: dict[str, Member], today: date) -> Member | None:
    """The member, or on leave the deputy; None where neither is there."""
    if member is None or not Away.of(member).on(today):
        return member
    deputy = by_id.get(member.deputy_id or "")
    return None if deputy is None or Away.of(deputy).on(today) else deputy

"""What may happen to a member or a team: each as the changes it comes to. Pure; who may is asked before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.access import LEADERS, STANDS_IN
from storage.records import Change, Identity, Member, Team, changed, made, new_id


@dataclass(frozen=True, slots=True)
class Added:
    member: Member
    changes: tuple[Change, ...]


def add(name: str, account: str, user: str, roles: tuple[str, ...], team: Team | None, now: datetime) -> Added:
    """A new member with an account on a platform. Whoever joins as its manager leads a team that has none."""
    member = Member(
        id=new_id("mem", now), name=name, roles=roles, team_id=team.id if team else None, greeted_at=now
    )  # fmt: skip
    identity = Identity(id=new_id("idn", now), member_id=member.id, account=account, user=user)
    return Added(member, (made(member), made(identity), *_takes_post(member, team)))


def _takes_post(member: Member, team: Team | None) -> tuple[Change, ...]:
    leads = bool({"manager", "director"} & set(member.roles))
    if team is None or team.manager_id is not None or not leads:
        return ()
    return (changed(team, "team.manager", manager_id=member.id),)


def set_roles(member: Member, roles: tuple[str, ...], teams: Iterable[Team]) -> tuple[Change, ...]:
    """The member with these roles alone; without a leader's role the posts are given up."""
    after = member.with_(roles=roles)
    change = changed(member, "member.roles", roles=roles)
    teams = list(teams)
    own = next((team for team in teams if team.id == member.team_id), None)
    posts = _takes_post(after, own) if LEADERS & set(roles) else _gives_up_posts(member, teams)
    return ((change,) if change.after else ()) + posts


def _gives_up_posts(member: Member, teams: Iterable[Team]) -> tuple[Change, ...]:
    return tuple(
        changed(team, kind, **{post: None})
        for team in teams
        for kind, post in (("team.manager", "manager_id"), ("team.deputy", "deputy_id"))
        if getattr(team, post) == member.id
    )


def move(member: Member, team: Team) -> tuple[Change, ...]:
    """The member in another team; customers and promises go along, because they are the member's."""
    change = changed(member, "member.team", team_id=team.id)
    return ((change,) if change.after else ()) + _takes_post(member, team)


def leave(member: Member, first: date, last: date, deputy: Member | None = None) -> tuple[Change, ...]:
    """On leave from ``first`` to ``last``, both included. The ``deputy`` sees and hears meanwhile what the member
    leads; one of an earlier leave is left as he is."""
    named = deputy.id if deputy else None
    gone = _unless_same(changed(member, "member.leave", leave_from=first, leave_until=last, deputy_id=named))
    if deputy is None:
        return gone
    posts = {**deputy.prefs.get(STANDS_IN, {}), member.id: [first.isoformat(), last.isoformat()]}
    return (*gone, *_posts(deputy, posts))


def back(member: Member, deputy: Member | None = None) -> tuple[Change, ...]:
    """Here again, before the time or after it; the ``deputy`` stands in no more."""
    here = _unless_same(changed(member, "member.leave", leave_from=None, leave_until=None, deputy_id=None))
    if deputy is None:
        return here
    posts = {id: days for id, days in deputy.prefs.get(STANDS_IN, {}).items() if id != member.id}
    return (*here, *_posts(deputy, posts))


def _posts(deputy: Member, posts: Mapping[str, list[str]]) -> tuple[Change, ...]:
    others = {name: value for name, value in deputy.prefs.items() if name != STANDS_IN}
    return _unless_same(changed(deputy, "member.stands_in", prefs={**others, **({STANDS_IN: posts} if posts else {})}))


def deactivate(member: Member, teams: Iterable[Team]) -> tuple[Change, ...]:
    """The member can neither speak nor be spoken to; what was done stays, posts are given up."""
    return (*_unless_same(changed(member, "member.left", active=False)), *_gives_up_posts(member, teams))


def activate(member: Member) -> tuple[Change, ...]:
    return _unless_same(changed(member, "member.returned", active=True))


def add_team(name: str, above: Team | None, now: datetime) -> tuple[Change, ...]:
    team = Team(
        id=new_id("team", now), name=name, parent_id=above.id if above else None, region=above.region if above else ""
    )
    return (made(team),)


def put_in_charge(team: Team, member: Member, *, deputy: bool = False) -> tuple[Change, ...]:
    """The team's manager, or the deputy who stands in; a manager has the manager's role from then on."""
    if deputy:
        return _unless_same(changed(team, "team.deputy", deputy_id=member.id))
    post = _unless_same(changed(team, "team.manager", manager_id=member.id))
    if LEADERS & set(member.roles):
        return post
    return (*post, changed(member, "member.roles", roles=(*member.roles, "manager")))


def _unless_same(change: Change) -> tuple[Change, ...]:
    return (change,) if change.after else ()

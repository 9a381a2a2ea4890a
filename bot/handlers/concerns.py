"""E9: an objection that many meet within the hour is told to whoever leads them, as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import access
from bot.access import Scope
from bot.knowledge import service as knowledge
from bot.letter import Letter
from bot.playbook.knowledge import Objection
from bot.replies import knowledge as say
from bot.turn import Turn
from storage import activities, customers, members
from storage.records import Member, Team

SAID_MOST = 8


async def heard(one: Objection, turn: Turn) -> list[Letter]:
    """The words to the directors that this meeting of the objection makes due: few ask further than who met it."""
    hour = turn.now.replace(minute=0, second=0, microsecond=0)
    met = await knowledge.met_by(one.signal, hour) | {turn.member.id}
    if len(met) < turn.playbook.watch.concern_people:
        return []
    teams = await members.teams()
    letters = []
    for leader in await _leaders(teams):
        people = set(await members.ids_in(access.led(leader, teams)))
        theirs = met & people
        if not knowledge.concern(len(theirs), len(people), turn.playbook):
            continue
        once = f"concern:{leader.id}:{hour:%Y%m%d%H}"
        about = {"signal": one.signal, "hour": hour.isoformat()}
        letters.append(Letter(say.concern(one, len(theirs)), to=leader.id, once=once, about=about, answer=False))
    return letters


async def _leaders(teams: Sequence[Team]) -> list[Member]:
    """The directors; where there is none, who leads the topmost teams."""
    directors = await members.with_role("director")
    if directors:
        return directors
    top = [team.manager_id for team in teams if team.parent_id is None and team.manager_id]
    found = [await members.get(id) for id in dict.fromkeys(top)]
    return [one for one in found if one is not None and one.active]


async def said(one: Objection, hour: datetime, scope: Scope) -> list[tuple[str, str, str]]:
    """(who, of which customer, in which words) since the hour began, of the people of the scope."""
    found = await activities.with_signal(one.signal, scope.ids(), hour, SAID_MOST)
    known = await customers.many([act.customer_id for act in found if act.customer_id])
    names = await customers.short_names(list(known.values()))
    people = {member.id: member.name for member in await members.everyone(active=False)}
    return [(people.get(act.author_id, ""), names.get(act.customer_id or "", ""), act.text) for act in found]

"""E2: each working morning every manager's list of what is to be looked at."""

from __future__ import annotations

from bot import access
from bot.letter import Letter
from bot.playbook.times import Away
from bot.process import cases
from bot.replies import watch as say
from bot.replies.risk import than
from scheduler.effect import Around, Effect
from storage import members, watching
from storage.records import Member, Team


async def listed(around: Around) -> Effect:
    """The card of each manager of a team; nothing where nothing is to be looked at."""
    effect, teams = Effect(), await members.teams()
    for id in dict.fromkeys(team.manager_id for team in teams if team.manager_id):
        manager = await members.get(id)
        if manager is not None and manager.active:
            effect += await of_manager(manager, teams, around)
    return effect


async def of_manager(manager: Member, teams: list[Team], around: Around) -> Effect:
    zone = await around.house.zone(manager)
    now = around.now.astimezone(zone)
    if Away.of(manager).on(now.date()) and manager.deputy_id is None:  # a deputy hears it instead
        return Effect()
    live = await around.house.live(manager)
    owners = await members.ids_in(access.led(manager, teams))
    found = await cases.listed(owners, around.house.playbooks, now, live.playbook.watch.list_most)
    if not found.shown:
        return Effect()
    before = now - (now.date() - live.calendar.workday_before(now.date()))
    counts = await watching.at_risk(owners, now), await watching.at_risk(owners, before)
    led = next((team.name for team in teams if team.manager_id == manager.id), "")
    card = say.risk_list(found, led, than(*counts, before.date(), now.date()), now)
    about = {"deals": [case.deal.id for case in found.shown]}
    return Effect(says=(Letter(card, to=manager.id, once=f"risk.list:{manager.id}:{now:%Y%m%d}", about=about),))

"""E4: each working evening what a manager's team did in the day; nothing where there is nothing to tell."""

from __future__ import annotations

from bot import access
from bot.insight import team_day
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import evening as say
from scheduler.effect import Around, Effect
from scheduler.jobs import heat
from storage import members
from storage.records import Member, Team


async def evening(around: Around) -> Effect:
    effect, teams = Effect(), await members.teams()
    for n, id in enumerate(dict.fromkeys(team.manager_id for team in teams if team.manager_id)):
        manager = await members.get(id)
        if manager is not None and manager.active:
            effect += await of_manager(manager, teams, around, n)
    return effect


async def of_manager(manager: Member, teams: list[Team], around: Around, n: int = 0) -> Effect:
    """Her card, with the picture of how it stands a moment behind it."""
    now = around.now.astimezone(await around.house.zone(manager))
    if Away.of(manager).on(now.date()) and manager.deputy_id is None:  # a deputy hears it instead
        return Effect()
    live = await around.house.live(manager)
    owners = await members.ids_in(access.led(manager, teams))
    day = await team_day.look(manager.id, owners, live.playbook, now)
    if day.empty:
        return Effect()
    led = next((team.name for team in teams if team.manager_id == manager.id), "")
    once = f"digest.manager:{manager.id}:{now:%Y%m%d}"
    picture = (heat.day(manager, around.now, n),)
    return Effect(says=(Letter(say.manager(day, led, now), to=manager.id, once=once),), moments=picture)

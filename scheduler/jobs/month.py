"""E6: on the first working day of a month, how the funnel did in the month before."""

from __future__ import annotations

from bot import access
from bot.insight import month as insight
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import funnel as say
from scheduler.effect import Around, Effect
from storage import members
from storage.records import Member, Team


async def report(around: Around) -> Effect:
    """The card of each manager of a team; nothing on other days, nor where the month saw nothing."""
    effect, teams = Effect(), await members.teams()
    for id in dict.fromkeys(team.manager_id for team in teams if team.manager_id):
        manager = await members.get(id)
        if manager is not None and manager.active:
            effect += await of_manager(manager, teams, around)
    return effect


async def of_manager(manager: Member, teams: list[Team], around: Around) -> Effect:
    zone = await around.house.zone(manager)
    now = around.now.astimezone(zone)
    live = await around.house.live(manager)
    if live.calendar.workday_before(now.date()).month == now.month or Away.of(manager).on(now.date()):
        return Effect()
    owners = await members.ids_in(access.led(manager, teams))
    month = insight.before(now.date())
    found = await insight.look(owners, month, live, zone)
    if found.empty:
        return Effect()
    earlier = await insight.look(owners, insight.before(month), live, zone)
    led = next((team.name for team in teams if team.manager_id == manager.id), "")
    card = say.card(found, earlier, led, now)
    about = {"month": month.isoformat(), "team": led}
    once = f"pipeline.month:{manager.id}:{month:%Y%m}"
    return Effect(says=(Letter(card, to=manager.id, once=once, about=about),))

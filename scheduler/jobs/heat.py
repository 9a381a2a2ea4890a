"""E5: on a week's first working day the heat map of the week before, to each manager, and to each rep his own row. The
pictures are drawn one after the other, each in a moment of its own: none holds up what else is to be written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.messages import Attached, Text
from bot import access
from bot.exchange.privacy import FORGET
from bot.insight import heat as insight
from bot.insight.heat import Heat
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import heat as say
from bot.replies import png
from scheduler.effect import Around, Effect
from storage import files, members
from storage.records import Member, Moment, Team, new_id

KIND, DAY = "heat.week", "heat.day"
"""The week's map with its card, and the picture that goes with a manager's evening."""
APART = timedelta(seconds=1)
KEPT = timedelta(days=7)
TOO_LATE = timedelta(hours=6)


async def week(around: Around) -> Effect:
    """A moment for everybody who gets one."""
    live = await around.house.live(None)
    today = around.now.date()
    if live.calendar.workday_before(today).isocalendar().week == today.isocalendar().week:
        return Effect()
    teams = await members.teams()
    leaders = dict.fromkeys(team.manager_id for team in teams if team.manager_id)
    to = list(leaders | dict.fromkeys(one.id for one in await members.with_role("rep")))
    moments = [
        Moment(id=new_id("due", around.now), at=around.now + APART * n, kind=KIND, record=id, member_id=id)
        for n, id in enumerate(to)
    ]  # fmt: skip
    return Effect(moments=tuple(moments))


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    effect, teams = Effect(event=moments[0].id), await members.teams()
    for moment in moments:
        member = await members.get(moment.record)
        if member is not None and member.active and around.now - moment.at < TOO_LATE:
            effect += await (of_day if moment.kind == DAY else of_member)(member, teams, around)
    return effect


async def of_member(member: Member, teams: list[Team], around: Around) -> Effect:
    """The picture and the card of those she leads; of a rep his own row."""
    now = around.now.astimezone(await around.house.zone(member))
    if Away.of(member).on(now.date()):
        return Effect()
    led = access.led(member, teams)
    owners = await members.ids_in(led) if led else [member.id]
    heat = await insight.look(owners, await around.house.live(member), now, compare=bool(led))
    if heat.empty:
        return Effect()
    name = next((team.name for team in teams if team.manager_id == member.id), "") if led else ""
    whose, once = name or member.name, f"{KIND}:{member.id}:{now:%Y%m%d}"
    picture, sha = await _picture(heat, whose, now, around)
    about = {"own": not led}
    shown = Letter(picture, to=member.id, once=f"{once}:picture")
    letter = Letter(say.card(heat, whose, now), to=member.id, once=once, about=about, before=shown)
    return Effect(says=(letter,), moments=_gone(sha, member, now))


def day(manager: Member, now: datetime, n: int) -> Moment:
    """The moment of the picture behind the ``n``-th manager's evening."""
    return Moment(id=new_id("due", now), at=now + APART * (n + 1), kind=DAY, record=manager.id, member_id=manager.id)


async def of_day(manager: Member, teams: list[Team], around: Around) -> Effect:
    """How it stands this evening."""
    now = around.now.astimezone(await around.house.zone(manager))
    owners = await members.ids_in(access.led(manager, teams))
    heat = await insight.look(owners, await around.house.live(manager), now, compare=False)
    if heat.empty:
        return Effect()
    whose = next((team.name for team in teams if team.manager_id == manager.id), manager.name)
    picture, sha = await _picture(heat, whose, now, around, today=True)
    letter = Letter(picture, to=manager.id, once=f"{DAY}:{manager.id}:{now:%Y%m%d}")
    return Effect(says=(letter,), moments=_gone(sha, manager, now))


def _gone(sha: str, member: Member, now: datetime) -> tuple[Moment, ...]:
    """When the file of a picture is forgotten."""
    if not sha:
        return ()
    return (Moment(id=new_id("due", now), at=now + KEPT, kind=FORGET, record=member.id, data={"sha256": [sha]}),)


async def _picture(heat: Heat, whose: str, now: datetime, around: Around, *, today: bool = False) -> tuple[Text, str]:
    """The map as a file with the words that stand for it, and the file's hash; words alone where there is no font."""
    text = say.table(heat, whose, today=today)
    body = await asyncio.to_thread(png.drawn, say.svg(heat, whose, now, today=today))
    if body is None:
        return text, ""
    sha = await asyncio.to_thread(files.put, around.house.data, body)
    return replace(text, file=Attached(f"{now:%Y%m%d}-heat.png", sha)), sha

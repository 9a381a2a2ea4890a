"""/today: what the day holds, on the morning's card; a leader's view of one of the team has no buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot import access
from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.followup.morning import Morning, look
from bot.replies import commands as say
from bot.replies import digest, words
from bot.replies.wording import day_of
from bot.routing import Reply
from bot.turn import Turn
from storage import cards, members
from storage.records import Member

own = Registry()
SAID_WITHIN = timedelta(minutes=10)
LATE_MORNING = 11
"""From this hour on the card says no 早."""


@own.command("today")
async def today(turn: Turn, call: Call) -> Reply:
    if call.words:
        return await _of_another(turn, call.rest)
    morning = await _morning(turn.member, turn)
    if morning.empty:
        return Reply(push=words.text("cmd.today.none"))
    card = digest.rep(morning, turn.member.name, turn.now)
    if turn.now.hour >= LATE_MORNING:
        card = replace(card, title=_title(turn.member, morning))
    return Reply(
        push=card, about=morning.about, awaits="promise.said",
        awaits_until=turn.now + SAID_WITHIN,
    )  # fmt: skip


async def _morning(member: Member, turn: Turn) -> Morning:
    asked = await cards.questions(member.id)
    zone = turn.now.tzinfo
    assert isinstance(zone, ZoneInfo)
    return await look(member, turn.now, zone, turn.calendar, turn.playbook, asked)


def _title(member: Member, morning: Morning) -> str:
    fields = {"who": say.short(member.name), "count": morning.count}
    return str(words.entry("cmd.today.other")["title"]).format(**fields)


async def _of_another(turn: Turn, said: str) -> Reply:
    """Somebody's day, for whoever leads them. Others hear who may look."""
    leads = access.may(turn.member, access.LEADERS)
    found = await members.named(said.strip(find.QUOTES))
    if leads and not found:
        await find.member(turn, said, lambda name: f"/today {name}")
    if not found:
        raise Wrong("today.unknown", nearest="/today")
    if found[0].id == turn.member.id:
        return await today(turn, Call("today"))
    if not leads or not turn.scope.covers(found[0].id):
        raise Wrong("today.other", name=found[0].name, who=await _leader_of(found[0]))
    return await _shown(found[0], turn)


async def _leader_of(member: Member) -> str:
    line = access.manager_of(member, await members.teams())
    leader = await members.get(line[0]) if line else None
    return leader.name if leader else words.named("roles", "admin")


async def _shown(member: Member, turn: Turn) -> Reply:
    morning = await _morning(member, turn)
    if morning.empty:
        return Reply(push=words.text("cmd.today.other.none", who=member.name))
    card = digest.rep(morning, member.name, turn.now)
    title, status = _title(member, morning), day_of(turn.today, turn.today)
    return Reply(push=replace(card, kind="cmd.today.other", title=title, status=status, buttons=()))

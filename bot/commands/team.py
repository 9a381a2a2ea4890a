"""/team: which there are, who leads them; add, manager, deputy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.members import service
from bot.replies import admin as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from storage import members
from storage.records import Team
from storage.rows import fold

own = Registry()


@own.command("team", roles=("admin",))
async def team(turn: Turn, call: Call) -> Reply:
    if not call.words:
        return await listed()
    act = ACTS.get(fold(call.words[0]))
    if act is None:
        return await one(turn, await find.team(call.rest, lambda name: f"/team {name}"))
    verb, rest = call.words[0], call.rest[len(call.words[0]) :].strip()
    return await act(turn, Call(f"team {fold(verb)}", call.words[1:], rest))


async def listed() -> Reply:
    found = [(one, await _name(one.manager_id), await _sellers(one)) for one in await members.teams()]
    return Reply(push=say.teams(found) if found else words.text("cmd.team.none"))


async def one(turn: Turn, found: Team) -> Reply:
    live = await turn.house.playbooks.current(found.id)
    manager, deputy = await _name(found.manager_id), await _name(found.deputy_id)
    return Reply(push=say.team(manager, deputy, await _sellers(found), live.playbook.name))


async def _name(member_id: str | None) -> str:
    found = await members.get(member_id) if member_id else None
    return found.name if found else ""


async def _sellers(team: Team) -> int:
    """How many of the team sell."""
    return sum("rep" in one.roles for one in await members.of_team(team.id))


async def add(turn: Turn, call: Call) -> Reply:
    """华东二组, or 华东二组 华东 under a team that there is."""
    if not call.words:
        raise Wrong("team.add")
    name = call.words[0].strip(find.QUOTES)
    if await members.team_named(name):
        raise Wrong("team.taken", name=name)
    above = await find.team(call.words[1], lambda found: f"/team add {name} {found}") if len(call.words) > 1 else None
    push = words.text("cmd.team.added", name=name, example=turn.member.name)
    return Reply(push=push, changes=service.add_team(name, above, turn.now))


async def lead(turn: Turn, call: Call) -> Reply:
    """华东一组 王芳, in either order."""
    if len(call.words) < 2:
        some = await members.teams()
        verb = call.name.partition(" ")[2]
        raise Wrong("team.who", verb=verb, team=some[0].name if some else "华东一组", example=turn.member.name)
    first, second = call.words[0], call.words[1]
    if await members.team_named(second):
        first, second = second, first
    found = await find.team(first, lambda name: f"/{call.name} {name} {second}")
    who = await find.member(turn, second, lambda name: f"/{call.name} {found.name} {name}")
    deputy = call.name.endswith("deputy")
    changes = service.put_in_charge(found, who, deputy=deputy)
    if not changes:
        raise Wrong("member.same", name=who.name)
    what = words.named("posts", "deputy" if deputy else "manager")
    return Reply(push=words.text("cmd.team.lead", team=found.name, what=what, name=who.name), changes=changes)


ACTS: Mapping[str, Callable[[Turn, Call], Awaitable[Reply]]] = {"add": add, "manager": lead, "deputy": lead}

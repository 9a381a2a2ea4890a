"""/risk: what is to be looked at: one's own, the team's, or one colleague's."""

from __future__ import annotations

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.process import cases
from bot.replies import watch as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from storage import members
from storage.records import Member

own = Registry()


@own.command("risk")
async def risk(turn: Turn, call: Call) -> Reply:
    who = await _meant(turn, call) if call.words else None
    owners = [who.id] if who is not None else turn.scope.ids() or [one.id for one in await members.everyone()]
    found = await cases.listed(owners, turn.house.playbooks, turn.now, turn.playbook.watch.list_most)
    name = who.name if who is not None else turn.member.name
    if not found.shown:
        return Reply(push=words.text("risk.none", who="你" if name == turn.member.name else name))
    if owners == [turn.member.id]:
        return Reply(push=say.own_list(found, name, turn.now))
    about = {"deals": [case.deal.id for case in found.shown]}
    team = await members.team(turn.member.team_id) if turn.member.team_id else None
    shown = name if who is not None else team.name if team else name
    return Reply(push=say.risk_list(found, shown, "", turn.now), about=about)


async def _meant(turn: Turn, call: Call) -> Member:
    """The colleague of that name whose customers the member sees; whom he does not see does not exist."""
    seen = [one for one in await members.named(call.rest.strip(find.QUOTES)) if turn.scope.covers(one.id)]
    if len(seen) == 1:
        return seen[0]
    raise Wrong("risk.own", nearest="/risk")

"""/leads: which wait for somebody, how many there are in each state, and one given to a colleague by hand."""

from __future__ import annotations

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.leads import service
from bot.leads.arrival import firm
from bot.replies import leads as say
from bot.replies.commands import short
from bot.routing import Reply
from bot.turn import Turn
from storage import leads
from storage.records import Lead
from storage.rows import fold

own = Registry()
SHOWN = 20


@own.command("leads", roles=("admin",))
async def ask(turn: Turn, call: Call) -> Reply:
    waiting = await leads.in_state("new", "failed", limit=SHOWN)
    if not call.words:
        return Reply(push=say.listed(waiting, await leads.counts(), turn.now))
    if fold(call.words[0]) in ("stuck", "卡住", "卡住的"):
        return Reply(push=say.counted(await leads.counts()))
    if len(call.words) < 2:
        raise Wrong("leads.how", example=f"/leads {short(call.words[0])} {turn.member.name}")
    said, who = call.words[0], call.words[-1]
    lead = await _meant(said, waiting)
    to = await find.member(turn, who, lambda name: f"/leads {said} {name}")
    if lead.owner_id == to.id:
        raise Wrong("leads.same", name=say.called(lead), who=to.name)
    return Reply(push=say.given(lead, to.name), changes=(service.assigned(lead, to.id),))


async def _meant(said: str, waiting: list[Lead]) -> Lead:
    """The one of that number in the list, or of that company, person or phone. Raises Wrong."""
    if said.isascii() and said.isdigit() and 0 < int(said[:4]) <= len(waiting):
        return waiting[int(said[:4]) - 1]
    name = firm(said)
    found = [one for one in await leads.of_keys([f"firm:{name}"] if name else []) if one.state in leads.OPEN]
    found = found or [one for one in waiting if fold(said) in (fold(one.name), fold(one.name + one.title))]
    if len(found) == 1:
        return found[0]
    raise Wrong("leads.none" if not found else "leads.which", name=short(said))

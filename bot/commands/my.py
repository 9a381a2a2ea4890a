"""/my: how many customers and opportunities, and where they stand; with a stage, which."""

from __future__ import annotations

from collections.abc import Sequence

from bot import unassigned
from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.playbook.model import Stage
from bot.replies import commands as say
from bot.routing import Reply
from bot.turn import Turn
from storage import cards, customers, figures, members, opportunities
from storage.records import Opportunity

own = Registry()


@own.command("my")
async def my(turn: Turn, call: Call) -> Reply:
    if call.words:
        return await _at_stage(turn, call.rest)
    who, owners = whose(turn)
    waiting = len(await cards.questions(turn.member.id))
    unplaced = len(await unassigned.theirs(turn.member, turn.scope))
    count, deals = await figures.customers_of(owners), await opportunities.figures(owners)
    return Reply(push=say.mine(who, count, deals, waiting, turn.playbook.pipelines, unplaced))


def whose(turn: Turn) -> tuple[str, Sequence[str] | None]:
    """Whose figures these are: one's own, those of the team that one leads, or the company's (None)."""
    owners = turn.scope.ids()
    if owners is None:
        return say.piece("company"), None
    return (say.piece("own") if len(owners) == 1 else say.piece("team")), owners


async def _at_stage(turn: Turn, said: str) -> Reply:
    stage = find.stage_of(turn.playbook.pipelines, said)
    if stage is None:
        stages = list(dict.fromkeys(stage.name for line in turn.playbook.pipelines for stage in line.stages))
        near = find.nearest(said, stages)
        if near:
            raise Wrong("my.other", nearest=f"/my {near}")
        raise Wrong("my.unknown", stage=say.short(said), stages="、".join(stages))
    deals = await _deals(turn, stage)
    found = await customers.many(list({deal.customer_id for deal in deals}))
    return Reply(push=say.at_stage(stage.name, deals, await customers.short_names(list(found.values()))))


async def _deals(turn: Turn, stage: Stage) -> list[Opportunity]:
    """The opportunities there; of the ways out those that went them, the latest first."""
    _, owners = whose(turn)
    ids = list(owners) if owners is not None else [one.id for one in await members.everyone(active=False)]
    if stage.ends is not None:
        closed = await opportunities.of_owner(ids, stage.ends)
        return sorted(closed, key=lambda deal: deal.closed_at or deal.created_at, reverse=True)
    return [deal for deal in await opportunities.of_owner(ids) if deal.stage == stage.id]

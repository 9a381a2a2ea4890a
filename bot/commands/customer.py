"""/customer NAME: how one customer stands, on a card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture.evidence import wanted_next
from bot.commands import find
from bot.commands.registry import Call, Registry
from bot.followup.view import matters
from bot.playbook.model import Playbook
from bot.replies import customer as say
from bot.routing import Reply
from bot.turn import Turn
from nlp.tags import tags_of
from storage import activities, commitments, customers, evidence, members, opportunities
from storage.records import Customer, Opportunity

own = Registry()
TIMELINE = frozenset({"时间线", "timeline", "动作"})
LATEST = 100


def called(name: str) -> str:
    return f"/customer {name}"


@own.command("customer")
async def customer(turn: Turn, call: Call) -> Reply:
    if len(call.words) > 1 and call.words[-1] in TIMELINE:
        return await timeline(await find.customer(turn, " ".join(call.words[:-1]), called), turn)
    one = await find.customer(turn, call.rest, called)
    name = await customers.short_name(one.id)
    deals = sorted(await opportunities.open_of(one.id), key=lambda deal: deal.stage_since, reverse=True)
    owner = await members.get(one.owner_id)
    last = await activities.of_customer(one.id, limit=1)
    people = await customers.contacts(one.id)
    card = say.card(
        name,
        say.standing(deals, turn.playbook, owner.name if owner else ""),
        last[0] if last else None,
        await matters(await commitments.open_of(one.id)),
        people,
        await _missing(deals, turn.playbook),
        await _ahead(one, deals, turn),
        one.note,
        turn.now,
        tags_of(one.name, one.tags, [person.department for person in people]),
    )
    return Reply(push=card, about={"customer": one.id, "name": name})


async def timeline(one: Customer, turn: Turn) -> Reply:
    """The customer's latest activities, youngest first."""
    found = await activities.of_customer(one.id, limit=LATEST)
    return Reply(push=say.timeline(await customers.short_name(one.id), found, turn.now))


async def _missing(deals: Sequence[Opportunity], playbook: Playbook) -> str:
    """What the gates still want of the opportunity that moved last: owed first, else for the next stage."""
    if not deals:
        return ""
    kinds, stage = wanted_next(deals[0], await evidence.counts(deals[0].id), playbook)
    ahead = playbook.pipeline(deals[0].pipeline).stage(stage)
    owed = deals[0].evidence_missing
    return say.missing_for(owed or kinds, "" if owed or ahead is None else ahead.name, playbook)


async def _ahead(one: Customer, deals: Sequence[Opportunity], turn: Turn) -> str:
    """What comes next: what is arranged, else the day of signing."""
    arranged = await activities.next_planned(one.id, turn.now)
    if arranged is not None:
        return say.planned(arranged, turn.now)
    days = [deal.sign_date for deal in deals if deal.sign_date and deal.sign_date >= turn.today]
    return say.signing(min(days), turn.today) if days else ""

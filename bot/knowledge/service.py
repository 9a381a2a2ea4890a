"""What is known of objections met before and of words that worked, asked of the record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.knowledge import considering
from bot.knowledge.match import GUIDE, OBJECTION, Match, Worked, in_a_row, match, one_a_title
from bot.knowledge.newcomers import Alike, alike
from bot.playbook.knowledge import Objection
from bot.playbook.model import Playbook
from storage import activities, scriptuses
from storage.records import Change, Evidence, Member, Opportunity, ScriptUse, made, new_id

LOOKED_BACK = timedelta(days=90)
WEEK = timedelta(days=7)
NO_GUIDES = "no_guides"
"""Among a member's preferences: the objections of which no cases come by themselves."""
TWO = 2
CLOSED_MOST = 500
"""Deals that are looked through for customers of the same trade, the latest first."""
CASES_MOST = 30
"""Won deals that are looked through for an objection, the latest first."""


@dataclass(frozen=True, slots=True)
class Met:
    """An objection that was met. ``guide``: so often in a row without a case that the cases come by themselves."""

    objection: Objection
    guide: bool


@dataclass(frozen=True, slots=True)
class Won:
    """A deal won after the objection: whose, in how many days from the first time it was met, and what was given."""

    opportunity_id: str
    customer_id: str
    owner_id: str
    days: int
    given: tuple[str, ...] = ()


def objections_in(signals: Sequence[str], playbook: Playbook) -> list[Objection]:
    """Those of the playbook that the signals are, in the playbook's order."""
    return [one for one in playbook.objections if one.signal in signals]


async def meet(
    found: Sequence[Objection], deal: Opportunity, member: Member, playbook: Playbook, now: datetime
) -> Met | None:
    """The first of the objections of which no card was shown today with this opportunity; None where all were."""
    uses = await scriptuses.of_member(member.id, now - LOOKED_BACK)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = {use.script for use in uses if use.opportunity_id == deal.id and use.at >= midnight and use.how == "shown"}
    fresh = next((one for one in found if OBJECTION + one.signal not in today), None)
    if fresh is None:
        return None
    often = in_a_row(uses, fresh.signal) + 1 >= playbook.watch.skipped_guides
    guided = any(use.script == GUIDE + fresh.signal and use.at > now - WEEK for use in uses)
    wanted = fresh.signal not in member.prefs.get(NO_GUIDES, ())
    return Met(fresh, often and wanted and not guided)


async def met_by(signal: str, hour: datetime) -> set[str]:
    """Who met the objection since then."""
    return await scriptuses.members_of(OBJECTION + signal, hour)


def concern(met: int, people: int, playbook: Playbook) -> bool:
    """So many of so many people that whoever leads them hears of it."""
    return met >= playbook.watch.concern_people and met * 100 >= people * playbook.watch.concern_percent


def use(
    script: str, how: str, member: Member, now: datetime, *, opportunity: str | None = None, customer: str | None = None
) -> Change:
    """That a script, a card or its cases were shown, taken, or no help."""
    return made(
        ScriptUse(
            id=new_id("scu", now), script=script, opportunity_id=opportunity or None, customer_id=customer or None,
            member_id=member.id, at=now, how=how,
        ),
        f"script.{how}",
    )  # fmt: skip


async def behaviours(deal: Opportunity, signals: Sequence[str], playbook: Playbook, now: datetime) -> tuple[str, ...]:
    """The behaviours of a customer who considers: those of the last month, and those of the words at hand."""
    since = now - timedelta(days=playbook.watch.considering_days)
    return considering.shown([*signals, *await activities.signals_since(deal.id, since)])


async def scripts(playbook: Playbook, tags: Collection[str], objection: str = "") -> list[Match]:
    """The words to hand out, the best first."""
    ids = [one.id for one in playbook.scripts if one.objection == objection]
    counted = await scriptuses.worked(ids)
    return match(playbook.scripts, tags, objection, {id: Worked(*figures) for id, figures in counted.items()})


async def for_customer(
    tags: Collection[str], deals: Sequence[Opportunity], playbook: Playbook, now: datetime
) -> list[Match]:
    """What may be said: against the objections met of late with these opportunities, and in a first talk."""
    since = now - timedelta(days=playbook.watch.considering_days)
    met = [signal for deal in deals for signal in await activities.signals_since(deal.id, since)]
    found = [
        match for one in objections_in(met, playbook) for match in (await scripts(playbook, tags, one.signal))[:TWO]
    ]
    return [*found, *one_a_title(await scripts(playbook, tags))[:TWO]]


async def won_after(signal: str, owners: Sequence[str]) -> list[Won]:
    """The deals these owners won although the objection was met, the latest first."""
    found = await scriptuses.won_after(signal, owners, CASES_MOST)
    given = await scriptuses.taken_on([one.opportunity_id for one in found])
    return [
        Won(one.opportunity_id, one.customer_id, one.owner_id, max(1, (one.closed_at - one.met_at).days),
            tuple(given.get(one.opportunity_id, ())))
        for one in found
    ]  # fmt: skip


async def file_for(objection: Objection, owners: Sequence[str] | None, customer: str) -> Evidence | None:
    """The file to give: the youngest whose name says so, the customer's own first, else of a customer of these owners;
    None where there is none."""
    if not objection.file:
        return None
    found = await scriptuses.files_named(objection.file, owners)
    return next((one for one in found if one.customer_id == customer), found[0] if found else None)


async def past(tags: Collection[str], owners: Sequence[str], but: str) -> Alike:
    """The deals of these owners with customers of the same trade that are over."""
    return alike(tags, await scriptuses.closed(owners, CLOSED_MOST), but) if tags else Alike(())

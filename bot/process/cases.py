"""An opportunity that is to be looked at, with the words that speaking of it needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.playbook.model import Playbook
from bot.playbook.store import PlaybookStore
from bot.process.watching import Watched, look, standing
from storage import activities, customers, opportunities, watching
from storage.records import Activity, Member, Opportunity, Risk


@dataclass(frozen=True, slots=True)
class Case:
    """``risk``: the most telling reason; ``contact``: whom one would speak to (郑总; "" where nobody is known)."""

    deal: Opportunity
    customer: str
    contact: str
    owner: Member
    watched: Watched
    last: Activity | None
    risk: Risk | None = None

    @property
    def playbook(self) -> Playbook:
        return self.watched.live.playbook

    @property
    def stage(self) -> str:
        stage = self.playbook.pipeline(self.deal.pipeline).stage(self.deal.stage)
        return stage.name if stage else self.deal.stage

    def stay(self, now: datetime) -> int:
        """Which counted day in its stage it is."""
        zone = self.watched.hours.zone
        return self.watched.hours.days(self.deal.stage_since.astimezone(zone).date(), now.astimezone(zone).date())

    def step(self, facts: dict[str, Any]) -> tuple[str, str]:
        """The names of the track and its step."""
        track = self.playbook.pipeline(self.deal.pipeline).track(str(facts.get("track", "")))
        step = track.step(str(facts.get("step", ""))) if track else None
        return (track.name if track else ""), (step.name if step else "")


async def of(ids: Sequence[str], playbooks: PlaybookStore, now: datetime) -> list[Case]:
    """Those of the opportunities that are open, in the order asked for."""
    deals = await opportunities.many(ids)
    found = []
    for one in await look(ids, playbooks, now):
        deal = deals[one.sight.id]
        people = await customers.contacts(deal.customer_id)
        last = await activities.of_opportunity(deal.id, 1)
        shown = standing([risk for risk in one.risks if risk.state != "early"])
        found.append(
            Case(
                deal, await customers.short_name(deal.customer_id),
                f"{people[0].name}{people[0].title or ''}" if people else "",
                one.owner, one, last[0] if last else None, shown[0] if shown else None,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """The opportunities of some people that are to be looked at, the dearest first: all, and those shown."""

    deals: tuple[Opportunity, ...]
    shown: tuple[Case, ...]


async def listed(owners: Collection[str], playbooks: PlaybookStore, now: datetime, most: int) -> Listed:
    """``now`` is in the zone of whoever reads the list."""
    risks = await watching.risks_of_owners(sorted(owners))
    standing_ = {risk.opportunity_id for risk in risks if not _away(risk, now.date())}
    aside = {risk.opportunity_id for risk in risks if _away(risk, now.date())}
    fresh = {risk.opportunity_id for risk in risks if risk.state == "open"}
    ids = [id for id in standing_ if id not in aside or id in fresh]
    deals = sorted(
        (one for one in (await opportunities.many(ids)).values() if one.state == "open"),
        key=lambda one: (-(one.amount or 0), one.id),
    )
    return Listed(tuple(deals), tuple(await of([one.id for one in deals[:most]], playbooks, now)))


def _away(risk: Risk, today: date) -> bool:
    return risk.state == "acked" and risk.quiet_until is not None and risk.quiet_until > today

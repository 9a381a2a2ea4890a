"""What a team did in a day, for its manager's evening (E4): from the records alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal

from bot.insight.won_back import taken_back
from bot.playbook.model import Playbook
from storage import cards, customers, evidence, figures, history, members, opportunities, watching
from storage.records import AuditEntry, Opportunity


@dataclass(frozen=True, slots=True)
class Step:
    """An opportunity that went forward today: into which stage, with which file of today, or won for how much."""

    owner: str
    customer: str
    stage: str = ""
    file: str = ""
    won: bool = False
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TeamDay:
    signed: Decimal = Decimal()
    month: Decimal = Decimal()
    kept: int = 0
    late: int = 0
    """Promises that are late now, whenever they became so: they alone are no news of the day."""
    steps: tuple[Step, ...] = ()
    back: tuple[Step, ...] = ()
    """Wins that were taken back today."""
    waiting: Mapping[str, int] = field(default_factory=dict)
    """Cards that wait for the manager's tap, by kind."""
    early: tuple[str, ...] = ()
    """Customers of whom a rep was told that a risk is about to mature, where the playbook has the manager read along:
    no news of their own."""

    @property
    def empty(self) -> bool:
        return not (self.signed or self.kept or self.steps or self.back or self.waiting)


async def look(manager_id: str, owners: Sequence[str], playbook: Playbook, now: datetime) -> TeamDay:
    """The day so far of these owners' opportunities and promises; ``now`` is in the manager's zone."""
    morning = datetime.combine(now.date(), time(), now.tzinfo)
    signed = await watching.signed(owners, morning.replace(day=1), now)
    today = [one for one in signed if one.closed_at >= morning]
    kept, late = await figures.promises_of(owners, morning, now)
    entries = await history.of_owners(owners, ("opportunity.stage", *history.TAKEN_BACK), morning, now)
    deals = await opportunities.many(list({one.record for one in entries} | {one.id for one in today}))
    back = taken_back(entries, playbook.watch.fake_won_days, now.tzinfo)
    names = {one.id: one.name for one in await members.everyone(active=False)}
    won = [await _step(deals[one.id], names, won=True) for one in today]
    moved = [
        await _moved(deals[id], stage, playbook, names, morning) for id, stage in _forward(entries, deals, playbook)
    ]
    return TeamDay(
        signed=sum((one.amount for one in today), Decimal()),
        month=sum((one.amount for one in signed), Decimal()),
        kept=kept, late=late, steps=(*won, *moved),
        back=tuple([await _step(deals[id], names) for id in back if id in deals]),
        waiting=Counter(card.kind for card in await cards.questions(manager_id)),
        early=await _early(owners) if playbook.watch.copy_manager == "early" else (),
    )  # fmt: skip


async def _early(owners: Sequence[str]) -> tuple[str, ...]:
    found = dict.fromkeys(risk.customer_id for risk in await watching.early_of_owners(owners))
    return tuple([await customers.short_name(id) for id in found])


def _forward(
    entries: Sequence[AuditEntry], deals: Mapping[str, Opportunity], playbook: Playbook
) -> list[tuple[str, str]]:
    """(opportunity, the stage where it stands) of those that are open and further than this morning."""
    found: dict[str, str] = {}
    for one in entries:
        if one.kind == "opportunity.stage" and one.change and one.change.before and "stage" in one.change.after:
            found.setdefault(one.record, str(one.change.before["stage"]))
    moved = []
    for id, began in found.items():
        deal = deals.get(id)
        if deal is None or deal.state != "open":
            continue
        pipeline = playbook.pipeline(deal.pipeline)
        if pipeline.place(deal.stage) > pipeline.place(began):
            moved.append((id, deal.stage))
    return moved


async def _moved(
    deal: Opportunity, stage: str, playbook: Playbook, names: Mapping[str, str], morning: datetime
) -> Step:
    there = playbook.pipeline(deal.pipeline).stage(stage)
    files = [one for one in await evidence.of_opportunity(deal.id) if one.file and one.at >= morning]
    newest = max(files, key=lambda one: one.at, default=None)
    file = newest.file or "" if newest else ""
    return await _step(deal, names, stage=there.name if there else stage, file=file)


async def _step(
    deal: Opportunity, names: Mapping[str, str], *, stage: str = "", file: str = "", won: bool = False
) -> Step:
    customer = await customers.short_name(deal.customer_id)
    return Step(names.get(deal.owner_id, ""), customer, stage, file, won, deal.amount)

"""How the funnel did in a month (E6): values in, figures out; docs/metrics.md has the formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Literal

from bot.playbook.model import Playbook
from bot.playbook.pipeline import Pipeline
from nlp.workdays import Calendar
from storage.records import AuditEntry, Opportunity

Way = Literal["forward", "back", "won", "lost"]
FEW = 5
"""Fewer than so many are told as what they are, not as a percentage."""
UNDO, REDO = "undo.", "redo."


@dataclass(frozen=True, slots=True)
class Exit:
    """An opportunity left a stage: which way, after how many working days, over the heads of others or not."""

    deal: str
    pipeline: str
    stage: str
    way: Way
    days: int | None = None
    jumped: bool = False


@dataclass(frozen=True, slots=True)
class StageFigures:
    """What left one stage. Going back is no outcome: it counts in ``left`` and in the stay alone."""

    name: str
    next: str
    forward: int = 0
    lost: int = 0
    left: int = 0
    days: tuple[int, ...] = ()

    @property
    def decided(self) -> int:
        return self.forward + self.lost

    @property
    def share(self) -> Decimal | None:
        """Of those that were decided, how many went on; None where none was."""
        return Decimal(self.forward) / self.decided if self.decided else None

    @property
    def stay(self) -> Decimal | None:
        """Mean working days in the stage; None where nothing left it."""
        return Decimal(sum(self.days)) / len(self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """A month. ``complete``: (evidence in hand, wanted) of what is open now; ``back``: wins that were taken back."""

    month: date
    stages: Mapping[tuple[str, str], StageFigures] = field(default_factory=dict)
    deals: int = 0
    jumps: int = 0
    waivers: int = 0
    complete: tuple[int, int] = (0, 0)
    back: tuple[Opportunity, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.deals or self.waivers or self.back)

    def narrowest(self) -> tuple[str, str] | None:
        """The stage from which the smallest share went on; where there is little, the one most were decided in."""
        decided = {key: one for key, one in self.stages.items() if one.decided}
        many = {key: one for key, one in decided.items() if one.decided >= FEW}
        if many:
            return min(many, key=lambda key: (many[key].share, -many[key].decided))
        return max(decided, key=lambda key: decided[key].decided, default=None)

    def longest(self) -> tuple[str, str] | None:
        """The stage in which they stayed longest, as :meth:`narrowest`."""
        stayed = {key: one for key, one in self.stages.items() if one.days}
        many = {key: one for key, one in stayed.items() if len(one.days) >= FEW} or stayed
        return max(many, key=lambda key: (many[key].stay or 0, len(many[key].days)), default=None)

    def most_lost(self) -> tuple[str, str] | None:
        lost = {key: one for key, one in self.stages.items() if one.lost}
        return max(lost, key=lambda key: lost[key].lost, default=None)


def standing(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """The entries without those that were undone; one put back counts as what it puts back."""
    found: list[AuditEntry] = []
    for one in entries:
        if one.change is None:
            continue
        if not one.kind.startswith(UNDO):
            found.append(one)
            continue
        kind = one.kind.removeprefix(UNDO)
        mine = [n for n, other in enumerate(found) if other.record == one.record and _plain(other) == kind]
        if mine:
            del found[mine[-1]]
    return found


def _plain(entry: AuditEntry) -> str:
    return entry.kind.removeprefix(REDO)


def exits(
    entries: Sequence[AuditEntry], deals: Mapping[str, Opportunity], playbook: Playbook, calendar: Calendar,
    zone: tzinfo | None,
) -> list[Exit]:  # fmt: skip
    """Every leaving of a stage, in order; what was closed and opened again leaves none."""
    by_deal: dict[str, list[AuditEntry]] = {}
    for one in standing(entries):
        by_deal.setdefault(one.record, []).append(one)
    found: list[Exit] = []
    for id, mine in by_deal.items():
        deal = deals.get(id)
        if deal is None:
            continue
        pipeline = playbook.pipeline(deal.pipeline)
        for n, entry in enumerate(mine):
            left = _left(entry, mine[n + 1 :], deal, pipeline)
            if left is not None:
                stage, since, way, jumped = left
                first, last = since.astimezone(zone).date(), entry.at.astimezone(zone).date()
                found.append(Exit(id, pipeline.id, stage, way, calendar.workdays_between(first, last), jumped))
    return found


def _left(
    entry: AuditEntry, later: Sequence[AuditEntry], deal: Opportunity, pipeline: Pipeline
) -> tuple[str, datetime, Way, bool] | None:
    """(the stage that was left, since when it stood there, the way, whether stages were passed over)"""
    assert entry.change is not None
    before, after = entry.change.before or {}, entry.change.after
    kind = _plain(entry)
    if kind in ("opportunity.won", "opportunity.lost"):
        if any(one.change and one.change.after.get("state") == "open" for one in later):
            return None
        stage, since = _where(later, deal)
        won = kind == "opportunity.won"
        return stage, since, "won" if won else "lost", won and _passed(pipeline, stage, _end(pipeline)) > 0
    if kind != "opportunity.stage" or "stage" not in before or "state" in before or "stage_since" not in before:
        return None
    stage, to = str(before["stage"]), str(after["stage"])
    forward = pipeline.place(to) > pipeline.place(stage)
    jumped = forward and _passed(pipeline, stage, pipeline.place(to)) > 0
    return stage, before["stage_since"], "forward" if forward else "back", jumped


def _where(later: Sequence[AuditEntry], deal: Opportunity) -> tuple[str, datetime]:
    """Where it stood when it was closed: as the next change of its stage found it, else as it stands."""
    for one in later:
        before = one.change.before if one.change else None
        if before and "stage_since" in before:
            return str(before.get("stage", deal.stage)), before["stage_since"]
    return deal.stage, deal.stage_since


def _end(pipeline: Pipeline) -> int:
    """The place behind the last open stage."""
    return sum(1 for stage in pipeline.stages if stage.ends is None)


def _passed(pipeline: Pipeline, stage: str, place: int) -> int:
    return place - pipeline.place(stage) - 1 if pipeline.place(stage) >= 0 else 0


def by_stage(found: Iterable[Exit], playbook: Playbook) -> dict[tuple[str, str], StageFigures]:
    """The figures of each stage that something left, in the order of the pipelines."""
    mine: dict[tuple[str, str], list[Exit]] = {}
    for one in found:
        mine.setdefault((one.pipeline, one.stage), []).append(one)
    figures = {}
    for pipeline in playbook.pipelines:
        for n, stage in enumerate(pipeline.stages):
            some = mine.get((pipeline.id, stage.id))
            if not some:
                continue
            following = pipeline.stages[n + 1].name if n + 1 < len(pipeline.stages) else ""
            forward = sum(one.way in ("forward", "won") for one in some)
            lost = sum(one.way == "lost" for one in some)
            days = tuple(one.days for one in some if one.days is not None)
            figures[pipeline.id, stage.id] = StageFigures(stage.name, following, forward, lost, len(some), days)
    return figures

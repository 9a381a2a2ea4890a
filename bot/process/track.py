"""Where an opportunity stands, as a line of steps: what is behind, where it is, which gate waits. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.playbook.model import Playbook
from bot.process import service as process
from storage.records import Evidence, Opportunity


@dataclass(frozen=True, slots=True)
class Step:
    """``days``: for how many days the opportunity is here; ``lacks``: how much the gate of a later step wants yet."""

    name: str
    state: Literal["done", "here", "gated", "ahead"]
    days: int = 0
    lacks: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """``next_stage`` is the step ahead with what its gate has and wants, in words; "" where nothing is ahead."""

    steps: tuple[Step, ...]
    next_stage: str = ""
    have: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def track(deal: Opportunity, proofs: Iterable[Evidence], playbook: Playbook, now: datetime) -> Track:
    """``now`` gives the zone in which days are reckoned."""
    pipeline, found = playbook.pipeline(deal.pipeline), list(proofs)
    here = pipeline.place(deal.stage)
    steps, gate = [], None
    for n, stage in enumerate(pipeline.open_stages):
        if n < here:
            steps.append(Step(stage.name, "done"))
        elif n == here:
            days = (now.date() - deal.stage_since.astimezone(now.tzinfo).date()).days + 1
            steps.append(Step(stage.name, "here", days=days))
        else:
            standing = process.explain(deal, stage.id, found, playbook)
            lacks = len(standing.missing) if standing else 0
            gate = gate or standing
            steps.append(Step(stage.name, "gated" if lacks else "ahead", lacks=lacks))
    if gate is None:
        return Track(tuple(steps))
    return Track(tuple(steps), gate.stage, gate.have, gate.missing)

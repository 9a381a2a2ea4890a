"""May an opportunity enter a stage? Pure: a pipeline, an opportunity and its evidence in, a Decision out.

A move forwards passes the gate of every stage entered on the way, so that skipping is no way round: what is missing
for any of them is missing for the move, and one blocking gate that lacks something blocks all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.playbook.model import Pipeline, Stage
from storage.records import Opportunity

Way = Literal["move", "warn", "block", "tap", "same"]


@dataclass(frozen=True, slots=True)
class Decision:
    """``way``: move (the gate is open), warn (it moves, ``missing`` stays owed), block (it stays), tap (won, lost or
    backwards: a person decides), same (it stands there already, or the pipeline has no such stage)."""

    way: Way
    frm: str
    to: str
    missing: tuple[str, ...] = ()
    """Kinds of evidence and fields that are not there, over all gates passed, in the order of the pipeline."""
    blocking: tuple[str, ...] = ()
    """Those of them that a blocking gate wants."""
    backwards: bool = False

    @property
    def moves(self) -> bool:
        return self.way in ("move", "warn")


def decide(
    pipeline: Pipeline, opportunity: Opportunity, target: Stage | str | None, evidence: Mapping[str, int]
) -> Decision:
    """Whether ``opportunity`` may go to ``target`` (a stage or its id), given how much ``evidence`` of each kind."""
    stage = pipeline.stage(target) if isinstance(target, str) else target
    here = opportunity.stage
    if stage is None or (stage.id == here and opportunity.state == "open"):
        return Decision("same", here, here)
    if stage.ends is not None or opportunity.state != "open":
        missing = () if stage.ends == "lost" else lacking(stage, opportunity, evidence)
        blocking = missing if stage.missing == "block" else ()
        return Decision("tap", here, stage.id, missing, blocking, backwards=stage.ends is None)
    passed = pipeline.passed(here, stage.id)
    if not passed:
        return Decision("tap", here, stage.id, backwards=True)
    missing = _united(passed, opportunity, evidence)
    blocking = _united([one for one in passed if one.missing == "block"], opportunity, evidence)
    way: Way = "block" if blocking else "warn" if missing else "move"
    return Decision(way, here, stage.id, missing, blocking)


def close(pipeline: Pipeline, opportunity: Opportunity, target: Stage | str, evidence: Mapping[str, int]) -> Decision:
    """What a person's tap for won, lost or backwards comes to: move, or block where the gate still lacks something."""
    found = decide(pipeline, opportunity, target, evidence)
    if found.way != "tap":
        return found
    return Decision(
        "block" if found.blocking else "move", found.frm, found.to, found.missing, found.blocking, found.backwards
    )


def lacking(stage: Stage, opportunity: Opportunity, evidence: Mapping[str, int]) -> tuple[str, ...]:
    """What the gate of ``stage`` wants and does not find: kinds of evidence, then fields."""
    kinds = tuple(kind for kind, n in stage.entry.items() if evidence.get(kind, 0) < n)
    return kinds + tuple(field for field in stage.fields if getattr(opportunity, field) in (None, ""))


def still_owed(pipeline: Pipeline, opportunity: Opportunity, evidence: Mapping[str, int]) -> tuple[str, ...]:
    """Of what warning gates let pass, what is not in yet; a kind whose gate is gone from the pipeline is let go."""
    wanted: dict[str, int] = {}
    for stage in pipeline.stages[: pipeline.place(opportunity.stage) + 1]:
        for kind, n in stage.entry.items():
            wanted[kind] = max(n, wanted.get(kind, 0))
    return tuple(k for k in opportunity.evidence_missing if k in wanted and evidence.get(k, 0) < wanted[k])


def completeness(pipeline: Pipeline, opportunity: Opportunity, evidence: Mapping[str, int]) -> tuple[int, int]:
    """(kinds that are in, kinds wanted) over all gates up to where the opportunity stands."""
    passed = pipeline.stages[: pipeline.place(opportunity.stage) + 1]
    wanted = {kind for stage in passed for kind in stage.entry}
    return len(wanted - set(_united(passed, opportunity, evidence))), len(wanted)


def _united(
    stages: tuple[Stage, ...] | list[Stage], opportunity: Opportunity, evidence: Mapping[str, int]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for stage in stages for kind in lacking(stage, opportunity, evidence)))

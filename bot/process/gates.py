"""May an opportunity enter a stage, or a step of a track? Pure: pipeline, opportunity, evidence in, a Decision out.

A move forwards passes the gate of every stage entered on the way, so that skipping is no way round: what is missing
for any of them is missing for the move, and one blocking gate that lacks something blocks all of it. That holds for
won and for what is opened again as for every other move.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.playbook.model import Pipeline, Stage
from storage.records import Opportunity

Way = Literal["move", "warn", "block", "tap", "same"]
NOTHING: Mapping[str, Any] = {}
AGREE, KNOWN = "agree.", "custom."
"""What begins the words for a field that disagrees with what was recorded, and, among the counted evidence, for a field
of the customer that is known. Kinds of evidence have no dot; ``track.step`` is how far a track must have come."""


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
    track: str = ""
    """The track whose step this is; empty for a stage."""
    final: tuple[str, ...] = ()
    """Those of ``blocking`` that nobody may let pass."""
    waived: tuple[str, ...] = ()
    """Those of ``missing`` that a manager lets pass."""

    @property
    def target(self) -> str:
        """The stage, or ``track.step``: what :func:`judge` takes."""
        return f"{self.track}.{self.to}" if self.track else self.to

    @property
    def moves(self) -> bool:
        return self.way in ("move", "warn")


def decide(
    pipeline: Pipeline, opportunity: Opportunity, target: Stage | str | None, evidence: Mapping[str, int], *,
    before: Mapping[str, Any] = NOTHING, waived: Collection[str] = (),
) -> Decision:  # fmt: skip
    """Whether ``opportunity`` may go to ``target`` (a stage or its id), given how much ``evidence`` of each kind,
    what was recorded ``before`` the values that it is entered with, and what a manager lets pass."""
    stage = pipeline.stage(target) if isinstance(target, str) else target
    here = opportunity.stage
    if stage is None or (stage.id == here and opportunity.state == "open"):
        return Decision("same", here, here)
    passed = () if stage.ends == "lost" else _passed(pipeline, opportunity, stage)
    if not passed:
        return Decision("tap", here, stage.id, backwards=stage.ends is None)
    found = _through(pipeline, opportunity, passed, evidence, before, waived)
    by_tap = stage.ends is not None or opportunity.state != "open"
    way: Way = "tap" if by_tap else "block" if found.blocking else "warn" if found.missing else "move"
    return Decision(
        way, here, stage.id, found.missing, found.blocking, by_tap and stage.ends is None, "", found.final, found.waived
    )


def close(
    pipeline: Pipeline, opportunity: Opportunity, target: Stage | str, evidence: Mapping[str, int],
    before: Mapping[str, Any] = NOTHING, waived: Collection[str] = (),
) -> Decision:  # fmt: skip
    """What a person's tap for won, lost or backwards comes to: move, or block where the gate still lacks something."""
    found = decide(pipeline, opportunity, target, evidence, before=before, waived=waived)
    if found.way != "tap":
        return found
    way: Way = "block" if found.blocking else "warn" if found.missing else "move"
    return Decision(
        way, found.frm, found.to, found.missing, found.blocking, found.backwards, "", found.final, found.waived
    )


def step(
    pipeline: Pipeline, opportunity: Opportunity, track_id: str, target: str, evidence: Mapping[str, int], *,
    waived: Collection[str] = (),
) -> Decision:  # fmt: skip
    """Whether the track may go to that step; backwards waits for a tap."""
    track, here = pipeline.track(track_id), stands(opportunity, track_id)
    if track is None or track.step(target) is None or target == here:
        return Decision("same", here, here, track=track_id)
    passed = track.steps[track.place(here) + 1 : track.place(target) + 1]
    if not passed:
        return Decision("tap", here, target, backwards=True, track=track_id)
    found = _through(pipeline, opportunity, passed, evidence, NOTHING, waived)
    way: Way = "block" if found.blocking else "warn" if found.missing else "move"
    return Decision(way, here, target, found.missing, found.blocking, False, track_id, found.final, found.waived)


def judge(
    pipeline: Pipeline, opportunity: Opportunity, target: str, evidence: Mapping[str, int], *,
    before: Mapping[str, Any] = NOTHING, waived: Collection[str] = (),
) -> Decision:  # fmt: skip
    """A stage by its id, or ``track.step``: as :func:`decide`, or :func:`step`."""
    track, dot, of_track = target.partition(".")
    if dot:
        return step(pipeline, opportunity, track, of_track, evidence, waived=waived)
    return decide(pipeline, opportunity, target, evidence, before=before, waived=waived)


def stands(opportunity: Opportunity, track: str) -> str:
    """The step that the track has come to; "" before the first."""
    return str((opportunity.tracks.get(track) or {}).get("step", ""))


def _passed(pipeline: Pipeline, opportunity: Opportunity, stage: Stage) -> tuple[Stage, ...]:
    """The stages entered on the way; of a deal that is opened again where it stood, that stage itself."""
    if opportunity.state != "open" and stage.id == opportunity.stage:
        return ()
    return pipeline.passed(opportunity.stage, stage.id)


@dataclass(frozen=True, slots=True)
class _Through:
    missing: tuple[str, ...]
    blocking: tuple[str, ...]
    final: tuple[str, ...]
    waived: tuple[str, ...]


def _through(
    pipeline: Pipeline, opportunity: Opportunity, passed: Iterable[Stage], evidence: Mapping[str, int],
    before: Mapping[str, Any], waived: Collection[str],
) -> _Through:  # fmt: skip
    """What the gates of the stages passed lack together. A waiver reaches only gates that may be let pass."""
    missing: dict[str, None] = {}
    blocking: dict[str, None] = {}
    final: dict[str, None] = {}
    for stage in passed:
        for one in lacking(stage, opportunity, evidence, pipeline, before):
            missing[one] = None
            if stage.missing == "block" and not (stage.override and one in waived):
                blocking[one] = None
                if not stage.override:
                    final[one] = None
    let = tuple(one for one in missing if one in waived and one not in blocking)
    return _Through(tuple(missing), tuple(blocking), tuple(final), let)


def wanted(stage: Stage, pipeline: Pipeline) -> Mapping[str, int]:
    """Kind of evidence → how many: what the gate of ``stage`` wants, with what every stage before it must have got."""
    place = pipeline.place(stage.id)
    if place < 0 or stage.ends == "lost" or pipeline.stages[place] is not stage:
        return stage.entry
    kinds = dict(stage.entry)
    for left in pipeline.stages[:place]:
        for kind, n in left.exit.items():
            kinds[kind] = max(n, kinds.get(kind, 0))
    return kinds


def lacking(
    stage: Stage, opportunity: Opportunity, evidence: Mapping[str, int], pipeline: Pipeline,
    before: Mapping[str, Any] = NOTHING,
) -> tuple[str, ...]:  # fmt: skip
    """What the gate of ``stage`` wants and does not find: kinds of evidence, fields, tracks, and what disagrees."""
    kinds = [kind for kind, n in wanted(stage, pipeline).items() if evidence.get(kind, 0) < n]
    kinds += [field for field in stage.fields if getattr(opportunity, field) in (None, "")]
    kinds += [one for one in stage.custom if _empty(opportunity.custom.get(one)) and not evidence.get(KNOWN + one)]
    for id, step_id in stage.tracks.items():
        track = pipeline.track(id)
        if track is not None and track.place(stands(opportunity, id)) < track.place(step_id):
            kinds.append(f"{id}.{step_id}")
    kinds += [AGREE + field for field in stage.agree if differs(field, opportunity, before)]
    return tuple(kinds)


def differs(field: str, opportunity: Opportunity, before: Mapping[str, Any]) -> bool:
    """Another value was recorded before for the field; what was not known cannot disagree."""
    old, new = before.get(field), getattr(opportunity, field)
    return old not in (None, "") and new not in (None, "") and _plain(old) != _plain(new)


def _plain(value: Any) -> Any:
    return "".join(c for c in value if c.isalnum() or c == "%") if isinstance(value, str) else value


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == ()


@dataclass(frozen=True, slots=True)
class Propped:
    """What gates that lie behind an opportunity had, and have no more: of those that block (with the first such
    ``stage``, or ``track.step``), and of those that only warn."""

    stage: str = ""
    blocking: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()


def propped(
    pipeline: Pipeline, opportunity: Opportunity, evidence: Mapping[str, int], after: Opportunity,
    evidence_after: Mapping[str, int], *, waived: Collection[str] = (),
) -> Propped:  # fmt: skip
    """What pulling something out from under an opportunity (it is ``after`` then) leaves its gates without."""
    blocking: dict[str, None] = {}
    warned: dict[str, None] = {}
    first = ""
    behind = set(_names_behind(pipeline, opportunity))
    for name, stage in _names_behind(pipeline, after).items():
        if name not in behind:
            continue
        had = lacking(stage, opportunity, evidence, pipeline)
        gone = [one for one in lacking(stage, after, evidence_after, pipeline) if one not in (*had, *waived)]
        if stage.missing == "block" and gone:
            first = first or name
            blocking |= dict.fromkeys(gone)
        else:
            warned |= dict.fromkeys(gone)
    return Propped(first, tuple(blocking), tuple(warned))


def still_owed(pipeline: Pipeline, opportunity: Opportunity, evidence: Mapping[str, int]) -> tuple[str, ...]:
    """Of what gates let pass, what is not in yet; what no gate passed wants any more is let go."""
    lacks = set(_united(_behind(pipeline, opportunity), opportunity, evidence, pipeline))
    disagrees = {one for one in opportunity.evidence_missing if one.startswith(AGREE)}
    return tuple(one for one in opportunity.evidence_missing if one in lacks | disagrees)


def _behind(pipeline: Pipeline, opportunity: Opportunity) -> tuple[Stage, ...]:
    return tuple(_names_behind(pipeline, opportunity).values())


def _names_behind(pipeline: Pipeline, opportunity: Opportunity) -> dict[str, Stage]:
    """Every stage and step whose gate lies behind, by what :func:`judge` calls it; of a won deal that of won too."""
    won = pipeline.ending("won") if opportunity.state == "won" else None
    last = opportunity.stage if won is None else won.id
    found = {stage.id: stage for stage in pipeline.stages[: pipeline.place(last) + 1]}
    for track in pipeline.tracks:
        steps = track.steps[: track.place(stands(opportunity, track.id)) + 1]
        found |= {f"{track.id}.{step.id}": step for step in steps}
    return found


def completeness(pipeline: Pipeline, opportunity: Opportunity, evidence: Mapping[str, int]) -> tuple[int, int]:
    """(kinds that are in, kinds wanted) over all gates up to where the opportunity stands."""
    passed = pipeline.stages[: pipeline.place(opportunity.stage) + 1]
    kinds = {kind for stage in passed for kind in wanted(stage, pipeline)}
    return len(kinds - set(_united(passed, opportunity, evidence, pipeline))), len(kinds)


def _united(
    stages: Iterable[Stage], opportunity: Opportunity, evidence: Mapping[str, int], pipeline: Pipeline
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for stage in stages for one in lacking(stage, opportunity, evidence, pipeline)))

"""What a decision comes to: the changes of an opportunity, and what stands and what is missing, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.clock import SHANGHAI
from bot.playbook import describe
from bot.playbook.model import Playbook
from bot.process import gates
from bot.process.gates import Decision, judge, lacking, still_owed
from storage.records import Change, Evidence, Opportunity, changed


@dataclass(frozen=True, slots=True)
class Standing:
    """A gate as it stands: what is in (with where it came from) and what is not, each as a person would say it."""

    stage: str
    have: tuple[str, ...]
    missing: tuple[str, ...]


def advance(opportunity: Opportunity, decision: Decision, now: datetime) -> tuple[Change, ...]:
    """The changes of a move that was decided; none where it stays."""
    if not decision.moves:
        return ()
    owed = _owed(opportunity, decision)
    if decision.track:
        return (_on_track(opportunity, decision, owed, now),)
    return (changed(opportunity, "opportunity.stage", stage=decision.to, stage_since=now, evidence_missing=owed),)


def _owed(opportunity: Opportunity, decision: Decision) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*opportunity.evidence_missing, *decision.missing)))


def _on_track(opportunity: Opportunity, decision: Decision, owed: tuple[str, ...], now: datetime) -> Change:
    walked = {**opportunity.tracks, decision.track: {"step": decision.to, "since": now.isoformat()}}
    return changed(opportunity, "opportunity.track", tracks=walked, evidence_missing=owed)


def by_hand(
    opportunity: Opportunity, decision: Decision, playbook: Playbook, now: datetime, *, reason: str = "",
    ask_again_on: date | None = None,
) -> tuple[Change, ...]:  # fmt: skip
    """The changes of a tap for won, lost or backwards; none where its gate blocks. A closed opportunity keeps its last
    open stage."""
    if decision.blocking or decision.way == "same":
        return ()
    if decision.track:
        return (_on_track(opportunity, decision, _owed(opportunity, decision), now),)
    stage = playbook.pipeline(opportunity.pipeline).stage(decision.to)
    if stage is None:
        return ()
    owed = _owed(opportunity, decision)
    if stage.ends == "won":
        return (changed(opportunity, "opportunity.won", state="won", closed_at=now, evidence_missing=owed),)
    if stage.ends == "lost":
        return (
            changed(
                opportunity, "opportunity.lost", state="lost", closed_at=now, lost_reason=reason or None,
                ask_again_on=ask_again_on,
            ),
        )  # fmt: skip
    kind = "opportunity.won_back" if opportunity.state == "won" else "opportunity.stage"
    return (
        changed(
            opportunity, kind, stage=stage.id, stage_since=now, state="open", closed_at=None,
            lost_reason=None, evidence_missing=owed,
        ),
    )  # fmt: skip


def evidence_came(
    opportunity: Opportunity, evidence: Mapping[str, int], playbook: Playbook, now: datetime, wanted: str | None = None
) -> tuple[Decision | None, tuple[Change, ...]]:
    """What new evidence does: what was owed is settled, and a blocked move to the stage ``wanted`` goes through where
    its gate is open now (the decision says so)."""
    pipeline = playbook.pipeline(opportunity.pipeline)
    owed = still_owed(pipeline, opportunity, evidence)
    settled = changed(opportunity, "opportunity.evidence", evidence_missing=owed)
    changes = (settled,) if settled.after else ()
    if wanted is None:
        return None, changes
    after = opportunity.with_(evidence_missing=owed)
    decision = judge(pipeline, after, wanted, evidence)
    return decision, changes + advance(after, decision, now)


def evidence_went(
    opportunity: Opportunity, kind: str, evidence: Mapping[str, int], playbook: Playbook
) -> tuple[Change, ...]:
    """What it does that a piece of that kind is evidence no more: where a gate that was passed wants it, it is owed
    again. The stage stays."""
    if kind in opportunity.evidence_missing:
        return ()
    owed = (*opportunity.evidence_missing, kind)
    pipeline = playbook.pipeline(opportunity.pipeline)
    if kind not in still_owed(pipeline, opportunity.with_(evidence_missing=owed), evidence):
        return ()
    return (changed(opportunity, "opportunity.owed", evidence_missing=owed),)


def in_hand(
    opportunity: Opportunity, stage_id: str, evidence: Iterable[Evidence], playbook: Playbook, zone: tzinfo = SHANGHAI
) -> list[str]:
    """What the gate of that stage wants and has, in words; one alone with where it came from."""
    standing = explain(opportunity, stage_id, evidence, playbook, zone)
    have = list(standing.have) if standing else []
    return have if len(have) == 1 else [one.partition("（")[0] for one in have]


def files_for(decision: Decision, playbook: Playbook) -> tuple[str, ...]:
    """The kinds of evidence that a file may be for this move; where only terms are missing, the contract has them."""
    kinds = tuple(kind for kind in decision.missing if kind in playbook.evidence)
    terms = any(one in playbook.fields for one in decision.missing)
    if not terms or "contract" not in playbook.evidence or "contract" in kinds:
        return kinds
    return (*kinds, "contract")


def explain(
    opportunity: Opportunity,
    stage_id: str,
    evidence: Iterable[Evidence],
    playbook: Playbook,
    zone: tzinfo = SHANGHAI,
) -> Standing | None:
    """How the gate of that stage stands for the opportunity; None where the pipeline has no such stage."""
    stage = playbook.pipeline(opportunity.pipeline).reached(stage_id)
    if stage is None:
        return None
    found = list(evidence)
    pipeline = playbook.pipeline(opportunity.pipeline)
    wanted = gates.wanted(stage, pipeline)
    counts = Counter(one.kind for one in found)
    gone = lacking(stage, opportunity, counts, pipeline)
    have = [_have(kind, found, playbook, zone) for kind in wanted if kind not in gone]
    have += [playbook.called(field) for field in (*stage.fields, *stage.custom) if field not in gone]
    tracks = [f"{track}.{step}" for track, step in stage.tracks.items()]
    have += [playbook.called(one) for one in tracks if one not in gone]
    return Standing(stage.name, tuple(have), tuple(_still(kind, wanted, counts, playbook) for kind in gone))


def kind_of(file: str, playbook: Playbook, wanted: Iterable[str] = ()) -> str:
    """What kind of evidence a file is by its name, ``other`` where the name tells nothing. Kinds that a gate wants
    come first, then the longest word that fits."""
    name, first = file.casefold(), set(wanted)
    fits = [
        (kind in first, len(word), kind)
        for kind, meaning in playbook.evidence.items()
        for word in meaning.from_files
        if word.casefold() in name
    ]
    return max(fits)[2] if fits else "other"


def _have(kind: str, evidence: list[Evidence], playbook: Playbook, zone: tzinfo) -> str:
    """预算证明（3月5日 批复.png）"""
    last = max((one for one in evidence if one.kind == kind), key=lambda one: one.at)
    source = f" {last.file}" if last.file else ""
    day = last.at.astimezone(zone)
    return f"{playbook.called(kind)}（{day.month}月{day.day}日{source}）"


def _still(kind: str, entry: Mapping[str, int], counts: Mapping[str, int], playbook: Playbook) -> str:
    """采购流程图（客户内部谁签、几步）; with the number where one is there and more are wanted."""
    words = describe.wanted(kind, playbook)
    short = entry.get(kind, 1) - counts.get(kind, 0)
    known = playbook.evidence.get(kind)
    return f"{words} 再 {short} {known.measure}" if known and counts.get(kind) else words

"""Frames met in clauses: every place where words of the lexicon say something, with its mood and tense already judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from nlp.clauses import Clause, grammar, negated, tense
from nlp.frames import Frame, frames
from nlp.reading import Span, When
from nlp.segment import Skeleton

BLOCKING = frozenset(
    [
        "question",
        "wh",
        "ask",
        "if",
        "hedge",
        "wish",
        "must",
        "later",
        "example",
        "lesson",
        "joke",
        "retract",
        "third",
        "domestic",
        "plan",
        "neg",
        "until",
    ]
)
"""Moods in which nothing is a fact, unless a frame allows them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the finders of meaning share about one message."""

    skeleton: Skeleton
    clauses: Sequence[Clause]
    now: datetime
    anchored: bool
    """A customer, a person or a deal is spoken of, or was just before."""
    speaker: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A frame that a clause fits and says as so: ``value`` by the tense."""

    value: str
    rule: str
    sure: float
    span: Span
    clause: int
    tense: str
    when: When | None


def facts(kind: str, scene: Scene) -> Iterator[Fact]:
    """The facts of a kind (``stages``, ``signals``, ``actions``) in a message, in the order of its clauses and frames."""
    rules = frames(kind, scene.skeleton.lexicon)
    worded = rules.worded(scene.skeleton.text)
    for n, clause in enumerate(scene.clauses):
        for frame in rules.fitting(clause.line, worded):
            if frame.anchor and not scene.anchored:
                continue
            fact = _first(frame, n, scene)
            if fact is not None:
                yield fact


def _first(frame: Frame, n: int, scene: Scene) -> Fact | None:
    clause, skeleton = scene.clauses[n], scene.skeleton
    if (clause.moods & BLOCKING) - frame.allow:
        return None
    for match in frame.pattern.finditer(skeleton.line, clause.start, clause.end):
        start, end = match.span()
        if start == end or _blocked(frame, clause, start, end, scene):
            continue
        said = tense(clause, start, end, skeleton, scene.now)
        value = frame.gives.get(said or "plain", frame.gives.get("any", ""))
        if value:
            rule = f"{frame.rule}.{said}" if said and "any" not in frame.gives else frame.rule
            return Fact(value, rule, frame.sure, skeleton.span(start, end), n, said, _when(clause, skeleton))
    return None


def _blocked(frame: Frame, clause: Clause, start: int, end: int, scene: Scene) -> bool:
    skeleton = scene.skeleton
    if "neg" not in frame.allow and negated(clause, start, end, skeleton):
        return True
    if frame.by == "them" and scene.speaker == "rep" and _ours(clause, start, skeleton):
        return True
    return "plan" not in frame.allow and any(at < start for at in clause.own.get("plan", ()))


ASKED = re.compile(r"(?:让|叫|要|请|问|找|催|给|跟|向|和|对|帮|把|为|逼|求|要求|麻烦|着|追着|缠着)[\ue000-\uf8ff]*$")


def _ours(clause: Clause, start: int, skeleton: Skeleton) -> bool:
    """The deed is ours: 我 stands before it, and nobody asks it of us (让我们报价)."""
    line = skeleton.line
    ours = grammar(skeleton.lexicon).we
    return any(line[at] in ours and not ASKED.search(line[clause.start : at]) for at in range(clause.start, start))


def _when(clause: Clause, skeleton: Skeleton) -> When | None:
    """The last date said in the clause; None when it has none."""
    dates = [f for at, f in skeleton.entities.items() if clause.start <= at < clause.end and isinstance(f, When)]
    return dates[-1] if dates else None

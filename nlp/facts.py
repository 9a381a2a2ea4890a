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
        "stuck",
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
    given: str = ""
    """The text as given."""


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
        yield from _facts(rules.fitting(clause.line, worded, wide=False), clause, n, scene)
    for n, sentence in _sentences(scene.clauses):
        yield from _facts(rules.fitting(sentence.line, worded, wide=True), sentence, n, scene)


def _facts(fitting: Sequence[Frame], clause: Clause, n: int, scene: Scene) -> Iterator[Fact]:
    for frame in fitting:
        if frame.anchor and not scene.anchored or frame.speaker not in ("", scene.speaker):
            continue
        fact = _first(frame, clause, n, scene)
        if fact is not None:
            yield fact


def _sentences(clauses: Sequence[Clause]) -> Iterator[tuple[int, Clause]]:
    """Sentences of more than one clause, as clauses with all their moods, with the number of their first clause."""
    for n, first in enumerate(clauses):
        if n and clauses[n - 1].sentence == first.sentence:
            continue
        parts = [clause for clause in clauses[n:] if clause.sentence == first.sentence]
        if len(parts) > 1:
            own: dict[str, list[int]] = {}
            for part in parts:
                for mood, places in part.own.items():
                    own.setdefault(mood, []).extend(places)
            whole = Clause(first.start, parts[-1].end, first.sentence, ",".join(p.line for p in parts))
            whole.moods = set().union(*(part.moods for part in parts))
            whole.own = own
            yield n, whole


def _first(frame: Frame, clause: Clause, n: int, scene: Scene) -> Fact | None:
    skeleton = scene.skeleton
    if (clause.moods & BLOCKING) - frame.allow:
        return None
    if frame.unless is not None and frame.unless.search(skeleton.line, clause.start, clause.end):
        return None
    for match in frame.pattern.finditer(skeleton.line, clause.start, clause.end):
        start, end = match.span()
        if start == end or _blocked(frame, clause, start, end, scene):
            continue
        said = tense(clause, start, end, skeleton, scene.now)
        value = frame.gives.get(said or "plain", frame.gives.get("any", ""))
        if value:
            rule = f"{frame.rule}.{said}" if said and "any" not in frame.gives else frame.rule
            where = _clause_at(start, n, scene) if frame.wide else n
            return Fact(value, rule, frame.sure, skeleton.span(start, end), where, said, _when(clause, skeleton))
    return None


def _clause_at(start: int, n: int, scene: Scene) -> int:
    """The number of the clause that a place of the line lies in; ``n`` when it lies between clauses."""
    return next((k for k, c in enumerate(scene.clauses) if c.start <= start < c.end), n)


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

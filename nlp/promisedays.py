"""When what a clause promises is due: the day in it, or in a neighbour that says little else."""

from __future__ import annotations

import re

from nlp.clauses import Clause
from nlp.deeds import classes_of, pattern, plain
from nlp.facts import Scene
from nlp.reading import When

REST = re.compile("[剩余另]")
"""剩下的六月底 is the day of another promise."""
FEW = 4
"""So many characters beside a day say nothing: 说是下周一送来."""


def when_of(n: int, clause: Clause, scene: Scene) -> When | None:
    """The date of the clause, else of a neighbour that says nothing but a date or what is done just before."""
    when = _day_in(clause, scene)
    for k in () if when else (n - 1, n + 1):
        other = scene.clauses[k] if 0 <= k < len(scene.clauses) else None
        if other and other.dates and ((k < n and follows(n, scene)) or _only_a_date(other, scene)):
            when = _day_in(other, scene)
            if when:
                break
    return when


def _day_in(clause: Clause, scene: Scene) -> When | None:
    """The last day of a clause that lies ahead, else the last of all."""
    if not clause.dates:
        return None
    found = [when for when in clause.dates if not describes(when, scene)]
    ahead = [when for when in found if when.end > scene.now] or found
    return ahead[-1] if ahead else None


def follows(n: int, scene: Scene) -> bool:
    clause = scene.clauses[n]
    sequel = n and pattern("sequel").match(plain(clause.line))
    return bool(sequel) and scene.clauses[n - 1].sentence == clause.sentence


def describes(when: When, scene: Scene) -> bool:
    """这个月的对账单, 去年的尾款: the day tells which thing, not when."""
    return bool(pattern("of_a_day").match(scene.skeleton.text, when.span[1]))


def _only_a_date(clause: Clause, scene: Scene) -> bool:
    start, end = scene.skeleton.span(clause.start, clause.end)
    if end - start - sum(w.span[1] - w.span[0] for w in clause.dates) > FEW:
        return False
    classes = classes_of(scene.skeleton.lexicon)
    if any(mark in classes.deed and mark not in classes.weak for mark in clause.holds):
        return False
    return pattern("other_day").search(clause.words) is None


def day_behind(n: int, scene: Scene) -> When | None:
    """我从别的店给她调，周六到: the first day that a short clause behind tells in a sentence that tells none before."""
    clause = scene.clauses[n]
    for later in scene.clauses[n + 1 : clause.beyond]:
        ahead = [when for when in later.dates if when.end > scene.now and not describes(when, scene)]
        if ahead:
            said = plain(later.line)
            return ahead[-1] if len(said) <= FEW and not (later.moods or REST.search(said)) else None
    return None

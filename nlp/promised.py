"""A promise as it is recorded: what speaks for it, its shortest words and its day."""

from __future__ import annotations

import re
from typing import NamedTuple

from nlp.clauses import Clause
from nlp.deeds import Classes, Deed, pattern, plain
from nlp.dues import due_of
from nlp.facts import Scene
from nlp.reading import Commitment, Side, When
from nlp.sureness import Support, confidence
from nlp.things import is_nameable

PLAIN = 4
"""A thing of so many characters makes a verb that says little say enough: 安排施工队进场."""
LATIN = re.compile("[a-z0-9]+")


class Pledge(NamedTuple):
    """What speaks for a promise: its day, the vow, who makes it and whether he is named."""

    deed: Deed
    by: Side
    when: When | None
    support: Support


def support_of(
    clause: Clause, deed: Deed, scene: Scene, classes: Classes, *, vowed: bool, dated: bool, named: bool
) -> Support:
    line = scene.skeleton.line
    before = line[clause.start : deed.start]
    around, told = before + line[deed.end : clause.end], line[deed.start : clause.end]
    weak = line[deed.start] in classes.weak and len(deed.thing) < PLAIN
    return Support(
        vowed=vowed,
        dated=dated,
        named=named,
        handed="您" in around or not classes.served.isdisjoint(around) or bool(pattern("handed").search(plain(told))),
        told=scene.told,
        thing=is_nameable(deed.thing, scene.skeleton.lexicon),
        weak=weak or (not named and bool(pattern("duty").search(plain(before)))),
    )


def commitment(clause: Clause, pledge: Pledge, scene: Scene) -> Commitment:
    skeleton, deed, support = scene.skeleton, pledge.deed, pledge.support
    start, end = skeleton.starts[clause.start], skeleton.starts[deed.last]
    rule = "promise.word" if support.vowed else "promise.dated" if support.dated else "promise.coming"
    return Commitment(
        text=skeleton.text[start:end],
        span=(start, end),
        rule=f"{rule}.{pledge.by}",
        confidence=confidence(support),
        by=pledge.by,
        what=_in_the_case_given(deed.verb + deed.thing, scene),
        due=due_of(pledge.when, scene),
        when=pledge.when,
    )


def _in_the_case_given(what: str, scene: Scene) -> str:
    """The words with the capital letters of the text (CAD图)."""
    return LATIN.sub(lambda m: _as_written(m[0], scene), what)


def _as_written(word: str, scene: Scene) -> str:
    at = scene.skeleton.text.find(word)
    return scene.given[at : at + len(word)] if at >= 0 and scene.given else word

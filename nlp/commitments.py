"""Promises: someone, we or the customer, undertakes a specific thing that is still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.clauses import Clause
from nlp.deeds import Classes, classes_of, deeds, outermost, pattern, plain
from nlp.facts import Scene
from nlp.oncepromised import once
from nlp.opendeeds import open_deeds
from nlp.plaindeeds import plain_deeds
from nlp.pledges import WIDE, may_promise
from nlp.pledging import pledged
from nlp.promised import Pledge, commitment
from nlp.promisedays import day_behind, when_of
from nlp.promising import NEVER, SURELY, UNLIKELY, heard, likely, weighable
from nlp.reading import Commitment, Side
from nlp.sureness import Support
from nlp.toldpromises import told

ASKED = re.compile(r"(?:让|叫|要求|要|请|催|麻烦|帮|劳烦|辛苦)(?:你们|你|您|我们|咱们|我|咱)(?!说)|要求|催|要|问")


def find(scene: Scene) -> list[tuple[int, Commitment]]:
    """The promises of a message, each with the number of its clause, in the order of the text; one a clause."""
    found = []
    classes = classes_of(scene.skeleton.lexicon)
    for n, clause in enumerate(scene.clauses):
        if not (clause.dates or not classes.verbs.isdisjoint(clause.holds)):
            continue
        allowed = not clause.moods or may_promise(clause, _heard(scene, clause))
        if allowed and _bound(n, clause, scene, classes):
            pledge = _undertaking(n, clause, scene, classes) or _answered(n, clause, scene, classes)
            if pledge is not None and not _unheard(pledge, clause, scene):
                dated = pledge if pledge.when else pledge._replace(when=day_behind(n, scene))
                found.append((n, commitment(clause, dated, scene)))
    if found:
        found = once(sorted([*found, *_likewise(found, scene, classes)], key=lambda one: one[0]), scene)
    more = [*told(found, scene, classes)]
    return sorted([*found, *more], key=lambda one: one[0]) if more else found


def _likewise(
    found: Sequence[tuple[int, Commitment]], scene: Scene, classes: Classes
) -> Iterator[tuple[int, Commitment]]:
    """报价单今天发您；样品明天寄: beside a promise, a day and a thing make another."""
    done = {n for n, _ in found}
    for n, promise in found:
        k = n + 1
        if k >= len(scene.clauses) or k in done or not scene.clauses[k].dates:
            continue
        clause = scene.clauses[k]
        if classes.verbs.isdisjoint(clause.holds) or clause.moods or not classes.outside.isdisjoint(clause.holds):
            continue
        pledge = _undertaking(k, clause, scene, classes, beside=True)
        if pledge is not None and pledge.by == promise.by:
            yield k, commitment(clause, pledge, scene)


def _bound(n: int, clause: Clause, scene: Scene, classes: Classes) -> bool:
    """A day, a vow, a word for at once, or the sound of all its words: without one of them no deed is promised, so the
    deeds are not looked at."""
    for one in scene.clauses[max(0, n - 1) : n + 2]:
        if not classes.binding.isdisjoint(one.holds):
            return True
    return when_of(n, clause, scene) is not None or likely(scene, clause) >= SURELY


def _heard(scene: Scene, clause: Clause) -> bool:
    """The words of its sentence are those of a promise."""
    return not clause.moods.isdisjoint(WIDE) and heard(scene, clause)


def _unheard(pledge: Pledge, clause: Clause, scene: Scene) -> bool:
    """Its words are those of no promise at all, or of none that neither a vow nor an hour that was named makes one."""
    if not weighable(scene):
        return False
    if likely(scene, clause) < NEVER:
        return True
    named = pledge.support.vowed or (pledge.when is not None and pledge.when.clock)
    named = named or pattern("own_step").search(clause.words) is not None
    return not named and likely(scene, clause) < UNLIKELY


def _answered(n: int, clause: Clause, scene: Scene, classes: Classes) -> Pledge | None:
    """让我先报个总价，我说明天: the clause gives the day, the one before it what was asked."""
    if not n or classes.saying.isdisjoint(clause.holds) or classes.we.isdisjoint(clause.line[:4]):
        return None
    when = when_of(n, clause, scene)
    if when is None:
        return None
    asked = scene.clauses[n - 1]
    if asked.sentence != clause.sentence or not ASKED.search(plain(asked.line)):
        return None
    known = list(deeds(n - 1, asked, scene, classes))
    if not known:
        return None
    by: Side = "us" if scene.speaker == "rep" else "customer"
    return Pledge(known[-1]._replace(last=clause.end), by, when, Support(vowed=True, dated=True, named=True))


def _undertaking(n: int, clause: Clause, scene: Scene, classes: Classes, *, beside: bool = False) -> Pledge | None:
    known = outermost(list(deeds(n, clause, scene, classes)))
    found = known or list(open_deeds(n, clause, scene, classes))
    if not found and classes.demo.isdisjoint(clause.holds) and pattern("for_him").search(clause.words):
        found = list(plain_deeds(n, clause, scene, classes))
    return pledged(n, clause, scene, classes, found, beside=beside)

"""The promises of sentences whose words tell one: how likely they are (nlp/promising.py) says whether and whose, the
build of their clauses says what and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp import hearing
from nlp.about import is_business
from nlp.clauses import Clause
from nlp.deeds import Classes, Deed, deeds, outermost
from nlp.facts import Scene
from nlp.hearing import PROMISED
from nlp.opendeeds import open_deeds
from nlp.plaindeeds import plain_deeds
from nlp.pledges import may_promise
from nlp.pledging import pledged
from nlp.promised import commitment
from nlp.promisedays import day_behind
from nlp.promising import SURELY, by_itself, likely_of
from nlp.reading import Commitment, Side
from nlp.things import is_nameable

PLAIN_WORDS = "promise.plain"
"""What the rule of a promise begins with that only its words tell."""
OF_ANYTHING = 0.45
"""From here on words tell a promise also where no deal is spoken of."""
BOTH = 0.5
"""From here on the words tell a promise of either side."""
UNSAID = frozenset({"question", "hedge", "wish", "joke"})
"""In these moods nobody promises, whatever the words."""


def told(found: Sequence[tuple[int, Commitment]], scene: Scene, classes: Classes) -> Iterator[tuple[int, Commitment]]:
    """The promises that words tell beside those ``found``, each with the number of its clause."""
    for first in hearing.loud(scene):
        likely = hearing.of_sentence(scene, first)
        us, customer = likely["promise.us"], likely["promise.customer"]
        if max(us, customer) < PROMISED:
            continue
        kept = [one for one in found if scene.clauses[one[0]].sentence == first.sentence]
        if not kept:
            by: Side = "us" if us >= customer else "customer"
            kept = list(_of_sentence(first, by, scene, classes, taken=()))
            yield from kept
        if kept and min(us, customer) >= BOTH:
            yield from _of_the_other(first, kept, scene, classes)


def _of_the_other(
    first: Clause, kept: Sequence[tuple[int, Commitment]], scene: Scene, classes: Classes
) -> Iterator[tuple[int, Commitment]]:
    """我明天出清单，他们后天回意见: words that tell promises of both sides hold one of each."""
    sides = {promise.by for _, promise in kept}
    if len(sides) == 1:
        other: Side = "customer" if "us" in sides else "us"
        yield from _of_sentence(first, other, scene, classes, taken=[n for n, _ in kept])


def _of_sentence(
    first: Clause, by: Side, scene: Scene, classes: Classes, *, taken: Sequence[int]
) -> Iterator[tuple[int, Commitment]]:
    """The promise of this side in the clause of a sentence that tells it best, none of those ``taken``."""
    unlikely = likely_of(scene, first, by) < OF_ANYTHING
    if unlikely and not (scene.anchored or is_business(scene.skeleton, scene.clauses)):
        return
    for n, clause in _best_first(first, scene):
        if n in taken or _unsaid(clause, surely=likely_of(scene, first, by) >= SURELY):
            continue
        pledge = pledged(n, clause, scene, classes, _deeds(n, clause, scene, classes), told=by)
        if pledge is not None and (not taken or pledge.support.named):
            dated = pledge if pledge.when else pledge._replace(when=day_behind(n, scene))
            yield n, replace(commitment(clause, dated, scene), rule=f"{PLAIN_WORDS}.{by}")
            return


def _best_first(first: Clause, scene: Scene) -> list[tuple[int, Clause]]:
    """The clauses of a sentence, those with a day first, among them the likeliest."""
    mates = enumerate(scene.mates(first), first.first)
    return sorted(mates, key=lambda one: (not one[1].dates, -by_itself(scene, one[1])))


def _unsaid(clause: Clause, *, surely: bool) -> bool:
    return not UNSAID.isdisjoint(clause.own) if surely else not may_promise(clause)


def _deeds(n: int, clause: Clause, scene: Scene, classes: Classes) -> Iterator[Deed]:
    listed = outermost(list(deeds(n, clause, scene, classes)))
    yield from (deed for deed in listed if not _only_given(deed, scene))
    yield from open_deeds(n, clause, scene, classes)
    yield from plain_deeds(n, clause, scene, classes)
    yield from (deed for deed in listed if _only_given(deed, scene))


def _only_given(deed: Deed, scene: Scene) -> bool:
    """给您留着: it looks like a thing and may be a deed."""
    return deed.verb == "给" and not is_nameable(deed.thing, scene.skeleton.lexicon)

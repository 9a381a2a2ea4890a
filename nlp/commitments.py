"""Promises: someone, we or the customer, undertakes a specific thing that is still to come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from nlp import hearing
from nlp.about import is_business
from nlp.clauses import Clause, negated
from nlp.deeds import Classes, Deed, classes_of, deeds, pattern, plain
from nlp.dues import due_of
from nlp.facts import Scene
from nlp.likely import HEARD
from nlp.oncepromised import once
from nlp.opendeeds import open_deeds
from nlp.plaindeeds import plain_deeds
from nlp.pledges import WIDE, awaited, broken, in_general, may_promise, only_asked, refused, vowed, vowed_around
from nlp.promisers import promiser
from nlp.promising import SURELY, UNLIKELY, by_itself, heard, likely, told_side, weighable
from nlp.reading import Commitment, Side, When
from nlp.sureness import Support, confidence
from nlp.tenses import tense
from nlp.things import is_nameable

ASKED = re.compile(r"(?:让|叫|要求|要|请|催|麻烦|帮|劳烦|辛苦)(?:你们|你|您|我们|咱们|我|咱)(?!说)|要求|催|要|问")
WANTED = re.compile("想(?!办法)|得想|打算|希望|本来")
PLAIN_WORDS = "promise.plain"
"""What the rule of a promise begins with that only its words tell."""
FEW = 4
"""So many characters beside a day say nothing: 说是下周一送来."""
PLAIN = 4
"""A thing of so many characters makes a verb that says little say enough: 安排施工队进场."""
IN_ENGLISH = re.compile("(?:^|[ ,])(?:i|we|they|he|she|client|buyer|customer) ?$")
"""I will update the PI: the one word of intention is a promise between houses."""
LATIN = re.compile("[a-z0-9]+")


class Pledge(NamedTuple):
    """What speaks for a promise: its day, the vow, who makes it and whether he is named."""

    deed: Deed
    by: Side
    when: When | None
    support: Support


def find(scene: Scene) -> list[tuple[int, Commitment]]:
    """The promises of a message, each with the number of its clause, in the order of the text; one a clause."""
    found = []
    classes = classes_of(scene.skeleton.lexicon)
    for n, clause in enumerate(scene.clauses):
        if not (clause.dates or not classes.verbs.isdisjoint(clause.holds)):
            continue
        if may_promise(clause, _heard(scene, clause)) and _bound(n, clause, scene, classes):
            pledge = _undertaking(n, clause, scene, classes) or _answered(n, clause, scene, classes)
            if pledge is not None and not _unheard(pledge, clause, scene):
                found.append((n, _commitment(clause, pledge, scene)))
    found = once(sorted([*found, *_likewise(found, scene, classes)], key=lambda one: one[0]), scene) if found else []
    if not (scene.anchored or is_business(scene.skeleton)):
        return found
    kept = {scene.clauses[n].sentence for n, _ in found}
    plain = [one for first in hearing.loud(scene) if first.sentence not in kept for one in _told(first, scene, classes)]
    return sorted([*found, *plain], key=lambda one: one[0])


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
            yield k, _commitment(clause, pledge, scene)


def _bound(n: int, clause: Clause, scene: Scene, classes: Classes) -> bool:
    """A day, a vow, a word for at once, or the sound of all its words: without one of them no deed is promised, so the
    deeds are not looked at."""
    bound = any(not classes.binding.isdisjoint(one.holds) for one in scene.clauses[max(0, n - 1) : n + 2])
    return bound or _when(n, clause, scene) is not None or likely(scene, clause) >= SURELY


def _told(first: Clause, scene: Scene, classes: Classes) -> Iterator[tuple[int, Commitment]]:
    """The promise of a sentence that only its words tell, in the clause that tells it best."""
    if not heard(scene, first):
        return
    mates = list(enumerate(scene.mates(first), first.first))
    for n, clause in sorted(mates, key=lambda one: -by_itself(scene, one[1])):
        if not clause.theirs and may_promise(clause, True):
            pledge = _pledged(n, clause, scene, classes, plain_deeds(n, clause, scene, classes))
            if pledge is not None and (pledge.when or pledge.support.vowed):
                promise = _commitment(clause, pledge, scene)
                yield n, replace(promise, rule=f"{PLAIN_WORDS}.{pledge.by}")
                return


def _heard(scene: Scene, clause: Clause) -> bool:
    """The words of its sentence are those of a promise."""
    return not clause.moods.isdisjoint(WIDE) and heard(scene, clause)


def _unheard(pledge: Pledge, clause: Clause, scene: Scene) -> bool:
    """Its words are those of no promise, and neither a vow nor an hour that was named says that it is one."""
    named = pledge.support.vowed or (pledge.when is not None and pledge.when.clock)
    named = named or pattern("own_step").search(clause.words) is not None
    return not named and weighable(scene) and likely(scene, clause) < UNLIKELY


def _answered(n: int, clause: Clause, scene: Scene, classes: Classes) -> Pledge | None:
    """让我先报个总价，我说明天: the clause gives the day, the one before it what was asked."""
    if not n or classes.saying.isdisjoint(clause.holds) or classes.we.isdisjoint(clause.line[:4]):
        return None
    when = _when(n, clause, scene)
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
    known = _outermost(list(deeds(n, clause, scene, classes)))
    found = known or list(open_deeds(n, clause, scene, classes))
    if not found and classes.demo.isdisjoint(clause.holds) and pattern("for_him").search(clause.words):
        found = list(plain_deeds(n, clause, scene, classes))
    return _pledged(n, clause, scene, classes, found, beside=beside)


def _pledged(
    n: int, clause: Clause, scene: Scene, classes: Classes, found: Iterable[Deed], *, beside: bool = False
) -> Pledge | None:
    """The first of the deeds that the words around it undertake; less must speak for one ``beside`` another."""
    line = scene.skeleton.line
    for deed in found:
        before = line[clause.start : deed.start]
        if negated(clause, deed.start, deed.end, scene.skeleton) or refused(n, before, scene, classes):
            continue
        if pattern("waits").match(plain(line[deed.end : clause.end])) or pattern("only_then").search(plain(before)):
            continue
        promised = vowed(before, classes)
        if not (promised and pattern("vow").search(plain(before))) and only_asked(n, before, scene, classes):
            continue
        sworn = promised
        promised = promised or vowed_around(n, scene, classes) or bool(IN_ENGLISH.search(plain(before)))
        wanted = not classes.want.isdisjoint(before[-3:]) or WANTED.search(plain(before))
        if not promised and (wanted or not classes.plan.isdisjoint(before)):
            continue
        if (
            broken(n, scene)
            or in_general(n, scene, heard=likely(scene, clause) >= SURELY)
            or (awaited(n, scene) and not promised)
        ):
            continue
        when = _when(n, clause, scene)
        named_deed = bool(deed.thing) or line[deed.start] in classes.deed
        soon = named_deed and (
            not classes.shortly.isdisjoint(_led(n, before, scene))
            or pattern("own_step").search(clause.words) is not None
        )
        surely = likely(scene, clause) >= SURELY and by_itself(scene, clause) >= HEARD
        if not (when or promised or soon or surely) or (when is not None and when.end <= scene.now):
            continue
        narrowed = when is not None and (
            (when in clause.dates and when.start.date() > scene.now.date())
            or any(_describes(day, scene) for day in clause.dates)
        )
        if (
            not ((sworn or narrowed) and when)
            and tense(clause, deed.start, deed.end, scene.skeleton, scene.now) == "past"
        ):
            continue
        by, named = promiser(n, deed, scene, classes)
        unsure = not named or (by == "customer" and not classes.we.isdisjoint(before))
        by = (told_side(scene, clause) or by) if unsure and by != "nobody" else by
        if by == "nobody" or (not named and pattern("comes_out").match(deed.verb + deed.thing)):
            continue
        if by == "customer" and not when and pattern("agreed").search(plain(before)):
            continue
        support = _support(clause, deed, scene, classes, vowed=promised, dated=when is not None, named=named)
        strange = by == "customer" and not (named or promised or scene.told or support.thing)
        if (support.enough or surely or (beside and when and support.thing)) and not strange:
            return Pledge(deed, by, when, support)
    return None


def _led(n: int, before: str, scene: Scene) -> str:
    """The words before a deed, with the clause before where the deed follows from it: 马上查，查好了回您电话."""
    return scene.clauses[n - 1].line + before if _follows(n, scene) else before


def _follows(n: int, scene: Scene) -> bool:
    clause = scene.clauses[n]
    sequel = n and pattern("sequel").match(plain(clause.line))
    return bool(sequel) and scene.clauses[n - 1].sentence == clause.sentence


def _outermost(found: Sequence[Deed]) -> list[Deed]:
    """The deeds from the last on, without those that another has as its thing: 安排施工队进场."""
    within = {deed.start for deed in found for one in found if one.start < deed.start and one.thing.endswith(deed.verb)}
    return [deed for deed in reversed(found) if deed.start not in within or deed.thing]


def _support(
    clause: Clause, deed: Deed, scene: Scene, classes: Classes, *, vowed: bool, dated: bool, named: bool
) -> Support:
    line = scene.skeleton.line
    before = line[clause.start : deed.start]
    around, told = before + line[deed.end : clause.end], line[deed.start : clause.end]
    weak = line[deed.start] in classes.weak and len(deed.thing) < PLAIN
    whom = classes.client | classes.you
    return Support(
        vowed=vowed,
        dated=dated,
        named=named,
        handed="您" in around or not whom.isdisjoint(around) or bool(pattern("handed").search(plain(told))),
        told=scene.told,
        thing=is_nameable(deed.thing, scene.skeleton.lexicon),
        weak=weak or (not named and bool(pattern("duty").search(plain(before)))),
    )


def _commitment(clause: Clause, pledge: Pledge, scene: Scene) -> Commitment:
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


def _when(n: int, clause: Clause, scene: Scene) -> When | None:
    """The date of the clause, else of a neighbour that says nothing but a date or what is done just before."""
    sequel = _follows(n, scene)
    for k in (n, n - 1, n + 1):
        if 0 <= k < len(scene.clauses) and (k == n or (sequel and k < n) or _only_a_date(scene.clauses[k], scene)):
            found = [when for when in scene.clauses[k].dates if not _describes(when, scene)]
            if found:
                ahead = [when for when in found if when.end > scene.now]
                return ahead[-1] if ahead else found[-1]
    return None


def _describes(when: When, scene: Scene) -> bool:
    """这个月的对账单, 去年的尾款: the day tells which thing, not when."""
    return bool(pattern("of_a_day").match(scene.skeleton.text, when.span[1]))


def _only_a_date(clause: Clause, scene: Scene) -> bool:
    dates = clause.dates
    if not dates:
        return False
    start, end = scene.skeleton.span(clause.start, clause.end)
    classes = classes_of(scene.skeleton.lexicon)
    if any(mark in classes.deed and mark not in classes.weak for mark in clause.holds):
        return False
    if pattern("other_day").search(clause.words):
        return False
    return end - start - sum(w.span[1] - w.span[0] for w in dates) <= FEW

"""The first of some deeds that the words around it undertake, and by whom: one place for all that speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.clauses import Clause, negated
from nlp.deeds import Classes, Deed, pattern, plain
from nlp.facts import Scene
from nlp.likely import HEARD
from nlp.pledges import awaited, broken, in_general, only_asked, refused, reminded, vowed, vowed_around
from nlp.promised import Pledge, support_of
from nlp.promisedays import describes, follows, when_of
from nlp.promisers import promiser
from nlp.promising import SURELY, by_itself, likely, told_side
from nlp.reading import Side, When
from nlp.tenses import tense

WANTED = re.compile("想(?!办法)|得想|打算|希望|本来")
BEYOND_DOUBT = 0.95
"""So likely words are not only those of somebody who asks."""
IN_ENGLISH = re.compile("(?:^|[ ,])(?:i|we|they|he|she|client|buyer|customer) ?$")
"""I will update the PI: the one word of intention is a promise between houses."""


def pledged(
    n: int,
    clause: Clause,
    scene: Scene,
    classes: Classes,
    found: Iterable[Deed],
    *,
    beside: bool = False,
    told: Side | None = None,
) -> Pledge | None:
    """The first of the deeds that the words around it undertake; less must speak for one ``beside`` another, or where
    the words of its sentence have ``told`` whose promise it holds."""
    for deed in found:
        before = scene.skeleton.line[clause.start : deed.start]
        sworn, chance = vowed(before, classes), likely(scene, clause)
        surely = _surely(clause, scene, told, chance)
        if _spoken_against(n, clause, deed, before, scene, classes, sworn=sworn, told=told, chance=chance):
            continue
        promised = sworn or vowed_around(n, scene, classes) or bool(IN_ENGLISH.search(plain(before)))
        if not promised and (_only_wanted(before, classes) or awaited(n, scene)):
            continue
        when = when_of(n, clause, scene)
        bound = when or promised or surely or _soon(n, clause, deed, before, scene, classes)
        if not bound or (when is not None and when.end <= scene.now):
            continue
        beyond_doubt = when is not None and (sworn or (told is not None and surely and not _in_hours(when, scene)))
        if not beyond_doubt and not _to_come(when, clause, scene) and _is_past(clause, deed, scene):
            continue
        by, named = promiser(n, deed, scene, classes)
        unsure = not named or (by == "customer" and not classes.we.isdisjoint(before))
        if by == "nobody" or (not named and pattern("comes_out").match(deed.verb + deed.thing)):
            continue
        by = (told_side(scene, clause) or (told if unsure else None)) or by
        if told not in (None, by) or (by == "customer" and not when and pattern("agreed").search(plain(before))):
            continue
        support = support_of(clause, deed, scene, classes, vowed=promised, dated=when is not None, named=named)
        strange = by == "customer" and not (told or named or promised or scene.told or support.thing)
        if (support.enough or told or surely or (beside and when and support.thing)) and not strange:
            return Pledge(deed, by, when, support)
    return None


def _surely(clause: Clause, scene: Scene, told: Side | None, chance: float) -> bool:
    """The words are those of a promise beyond doubt: neither a day nor a vow needs to bind it."""
    if told is not None:
        return chance >= HEARD
    return chance >= SURELY and by_itself(scene, clause) >= HEARD


def _spoken_against(
    n: int,
    clause: Clause,
    deed: Deed,
    before: str,
    scene: Scene,
    classes: Classes,
    *,
    sworn: bool,
    told: Side | None,
    chance: float,
) -> bool:
    """Denied, refused, asked for, broken, waited for or told in general. Whether it is only asked for the words know
    that have ``told`` a promise and are likely enough."""
    if negated(clause, deed.start, deed.end, scene.skeleton) or refused(n, before, scene, classes):
        return True
    behind = scene.skeleton.line[deed.end : clause.end]
    if pattern("waits").match(plain(behind)) or pattern("only_then").search(plain(before)):
        return True
    if _appointed(clause, deed, scene) or reminded(clause):
        return True
    meant = (sworn and pattern("vow").search(plain(before))) or (told is not None and chance >= BEYOND_DOUBT)
    if not meant and only_asked(n, before, scene, classes):
        return True
    return broken(n, scene) or in_general(n, scene, heard=chance >= SURELY)


def _appointed(clause: Clause, deed: Deed, scene: Scene) -> bool:
    """约好了,后天给他们讲方案: a visit or a demo that is arranged is no promise."""
    before = scene.skeleton.words(scene.clauses[clause.first].start, deed.start)
    if pattern("appointed").search(before) is None:
        return False
    return pattern("shown").search(scene.skeleton.words(deed.start, clause.end)) is not None


def _only_wanted(before: str, classes: Classes) -> bool:
    wanted = not classes.want.isdisjoint(before[-3:]) or WANTED.search(plain(before)) is not None
    return wanted or not classes.plan.isdisjoint(before)


def _soon(n: int, clause: Clause, deed: Deed, before: str, scene: Scene, classes: Classes) -> bool:
    """A deed that is named will be done at once, or after a step of one's own."""
    named = bool(deed.thing) or scene.skeleton.line[deed.start] in classes.deed
    at_once = not classes.shortly.isdisjoint(_led(n, before, scene))
    return named and (at_once or pattern("own_step").search(clause.words) is not None)


def _to_come(when: When | None, clause: Clause, scene: Scene) -> bool:
    """The day lies ahead, however the deed is told: 明天给您弄好了."""
    ahead = when is not None and when in clause.dates and when.start.date() > scene.now.date()
    return ahead or (when is not None and any(describes(day, scene) for day in clause.dates))


def _in_hours(when: When, scene: Scene) -> bool:
    """今早, said in the morning: what is done then may be over."""
    return when.grain == "halfday" and when.start <= scene.now


def _is_past(clause: Clause, deed: Deed, scene: Scene) -> bool:
    return tense(clause, deed.start, deed.end, scene.skeleton, scene.now) == "past"


def _led(n: int, before: str, scene: Scene) -> str:
    """The words before a deed, with the clause before where the deed follows from it: 马上查，查好了回您电话."""
    return scene.clauses[n - 1].line + before if follows(n, scene) else before

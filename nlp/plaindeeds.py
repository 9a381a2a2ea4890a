"""The deed of a promise whose words are in no list: what stands behind the day, subject or vow of its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import things
from nlp.clauses import Clause
from nlp.deeds import Classes, Deed, pattern, plain
from nlp.facts import Scene
from nlp.lexicon import unveiled

LONGEST = 14
"""What is undertaken in more words is no deed that could be named."""
SUCH = re.compile("[^,的]{2,4}的")
"""盖章的下周一给您送过去: which of them stands for the thing."""
BARE = 3
"""A deed of so few characters leaves its thing to what was said before."""


def plain_deeds(n: int, clause: Clause, scene: Scene, classes: Classes) -> Iterator[Deed]:
    """The deed that the build of the clause shows, at most one: 礼拜六带老师过去试听, 他15号开付款单, 我去仓库剪."""
    line = scene.skeleton.line
    start = _behind(clause, scene, classes)
    if start == clause.start:
        return
    words = pattern("idle_before").sub("", pattern("ending").sub("", unveiled(plain(line[start : clause.end]))))
    held = None
    if words[:1] in ("把", "将"):
        held = pattern("held_known").fullmatch(words[1:]) or pattern("held_done").fullmatch(words[1:])
    if held is not None:
        verb, thing = held["verb"], things.clean(held["thing"])
    else:
        verb, thing = pattern("idle_behind").sub("", words), ""
        if 0 < len(verb) <= BARE:
            thing = things.before(n, start, scene) or ("货" if verb in "发交出送" else "")
            named = SUCH.fullmatch(plain(line[clause.start : start]))
            thing = thing or (named[0] if named else "")
    told = f"{verb}{thing}"
    if 1 < len(told) <= LONGEST and verb and not pattern("no_plain_deed").search(told):
        yield Deed(start, min(start + 1, clause.end), verb, thing, clause.end)


def _behind(clause: Clause, scene: Scene, classes: Classes) -> int:
    """Where in the line the words behind the last day, vow or subject of the clause begin."""
    line = scene.skeleton.line
    doers = classes.promise | classes.we | classes.them | classes.saying
    start = end = clause.start
    for at in range(clause.start, clause.end):
        dated = line[at] in classes.date and not pattern("of_a_day").match(plain(line[at + 1 : clause.end]))
        if line.startswith("同意", at + 1):
            continue
        if at < end or not (dated or line[at] in doers):
            continue
        between = plain(line[end:at])
        if not dated and (
            pattern("towards").search(between) or (end > start and not pattern("idle").fullmatch(between))
        ):
            continue
        if dated and pattern("beheld").search(between):
            break
        word = scene.skeleton.token(at)
        end = at + 1 + (word[1] - word[0] if word else 0)
    return end

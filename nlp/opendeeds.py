"""Deeds in words that no list has, told by how they are built: 把机房腾出来, 给您换新的, 答应月底前组织评审."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import things
from nlp.clauses import Clause
from nlp.deeds import Classes, Deed, pattern, plain
from nlp.facts import Scene
from nlp.things import clean

HELD_BY = "把将"
HELD = re.compile(rf"[{HELD_BY}](?![握关来到近军])")
WILL = ("will ", "'ll ", "promised", "agreed to ", "going to ")
FOR = "帮替"
FOR_HIM = re.compile(f"[{FOR}](?:您|你|他|她|客户)")
SHOWN = frozenset(HELD_BY + FOR)
"""Where none of these stands neither of the two is looked for."""
BARE = 3
"""A deed of so few characters leaves its thing to what was said before."""


def open_deeds(n: int, clause: Clause, scene: Scene, classes: Classes) -> Iterator[Deed]:
    """The deeds that the build of the clause shows, the surest first."""
    line = clause.line
    at = max(map(line.find, WILL))
    if at > 0 and (said := pattern("english").search(plain(line[at:]))):
        yield Deed(clause.start + at, clause.start + at + 1, said["verb"], said["thing"], clause.end)
    shown = not SHOWN.isdisjoint(clause.holds)
    for at in [found.start() for found in HELD.finditer(line)] if shown else ():
        rest = _rest(line[at + 1 :])
        done = pattern("held_known").fullmatch(rest) or pattern("held_done").fullmatch(rest)
        if done and not pattern("no_plain_deed").search(rest) and len(thing := clean(done["thing"])) > 1:
            yield _deed(clause, at, done["verb"], thing)
    for by_us in FOR_HIM.finditer(line) if shown else ():
        if served := pattern("served").match(_rest(line[by_us.start() :])):
            yield _served(n, clause, by_us.start(), served["what"], scene)
    if classes.hand.isdisjoint(clause.holds) and classes.promise.isdisjoint(clause.holds):
        return
    for at, mark in enumerate(line):
        if mark in classes.hand and (served := pattern("served").match(_rest(line[at:]))):
            yield _served(n, clause, at, served["what"], scene)
        if mark in classes.promise and (sworn := pattern("sworn").match(_rest(line[at:]))):
            what = clean(sworn["what"])
            if len(what) > 1 and any(later in classes.date for later in line[at:]):
                yield _deed(clause, at, what, "")


def _served(n: int, clause: Clause, at: int, what: str, scene: Scene) -> Deed:
    """给您垫上 with what was spoken of before; 给您看 is to hand over."""
    what = pattern("idle_before").sub("", what).removesuffix("到")
    some = pattern("so_many").fullmatch(what)
    what = some["verb"] if some else what
    known = things.before(n, clause.start + at, scene) if len(what) <= BARE else ""
    return _deed(clause, at, "给" if known and pattern("purposes").match(what) else what, known)


def _rest(line: str) -> str:
    return pattern("ending").sub("", plain(line))


def _deed(clause: Clause, at: int, verb: str, thing: str) -> Deed:
    return Deed(clause.start + at, clause.start + at + 1, verb, thing, clause.end)

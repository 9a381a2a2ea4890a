"""One promise where two clauses speak of one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.deeds import pattern, plain
from nlp.facts import Scene
from nlp.reading import Commitment

PREPARING = re.compile(r"整理|准备|做|弄|写|改|出|核|算|打包")
"""What is done before the thing is handed over."""


def once(found: Sequence[tuple[int, Commitment]], scene: Scene) -> list[tuple[int, Commitment]]:
    """One promise where two clauses speak of one: 案例整理一下，周五发您 · 答应寄样品，今天下午就寄."""
    kept: list[tuple[int, Commitment]] = []
    for n, promise in found:
        if kept and scene.clauses[kept[-1][0]].sentence == scene.clauses[n].sentence:
            last = kept[-1][1]
            ready = last.when is None or (PREPARING.match(last.what) and last.when == promise.when)
            again = last.what == promise.what and (last.when is None or promise.when in (None, last.when))
            same_day = promise.when is not None and last.when is promise.when and promise.what[1:] in last.what
            if last.by == promise.by and ((ready and promise.what.endswith(last.what[-2:])) or again):
                kept[-1] = (n, promise)
                continue
            if last.by == promise.by and same_day:
                continue
            if last.by == promise.by and promise.due == last.due and promise.what[-2:] == last.what[-2:]:
                kept[-1] = (n, promise)
                continue
            if last.by == promise.by and last.when is None and promise.when and _was_asked(kept[-1][0], scene):
                kept[-1] = (n, promise)
                continue
        kept.append((n, promise))
    return kept


def _was_asked(n: int, scene: Scene) -> bool:
    return bool(pattern("request").search(plain(scene.clauses[n].line)))

"""One promise where two clauses speak of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.deeds import pattern, plain
from nlp.facts import Scene
from nlp.reading import Commitment

ENDED = re.compile("搞定|弄[好完]|做[好完]|办[好完结妥]|完成|到位|送到")
"""改接口，礼拜五搞定: it says only when."""
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
            if last.by == promise.by and _of_the_same(promise, last):
                kept[-1] = (n, replace(promise, what=last.what))
                continue
            if last.by == promise.by and promise.due == last.due and promise.what[-2:] == last.what[-2:]:
                kept[-1] = (n, promise)
                continue
            if last.by == promise.by and last.when is None and promise.when and _was_asked(kept[-1][0], scene):
                kept[-1] = (n, promise)
                continue
        kept.append((n, promise))
    return kept


def _of_the_same(promise: Commitment, last: Commitment) -> bool:
    """八百册我们补印，周一送: a deed without a thing of its own says when what stands before it is done."""
    borrowed = promise.what[-2:] not in promise.text.lower() and promise.what[-2:] in last.text.lower()
    ended = ENDED.fullmatch(promise.what) is not None
    return (borrowed or ended) and promise.when is not None and last.when in (None, promise.when)


def _was_asked(n: int, scene: Scene) -> bool:
    return bool(pattern("request").search(plain(scene.clauses[n].line)))

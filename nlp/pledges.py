"""Whether the words around a deed pledge it: vowed, granted, only asked, retold as broken, or told in general."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.clauses import Clause
from nlp.deeds import Classes, pattern, plain
from nlp.facts import Scene

SHORT = 14
"""A clause of no more characters may say no more than that something was promised."""
UNSPOKEN = frozenset(
    ("question", "wh", "ask", "if", "hedge", "wish", "later", "example", "lesson", "joke", "retract", "third",
     "domestic", "until", "stuck")
)  # fmt: skip
"""Moods in which nobody promises."""
UNSPOKEN_ITSELF = UNSPOKEN - {"ask"}
"""The same where asking only reached over from a clause before."""


WIDE = frozenset({"lesson", "example", "third", "domestic"})
"""Moods that one word (试卷, 体检) gives a whole sentence: they do not count where its words are those of a promise."""


def may_promise(clause: Clause, heard: bool = False) -> bool:
    """Nothing of the clause's mood speaks against a promise in it; ``heard``: its sentence is in the words of one."""
    against = UNSPOKEN if "ask" in clause.own else UNSPOKEN_ITSELF
    said_against = clause.moods & (against - WIDE if heard else against)
    return not said_against or said_against <= _of_its_own_steps(clause)


def _of_its_own_steps(clause: Clause) -> frozenset[str]:
    """Moods that only what is undertaken gives the clause: 我改了再发您 is no condition, 我去问问他 no question."""
    words, taken = clause.words, set[str]()
    if "if" not in clause.own and ("then" in clause.own and pattern("own_step").search(words)):
        taken.add("if")
    if "ask" in clause.own and pattern("asks_for_you").search(words):
        taken.add("ask")
    if "later" in clause.own and "if" not in clause.own and pattern("at_that_time").match(words):
        taken.add("if")
        taken.add("later")
    return frozenset(taken)


def vowed(before: str, classes: Classes) -> bool:
    """The words before a verb say that it was promised, and not that it was not."""
    return not all(_vows(before, classes))


def refused(n: int, before: str, scene: Scene, classes: Classes) -> bool:
    """Somebody would not promise it: 我没答应, 不敢保证, 答应不了; in the clause or in a short one beside it."""
    return any(_vows(before, classes)) or any(any(_vows(one.line, classes)) for one in _vowing(n, scene, classes))


def _vows(words: str, classes: Classes) -> list[bool]:
    """For every word of promising, whether it is denied."""
    if classes.promise.isdisjoint(words):
        return []
    return [
        bool(pattern("denied_before").search(plain(words[:at])) or pattern("denied_behind").match(plain(words[at:])))
        for at, mark in enumerate(words)
        if mark in classes.promise
    ]


def vowed_around(n: int, scene: Scene, classes: Classes) -> bool:
    """The clause before or behind says no more than that it was promised: 我答应了, 拍了胸脯."""
    return any(vowed(one.line, classes) for one in _vowing(n, scene, classes))


def _vowing(n: int, scene: Scene, classes: Classes) -> list[Clause]:
    """The short clauses beside one, of its sentence, in which a word of promising stands."""
    first, beyond = scene.clauses[n].first, scene.clauses[n].beyond
    beside = (*scene.clauses[max(first, n - 1) : n], *scene.clauses[n + 1 : min(beyond, n + 2)])
    return [one for one in beside if not classes.promise.isdisjoint(one.holds) and len(plain(one.line)) <= SHORT]


def reminded(clause: Clause) -> bool:
    """别忘了周五发, 记得提醒我: somebody is told to do it."""
    return bool(clause.own.get("must")) and pattern("reminded").search(clause.words) is not None


def only_asked(n: int, before: str, scene: Scene, classes: Classes) -> bool:
    """让我发报价, 您发我一份: a request is no promise yet, unless we said yes to it."""
    words = plain(before)
    ours = not classes.we.isdisjoint(before) and any(
        mark in classes.we and not pattern("towards").search(plain(before[:at])) for at, mark in enumerate(before)
    )
    if not ours and scene.speaker == "rep" and _called_upon(scene):
        return True
    if scene.speaker == "customer" and not ours and (you := pattern("you").search(before)):
        return not pattern("towards").search(plain(before[: you.start()]))
    if pattern("ordered").match(words) and not granted(scene.clauses[n : n + 3], scene):
        return True
    if pattern("please").search(words) and not ours:
        return True
    if scene.speaker == "rep" and not ours and (you := pattern("you").search(before)):
        return not pattern("towards").search(plain(before[: you.start()]))
    if not pattern("request").search(words):
        if not ours and re.search(r"(?<!参数|技术|规格|质量|性能|配置|用户|客户|具体)要求|希望|催", words):
            return True
        must = bool(scene.clauses[n].own.get("must")) and not ours
        return must and not pattern("does_urge").search(scene.clauses[n].words)
    return not granted(scene.clauses[n : n + 3], scene)


def _called_upon(scene: Scene) -> bool:
    """小武，施总的样品今天寄出去: a colleague is called and told what to do."""
    text = scene.skeleton.text
    return bool(pattern("colleague").match(text)) and not pattern("own_word").search(text)


def granted(clauses: Sequence[Clause], scene: Scene) -> bool:
    """Among these clauses we say yes: 我说行, 我应下来了."""
    return bool(pattern("yes").search("".join(scene.skeleton.words(one.start, one.end) for one in clauses)))


def broken(n: int, scene: Scene) -> bool:
    """The clauses behind say that nothing came of it: 到现在也没给, 结果放我鸽子."""
    behind = scene.clauses[n + 1 : min(n + 3, scene.clauses[n].beyond)]
    return any(pattern("broken").search(plain(clause.line)) for clause in behind) if behind else False


def awaited(n: int, scene: Scene) -> bool:
    """定了我给你打电话: a few words that end in 了 are what the deed without a day of its own waits for."""
    clause, before = scene.clauses[n], scene.clauses[n - 1] if n else None
    if clause.dates or pattern("awaited_here").match(plain(clause.line)):
        return not clause.dates
    return (
        before is not None
        and before.sentence == clause.sentence
        and bool(pattern("awaited").fullmatch(plain(before.line)))
    )


def in_general(n: int, scene: Scene, *, heard: bool = False) -> bool:
    """The clause, or the one that opens the sentence, tells what is always so, or a chore that concerns no customer; of
    what is ``heard`` as a promise a kindergarten may be the customer."""
    clause = scene.clauses[n]
    opening, last = scene.clauses[max(clause.first, n - 2)], scene.clauses[min(clause.beyond, n + 3) - 1]
    words = scene.skeleton.words(opening.start, last.end)
    bosses = scene.speaker == "rep" and pattern("bosses").search(words)
    often = pattern("often").search(clause.words if heard and clause.dates else words)
    return bool(bosses or often or pattern("habit").search(words) or (not heard and pattern("chore").search(words)))

"""The deed of a promise whose words are in no list: what stands behind the day, subject or vow of its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import things
from nlp.clauses import Clause
from nlp.deeds import Classes, Deed, pattern, plain
from nlp.facts import Scene
from nlp.lexicon import MARK_OF, unveiled

LONGEST = 14
"""What is undertaken in more words is no deed that could be named."""
SUCH = re.compile("([^,的]{2,4}的)")
"""盖章的下周一给您送过去: which of them stands for the thing."""
COMES = re.compile("([^,的]{2,8}?)一?(?:出来|到手|下来|回来|弄好|做好)")
"""化验单一出来立马发他: what the deed waits for is what it is done to."""
FIRST = re.compile("[^,把]{1,5}(?:完|好)[字章]?|[^,把]{1,5}(?:之后|以后|后)")
BARE = 3
"""A deed of so few characters leaves its thing to what was said before."""
SERVED = re.compile("(?:给|帮|替|为)(?:您|你们?|他们?|她|客户|对方)$")
TURNS = 4
"""So many adverbs, helpers and steps may stand before a deed: 明天一早让财务盖完章给您寄."""
MONEY, GOODS = "打转汇付", "发交出送"
"""What a verb of these is done to where nothing is named."""
TO_NOTHING = re.compile("上门|过去|过来|来$|去$|回(?!款|票)|告|通知|联系|说|讲|负责")
"""Deeds that are done to nothing."""
ALONE = frozenset("给送发寄换退补打转付回办签改开查修装做弄拉拆清约盖结报出返还")
"""Verbs that say what is undertaken where what they are done to was said before: 明天一定给你."""


def plain_deeds(n: int, clause: Clause, scene: Scene, classes: Classes) -> Iterator[Deed]:
    """The deed that the build of the clause shows, at most one: 礼拜六带老师过去试听, 他15号开付款单, 我去仓库剪."""
    line = scene.skeleton.line
    start = _behind(clause, scene, classes)
    if start == clause.end and (until := _until(n, clause, scene, classes)):
        yield until
        return
    said = unveiled(plain(line[start : clause.end]))
    words = led_to(said)
    if start == clause.start and words == said:
        return
    verb, thing = _held(words) or _named(words, n, start, scene, classes)
    told = f"{verb}{thing}"
    if told in ALONE or (verb and 1 < len(told) <= LONGEST and not pattern("no_plain_deed").search(told)):
        yield Deed(start, min(start + 1, clause.end), verb, thing, clause.end)


def _until(n: int, clause: Clause, scene: Scene, classes: Classes) -> Deed | None:
    """价格保留到8月10号: the day stands behind the deed that lasts until it."""
    at = max((at for at in range(clause.start, clause.end) if scene.skeleton.line[at] in classes.date), default=-1)
    said = plain(scene.skeleton.line[clause.start : at]) if at > 0 else ""
    until = pattern("until_then").search(said)
    if until is None:
        return None
    thing = things.clean(SERVED.sub("", said[: until.start()])) or things.before(n, clause.start, scene)
    return Deed(at, at + 1, until["verb"], thing, clause.end) if thing else None


def _held(words: str) -> tuple[str, str] | None:
    """把旧灶拆走: the verb behind the thing that is held."""
    if words[:1] not in ("把", "将"):
        return None
    known = (pattern(how).fullmatch(words[1:]) for how in ("held_known", "held_done", "held_bare"))
    held = next(filter(None, known), None)
    return (held["verb"], things.clean(held["thing"])) if held else None


def _named(words: str, n: int, start: int, scene: Scene, classes: Classes) -> tuple[str, str]:
    """The verb with its thing; one of few characters is done to what was spoken of before."""
    if handed := pattern("thing_first").fullmatch(words):
        return handed["verb"], things.clean(handed["thing"])
    if some := pattern("so_many").fullmatch(words):
        thing = things.before(n, start, scene) or _led_with(n, scene, classes)
        return (some["verb"], thing) if thing else (words, "")
    verb = pattern("idle_behind").sub("", words) or words[:1]
    if not 0 < len(verb) <= BARE or TO_NOTHING.match(verb):
        return verb, ""
    line, clause = scene.skeleton.line, scene.clauses[n]
    within = ((at, found) for at, found in scene.skeleton.entities.items() if start < at < clause.end)
    sums = [found.text for at, found in within if line[at] == MARK_OF["amount"]]
    thing = sums[0] if sums else things.before(n, start, scene) or _led_with(n, scene, classes)
    led = unveiled(plain(line[clause.start : start]))
    thing = "款" if verb[0] in MONEY and things.ACCOUNT.fullmatch(thing) else thing
    such = SUCH.fullmatch(led) or COMES.match(led)
    usual = "款" if verb[0] in MONEY else "货" if verb[0] in GOODS else ""
    thing = thing or (such[1] if such else "") or usual
    return (things.bare(verb) if thing else verb), thing


def _led_with(n: int, scene: Scene, classes: Classes) -> str:
    """图我画好了，晚上八点前传您: what the clause before begins with, ahead of who did it."""
    if not n or scene.clauses[n - 1].sentence != scene.clauses[n].sentence:
        return ""
    line = scene.clauses[n - 1].line
    doer = next((at for at, mark in enumerate(line) if mark in classes.we or mark in classes.date), 0)
    return things.topic(line[: doer + 1], scene) if doer else ""


def led_to(words: str) -> str:
    """The words of a deed without what leads to it: adverbs, who is sent, whom it is for, what is done before."""
    words = pattern("ending").sub("", words)
    for _ in range(TURNS):
        before = words
        for idle in ("idle_before", "sent_before", "for_whom", "step_before"):
            words = pattern(idle).sub("", words)
        if words == before:
            break
    return words


def _behind(clause: Clause, scene: Scene, classes: Classes) -> int:
    """Where in the line the words behind the last day, vow or subject of the clause begin."""
    line = scene.skeleton.line
    doers = classes.doers
    start = end = clause.start
    for at in range(clause.start, clause.end):
        dated = line[at] in classes.date and not pattern("of_a_day").match(plain(line[at + 1 : clause.end]))
        if line.startswith("同意", at + 1):
            continue
        if at < end or not (dated or line[at] in doers):
            continue
        between = plain(line[end:at])
        if not dated and (pattern("towards").search(between) or (end > start and not _idle(between))):
            continue
        if dated and pattern("beheld").search(between):
            break
        word = scene.skeleton.token(at)
        end = at + 1 + (word[1] - word[0] if word else 0)
    return end


def _idle(between: str) -> bool:
    """Nothing that is undertaken, or only what is waited for: 老板签完字我拍照."""
    return bool(pattern("idle").fullmatch(between) or FIRST.fullmatch(between))

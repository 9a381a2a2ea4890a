"""Promises: someone, we or the customer, undertakes a specific thing that is still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from nlp.clauses import Clause, negated, tense
from nlp.facts import Scene
from nlp.lexicon import ANY_MARK, Lexicon
from nlp.reading import Commitment, Side, When

UNSPOKEN = frozenset(
    [
        "question",
        "wh",
        "ask",
        "if",
        "hedge",
        "wish",
        "later",
        "example",
        "lesson",
        "joke",
        "retract",
        "third",
        "domestic",
        "until",
    ]
)
"""Moods in which nobody promises."""
RECIPIENT = re.compile(r"(?:给|发给|送给)?(?:他们|她们|你们|您们|我们|大家|对方|客户|他|她|您|你|我)")
TRAIL = re.compile(r"(?:过去|过来|出来|出去|回来|回去|上去|下来|一下|一份|一版|一个|两份|一遍|给|到|好|完|一)+$")
COUNT = re.compile(r"^(?:第?[一二两三四五六七八九十几\d.]+(?:份|个|版|张|本|套|台|盒|条|封|家|箱|件|单)(?:的)?)")
EDGE = re.compile(r"^[的了把将一就也都再先还给]+|[的了吧哈呀啊哦呢]+$")
WEAK_VERBS = frozenset(
    [
        "做",
        "改",
        "看",
        "查",
        "算",
        "定",
        "写",
        "出",
        "弄",
        "办",
        "试",
        "约",
        "批",
        "走",
        "提",
        "报",
        "催",
        "盯",
        "跟",
        "派",
        "开",
        "修",
        "画",
        "拍",
        "录",
        "核",
        "退",
        "换",
        "垫",
        "结",
        "打",
        "付",
        "汇",
        "请",
        "拉",
        "量",
    ]
)


@dataclass(frozen=True, slots=True)
class Deed:
    """The verb of an undertaking in the line, and what it is done to."""

    start: int
    end: int
    verb: str
    thing: str
    last: int
    """Where the words of the undertaking end in the line."""


@lru_cache(maxsize=64)
def _classes(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    names = ("send", "make", "we", "you", "he", "customerword", "cust", "person", "dept", "promise", "said", "date", "le", "perfect",
             "yao", "must", "title", "role", "boss", "legal", "percent", "amount")  # fmt: skip
    classes = {name: frozenset(lexicon.marks(name)) for name in names}
    classes["them"] = frozenset(lexicon.marks("he", "customerword", "cust", "person", "dept", "boss"))
    return classes


def find(scene: Scene) -> list[tuple[int, Commitment]]:
    """The promises of a message, each with the number of its clause, in the order of the text."""
    found: list[tuple[int, Commitment]] = []
    for n, clause in enumerate(scene.clauses):
        if clause.moods & UNSPOKEN:
            continue
        commitment = _undertaking(n, clause, scene)
        if commitment is not None:
            found.append((n, commitment))
    return found


def _undertaking(n: int, clause: Clause, scene: Scene) -> Commitment | None:
    classes = _classes(scene.skeleton.lexicon)
    line = scene.skeleton.line
    for deed in _deeds(clause, scene):
        if negated(clause, deed.start, deed.end, scene.skeleton) or _asked_of_us(clause, deed, scene, n):
            continue
        by = _by(n, clause, deed, scene)
        when = _when(n, clause, deed, scene)
        promised = any(mark in classes["promise"] for mark in line[clause.start : deed.start])
        promised = promised or bool(n and _bare_promise(scene.clauses[n - 1], scene))
        if by is None or not (when or promised or _coming(clause, deed, scene)):
            continue
        if tense(clause, deed.start, deed.end, scene.skeleton, scene.now) == "past" and not promised:
            continue
        if when is not None and when.end <= scene.now:
            continue
        return _commitment(n, clause, deed, by, when, promised, scene)
    return None


def _commitment(
    n: int, clause: Clause, deed: Deed, by: Side, when: When | None, promised: bool, scene: Scene
) -> Commitment:
    skeleton = scene.skeleton
    start, end = skeleton.starts[clause.start], skeleton.starts[deed.last]
    thing = deed.thing or _topic(n, clause, deed, scene)
    rule = "promise.word" if promised else "promise.dated" if when else "promise.coming"
    return Commitment(
        text=skeleton.text[start:end],
        span=(start, end),
        rule=f"{rule}.{by}",
        confidence=0.88 if promised or when else 0.75,
        by=by,
        what=deed.verb + thing,
        due=due_of(when),
        when=when,
    )


def due_of(when: When | None) -> date | datetime | None:
    """The last day of what was said, or its moment where a clock time was said; None for nothing said and for X 后."""
    if when is None:
        return None
    if when.due is not None:
        return when.due
    return when.start if when.clock else when.last_day


def _deeds(clause: Clause, scene: Scene) -> Iterator[Deed]:
    classes = _classes(scene.skeleton.lexicon)
    line = scene.skeleton.line
    for at in range(clause.start, clause.end):
        if line[at] in classes["send"] or line[at] in classes["make"]:
            begin, end = scene.skeleton.tokens[at]
            deed = _deed(clause, at, at + 1 + end - begin, scene)
            if deed is not None:
                yield deed


def _deed(clause: Clause, start: int, end: int, scene: Scene) -> Deed | None:
    skeleton = scene.skeleton
    line = skeleton.line
    word = _word_at(start, scene)
    verb = TRAIL.sub("", word) or word[:1]
    before, after = line[clause.start : start], line[start + 1 + len(word) : clause.end]
    held = re.search(rf"{ANY_MARK}*把(.*)$|{ANY_MARK}*将(.*)$", before)
    thing, last = "", end
    if held:
        thing = _thing(held[1] or held[2] or "")
    if not thing:
        raw, length = _object_after(after)
        thing = _thing(raw)
        last = start + 1 + len(word) + length if thing else end
    if not thing and word[:1] in WEAK_VERBS and len(word) == 1:
        return None
    return Deed(start, end, verb, thing, min(max(last, end), clause.end))


def _word_at(start: int, scene: Scene) -> str:
    begin, end = scene.skeleton.tokens[start]
    return scene.skeleton.text[begin:end]


def _object_after(after: str) -> tuple[str, int]:
    """What stands behind the verb up to the clause's end, without the one it is for."""
    return after, len(after)


def _thing(raw: str) -> str:
    words = re.sub(r"[\ue000-\uf8ff]", "", raw)
    words = re.sub(r"^(?:过去|过来|出来|出去|回来|下来|上来)", "", words)
    words = RECIPIENT.sub("", words)
    words = COUNT.sub("", EDGE.sub("", words))
    words = re.sub(
        r"(?:过去|过来|出来|出去|弄好|整理好|整理一下|准备好|做好|弄好给|整理|全部|也|都|再)$", "", EDGE.sub("", words)
    )
    return EDGE.sub("", words).strip()


def _topic(n: int, clause: Clause, deed: Deed, scene: Scene) -> str:
    """方案我今晚发他: the thing stands before the one who does it, or in the clause before."""
    classes = _classes(scene.skeleton.lexicon)
    line = scene.skeleton.line
    before = line[clause.start : deed.start]
    cut = next(
        (
            k
            for k, mark in enumerate(before)
            if mark in classes["we"] or mark in classes["them"] or mark in classes["date"]
        ),
        len(before),
    )
    thing = _thing(before[:cut])
    if thing or not n or scene.clauses[n - 1].sentence != clause.sentence:
        return thing if len(thing) <= 10 else ""
    return ""


def _asked_of_us(clause: Clause, deed: Deed, scene: Scene, n: int) -> bool:
    """让我发报价: a request is no promise yet, unless we said yes to it."""
    classes = _classes(scene.skeleton.lexicon)
    before = scene.skeleton.line[clause.start : deed.start]
    words = re.sub(r"[\ue000-\uf8ff]", "", before)
    asked = re.search(r"(?:让|叫|要求|要|请|催|麻烦|帮|劳烦|辛苦)(?:你|您|我们|咱们|我|咱)", words)
    if (
        scene.speaker == "rep"
        and re.search(r"(?:你|您|大家|你们)", words)
        and not any(m in classes["we"] for m in before)
    ):
        return True
    if not asked:
        return any(mark in classes["must"] for mark in before) and not any(mark in classes["we"] for mark in before)
    rest = "".join(scene.skeleton.words(c.start, c.end) for c in scene.clauses[n : n + 3])
    return not re.search(r"我说(?:行|好|可以|没问题)|我?答应|我应下|应下来|我说没问题|好的|收到|没问题", rest)


def _by(n: int, clause: Clause, deed: Deed, scene: Scene) -> Side | None:
    """Who undertakes it: the nearest one spoken of before the verb, else the one who was speaking, else the writer."""
    classes = _classes(scene.skeleton.lexicon)
    us: Side = "us" if scene.speaker == "rep" else "customer"
    them: Side = "customer" if scene.speaker == "rep" else "us"
    for k in range(n, max(-1, n - 3), -1):
        other = scene.clauses[k]
        if other.sentence != clause.sentence and k != n:
            break
        stop = deed.start if k == n else other.end
        side = _subject(scene.skeleton.line[other.start : stop], classes, us, them, own=k == n)
        if side is not None:
            return side
    return us


def _subject(before: str, classes: dict[str, frozenset[str]], us: Side, them: Side, *, own: bool) -> Side | None:
    """The subject among the words before a verb: the last that is no recipient (给他) and no topic of another's."""
    for at in range(len(before) - 1, -1, -1):
        mark = before[at]
        given = re.search(
            r"(?:给|跟|和|向|帮|替|把|对|让|找|问|催|陪|为|与|了)\ue000?[\ue000-\uf8ff]?$", before[max(0, at - 3) : at]
        )
        if mark in classes["we"] and not given:
            return us
        if mark in classes["you"] and not given:
            return them
        if mark in classes["them"] and not given:
            following = re.sub(r"[\ue000-\uf8ff]", "", before[at + 1 :])
            if own and re.match(r".{0,4}的", following) and "答应" not in following and "说" not in following:
                continue
            return them
    return None


def _when(n: int, clause: Clause, deed: Deed, scene: Scene) -> When | None:
    found = _dates(clause, scene)
    if not found and n and _only_a_date(scene.clauses[n - 1], scene):
        found = _dates(scene.clauses[n - 1], scene)
    if not found and n + 1 < len(scene.clauses) and _only_a_date(scene.clauses[n + 1], scene):
        found = _dates(scene.clauses[n + 1], scene)
    ahead = [when for when in found if when.end > scene.now]
    return ahead[-1] if ahead else (found[-1] if found else None)


def _dates(clause: Clause, scene: Scene) -> list[When]:
    return [
        found
        for at, found in scene.skeleton.entities.items()
        if clause.start <= at < clause.end and isinstance(found, When)
    ]


def _only_a_date(clause: Clause, scene: Scene) -> bool:
    dates = _dates(clause, scene)
    covered = sum(when.span[1] - when.span[0] for when in dates)
    start, end = scene.skeleton.span(clause.start, clause.end)
    return bool(dates) and end - start - covered <= 3


def _bare_promise(clause: Clause, scene: Scene) -> bool:
    classes = _classes(scene.skeleton.lexicon)
    return any(mark in classes["promise"] for mark in clause.line) and len(clause.line) <= 14


def _coming(clause: Clause, deed: Deed, scene: Scene) -> bool:
    """Said to be done soon, without a day: 我稍后发您, 我这就去寄."""
    classes = _classes(scene.skeleton.lexicon)
    before = scene.skeleton.line[clause.start : deed.start]
    soon = bool(clause.own.get("soon")) and "要" not in before
    return soon and any(mark in classes["we"] or mark in classes["them"] for mark in before) and bool(deed.thing)


def spoken_by(found: Sequence[tuple[int, Commitment]], clause: int) -> list[Commitment]:
    """The promises of one clause."""
    return [commitment for n, commitment in found if n == clause]

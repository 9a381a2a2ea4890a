"""What an undertaking is about: the thing beside its verb (发 报价单), before its subject, or in the clauses before."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.facts import Scene
from nlp.lexicon import ANY_MARK, Lexicon
from nlp.segment import unveiled

MARKS = re.compile(r"[\ue000-\uf8ff]")
HELD = re.compile(rf"{ANY_MARK}*[把将]{ANY_MARK}*(.*)$")
_THEM = r"(?:他们|她们|你们|您们|我们|咱们|大家|对方|客户|他家|他|她|您|你|我|咱)"
_PLACE = r"(?:那边|邮箱|微信|公司|财务|采购|法务|前台|仓库|技术|老板)"
RECIPIENT = re.compile(rf"^(?:(?:到|给|去)?{_THEM}{_PLACE}?|(?:到|给|去){_PLACE}|那边)?")
"""Whom a thing goes to. A department is one only behind 给 or 你们: 采购流程图 is a thing."""
TO_WHOM = re.compile(
    r"(?<=..)(?:发|寄|送|交)?给(?:他们|她们|你们|您们|我们|咱们|大家|对方|客户|他家|他|她|您|你|我|咱|的)*$"
)
"""发报价单给她: whom it is for is no part of the thing."""
PASSED_ON = re.compile("(?:发|给|寄|传|送)(?:给)?(?:您|你们?|他们?|她们?|我们?|客户|对方)")
HANDED_TO = re.compile("[^\ue000-\uf8ff][给到]$")
"""寄给, 发到: what stands behind is who gets it."""
DIRECTION = re.compile(r"^(?:过去|过来|出来|出去|回来|下来|上来|上去|上)")
COUNT = re.compile(
    r"^(?:第?[一二两三四五六七八九十几\d.]+(?:份|个|版|张|本|套|台|盒|条|封|家|箱|件|单|遍|笔|些|点|下|块)(?:的)?|些|点|份|个|版)"
)
EDGE = re.compile(r"^[的了将一就也都再先还给说请好完]+|[的了吧哈呀啊哦呢就先再也都还给]+$")
TAIL = re.compile(
    r"(?:看看|看一下|看下|过目|参考|核对一下|确认一下|审一下|审核|弄好|整理好|整理一下|整理|准备好|做好|弄|发|过去|过来|出来|"
    r"以邮件形式|书面|以书面形式|于|全部|一起|这边|那边|单独|分别|给|亲自|重新|马上|顺便|一定|肯定|抓紧|尽快|争取|前|之前|以前|之内|以内)$"
)
TRAIL = re.compile(r"(?:过去|过来|出来|出去|回去|上去|下来|一下|一份|一版|一个|两份|一遍|给|到|上)+$")
OBJECTS = (
    "quote", "contract", "draft", "proposal", "sample", "invoice", "case", "compare", "trial", "order", "need", "price",
    "demo", "nda", "terms", "payment", "delivery", "period", "bid", "project",
)  # fmt: skip
FEW = 12
"""Longer words beside a verb are no thing that one could name shortly."""


@lru_cache(maxsize=64)
def _objects(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.marks(*OBJECTS)) | frozenset(lexicon.marks("amount"))


def is_business(words: str, lexicon: Lexicon) -> bool:
    """The words name a thing of sales, also behind a verb that is one word with it (发报价单)."""
    objects = _objects(lexicon)
    return any(word.mark in objects for part in (words, words[1:]) for word in lexicon.find(part))


def is_recipient(after: str, people: frozenset[str]) -> bool:
    """The words behind 给 begin with the one it is given to."""
    return bool(after) and (after[0] in people or bool(RECIPIENT.match(MARKS.sub("", after[:4]))[0]))  # type: ignore[index]


def bare(verb: str) -> str:
    """The verb without where to and how many: 发过去 → 发, 寄回来 → 寄回."""
    return TRAIL.sub("", re.sub(r"[你您我他她]们?$", "", verb.replace("回来", "回"))) or verb[:1]


def of(n: int, start: int, end: int, scene: Scene, *, whole: bool = False) -> tuple[str, int]:
    """The thing of the verb at ``line[start:end]`` and where the undertaking's words end in the line. A ``whole`` deed
    (打款) has a thing only where one stands behind it."""
    clause, line = scene.clauses[n], scene.skeleton.line
    before, after = line[clause.start : start], line[end : clause.end]
    behind = "" if HANDED_TO.search(line[start + 1 : end]) else clean(after)
    if held := HELD.search(before):
        thing = clean(held[1])
        if thing:
            return thing, clause.end if len(after) <= 12 else end
    if behind and len(behind) <= FEW:
        return behind, clause.end
    if whole:
        return "", end
    topic = _topic(before, scene)
    if topic:
        return topic, clause.end if len(after) <= 12 else end
    return _spoken_of_before(n, scene), clause.end if len(after) <= 8 else end


def clean(raw: str) -> str:
    """The thing among the words behind or before a verb, without those it is for and how many there are."""
    words = unveiled(MARKS.sub("", raw)).strip()
    if PASSED_ON.fullmatch(words):
        return ""
    words = re.split(r"[(:;]", DIRECTION.sub("", words))[0]
    words = TO_WHOM.sub("", RECIPIENT.sub("", words))
    for _ in range(3):
        words = COUNT.sub("", EDGE.sub("", RECIPIENT.sub("", TAIL.sub("", words))))
    if len(words) > 8 and "的" in words:
        words = words.rsplit("的", 1)[1]
    return words.strip()


def _topic(before: str, scene: Scene) -> str:
    """方案我今晚发他: what stands before the one who does it, or before the date."""
    lexicon = scene.skeleton.lexicon
    names = ("we", "he", "hemark", "date", "person", "customerword", "promise", "said", "you", "cust", "soon")
    stops = frozenset(lexicon.marks(*names)) - _objects(lexicon)
    parts = re.split(f"[{re.escape(''.join(stops))}][^\ue000-\uf8ff]*\uf8ff?", before)
    for part in parts:
        marked = [k for k, mark in enumerate(part) if mark in _objects(lexicon)]
        if marked:
            return _named(part, marked[-1])
    named = [clean(MARKS.sub("", part).rsplit("的", 1)[-1]) for part in parts[:-1]]
    return next((thing for thing in reversed(named) if 2 <= len(thing) <= FEW), "")


def _named(part: str, at: int) -> str:
    """The words that end with the thing at ``part[at]``, with what stands unmarked before it and narrows it."""
    word = re.match(r"[^\ue000-\uf8ff]*", part[at + 1 :])
    before = re.search(r"\uf8ff([^\ue000-\uf8ff]*)$|^([^\ue000-\uf8ff]*)$", part[:at])
    narrowing = (before[1] or before[2] or "").rsplit("的", 1)[-1] if before else ""
    return clean((narrowing if len(narrowing) <= 4 else "") + (word[0] if word else ""))


def _spoken_of_before(n: int, scene: Scene) -> str:
    """The thing that the clauses before in the sentence were about: 把案例整理一下,周五发您."""
    objects = _objects(scene.skeleton.lexicon)
    for k in range(n - 1, max(-1, n - 4), -1):
        clause = scene.clauses[k]
        if clause.sentence != scene.clauses[n].sentence:
            break
        if held := HELD.search(clause.line):
            words = re.split(f"[{scene.skeleton.lexicon.marks('hand')}]", held[1])[0]
            if thing := clean(words):
                return thing if len(thing) <= FEW else ""
        marked = [at for at, mark in enumerate(clause.line) if mark in objects]
        if marked:
            return _named(clause.line, marked[-1])
    return ""

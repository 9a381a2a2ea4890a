"""Who undertakes a deed: the nearest one spoken of before its verb, else the one who was speaking, else the writer."""

from __future__ import annotations

import re
from typing import Literal

from nlp.deeds import Classes, Deed, pattern, plain
from nlp.facts import Scene
from nlp.opendeeds import HELD
from nlp.reading import Side
from nlp.things import is_business

Promiser = tuple[Side | Literal["nobody"], bool]
"""The side, or nobody whose word counts here, and whether the words name it."""

_TO_YOU = re.compile(r".{0,3}(?:给|到)(?:您|你)(?!们?的)")
_TO_ME = re.compile(r"(?:发|给|寄|传|送)给?我(?!们)")
_THEY_WILL = re.compile("(?:client|customer|buyer|they|he|she)s? ?$")
_SENT = re.compile("(?:我|咱)们?(?:[^,]{0,4}(?:安排|让|叫|派|催)|(?:这边)?(?:让|叫|派)[^,]{1,3}?的?)$")
OWNING = re.compile(r"(?:.{0,3})的")
NEXT_TO = re.compile("([\ue000-\uf8fe])[^\ue000-\uf8ff]*\uf8ff?$")
COURIER = re.compile("[\ue000-\uf8fe](?=顺丰|德邦|快递|跨越)")
"""顺丰今天发: by whom it goes, not who sends it."""
FAR = 5
"""So many clauses back may stand who is speaking."""


def promiser(n: int, deed: Deed, scene: Scene, classes: Classes) -> Promiser:
    """Who undertakes the deed of the ``n``-th clause."""
    us, them = _sides(n, scene)
    line = scene.skeleton.line
    if pattern("asked_of_us").search(plain(line[scene.clauses[n].start : deed.start])):
        return us, True
    own = line[scene.clauses[n].start : deed.start]
    if deed.verb.isascii() and _THEY_WILL.search(plain(own)):
        return them, True
    if (
        n
        and us == "us"
        and own
        and own[0] in classes.them
        and pattern("we_granted").search(plain(scene.clauses[n - 1].line))
    ):
        return us, True
    if (
        us == "customer"
        and _TO_ME.match(plain(line[deed.start : scene.clauses[n].end]))
        and (_subject(own, classes, us, them) is None)
    ):  # 客户：周一前把资质发我
        return "nobody", False
    speaking = False
    for k in range(n, max(-1, n - FAR), -1):
        other = scene.clauses[k]
        if k != n and other.sentence != scene.clauses[n].sentence:
            break
        words = HELD.split(line[other.start : deed.start if k == n else other.end], 1)[0]
        if deed.verb[0] in "发寄":
            words = COURIER.sub("", words)
        side = _subject(words, classes, *_sides(k, scene))
        if side is None or (k != n and side == them and _to_them(n, deed, scene, classes)):
            continue
        if side == them and us == "us" and _of_ours(n, words, scene):
            return us, True
        if k == n:
            served = side == them and _for_you(line, deed, scene.clauses[n].end, own, classes)
            return (us if served else side), True
        speaking = speaking or other.ending.startswith(":") or not classes.saying.isdisjoint(words)
        if side in (us, "nobody") or speaking or _speaks(n, words, scene):
            return side, True
    if _strange_one_vows(line[scene.clauses[n].start : deed.start], scene):
        return them, True
    if line[deed.start] in classes.theirs and pattern("paid_things").search(deed.thing):
        return "customer", False  # 尾款一定给你结清: they owe it
    if pattern("to_you").search(plain(line[scene.clauses[n].start : scene.clauses[n].end])):
        return us, False
    if pattern("to_us").search(plain(line[scene.clauses[n].start : scene.clauses[n].end])):
        return (them if us == "us" else "nobody"), False
    if line[deed.start] in classes.theirs or pattern("paid_things").search(deed.thing):
        return "customer", False
    return us, False


def _to_them(n: int, deed: Deed, scene: Scene, classes: Classes) -> bool:
    """The deed is done to them."""
    line = scene.skeleton.line
    told = pattern("to_them").match(plain(line[deed.start : scene.clauses[n].end]))
    return bool(told) or line[deed.end : deed.end + 1] in classes.client


def _speaks(n: int, words: str, scene: Scene) -> bool:
    """The clause of the deed begins as what somebody says, or the words before say that he speaks."""
    return bool(pattern("speaking").match(plain(scene.clauses[n].line)) or pattern("speaks").search(plain(words)))


def _for_you(line: str, deed: Deed, end: int, before: str, classes: Classes) -> bool:
    """财务明天打给你: our own department does it for the one who is spoken to."""
    client = any(mark in classes.client for mark in before)
    told = _TO_YOU.match(plain(line[deed.start : end])) or pattern("to_you").search(plain(before))
    return not client and "他" not in before and bool(told)


def _of_ours(n: int, words: str, scene: Scene) -> bool:
    """设计师明天出图，出来我转您: who works for the one that speaks to a customer is ours."""
    if not pattern("our_staff").search(plain(words)):
        return False
    clause = scene.clauses[n]
    last = scene.clauses[clause.beyond - 1]
    return bool(pattern("spoken_to").search(scene.skeleton.words(scene.clauses[clause.first].start, last.end)))


def _sides(n: int, scene: Scene) -> tuple[Side, Side]:
    """Whom 我 and whom 你 mean in the ``n``-th clause."""
    theirs = scene.speaker == "customer" or scene.clauses[n].theirs
    return ("customer", "us") if theirs else ("us", "customer")


def _strange_one_vows(before: str, scene: Scene) -> bool:
    """采购小林答应…: words that name no thing stand before the vow, so somebody that is not us makes it."""
    vow = pattern("vow").search(plain(before))
    if vow is None:
        return False
    who = plain(before)[: vow.start()]
    if re.search("[跟和对向给]|^(?:we|i) ?$", who):
        return False
    who = pattern("adverbs").sub("", who)
    return len(who) >= 2 and not _behind(who) and not is_business(who, scene.skeleton.lexicon)


def _subject(before: str, classes: Classes, us: Side, them: Side) -> Side | Literal["nobody"] | None:
    """The subject among the words before a verb: the last that is no recipient (给他) and owns nothing (他的合同)."""
    if classes.somebody.isdisjoint(before):
        return None
    served = bool(pattern("to_you").search(plain(before)))
    for at in range(len(before) - 1, -1, -1):
        mark = before[at]
        if mark in classes.outside and not _behind(before[:at]) and not _SENT.search(plain(before[:at])):
            near = NEXT_TO.search(before[:at])
            return (
                (us if near[1] in classes.we else them if near[1] in classes.them else "nobody") if near else "nobody"
            )
        if mark not in classes.we and mark not in classes.you and mark not in classes.them:
            continue
        if mark not in classes.client and _SENT.search(plain(before[:at])):  # 我安排财务转
            continue
        if _behind(before[:at]):
            served = served or mark in classes.client
            continue
        if mark in classes.we:
            return us
        if (near := NEXT_TO.search(before[:at])) and near[1] in classes.outside:  # 对手那边
            return "nobody"
        if near and near[1] in classes.we and mark not in classes.client:  # 我们财务
            return us
        owning = OWNING.match(plain(before[at + 1 :]))
        if mark in classes.you:
            if owning is None:
                return them
            continue
        if owning is None or any(m in classes.saying for m in before[at + 1 :]):
            return us if served and mark not in classes.client else them
    return None


def _behind(before: str) -> bool:
    """What stands here is the one it is done to, also as owner: 给华东医械的王总打电话, 答应过陈生."""
    return bool(pattern("towards").search(plain(before)))

"""Names that nobody has heard (鑫磊, 贝利达, 云帆): characters that make no words of every day, or that firms like."""

from __future__ import annotations

import re
from functools import cache
from operator import add

from nlp.lexicon import common, table
from nlp.names import vague
from nlp.slotwords import words

_HAN = re.compile("[\u4e00-\u9fff]+")
_FUNCTIONAL = frozenset(
    "的了着过吗吧呢啊呀哦嘛么个这那哪什怎很太真又也都就才再还最更不没别无有是在和跟与给被把让从对因为所以而且但可能会要想我你他她它们自己谁啥咋上下里外前后时"
    "候今明昨早晚几半多少姓换说问催签付发做看听讲叫请找约见去来回到打拿先已刚每各某该其此彼只全些位名份套台件批款号点分元块万千百"
)


_COUNTS = dict.fromkeys(map(ord, "百千万多"))
SHOPS = frozenset("坊轩堂斋阁苑庐铺")
"""What a shop's name ends with: before these words of every day are names as well (妈咪膳坊)."""


def fresh(name: str) -> bool:
    """The characters make no words of every day: 鑫磊, 贝利达, 宁波海通 behind its place."""
    bare = without_place(name)
    size, last = len(bare), bare[-1:]
    if size < 2 or last in NO_ENDS or (size == 2 and bare[0] == last):
        return False
    if size == 3 and last in HOUSES and bare[:2] not in common() and bare[:2] not in vague():
        return _FUNCTIONAL.isdisjoint(bare[1:]) and _HAN.fullmatch(bare) is not None
    plain = _FUNCTIONAL.isdisjoint(bare)
    if 3 < size < 6 and last in SHOPS and plain and _HAN.fullmatch(bare):
        return True  # 妈咪膳坊
    if size > 4 or not (plain or _of_many(bare)) or not _HAN.fullmatch(bare):
        return False
    pairs = list(map(add, bare, bare[1:]))
    made_of_words = not (common().isdisjoint(pairs) and common().isdisjoint(map(add, pairs, bare[2:])))
    return not made_of_words and bare not in vague() and bare not in places()


def _of_many(name: str) -> bool:
    """鑫百利, 维克多利: all but the words for many is as firms like it."""
    return (firmly(name) or slotted(name)) and _FUNCTIONAL.isdisjoint(name.translate(_COUNTS))


NO_ENDS = _FUNCTIONAL | frozenset("总工姐哥董图单表书件料机器线款费价税票章函证卡路街道镇县村桥站湖河江岛区市省州")


HOUSES = frozenset("堂斋坊轩阁记楼")
"""百草堂, 荣宝斋: a name of a house, though what ends it is a word (草堂)."""


@cache
def places() -> frozenset[str]:
    """The names of places."""
    lists = table("companies")["companies"]
    return frozenset(lists["regions"].split()) | frozenset(lists["places"].split())


def without_place(name: str) -> str:
    for size in (2, 3) if len(name) > 3 else ():
        if name[:size] in places() and len(name) - size >= 2:
            return name[size:]
    return name


def firmly(name: str) -> bool:
    """Made of the characters that firms like: 鼎立, 金泰, 恒远."""
    return len(name) in (2, 3) and words().firmly.issuperset(name)


def slotted(name: str) -> bool:
    """Every character is one that firms like, in a name of three or four: 鼎泰丰源."""
    return len(name) in (3, 4) and words().firmly.issuperset(name)


def person(name: str) -> bool:
    """As a person would be called: a common family name and one or two characters."""
    return len(name) in (2, 3) and name[0] in words().families

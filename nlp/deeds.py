"""The deeds of a clause that somebody could undertake: a verb of handing over with its thing, or a deed whole alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from nlp import hearing, things
from nlp.clauses import Clause
from nlp.facts import Scene
from nlp.firsts import sought
from nlp.lexicon import Lexicon, table
from nlp.likely import HEARD
from nlp.segment import unmarked

RETURNED = re.compile(r"补齐|装完|付清|结清|结掉|切完|寄|签|回传|交付|盖|[打转汇]过来")
"""Whole deeds that nevertheless are done to a thing spoken of before."""
ENGLISH = re.compile(r"(?:^|[ ,])(?:i|we)(?: will|'ll) ")
TOLD_ME, REPORTED = ("告诉我", "告知我", "通知我"), 3
"""李总告诉我预算已批 is what was said."""
UNDONE = "没不未"
"""维修没人来: what was not done is no thing."""
OF_IT = re.compile("\uf8ff?的[^话,，。\ue000-\ue007].")
"""少发的两箱: the deed only says which."""
WITHOUT = re.compile("[没不未][^的]{1,4}的.")
"""不含税的报价 is one."""
KEPT = re.compile("[\u4e00-\u9fff]{1,2}[到掉]")
SAYING = frozenset({"said", "promise", "wechat", "phone"})
THEM = ("he", "hemark", "customerword", "cust", "person", "dept", "boss", "title", "role")


class Deed(NamedTuple):
    """The verb of an undertaking at ``line[start:end]``, what it is done to, and where its words end in the line."""

    start: int
    end: int
    verb: str
    thing: str
    last: int


@dataclass(frozen=True, slots=True)
class Classes:
    """The marks that decide who undertakes what."""

    hand: frozenset[str]
    deed: frozenset[str]
    verbs: frozenset[str]
    """All of these."""
    handing: re.Pattern[str]
    vowdeed: frozenset[str]
    """Deeds that are promises only where they are vowed: 上门, 完工."""
    we: frozenset[str]
    you: frozenset[str]
    them: frozenset[str]
    """Anybody on the customer's side."""
    client: frozenset[str]
    """Of these, the ones that no one of ours is called by: 客户, a company, a person."""
    served: frozenset[str]
    """These and who is spoken to."""
    anybody: frozenset[str]
    """We, you and they."""
    outside: frozenset[str]
    """Rivals, carriers, stores: their word is nobody's promise here."""
    somebody: frozenset[str]
    """All who may undertake a thing or be asked to."""
    promise: frozenset[str]
    saying: frozenset[str]
    plan: frozenset[str]
    want: frozenset[str]
    demo: frozenset[str]
    doers: frozenset[str]
    """Marks behind which a deed may begin: of who does it, of vows, of saying, and of words for at once."""
    shortly: frozenset[str]
    """Words by which a thing is to be done at once: 立刻, 第一时间."""
    binding: frozenset[str]
    """Words of promising, and those for at once."""
    weak: frozenset[str]
    """Verbs that say little by themselves: 确认, 安排, 处理."""
    theirs: frozenset[str]
    """What customers do: pay, sign, send back."""
    date: str


@lru_cache(maxsize=64)
def classes_of(lexicon: Lexicon) -> Classes:
    """The marks of a lexicon that promises are made of."""
    outside = frozenset(lexicon.marks("outside", "competitor", "otherparty"))
    client = frozenset(lexicon.marks("customerword", "cust", "person")) - outside
    anybody = frozenset(lexicon.marks("we", "you", *THEM))
    return Classes(
        hand=frozenset(lexicon.marks("hand", "deed")),
        deed=frozenset(lexicon.marks("deed")),
        verbs=frozenset(lexicon.marks("hand", "deed", "vowdeed")),
        handing=re.compile(f"[{lexicon.marks('hand', 'deed', 'vowdeed')}]"),
        vowdeed=frozenset(lexicon.marks("vowdeed")),
        we=frozenset(lexicon.marks("we")),
        you=frozenset(lexicon.marks("you")),
        them=frozenset(lexicon.marks(*THEM)),
        client=client,
        served=client | frozenset(lexicon.marks("you")),
        anybody=anybody,
        outside=outside,
        somebody=anybody | outside,
        promise=frozenset(lexicon.marks("promise")),
        saying=frozenset(lexicon.marks(*SAYING)),
        plan=frozenset(lexicon.marks("plan")),
        want=frozenset(lexicon.marks("want")),
        demo=frozenset(lexicon.marks("demo")),
        doers=frozenset(lexicon.marks("promise", "we", *THEM, *SAYING, "soon", "shortly")),
        shortly=frozenset(lexicon.marks("soon", "shortly")),
        binding=frozenset(lexicon.marks("promise", "soon", "shortly")),
        weak=frozenset(lexicon.marks("weak")),
        theirs=frozenset(lexicon.marks("theirs")),
        date=lexicon.marks("date"),
    )


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the lexicon's file of promises, over words without marks."""
    return sought(table("promises")["patterns"][name])


plain = unmarked


def deeds(n: int, clause: Clause, scene: Scene, classes: Classes) -> Iterator[Deed]:
    """The verbs of the clause by which a thing could be undertaken, with their things."""
    line = scene.skeleton.line
    for mark in classes.handing.finditer(line, clause.start, clause.end):
        at = mark.start()
        solemn = line[at] in classes.vowdeed and _solemn(clause, at, scene, classes)
        if line[at] not in classes.hand and not solemn:
            continue
        token = scene.skeleton.token(at)
        if token is None:
            continue
        begin, stop = token
        word = scene.skeleton.text[begin:stop]
        end = at + 1 + stop - begin
        before, after = line[clause.start : at], line[end : clause.end]
        if pattern("no_deed").match(scene.skeleton.text, begin):
            continue
        if line[end : end + 1] in classes.we and pattern("nominal").fullmatch(word):
            continue
        if pattern("unable").match(scene.skeleton.text, stop) or OF_IT.match(after):
            continue
        if word.startswith(TOLD_ME) and len(plain(after)) > REPORTED:
            continue
        if clause.ending.startswith(":") and end >= clause.end:  # 回您：
            continue
        if pattern("purposes").match(word) and pattern("purpose").search(plain(before)):
            continue
        handed = word[0] in "给俾" and (word != things.bare(word) or things.is_recipient(after, classes.anybody))
        if handed and not classes.hand.isdisjoint(before + after):  # 发给他, 给他发: the other verb is the deed
            continue
        if handed and pattern("given").search(plain(after)):
            continue
        whole = line[at] in classes.deed or solemn
        thing, last = things.of(n, at, end, scene, whole=whole and not RETURNED.match(word))
        if handed and word[0] == "给" and KEPT.fullmatch(thing):
            continue  # 给您保到周五
        if word[0] in "打转汇" and things.ACCOUNT.fullmatch(thing):
            thing = "款"
        if (
            (not thing and not whole)
            or (thing and thing[0] in UNDONE and not WITHOUT.match(thing))
            or not classes.demo.isdisjoint(after)
        ):
            continue
        if line[at] in classes.weak and pattern("meeting").search(thing):
            continue
        if word[0] == "带" and pattern("brought").search(thing):
            continue
        if scene.anchored or _spoken_of(clause, thing, word, before, after, whole, scene, classes):
            yield Deed(at, end, things.bare(word), thing, last)


def _spoken_of(
    clause: Clause, thing: str, verb: str, before: str, after: str, whole: bool, scene: Scene, classes: Classes
) -> bool:
    """A deed is one of sales although nothing else in the message speaks of a deal."""
    if not classes.promise.isdisjoint(before) and (whole or pattern("vow").search(plain(before))):
        return True
    if (whole and "您" in before + after) or _known(thing, verb, before + after, scene, classes):
        return True
    return _formal(scene.skeleton.text) or _likely(clause, scene)


def _known(thing: str, verb: str, beside: str, scene: Scene, classes: Classes) -> bool:
    """A thing of sales, or one that is promised in sales and that somebody is named beside."""
    lexicon = scene.skeleton.lexicon
    if things.is_business(thing or verb, lexicon):
        return True
    somebody = not classes.anybody.isdisjoint(beside) or ENGLISH.search(plain(beside)) is not None
    return somebody and things.is_nameable(thing, lexicon)


def outermost(found: Sequence[Deed]) -> list[Deed]:
    """The deeds from the last on, without those that another has as its thing: 安排施工队进场, 交复核意见."""
    if len(found) < 2:
        return [*found]
    within = {deed.start for deed in found for one in found if one.start < deed.start and _has(one, deed)}
    return [deed for deed in reversed(found) if deed.start not in within]


def _has(one: Deed, deed: Deed) -> bool:
    """What is done by one deed is the other, or a thing called after it."""
    if pattern("nominal").fullmatch(deed.verb):
        return one.thing.endswith(deed.verb + deed.thing)
    return not deed.thing and one.thing.endswith(deed.verb)


def _solemn(clause: Clause, at: int, scene: Scene, classes: Classes) -> bool:
    """Coming, finishing, handing over a site is a promise where it is vowed, or told for a day to whom it concerns."""
    if pattern("vow").search(plain(scene.skeleton.line[clause.start : at])):
        return True
    last = scene.clauses[clause.beyond - 1]
    alone = bool(clause.dates) and classes.hand.isdisjoint(clause.holds)
    return alone and "您" in scene.skeleton.words(scene.clauses[clause.first].start, last.end)


@lru_cache(maxsize=8)
def _formal(text: str) -> bool:
    return pattern("formal").search(text) is not None


def _likely(clause: Clause, scene: Scene) -> bool:
    """The words of the sentence are those of a promise, though nothing names a deal."""
    likely = hearing.of_sentence(scene, clause)
    return max(likely["promise.us"], likely["promise.customer"]) >= HEARD

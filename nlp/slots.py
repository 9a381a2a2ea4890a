"""New customers whose name says nothing of a trade (鑫磊, 贝利达, 云帆): told by the place in the sentence where only
an organisation stands, and by characters that make no word of every day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from nlp.coined import (
    HOUSES,
    NO_ENDS,
    SHOPS,
    covered,
    firmly,
    fresh,
    known,
    may_begin,
    nameable,
    person,
    reach,
    slotted,
    without_place,
)
from nlp.lexicon import Word, common
from nlp.names import vague
from nlp.seen import JOINING, PAUSES, Seen
from nlp.signs import sign
from nlp.slotwords import LABELLED, words


class Slot(NamedTuple):
    """A place for a name: ``[start, end)``, how sure it is that an organisation stands there, and by which rule."""

    start: int
    end: int
    rule: str
    sure: float


_HAN = re.compile("[\u4e00-\u9fff]{2,8}")
_PAUSE = re.compile(r"[,。!?;:、\n ](?=[\u4e00-\u9fff])")
_DEALS_IN = re.compile(r"[,(]?(?:是|也是|就是)?(?:专门)?(?:做|搞|卖|开|生产)[\u4e00-\u9fff]{1,8}的(?![人时事])")
_APPOSED = re.compile(
    r"(?:[那这]家[\u4e00-\u9fff]{1,5}的\((?=[\u4e00-\u9fff]{2,4}\)))|(?:集团|工厂|酒店|幼儿园|合作社|经销商|公司|客户|厂子?|店|品牌|连锁|单位|机构|学校|企业)[,:(]\s?(?:[\u4e00-\u9fff]{2,3}的)?(?=[\u4e00-\u9fff]{2,6}[,。;)!?])"
)
_OTHERS = re.compile("(?:人家|他们|她们|客户|对方)[^,。;!?]{0,8}[跟和同与]$")
"""人家跟禾诚签了: with whom they deal is no customer."""
_DEALING = re.compile("[把将跟陪给催帮]了?$")
_VISITED = re.compile("(?:趟|拜访了?|走访了?|回访了?|刚从|签下了?|拿下了?)$")
_WHO_DEALS_IN = re.compile("(?:做|卖|开|搞|生产|干)[\u4e00-\u9fff]{1,6}的(?=[\u4e00-\u9fff]{2})")
"""那个做月子餐的妈咪膳坊又来电话."""
_ARRIVED = re.compile("(?:到了|去了|来了|跑了|见了)$")
_THAT_ONE = re.compile(r"(?:那家|这家|有家|一家叫)([\u4e00-\u9fff]{2,4})(?=[,;。])")
_TOGETHER = re.compile(
    r"(?:([\u4e00-\u9fff]{2,5})[、,])?(?:([\u4e00-\u9fff]{2,5})[、,])?([\u4e00-\u9fff]{2,5})[和跟与、]([\u4e00-\u9fff]{2,5}?)"
    r"(?:(?:这|那)?[两二三四俩几]家(?!店|门店|分店)|(?:不|就|又不)是(?:同?一家|一回事|一个公司)|都(?=约|签|报|谈|跑|去|拜访|回|要|在比|定))"
)
"""宏图和海天两家, 凯瑞特和凯瑞达不是一家: several names told by their number."""
_TOLD_TOGETHER = re.compile("[两二三四俩几]家|是(?:同?一家|一回事|一个公司)|都[约签报谈跑去拜回要在比定]")
_MAY_BE_APPOSED = re.compile("[团厂店园社商司户子牌锁位构校业的][,:(]")
_OF, _HOUSE, _TOLD = sign("的"), sign("家"), sign("家都是")
_LOOKED_AT = re.compile("(?:人家|他们|她们|客户|对方)[^,。;!?]{0,6}[看用选比试在于过]$")
"""他们也在看海康的方案: somebody else's offer."""


def find(seen: Seen) -> Iterator[Slot]:
    """Every slot of the text in which a name may stand."""
    lists, hidden, ends, begins, signs = words(), seen.text, seen.ends, seen.begins, seen.signs
    for cue in lists.labelled.finditer(hidden) if signs & LABELLED else ():
        yield from _filled(hidden, cue.end(), ends, begins, labelled=True)
    for cue in lists.towards.finditer(hidden):
        if may_begin(hidden, cue.end(), begins):
            yield from _filled(hidden, cue.end(), ends, begins, towards=True)
    owning = signs & _OF
    for owner in lists.belongs.finditer(hidden) if owning else ():
        yield from _owner_of(hidden, owner.start(), ends, begins)
    for start in (0, *[pause.end() for pause in _PAUSE.finditer(hidden)]) if signs & PAUSES else (0,):
        lead = lists.begun.match(hidden, start)
        at = lead.end() if lead else start
        if may_begin(hidden, at, begins):
            yield from _filled(hidden, at, ends, begins)
    for cue in _WHO_DEALS_IN.finditer(hidden) if owning else ():
        if may_begin(hidden, cue.end(), begins):
            yield from _filled(hidden, cue.end(), ends, begins)
    for cue in _THAT_ONE.finditer(hidden) if signs & _HOUSE else ():
        if fresh(cue[1]) and not person(cue[1]):
            yield Slot(cue.start(1), cue.end(1), "customer.apposed", 0.72)
    for cue in _TOGETHER.finditer(hidden) if _may_be_together(seen) else ():
        yield from _listed(cue, ends, begins)
    for cue in _APPOSED.finditer(hidden) if signs & PAUSES and _MAY_BE_APPOSED.search(hidden) else ():
        end = next((at for at in range(cue.end(), cue.end() + 7) if hidden[at : at + 1] in ",。;)!?"), cue.end())
        if fresh(hidden[cue.end() : end]) and not person(hidden[cue.end() : end]):
            yield Slot(cue.end(), end, "customer.apposed", 0.72)


def _may_be_together(seen: Seen) -> bool:
    """Two names may be told by their number: looked for first, because the names before it are not told so quickly."""
    joined = seen.signs & JOINING and seen.signs & _TOLD
    return bool(joined) and _TOLD_TOGETHER.search(seen.text) is not None


def _listed(cue: re.Match[str], ends: dict[int, Word], begins: dict[int, Word]) -> Iterator[Slot]:
    """Each name of 宏图、海天两家, when one of them is plainly a name and none is a person or a word of the trade."""
    spans = []
    for n in (1, 2, 3, 4):
        if cue[n]:
            lead = words().begun.match(cue.string, cue.start(n), cue.end(n) - 2)
            spans.append((lead.end() if lead else cue.start(n), cue.end(n)))
    names = [cue.string[start:end] for start, end in spans]
    if not any(fresh(name) and (firmly(without_place(name)) or not person(name)) for name in names):
        return
    for start, end in spans:
        if nameable(cue.string, start, end, ends, begins):
            yield Slot(start, end, "customer.slot", 0.76)


def _owner_of(hidden: str, end: int, ends: dict[int, Word], begins: dict[int, Word]) -> Iterator[Slot]:
    """鸿丰 in 看看鸿丰的发票: made of the characters of firms, wherever something belongs to it."""
    for size in (3, 2):
        start = end - size
        name = hidden[max(0, start) : end]
        if (
            start < 0
            or len(name) < size
            or not (firmly(name) and fresh(name))
            or covered(hidden, start, end, ends, begins)
        ):
            continue
        if _LOOKED_AT.search(hidden, max(0, start - 12), start):
            return
        if hidden[start - 1 : start + 1] not in common() and hidden[start - 1 : start] not in words().firmly:
            yield Slot(start, end, "customer.slot", 0.8)
            return


def _filled(
    hidden: str,
    start: int,
    ends: dict[int, Word],
    begins: dict[int, Word],
    *,
    labelled: bool = False,
    towards: bool = False,
) -> Iterator[Slot]:
    """The name that begins here, when what stands behind it says that it is one."""
    lists = words()
    run = _HAN.match(hidden, start)
    if run is None:
        return
    known_to_begin = hidden[start : start + 2] in known()
    led, last = labelled or known_to_begin, min(start + 6, run.end())
    for end in range(last if known_to_begin else reach(start, last, ends, begins), start + 1, -1):
        if end - start > 4 and not led and hidden[end - 1] not in SHOPS:
            continue  # longer are only brands, names behind a place, and shops
        closed = run.end() - end < 2
        if hidden[end : end + 1] not in lists.behind and not (closed and (towards or labelled)):
            continue
        name = hidden[start:end]
        strange = hidden[end - 1] not in NO_ENDS and fresh(name)
        if not (strange or labelled or name in lists.brands) or covered(hidden, start, end, ends, begins):
            continue
        owned, there = lists.belongs.match(hidden, end), lists.there.match(hidden, end)
        if owned is None and (firmly(name) or (len(name) > 2 and not person(name))):
            owned = lists.far.match(hidden, end)
        thing = towards and hidden[max(0, start - 1) : start] in ("把", "将") and not (owned or firmly(name))
        if thing:
            continue
        handled = owned is not None or (hidden.startswith("的", end) and _handled(hidden, name, start, towards))
        deed = _deed(hidden, name, end, labelled=labelled, towards=towards)
        visited = towards and (
            (closed and _VISITED.search(hidden, max(0, start - 5), start))
            or (closed and len(name) > 2 and slotted(name) and _ARRIVED.search(hidden, max(0, start - 3), start))
            or (hidden.startswith("、", end) and firmly(name))
        )
        house = towards and name[-1] in HOUSES and len(name) == 3
        if not (handled or house or there or deed or visited or _DEALS_IN.match(hidden, end) or (labelled and closed)):
            continue
        strong = bool(handled or there or labelled or _DEALS_IN.match(hidden, end))
        if not strong and (
            _OTHERS.search(hidden, max(0, start - 12), start) if towards else not firmly(name) and len(name) < 3
        ):
            continue
        if (
            strange
            and (strong or firmly(name) or not person(name))
            and not (person(name) and not (firmly(name) or handled))
        ):
            yield Slot(start, end, "customer.slot", 0.86 if owned or labelled else 0.74 if strong else 0.68)
            return
        if name in lists.brands and (strong or deed):
            yield Slot(start, end, "customer.brand", 0.86 if strong else 0.8)
            return
        if labelled and firmly(name) and name not in vague():
            yield Slot(start, end, "customer.slot", 0.7)
            return


def _deed(hidden: str, name: str, end: int, *, labelled: bool, towards: bool) -> bool:
    """What stands behind the name is done by it, or with it where the words before turn to it."""
    lists = words()
    if (towards or labelled) and lists.deeds_with.match(hidden, end):
        return True
    if towards:
        return False
    return bool(lists.deeds_of.match(hidden, end) or (firmly(name) and lists.deeds_of_firms.match(hidden, end)))


def _handled(hidden: str, name: str, start: int, towards: bool) -> bool:
    """把君悦的…, 陪科力远的…: behind words for dealing with somebody, a name that is no person's."""
    dealing = towards and _DEALING.search(hidden, max(0, start - 3), start) is not None
    return dealing and (firmly(name) or (len(name) > 2 and not person(name)))

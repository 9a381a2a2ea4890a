"""People on the customer's side: a surname with a title, a role with a full name, 老韩; never a colleague."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from nlp.firsts import sought
from nlp.fullnames import old_friends, young_ones
from nlp.lexicon import Lexicon
from nlp.othernames import (
    CAPITAL,
    FAR,
    MAY_BE_FAR,
    addressed,
    by_letter,
    cantonese,
    far_alone,
    latin,
    of_the_south,
    of_the_west,
    with_family,
)
from nlp.peoplewords import listed, marks_of
from nlp.reading import Contact, Speaker
from nlp.roles import called, cued, named_after, of_a_craft, surnamed
from nlp.seen import LATIN, Seen
from nlp.segment import Taken
from nlp.signs import sign
from nlp.titled import CALLED_BY, OFFICES, TITLES_SWALLOWED, by_office, nicknamed, swallowed, titled

_ANOTHER_FIRM = re.compile("[\u4e00-\u9fff](?<![我咱本们司在是和跟])$")
"""汉中分公司的贺总 is none of 公司贺总."""
_OF_ANY_HOUSE = frozenset({"师傅", "阿姨", "大姐", "大哥", "大爷", "大叔"})
"""So drivers and cleaners of every house are called: the customer's only where he was named before."""
_KEEPS_A_HOUSE = re.compile(
    "(?:家|他们|那边)?的?(?:小卖部|小店|店|超市|厂|饭馆|饭店|民宿|摊|农场|鱼塘|大棚|果园|养殖场|早餐|面馆|食堂)"
)
_OUR_OFFICE = sought(
    "(?:我们|咱们?|我司|本公司)(?:公司|这边|家里|部门|组)?的?(?:法务|财务|技术|商务|人事|行政|售后|市场|采购|研发|产品|运营|生产|仓库|老板|领导|工程|设计|质检|实施|交付)(?:部|组|中心)?的?$|"
    "(?:我们|咱们?|我司|本公司|(?<![\u4e00-\u9fff])公司)(?:[\u4e00-\u9fff]{2,3}[部科组处室]的?|[\u4e00-\u9fff]{1,4}(?:大区|区域|片区|分公司|办事处|事业部|团队|总部)的?|这边的?|[又已刚]?派了?|[请聘雇]的)$|工位的$"
)
_STANDS_IN = re.compile(
    "(?:替|代)(?:我|咱)|帮(?:我|咱)们?[接顶盯跑代看]|教(?:了|过)?我|[^,。;!?]{0,2}(?:顶一下|顶班|代班|值班)"
)
"""让小郑替我接."""
_EXAMPLE = re.compile("(?:像|学)$")
"""别学老许跑两趟."""
_OUR_TEAM = re.compile("(?:我们|咱们?|我司)的?[\u4e00-\u9fff]{0,3}[组队部科村岗仓前后区]的?$")
"""我们车队老宋, 咱组老丁."""
_IN_BRACKETS_OURS = re.compile("[(（](?:我们|咱们?|我司|公司)")
"""刘经理(咱们南区的)."""
_BESIDE_ONE_OF_THEIRS = sought(
    "(?:总|经理|主任|部长|科长|院长|校长|厂长|老师|老板|主管|总监|工)(?:、|和|跟|,?还有)(?:财务|法务|技术|行政|采购|商务|研发|仓库|运维|质检)的?$"
)
"""财务邢总、法务的Linda."""
_GREETED = re.compile("(?:hi|hello|dear|hey|嗨|哈喽|喂|您好|你好|早|亲|在吗)?[,!。 ]*(?:请问)?(?:是不是|是)?$")
_TO_US = re.compile("[,!。 ]|您|你|好|$|早|在")
"""hi Jason, 宁姐 上次你讲的: a customer speaks to us."""
_ONE_DEAL = ("那单", "这单")
"""老张那单 is a colleague's, 鲁总这单 a customer's."""
_TAKEN_ALONG = sought("(?:叫上|带上|喊上|拉上|约上|带着|我和|我跟)[^,。;!?]{0,6}$")
_TO_THEM = re.compile(
    "(?:一起|一块|陪我|跟我|跟着)?[^,。;!?]{0,4}(?:去|拜访|见|上门|跑)[^,。;!?]{0,6}(?:客户|甲方|他们|对方|现场)"
)
"""叫上陶工一起去客户那: one of ours."""
_OURS_IN_WORDS = re.compile(
    "是(?:我们|咱们?|我司|公司|我)(?:自己|这边|家|内部|部门|这)?的?(?:人|同事|领导|老板|徒弟|下属)"
)
"""客户经理小郑是我们自己人."""
_OF_ANOTHER_HOUSE = re.compile("(?<![我咱们司])(?<!公司)(?<!部门)的(?:[\u4e00-\u9fff]{2,3})$")
"""优途教育的行政小姚: whose office it is stands before it."""
_KEPT_BY = re.compile("(?:客户|单子|单|项目|线索)[^。;!?]{0,8}是$")
_HIS_CUSTOMERS = re.compile(
    "[^。;!?]{0,12}[,，][^。;!?]{0,2}[他她](?:的|手[上里]的?|名下的?|那边的?)(?:客户|单子|线索)"
)
"""老王今天请假,他的客户我先跟着: one of ours."""
_KEEPS_THEIRS = re.compile(
    "(?:食堂|后勤|门卫|仓库|库房|锅炉房|车队|配电房|宿舍|厨房)的?(?:[\u4e00-\u9fff]{0,2}员)?的?$|(?:厨师长|班长|工长|领班|组长|队长|驾驶员|保管员|管理员)$"
)
"""食堂管理员马师傅: where he works is a place of theirs."""
_ORDERED = re.compile("[,:](?:你|帮我|帮忙|把)[^。!?您]{0,20}(?:客户|报价|合同|单子|方案|我替你|资料)")
"""老韩,你那个客户我替你跑: a colleague is spoken to."""
THEY = ("客户", "他们", "对方", "甲方", "院方", "校方", "厂里", "业主", "人家")
JUNIORS = frozenset({"哥", "姐", "叔", "姨", ""})


_Finder = Callable[[Seen, dict[str, frozenset[str]]], Iterator[Contact]]
_BY_CHARACTER: tuple[tuple[int, _Finder], ...] = (
    (sign(TITLES_SWALLOWED), swallowed),
    (sign(OFFICES), by_office),
    (sign(CALLED_BY), nicknamed),
    (sign("老阿"), old_friends),
    (sign("小"), young_ones),
    (sign("叫"), called),
    (sign("氏"), of_the_south),
    (sign("姓"), surnamed),
    (sign("员师"), of_a_craft),
    (sign("生太"), cantonese),
)
"""Finders, each with the sign of the characters without which it finds nobody."""
_SIGNS = reduce(or_, (signs for signs, _ in _BY_CHARACTER))


def find(seen: Seen, lexicon: Lexicon, *, speaker: Speaker = "rep") -> list[Contact]:
    """The customer's people in order. When the customer speaks, 我们李工 is theirs."""
    marks = marks_of(lexicon)
    found: list[Contact] = []
    leading, titles = marks["leading"], marks["title"]
    for word in [] if leading.isdisjoint(seen.marks) else [word for word in seen.words if word[2] in leading]:
        by_title = list(titled(seen, word, marks)) if word.mark in titles else []
        found += by_title or named_after(seen, word, marks)
    signs = seen.signs
    for needed, finder in _BY_CHARACTER if signs & _SIGNS else ():
        if signs & needed:
            found += finder(seen, marks)
    found += cued(seen, marks)
    if signs & FAR and MAY_BE_FAR.search(seen.text):
        found += of_the_west(seen, marks)
        found += far_alone(seen, marks)
    if signs & LATIN and CAPITAL.search(seen.given):
        found += latin(seen, marks)
        found += addressed(seen)
        found += with_family(seen)
        found += by_letter(seen)
    if not found:
        return []
    apart = _apart([*found, *_again(found, seen)], len(seen.text))
    of_us = _spoken_to if speaker == "customer" else _colleague
    return [_as_given(c, seen.given) for c in apart if not of_us(c, seen)]


def _again(found: list[Contact], seen: Seen) -> Iterator[Contact]:
    """The same name said once more: 蒋队不在, 按冬冬建."""
    once = {contact.text: contact for contact in reversed(found) if contact.title is None or contact.title in OFFICES}
    for contact in once.values():
        at = seen.text.find(contact.text, contact.span[1])
        while at >= 0:
            yield replace(contact, span=(at, at + len(contact.text)))
            at = seen.text.find(contact.text, at + 1)


def _spoken_to(contact: Contact, seen: Seen) -> bool:
    """The one of us whom a customer's message greets: hi Jason, …; 李总你好."""
    start, end = contact.span
    return start < 8 and bool(_GREETED.fullmatch(seen.text, 0, start) and _TO_US.match(seen.text, end))


def _apart(found: list[Contact], length: int) -> list[Contact]:
    """Of overlapping ones the surest stays, of equals the longest."""
    if len(found) < 2:
        return found
    taken, kept = Taken(length), []
    for contact in sorted(found, key=lambda c: (-c.confidence, c.span[0] - c.span[1])):
        if taken.free(contact.span):
            taken.take(contact.span)
            kept.append(contact)
    return sorted(kept, key=lambda c: c.span)


def _as_given(contact: Contact, given: str) -> Contact:
    """The contact with its words as they stand in the text (王總 stays 王總)."""
    start, end = contact.span
    if given[start:end] == contact.text:
        return contact
    within = contact.text.find(contact.name)
    behind = contact.text.rfind(contact.title) if contact.title else -1
    name = given[start + within : start + within + len(contact.name)] if within >= 0 else contact.name
    title = given[start + behind : start + behind + len(contact.title or "")] if behind >= 0 else contact.title
    return Contact(given[start:end], contact.span, contact.rule, contact.confidence, name, title, contact.department)


def _colleague(contact: Contact, seen: Seen) -> bool:
    """One of ours: 我们王总, @小周, 财务葛姐 where no customer was named before it, 老张的单子."""
    start, end = contact.span
    before = seen.text[max(0, start - 10) : start]
    ours = listed().ours.search(before)
    if ours and ours[0].startswith("公司") and _ANOTHER_FIRM.search(before, 0, ours.start()):
        ours = None
    if not ours:
        ours = _OUR_OFFICE.search(before)
    owned = seen.text.startswith(listed().owned, end)
    if owned and seen.text.startswith(_ONE_DEAL, end) and contact.title is not None and contact.title not in JUNIORS:
        owned = False
    if ours or owned or _IN_BRACKETS_OURS.match(seen.text, end):
        return True
    if contact.title is None and (
        _STANDS_IN.match(seen.text, end) or _EXAMPLE.search(before) or _OUR_TEAM.search(before)
    ):
        return True
    if _TAKEN_ALONG.search(before) and _TO_THEM.match(seen.text, end):
        return True
    if contact.title is None and (
        (_KEPT_BY.search(before) and seen.text.startswith("的", end)) or _ORDERED.match(seen.text, end)
    ):
        return start == 0 or bool(_KEPT_BY.search(before))
    if _OURS_IN_WORDS.match(seen.text, end):
        return True
    if contact.title is None and _HIS_CUSTOMERS.match(seen.text, end):
        return True
    if (
        contact.title in _OF_ANY_HOUSE
        and not _KEEPS_THEIRS.search(seen.text, max(0, start - 8), start)
        and not _KEEPS_A_HOUSE.match(seen.text, end)
        and _first_named(seen) >= start
    ):
        return True
    if contact.title is not None and contact.title not in JUNIORS:
        return False
    inner = listed().inner.search(before)
    if inner is None or _first_named(seen) < start or _BESIDE_ONE_OF_THEIRS.search(before):
        return False
    return inner[0].endswith("的") or not _OF_ANOTHER_HOUSE.search(before)


def _first_named(seen: Seen) -> int:
    """Where the customer is first spoken of."""
    theirs = (at for at in map(seen.text.find, THEY) if at >= 0)
    return min((*(start for start, _ in seen.known), *theirs), default=len(seen.text))

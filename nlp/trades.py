"""Organisations told by what they deal in: a proper name, then its trade and its legal form (海天塑胶, 南湖中学)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nlp import coined
from nlp.firsts import sought
from nlp.heads import FUNCTIONAL, proper
from nlp.houses import PLACES, House, has_offices, house_at
from nlp.lexicon import Word, common, common_nouns
from nlp.names import vague
from nlp.orgwords import patterns
from nlp.slotwords import words as slot_words

HANDLING = ("把", "将", "给", "被", "让", "在", "去", "是", "跟")
"""No name ends with these: what follows is what is handled."""
_A_FLOOR = re.compile("[一二三四五六七八九十\\d]楼|仓库在|办公室在|我们.{0,4}在")
_ATTACHED = re.compile(
    "(?:附属第?[一二三四五六]?(?:人民)?(?:医?院)|附[一二三]院?|附属[\u4e00-\u9fff]{2,3}医院|附属(?:中学|小学)|[一二三]院)"
)
_OF_A_PLACE = re.compile("([\u4e00-\u9fff]{2,3})(?:分?公司|工厂|项目部|中心店)")
"""华润燃气阜阳公司: the branch belongs to the name."""
_ZONES = frozenset(
    ("高新区", "经开区", "开发区", "新区", "工业园", "产业园", "景区", "旅游区", "保税区", "园区", "风景区")
)
NUMBERED = frozenset(("一院", "二院", "三院", "一中", "二中", "三中", "附小", "附中", "妇幼", "疾控", "监狱", "血站"))
"""With a level before they are one house: 县一院, 市二中."""
SPEAKS = (
    *("那边", "那单", "说", "要", "问", "嫌", "催", "让我"),
    *("回了", "签", "付", "定了", "下单", "拒", "答应", "同意"),
)
_DEALT_WITH = re.compile("(?:[跟给把将帮催陪]|拜访了?|走访了?|趟)$")
_WHEN = sought("[上下]午|早上|晚上|今天|明天|昨天|一天")


_IN_SUM = re.compile("全部|所有|完成|部分|其余|其他|整套|整个|剩余|剩下")
"""完成全部设备的安装: how much of it, no name."""
_THAT_THING = re.compile("[这那](?:[件条个台辆款双套副顶只支块批瓶盒包种]|部分|一)")
"""李宁那件羽绒: a thing of theirs is spoken of."""


_USED = re.compile(
    "修了|坏了|漏[水电油]|不[制加启]|好用|难用|用了|质量|挺|真|太|卡[纸住]|又?(?:坏|漏)|(?:便宜|贵)(?!了?我)"
)
"""奥克斯空调修了三次: what one has of it."""


class Proposal(NamedTuple):
    start: int
    end: int
    rule: str
    sure: float


def by_trade(
    hidden: str,
    words: Sequence[Word],
    n: int,
    ends: dict[int, Word],
    marks: dict[str, frozenset[str]],
    people_at: frozenset[int],
) -> Proposal | None:
    """海天塑胶, 南湖中学, 恒川精密机械有限公司: a proper name, then what it deals in and its legal form."""
    house = house_at(hidden, words, n, ends, marks, people_at)
    if house is None:
        return None
    if _is_handled(house) or (not house.legal and _is_a_product(house, people_at)):
        return None
    public = _is_public(house) or _is_a_trade_of_a_place(house)
    if not _is_named(house, public=public):
        return None
    if house.legal:
        return _by_form(house)
    if _is_wanted(house) or _is_a_word_of_every_day(house):
        return None
    return _told_by(_with_branches(house), public=public, offices=lambda end: has_offices(words, end, marks))


def _is_handled(house: House) -> bool:
    """把设备报价单发给他, 跑了一上午药店: the words before the trade are no name."""
    name = house.name
    if name[-1:] in HANDLING or _WHEN.search(name) or _THAT_THING.search(name) or _IN_SUM.search(name):
        return True
    return bool(patterns().counted.fullmatch(name) or _A_FLOOR.search(name)) or name in patterns().deeds


def _is_a_product(house: House, people_at: frozenset[int]) -> bool:
    """大棚传感器: what is sold, not who sells it."""
    if _USED.match(house.hidden, house.end) and patterns().a_product.search(house.hidden, house.start, house.end):
        return True
    if not patterns().a_product.search(house.hidden, house.start, house.end) or _told(house.hidden, house.start):
        return False
    return not _runs_itself(house.hidden, house.name, house.end, people_at)


def _is_public(house: House) -> bool:
    """高新区管委会, 县一院: of its place there is one."""
    if not house.kind:
        return False
    hidden, name = house.hidden, house.name
    if name in _ZONES and hidden.startswith(("管委会", "管理委员会"), house.at):
        return True
    if name in PLACES and (house.end - house.at >= 3 or house.trade in NUMBERED):
        return True
    return name in patterns().regions and not hidden.startswith("工厂", house.at) and house.beside


def _is_a_trade_of_a_place(house: House) -> bool:
    """宁波注塑, where it is spoken of as a firm."""
    if not house.deals or house.name not in patterns().regions:
        return False
    return house.spoken_of or _dealt_with(house.hidden, house.start, house.end)


def _is_named(house: House, *, public: bool) -> bool:
    if house.start and house.hidden[house.start - 1].isdigit():
        return False
    lettered = house.start < house.bare and house.name in ("", *patterns().regions)
    return public or proper(house.name) or lettered


def _by_form(house: House) -> Proposal | None:
    """A legal form makes it a firm; 我们分公司 is none of its own."""
    branch = patterns().branch.match(house.hidden, house.end)
    end = branch.end() if branch else house.end
    inner = house.hidden[house.start : end].endswith(("分公司", "子公司", "总公司"))
    if inner and house.name in patterns().generic:
        return None
    return Proposal(house.start, end, "customer.suffix", 0.88)


def _is_wanted(house: House) -> bool:
    """找一家海天塑胶, 洗碗机租赁: what somebody looks for or hires."""
    hidden, start = house.hidden, house.start
    if not (house.beside or house.spoken_of) and patterns().wanted.search(hidden, max(0, start - 4), start):
        return True
    hired = house.name[-1:] in ("机", "车") and hidden.endswith("租赁", start, house.end)
    return hired and not (house.kind or house.beside or _told(hidden, start))


def _is_a_word_of_every_day(house: House) -> bool:
    """我喜欢大学, 去北湖公园跑步: no firm is meant."""
    hidden, name, end = house.hidden, house.name, house.end
    ours = hidden.startswith("的", end)
    a_noun = name in common_nouns()
    if not a_noun and name in common() and house.trade in patterns().homely and not (house.beside or ours):
        return True
    if a_noun and not (
        house.beside
        or house.kind
        or _told(hidden, house.start)
        or (house.spoken_of and house.deals)
        or name in vague()
        or hidden.startswith(SPEAKS, end + (hidden[end : end + 1] == " "))
    ):
        return True
    return not (house.beside or house.spoken_of or ours) and house.trade in patterns().to_be_at


def _with_branches(house: House) -> House:
    """同济大学附属医院, 华润燃气阜阳公司: what belongs to the name behind it."""
    hidden, end = house.hidden, house.end
    if hidden.startswith("大学", end - 2) and (attached := _ATTACHED.match(hidden, end)):
        end = attached.end()
    if (local := _OF_A_PLACE.match(hidden, end)) and local[1] in patterns().regions:
        end = local.end()
    if store := patterns().store.match(hidden, end):
        end = store.end()
    return house if end == house.end else house._replace(end=end)


def _told_by(house: House, *, public: bool, offices: Callable[[int], bool]) -> Proposal:
    hidden, start, end = house.hidden, house.start, house.end
    if public and hidden.startswith(SPEAKS, end):
        return Proposal(start, end, "customer.public", 0.86)
    if _DEALT_WITH.search(hidden, max(0, start - 3), start) and slot_words().deeds_with.match(hidden, end):
        return Proposal(start, end, "customer.slot", 0.8)
    if house.spoken_of and house.deals and coined.fresh(house.name):
        return Proposal(start, end, "customer.slot", 0.8)
    return Proposal(start, end, "customer.trade", 0.87 if offices(end) else _sureness(house.name, house.trade))


def _of_no_words(name: str) -> bool:
    """翠湖, 仁和: before a trade such a name is one, whatever character it ends with."""
    if coined.fresh(name):
        return True
    plain = FUNCTIONAL.isdisjoint(name) and common().isdisjoint(name[at : at + 2] for at in range(len(name) - 1))
    return 1 < len(name) < 5 and plain and name not in vague() and not coined.person(name)


def _dealt_with(hidden: str, start: int, end: int) -> bool:
    """跟宁波注塑谈了, 北方重工压了货款: a place and a trade are a firm where something is done with it or by it."""
    lists = slot_words()
    if lists.deeds_of_firms.match(hidden, end) or _told(hidden, start):
        return True
    led = _DEALT_WITH.search(hidden, max(0, start - 3), start) or hidden.endswith("从", 0, start)
    return bool(led and lists.deeds_with.match(hidden, end))


def _sureness(name: str, kind: str) -> float:
    """昌硕科技 and 临港管委会 are firms wherever they stand; 深度旅行 only where selling is spoken of."""
    if (_of_no_words(name) and kind not in patterns().homely) or (
        (name in patterns().regions or name in _ZONES or name[-1:] in PLACES)
        and len(kind) > 2
        and kind in patterns().offices
    ):
        return 0.87
    return 0.8 if name not in common() else 0.65


def _told(hidden: str, start: int) -> bool:
    """A label stands before: 客户名称:东岭水泥."""
    return any(cue.end() == start for cue in slot_words().labelled.finditer(hidden, max(0, start - 8), start))


def _runs_itself(hidden: str, name: str, end: int, people_at: frozenset[int]) -> bool:
    """What ends with a thing (大棚传感器) is a firm only where it is spoken of as one or its name says so."""
    spoken_of = slot_words().there.match(hidden, end) or slot_words().belongs.match(hidden, end)
    return bool(spoken_of) or coined.firmly(name) or not people_at.isdisjoint(range(end, end + 5))

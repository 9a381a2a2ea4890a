"""Organisations told by what they deal in: a proper name, then its trade and its legal form (海天塑胶, 南湖中学)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nlp import slots
from nlp.heads import FUNCTIONAL, head, proper, with_letters
from nlp.lexicon import Word, common, common_nouns, word_at
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
PLACES = frozenset("省市县区镇乡")
SPEAKS = (
    *("那边", "那单", "说", "要", "问", "嫌", "催", "让我"),
    *("回了", "签", "付", "定了", "下单", "拒", "答应", "同意"),
)
_DEALT_WITH = re.compile("(?:[跟给把将帮催陪]|拜访了?|走访了?|趟)$")
_WHEN = re.compile("[上下]午|早上|晚上|今天|明天|昨天|一天")
_CARDS = ("的微信", "的电话", "的名片", "的人")
_OF_A_PERSON = re.compile("[一-龥][姐哥嫂叔婶婆爷妈爸记]$")
"""宋姐烘焙, 李记酱鸭: a house called by the one who keeps it."""


class Proposal(NamedTuple):
    start: int
    end: int
    rule: str
    sure: float


class _House(NamedTuple):
    """A name and the trade behind it, where they stand in a text."""

    hidden: str
    bare: int
    """Where the name begins without Latin letters before it."""
    at: int
    """Where the trade begins."""
    end: int
    start: int
    legal: bool
    kind: bool
    """The trade is a kind of house: 中学, 管委会."""
    deals: bool
    """The trade is a line of business known everywhere."""
    beside: bool
    """Somebody of theirs is named right behind."""
    spoken_of: bool

    @property
    def name(self) -> str:
        return self.hidden[self.bare : self.at]

    @property
    def trade(self) -> str:
        return self.hidden[self.at : self.end]


def by_trade(
    hidden: str,
    words: Sequence[Word],
    n: int,
    ends: dict[int, Word],
    marks: dict[str, frozenset[str]],
    people_at: frozenset[int],
) -> Proposal | None:
    """海天塑胶, 南湖中学, 恒川精密机械有限公司: a proper name, then what it deals in and its legal form."""
    end, legal = _tail(hidden, words, n, marks)
    if end is None:
        return None
    house = _placed(hidden, words[n], end, legal, ends, marks, people_at)
    if _is_handled(house) or (not legal and _is_a_product(house, people_at)):
        return None
    public = _is_public(house) or _is_a_trade_of_a_place(house)
    if not _is_named(house, public=public):
        return None
    if legal:
        return _by_form(house)
    if _is_wanted(house) or _is_a_word_of_every_day(house):
        return None
    return _told_by(_with_branches(house), public=public, offices=lambda end: _has_offices(words, end, marks))


def _placed(
    hidden: str,
    word: Word,
    end: int,
    legal: bool,
    ends: dict[int, Word],
    marks: dict[str, frozenset[str]],
    people_at: frozenset[int],
) -> _House:
    bare = head(hidden, word.start, ends, marks)
    if bare == word.start and _OF_A_PERSON.search(hidden, max(0, bare - 2), bare):
        bare -= 2
    deals = word.mark in marks["industry"] or hidden[end - 1] == "业"
    return _House(
        hidden, bare, word.start, end, with_letters(hidden, bare), legal,
        kind=word.mark in marks["orgkind"],
        deals=deals and hidden[word.start : end] not in patterns().everywhere,
        beside=bool(people_at) and not people_at.isdisjoint(range(end, end + 9)),
        spoken_of=_spoken_of(hidden, end),
    )  # fmt: skip


def _is_handled(house: _House) -> bool:
    """把设备报价单发给他, 跑了一上午药店: the words before the trade are no name."""
    name = house.name
    if name[-1:] in HANDLING or _WHEN.search(name):
        return True
    return bool(patterns().counted.fullmatch(name) or _A_FLOOR.search(name)) or name in patterns().deeds


def _is_a_product(house: _House, people_at: frozenset[int]) -> bool:
    """大棚传感器: what is sold, not who sells it."""
    if not patterns().a_product.search(house.hidden, house.start, house.end) or _told(house.hidden, house.start):
        return False
    return not _runs_itself(house.hidden, house.name, house.end, people_at)


def _is_public(house: _House) -> bool:
    """高新区管委会, 县一院: of its place there is one."""
    if not house.kind:
        return False
    hidden, name = house.hidden, house.name
    if name in _ZONES and hidden.startswith(("管委会", "管理委员会"), house.at):
        return True
    if name in PLACES and (house.end - house.at >= 3 or house.trade in NUMBERED):
        return True
    return name in patterns().regions and not hidden.startswith("工厂", house.at) and house.beside


def _is_a_trade_of_a_place(house: _House) -> bool:
    """宁波注塑, where it is spoken of as a firm."""
    if not house.deals or house.name not in patterns().regions:
        return False
    return house.spoken_of or _dealt_with(house.hidden, house.start, house.end)


def _is_named(house: _House, *, public: bool) -> bool:
    if house.start and house.hidden[house.start - 1].isdigit():
        return False
    lettered = house.start < house.bare and house.name in ("", *patterns().regions)
    return public or proper(house.name) or lettered


def _by_form(house: _House) -> Proposal | None:
    """A legal form makes it a firm; 我们分公司 is none of its own."""
    branch = patterns().branch.match(house.hidden, house.end)
    end = branch.end() if branch else house.end
    inner = house.hidden[house.start : end].endswith(("分公司", "子公司", "总公司"))
    if inner and house.name in patterns().generic:
        return None
    return Proposal(house.start, end, "customer.suffix", 0.88)


def _is_wanted(house: _House) -> bool:
    """找一家海天塑胶, 洗碗机租赁: what somebody looks for or hires."""
    hidden, start = house.hidden, house.start
    if not (house.beside or house.spoken_of) and patterns().wanted.search(hidden, max(0, start - 4), start):
        return True
    hired = house.name[-1:] in ("机", "车") and hidden.endswith("租赁", start, house.end)
    return hired and not (house.kind or house.beside or _told(hidden, start))


def _is_a_word_of_every_day(house: _House) -> bool:
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


def _with_branches(house: _House) -> _House:
    """同济大学附属医院, 华润燃气阜阳公司: what belongs to the name behind it."""
    hidden, end = house.hidden, house.end
    if hidden.startswith("大学", end - 2) and (attached := _ATTACHED.match(hidden, end)):
        end = attached.end()
    if (local := _OF_A_PLACE.match(hidden, end)) and local[1] in patterns().regions:
        end = local.end()
    if store := patterns().store.match(hidden, end):
        end = store.end()
    return house if end == house.end else house._replace(end=end)


def _told_by(house: _House, *, public: bool, offices: Callable[[int], bool]) -> Proposal:
    hidden, start, end = house.hidden, house.start, house.end
    if public and hidden.startswith(SPEAKS, end):
        return Proposal(start, end, "customer.public", 0.86)
    if _DEALT_WITH.search(hidden, max(0, start - 3), start) and slot_words().deeds_with.match(hidden, end):
        return Proposal(start, end, "customer.slot", 0.8)
    if house.spoken_of and house.deals and slots.fresh(house.name):
        return Proposal(start, end, "customer.slot", 0.8)
    return Proposal(start, end, "customer.trade", 0.87 if offices(end) else _sureness(house.name, house.trade))


def _of_no_words(name: str) -> bool:
    """翠湖, 仁和: before a trade such a name is one, whatever character it ends with."""
    if slots.fresh(name):
        return True
    plain = FUNCTIONAL.isdisjoint(name) and common().isdisjoint(name[at : at + 2] for at in range(len(name) - 1))
    return 1 < len(name) < 5 and plain and name not in vague() and not slots.person(name)


def _dealt_with(hidden: str, start: int, end: int) -> bool:
    """跟宁波注塑谈了, 北方重工压了货款: a place and a trade are a firm where something is done with it or by it."""
    lists = slot_words()
    if lists.deeds_of_firms.match(hidden, end) or _told(hidden, start):
        return True
    led = _DEALT_WITH.search(hidden, max(0, start - 3), start) or hidden.endswith("从", 0, start)
    return bool(led and lists.deeds_with.match(hidden, end))


def _has_offices(words: Sequence[Word], end: int, marks: dict[str, frozenset[str]]) -> bool:
    """华银健康检验科: a department or a role stands right behind."""
    word = word_at(words, end)
    return word is not None and (word.mark in marks["dept"] or word.mark in marks["role"])


def _sureness(name: str, kind: str) -> float:
    """昌硕科技 and 临港管委会 are firms wherever they stand; 深度旅行 only where selling is spoken of."""
    if (_of_no_words(name) and kind not in patterns().homely) or (
        (name in patterns().regions or name in _ZONES or name[-1:] in PLACES)
        and len(kind) > 2
        and kind in patterns().offices
    ):
        return 0.87
    return 0.8 if name not in common() else 0.65


def _spoken_of(hidden: str, end: int) -> bool:
    """What stands behind says that an organisation is spoken of: 那边, 的合同, 签了."""
    lists = slot_words()
    if hidden.startswith("的", end):
        return hidden.startswith(_CARDS, end) or lists.belongs.match(hidden, end) is not None
    begun = hidden[end : end + 1] in lists.behind
    return begun and bool(lists.there.match(hidden, end) or lists.deeds_of.match(hidden, end))


def _told(hidden: str, start: int) -> bool:
    """A label stands before: 客户名称:东岭水泥."""
    return any(cue.end() == start for cue in slot_words().labelled.finditer(hidden, max(0, start - 8), start))


def _runs_itself(hidden: str, name: str, end: int, people_at: frozenset[int]) -> bool:
    """What ends with a thing (大棚传感器) is a firm only where it is spoken of as one or its name says so."""
    spoken_of = slot_words().there.match(hidden, end) or slot_words().belongs.match(hidden, end)
    return bool(spoken_of) or slots.firmly(name) or not people_at.isdisjoint(range(end, end + 5))


def _tail(hidden: str, words: Sequence[Word], n: int, marks: dict[str, frozenset[str]]) -> tuple[int | None, bool]:
    """Where the trades and the legal form that begin with a word end, and whether a legal form is among them.
    A trade that names a product (包装 before 机) is left out; None when nothing is left."""
    chain, tail = [words[n]], marks["tail"]
    for at in range(n + 1, len(words)):
        word = words[at]
        if word.start != chain[-1].end or word.mark not in tail:
            break
        chain.append(word)
    legal = any(word.mark in marks["legalform"] for word in chain)
    if not legal:
        kind = next((k for k, word in enumerate(chain) if word.mark in marks["orgkind"]), len(chain))
        while kind + 1 < len(chain) and chain[kind + 1].mark in marks["orgkind"]:
            kind += 1
        chain = chain[: kind + 1]
    while chain and not legal and patterns().product.match(hidden, chain[-1].end):
        if hidden.startswith("科的", chain[-1].end) or _has_offices(words, chain[-1].end, marks):
            break
        chain.pop()
    return (chain[-1].end if chain else None), legal

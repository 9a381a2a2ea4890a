"""Organisations told by what they deal in: a proper name, then its trade and its legal form (海天塑胶, 南湖中学)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nlp import slots
from nlp.lexicon import Word, common, common_nouns, word_at
from nlp.names import vague
from nlp.orgwords import patterns
from nlp.slotwords import words as slot_words

HANDLING = ("把", "将", "给", "被", "让", "在", "去", "是", "跟")
"""No name ends with these: what follows is what is handled."""
LONGEST = 12
FUNCTIONAL = frozenset("上下里中前后时内外的了们人家边")
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
    "那边",
    "那单",
    "说",
    "要",
    "问",
    "嫌",
    "催",
    "让我",
    "回了",
    "签",
    "付",
    "定了",
    "下单",
    "拒",
    "答应",
    "同意",
)
JOINING = frozenset("和与及向对为由来号有要新")
NAMELIKE = frozenset("群拓圆满冠联益恩交通发来汇传开成优百建正中进安工将大加华信达立定")
"""Words of the lexicon that, in the middle of a name, are a part of it."""
_DEALT_WITH = re.compile("(?:[跟给把将帮催陪]|拜访了?|走访了?|趟)$")
_WHEN = re.compile("[上下]午|早上|晚上|今天|明天|昨天|一天")
_OF_A_PERSON = re.compile("[一-龥][姐哥嫂叔婶婆爷妈爸记]$")
"""宋姐烘焙, 李记酱鸭: a house called by the one who keeps it."""
HAN = re.compile(r"[\u4e00-\u9fff]")


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
    end, legal = _tail(hidden, words, n, marks)
    if end is None:
        return None
    start = head(hidden, words[n].start, ends, marks)
    name = hidden[start : words[n].start]
    if not name and _OF_A_PERSON.search(hidden, max(0, start - 2), start):
        start -= 2
        name = hidden[start : words[n].start]
    start, bare = with_letters(hidden, start), start
    if name[-1:] in HANDLING or _WHEN.search(name):  # 把设备报价单发给他, 跑了一上午药店
        return None
    if patterns().counted.fullmatch(name) or _A_FLOOR.search(name) or name in patterns().deeds:
        return None
    if (
        not legal
        and patterns().a_product.search(hidden, start, end)
        and not _told(hidden, start)
        and not _runs_itself(hidden, name, end, people_at)
    ):
        return None
    public = words[n].mark in marks["orgkind"] and (
        (name in _ZONES and hidden.startswith(("管委会", "管理委员会"), words[n].start))
        or (name in PLACES and (end - words[n].start >= 3 or hidden[words[n].start : end] in NUMBERED))
        or (
            name in patterns().regions
            and not hidden.startswith("工厂", words[n].start)
            and not people_at.isdisjoint(range(end, end + 9))
        )
    )
    spoken_of = _spoken_of(hidden, end)
    trade = words[n].mark in marks["industry"] or hidden[end - 1] == "业"
    trade = trade and hidden[words[n].start : end] not in patterns().everywhere
    if trade and name in patterns().regions:
        public = public or spoken_of or _dealt_with(hidden, start, end)
    if not (public or _proper(name) or (start < bare and name in ("", *patterns().regions))) or (
        start and hidden[start - 1].isdigit()
    ):
        return None
    if legal:
        if branch := patterns().branch.match(hidden, end):
            end = branch.end()
        inner = hidden[start:end].endswith(("分公司", "子公司", "总公司")) and name in patterns().generic
        return None if inner else Proposal(start, end, "customer.suffix", 0.88)
    beside = not people_at.isdisjoint(range(end, end + 9))
    if not (beside or spoken_of) and patterns().wanted.search(hidden, max(0, start - 4), start):
        return None
    kind = words[n].mark in marks["orgkind"]
    if (
        name[-1:] in ("机", "车")
        and hidden.endswith("租赁", start, end)
        and not (kind or beside or _told(hidden, start))
    ):  # 洗碗机租赁
        return None
    labelled = _told(hidden, start)
    homely = hidden[words[n].start : end] in patterns().homely and not (beside or hidden.startswith("的", end))
    if homely and name in common() - common_nouns():  # 我喜欢大学
        return None
    if name in common_nouns() and not (
        beside
        or kind
        or labelled
        or (spoken_of and trade)
        or name in vague()
        or hidden.startswith(SPEAKS, end + (hidden[end : end + 1] == " "))
    ):
        return None
    at_ease = not (beside or spoken_of or hidden.startswith("的", end))
    if at_ease and hidden[words[n].start : end] in patterns().to_be_at:  # 去北湖公园跑步
        return None
    if hidden.startswith("大学", end - 2) and (attached := _ATTACHED.match(hidden, end)):
        end = attached.end()
    if (local := _OF_A_PLACE.match(hidden, end)) and local[1] in patterns().regions:
        end = local.end()
    if store := patterns().store.match(hidden, end):
        end = store.end()
    if public and hidden.startswith(SPEAKS, end):
        return Proposal(start, end, "customer.public", 0.86)
    if _DEALT_WITH.search(hidden, max(0, start - 3), start) and slot_words().deeds_with.match(hidden, end):
        return Proposal(start, end, "customer.slot", 0.8)
    if spoken_of and trade and slots.fresh(name):
        return Proposal(start, end, "customer.slot", 0.8)
    sure = 0.87 if _has_offices(words, end, marks) else _sureness(name, hidden[words[n].start : end])
    return Proposal(start, end, "customer.trade", sure)


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
    if hidden.startswith(("的微信", "的电话", "的名片", "的人"), end):
        return True
    return any(one.match(hidden, end) is not None for one in (lists.there, lists.belongs, lists.deeds_of))


def _told(hidden: str, start: int) -> bool:
    """A label stands before: 客户名称:东岭水泥."""
    return any(cue.end() == start for cue in slot_words().labelled.finditer(hidden, max(0, start - 8), start))


def _runs_itself(hidden: str, name: str, end: int, people_at: frozenset[int]) -> bool:
    """What ends with a thing (大棚传感器) is a firm only where it is spoken of as one or its name says so."""
    spoken_of = slot_words().there.match(hidden, end) or slot_words().belongs.match(hidden, end)
    return bool(spoken_of) or slots.firmly(name) or not people_at.isdisjoint(range(end, end + 5))


def with_letters(hidden: str, start: int) -> int:
    """bosch苏州工厂, tcl电子: Latin letters right before belong to the name, words of the trade (ai软件) do not."""
    letters = re.search("(?<![a-z0-9])[a-z][a-z&]{1,11}$", hidden[max(0, start - 13) : start])
    if letters is None or letters[0] in slot_words().latin_common:
        return start
    return start - len(letters[0])


def _tail(hidden: str, words: Sequence[Word], n: int, marks: dict[str, frozenset[str]]) -> tuple[int | None, bool]:
    """Where the trades and the legal form that begin with a word end, and whether a legal form is among them.
    A trade that names a product (包装 before 机) is left out; None when nothing is left."""
    chain = [words[n]]
    for word in words[n + 1 :]:
        if word.start != chain[-1].end or word.mark not in marks["tail"]:
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


def head(hidden: str, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int:
    """Where the name that ends here begins: back over characters that are no word of the lexicon, then past the
    words that lead up to a name (今天去, 客户, 的)."""
    start = end
    while start and end - start < LONGEST:
        word = ends.get(start)
        if word is not None and word.mark in marks["within"]:
            start = word.start
        elif (word is None or _part_of_a_word(hidden, word)) and HAN.match(hidden[start - 1]):
            start -= 1
        else:
            break
    for cut in patterns().cut_always.finditer(hidden, start, end):
        start = cut.end()
    for cut in patterns().cut.finditer(hidden, start, end):
        begun = hidden[cut.end() - 1 : cut.end() + 1]
        within = cut.start() - start == 1 and cut[0] in JOINING  # 天和堂, 瑞和: no "and" after one character
        if cut.end() <= end - 2 and not within and begun not in common() and begun not in patterns().uncut:
            start = cut.end()
    if hidden[start : start + 1] == "成" and hidden[start - 1 : start] in ("改", "换", "变"):
        start += 1
    proper = next((w.start for at in range(end, start, -1) if (w := ends.get(at)) and w.mark in marks["tail"]), end)
    if hidden[start : start + 1] == "下" and hidden[start - 1 : start] in ("看", "问", "查", "催", "核", "跟", "约"):
        start += 1
    if hidden[start : start + 1] in ("上", "到", "了", "过", "完") and start in ends:  # 对接 · 上惠民社区
        start += hidden[start : start + 2] not in patterns().regions
    for _ in range(2):  # 有人 · 知道顺风镇卫生院
        start = _past_the_lead(hidden, start, end)
        verb = hidden[start : start + 2]
        named = verb in patterns().regions or verb in common_nouns() or verb in patterns().trades
        if verb not in common() or named or proper - start < 4:
            break
        start += 2
    return start


def _past_the_lead(hidden: str, start: int, end: int) -> int:
    """Behind the words that lead up to a name (今天去, 客户, 有人知道)."""
    begun = hidden[start : start + 2]
    lead = patterns().lead.match(hidden, start, end)
    if lead is None:
        return start
    plain = begun not in common() and begun not in patterns().uncut
    if not plain and begun not in patterns().leading:
        return start
    new = hidden[lead.end() - 1] == "新" and (lead.end() - 1 == start or hidden[lead.end() - 2] not in "个家的了们")
    return lead.end() - new  # 新东街小学


def _part_of_a_word(hidden: str, word: Word) -> bool:
    """A word of one character that belongs to a longer one (报 in 晚报) or likes to stand in names."""
    if word.end - word.start > 1:
        return False
    return hidden[word.start] in NAMELIKE or hidden[word.start - 1 : word.end] in common()


def _proper(name: str) -> bool:
    """A proper name: two to eight characters, not one of the words that only describe."""
    lists = patterns()
    if not 2 <= len(name) <= 8 or name in lists.generic or name in lists.trades:
        return False
    return len(name) == 2 or len(name) > 3 or name[1:] not in lists.generic


def unheard(name: str) -> bool:
    """Part of the name is no common word: 智造云, 南港码头, but not 展会上认识."""
    at, unheard = 0, 0
    while at < len(name):
        length = next((n for n in (3, 2) if name[at : at + n] in common() or name[at : at + n] in patterns().trades), 0)
        if not length:
            unheard += 1
        at += length or 1
    return unheard >= (1 if len(name) == 3 and name[-1] not in FUNCTIONAL else 2)

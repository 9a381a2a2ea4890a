"""Organisations that no known name spells: proposed by how firms are called and by what stands around, then
compared with the known names by sound and by slip of the hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from nlp.customers import NameIndex, mention
from nlp.lexicon import Lexicon, Word, table
from nlp.reading import Contact, Customer

HAN = re.compile(r"[\u4e00-\u9fff]")
LEAD = re.compile(
    r"^(?:的|了|在|去|到|给|跟|和|与|对|从|向|把|被|让|是|有|就|也|都|还|要|想|说|这家|那家|一家|这个|那个|个|位|家|我|你|他|她|它|们|这|那|"
    r"今天|昨天|明天|上午|下午|刚|刚才|刚刚|又|再|先|另外|然后|因为|所以|但是|客户|及|或|约|见|为|于|由|帮|替|问|找|请|叫|等|来|回|看|陪|随|同|该|某|本|贵|"
    r"叫做|叫|名叫|联系|拜访|走访|接触|收到|发给|出来|离|做|几个|两家|三家|一个|新|老客户|新客户)+"
)
INNER = re.compile(r".*(?:的|了|在|跟|给|去|到|是|从|被|让|说|把|们|你|我|他|那家|这家|一家)")
GENERIC = frozenset(
    [
        "我们",
        "你们",
        "他们",
        "咱们",
        "附近",
        "楼下",
        "隔壁",
        "对面",
        "门口",
        "本地",
        "当地",
        "外地",
        "国内",
        "国外",
        "这个",
        "那个",
        "一个",
        "各个",
        "某个",
        "什么",
        "哪个",
        "学校",
        "公司",
        "医院",
        "大型",
        "小型",
        "中型",
        "上市",
        "民营",
        "国有",
        "私立",
        "公立",
        "三甲",
        "二甲",
        "综合",
        "连锁",
        "专业",
        "传统",
        "普通",
        "著名",
        "知名",
        "网络",
        "移动",
        "联通",
        "电信",
        "物流",
        "快递",
        "代理",
        "竞争",
        "合作",
        "外贸",
        "广告",
        "设计",
        "装修",
        "软件",
        "咨询",
        "保险",
        "投资",
        "牙科",
        "口腔",
        "县",
        "市",
        "省",
        "区",
        "镇",
        "乡",
        "村",
        "大",
        "小",
        "新",
        "老",
        "好",
        "坏",
        "同",
        "母",
        "子",
        "分",
        "总",
        "本",
        "该",
        "某",
        "另",
        "他",
        "她",
        "你",
        "我",
        "社区",
        "街道",
        "幼儿",
        "重点",
        "高级",
        "初级",
        "五星",
        "四星",
        "三星",
        "快捷",
        "便宜",
        "高档",
        "儿童",
        "动物",
        "宠物",
        "妇科",
        "精神",
        "整形",
        "美容",
        "人民",
        "中心",
        "第一",
        "第二",
        "女子",
        "男子",
        "成人",
        "老年",
        "驾驶",
        "职业",
        "技术",
        "艺术",
        "体育",
        "外国",
        "名牌",
        "野鸡",
        "农村",
        "城市",
        "山区",
        "家门",
        "小区",
        "中国",
        "全国",
        "世界",
        "国家",
        "政府",
        "军队",
        "部队",
        "企业",
        "单位",
        "机关",
        "事业",
        "个人",
        "家庭",
        "团队",
        "部门",
        "客户",
        "甲方",
        "乙方",
        "厂家",
        "供应",
        "经销",
        "采购",
        "招标",
        "整个",
        "全",
        "每个",
        "每家",
        "所有",
        "这种",
        "那种",
        "哪家",
        "几家",
        "家",
    ]
)
BESIDE = re.compile(r"那边|这边|那儿|他们家|他们")
HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
NAMELIKE = frozenset("通发来汇传开成优百建")


@cache
def _not_ours() -> frozenset[str]:
    return frozenset(table("companies")["companies"]["notcustomer"].split())


@lru_cache(maxsize=64)
def _marks(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    classes = {name: frozenset(lexicon.marks(name)) for name in ("industry", "region", "orgkind", "legalform")}
    classes["tail"] = classes["industry"] | classes["orgkind"] | classes["legalform"]
    return classes


def find(
    text: str,
    hidden: str,
    words: Sequence[Word],
    lexicon: Lexicon,
    names: NameIndex,
    known: Sequence[Customer],
    contacts: Sequence[Contact],
) -> list[Customer]:
    """Organisations beside the known mentions: a known customer misspelt, or a new one under its own name."""
    found: list[Customer] = []
    taken = [c.span for c in (*known, *contacts)]
    for start, end, rule, sure in _proposals(hidden, words, lexicon, names):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        customer = _resolved(text, start, end, rule, sure, names)
        if customer is not None:
            found.append(customer)
            taken.append(customer.span)
    return found


def _resolved(text: str, start: int, end: int, rule: str, sure: float, names: NameIndex) -> Customer | None:
    said = text[start:end]
    if said in _not_ours():
        return None
    alike = names.alike(said) if len(names) else ()
    if alike:
        return mention(text, start, end, alike)
    if rule == "customer.beside":
        return None
    return Customer(said, (start, end), rule, sure, said, False, how=rule.partition(".")[2])


def _proposals(
    hidden: str, words: Sequence[Word], lexicon: Lexicon, names: NameIndex
) -> Iterator[tuple[int, int, str, float]]:
    marks = _marks(lexicon)
    done = 0
    ends = {word.end: word for word in words}
    for n, word in enumerate(words):
        if word.start < done or word.mark not in marks["tail"]:
            continue
        end = _tail(words, n, marks)
        start = _head(hidden, word.start, ends, marks)
        if start is not None:
            legal = any(w.mark in marks["legalform"] for w in words[n:] if w.start < end)
            yield start, end, "customer.suffix" if legal else "customer.trade", 0.85 if legal else 0.75
            done = end
    if len(names):
        yield from _beside(hidden, ends)


def _tail(words: Sequence[Word], n: int, marks: dict[str, frozenset[str]]) -> int:
    """Where the trades and the legal form that begin with a word end: 精密 机械 有限公司."""
    end = words[n].end
    for word in words[n + 1 :]:
        if word.start != end or word.mark not in marks["tail"]:
            break
        end = word.end
    return end


def _head(hidden: str, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int | None:
    """Where the name begins whose trade begins at ``end``; None where no proper name stands before it."""
    start = end
    while start and end - start < 8:
        word = ends.get(start)
        if word is not None and word.mark in marks["region"] | marks["industry"]:
            start = word.start
        elif (word is None or hidden[word.start : word.end] in NAMELIKE) and HAN.match(hidden[start - 1]):
            start -= 1
        else:
            break
    inner = INNER.match(hidden[start:end])
    start += inner.end() if inner else 0
    lead = LEAD.match(hidden[start:end])
    start += lead.end() if lead else 0
    return start if _proper(hidden[start:end], marks) else None


def _proper(name: str, marks: dict[str, frozenset[str]]) -> bool:
    """A proper name: two to six characters, not one of the words that only describe."""
    if not 2 <= len(name) <= 8 or name in GENERIC or name in _words_only():
        return False
    return not any(name.endswith(word) and len(name) - len(word) < 2 for word in GENERIC if len(word) > 1)


@cache
def _words_only() -> frozenset[str]:
    return frozenset(table("companies")["companies"]["industries"].split())


def _beside(hidden: str, ends: dict[int, Word]) -> Iterator[tuple[int, int, str, float]]:
    """瑞和那边: two to four characters before 那边, perhaps a known name misspelt."""
    for place in BESIDE.finditer(hidden):
        for length in (4, 3, 2):
            start = place.start() - length
            if start >= 0 and HAN_RUN.fullmatch(hidden[start : place.start()]):
                yield start, place.start(), "customer.beside", 0.6


def settled(found: Sequence[Customer], contacts: Sequence[Contact]) -> list[Customer]:
    """Mentions in order; one in doubt between several goes to the customer that a named contact belongs to."""
    home = {candidate.id for contact in contacts for candidate in contact.customers}
    kept = []
    for customer in sorted(found, key=lambda c: c.span):
        fitting = [candidate for candidate in customer.candidates if candidate.id in home]
        if len(fitting) == 1 and customer.confidence < 0.85:
            best = fitting[0]
            customer = replace(customer, name=best.name, id=best.id, confidence=0.9, rule="customer.contact")
        kept.append(customer)
    return kept

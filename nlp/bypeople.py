"""Organisations told by one of their people behind: 智造云的甘经理, 三院检验科的邢老师."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.heads import LONGEST, NAMELIKE, head, unheard, with_letters
from nlp.lexicon import Word
from nlp.orgwords import patterns
from nlp.reading import Contact
from nlp.seen import Seen
from nlp.trades import Proposal

THINGS = (
    "系统",
    "设备",
    "方案",
    "项目",
    "合同",
    "单子",
    "产品",
    "软件",
    "平台",
    "服务",
    "报价",
    "资料",
    "那单",
    "数据",
)
_OFFICES = (
    "物资|材料|设备|工程|成本|合约|招采|供应|品质|质量|生产|技术|采购|财务|"
    "行政|基建|后勤|安全|项目|运营|市场|研发|信息|法务|人事|仓储|物流|计划|机电|动力|工艺|外贸|国际|电商"
)
_OFFICE = re.compile(f"(?:{_OFFICES})(?:部|科|处|室|办)$")
"""朗逸物资部: the house ends where an office begins."""
_CLOSED = frozenset(("", *",。!?;:、() \0"))
"""Behind these a clause begins: no house stands before the person."""
_SHORT_PUBLIC = re.compile(
    r"(?:^|[,。;!?:\s和跟与给找约见去到在从催把])((?:[市省县区]?[一二三四五六七八九十]{1,2}(?:院|中|附院)|[沪京津渝蓉杭甬苏锡常扬镇泰徐淮盐连温绍嘉湖金台丽衢舟合芜厦福泉漳莆青济烟潍淄威郑洛汉襄宜长株湘衡穗深珠佛莞惠汕湛桂柳邕昆贵筑兰西银哈沈大鞍吉唐石太晋包呼乌琼][一二三四五六七八九十]{1,2}[院中]|[一二三四]中心医院|附[一二三]院?|附小|附中|实小|中心校"
    "|(?:[北华东西南中]?[交浙北清复南武川山哈厦吉科工农师财理医海湖河])大(?:附院)?))$"
)
"""三院, 交大: so short a public body counts with one of its people behind it."""


def by_contact(
    hidden: str, ends: dict[int, Word], marks: dict[str, frozenset[str]], contacts: Sequence[Contact]
) -> Iterator[Proposal]:
    """智造云的甘经理: what stands before a person, its 的 and its department, when it is a proper name."""
    for contact in contacts:
        end = contact.span[0]
        while end in ends and ends[end].mark in marks["office"]:
            end = ends[end].start
        if hidden[max(0, end - 1) : end] == "的":
            end -= 1
            while end in ends and ends[end].mark in marks["dept"]:
                end = ends[end].start
        if hidden[end - 1 : end] in _CLOSED:
            continue
        if (region := _regional(hidden, end)) and region.start():
            end = region.start() - (hidden[region.start() - 1] == "的")
        if (short := _SHORT_PUBLIC.search(hidden, max(0, end - 6), end)) and hidden[end : end + 1] != "":
            yield Proposal(short.start(1), end, "customer.public", 0.84)
            continue
        start = head(hidden, end, ends, marks)
        end = _without_office(hidden, start, end, ends, marks)
        if patterns().office.fullmatch(hidden, start, end):
            continue
        start = with_letters(hidden, start)
        if hidden[end - 1 : end] in NAMELIKE and hidden[end : end + 1] != "的":
            continue
        if hidden[end - 1 : end] in "小老大" and hidden[end : end + 1] != "的":  # 他儿子小龚总
            continue
        asked = patterns().cut.search(hidden, end - 1, end) is not None and hidden[end : end + 1] != "的"
        if asked or patterns().cut_always.search(hidden, end - 1, end):
            continue
        name = hidden[start:end]
        if name in patterns().regions:
            continue
        if 2 <= len(name) <= LONGEST and unheard(name) and not described(name) and not name.endswith(THINGS):
            yield Proposal(start, end, "customer.person", 0.78)


def by_office(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Proposal]:
    """聚能重卡的仓储科, 石化院的总工: what stands before 的 and an office of a house."""
    hidden, ends, office = seen.text, seen.ends, marks["office"]
    offices: list[int] = []
    if not office.isdisjoint(seen.marks):
        offices += [w[0] for w in seen.words if w[2] in office and w[1] - w[0] > 1]
    offices += [found.start(1) for found in _OWN_OFFICE.finditer(hidden)]
    for end in offices:
        if region := _regional(hidden, end):
            end = region.start()
        if hidden[end - 1 : end] != "的" or end < 3 or hidden[end - 2] in _CLOSED:
            continue
        start = with_letters(hidden, head(hidden, end - 1, ends, marks))
        name = hidden[start : end - 1]
        if not 2 < len(name) <= 8 or name[-1] in NAMELIKE - _ENDS_A_NAME or name in patterns().regions:
            continue
        if unheard(name) and not described(name) and not name.endswith(THINGS) and _PERSONAL.isdisjoint(name):
            yield Proposal(start, end - 1, "customer.office", 0.74)


_OWN_OFFICE = re.compile(f"的((?:{_OFFICES})(?:部|科|处|室|办))")
_REGIONS = "中国|华东|华南|华北|华中|西南|西北|东北|亚太|全国|大中华"
_REGIONAL = re.compile(f"(?:{_REGIONS})(?:大?区)?$")
_REGION_ENDS = frozenset(("区", "\n", *(region[-1] for region in _REGIONS.split("|"))))
"""As do the texts in which it is found."""


def _regional(hidden: str, end: int) -> re.Match[str] | None:
    """The part of the country that ends here, of which an office is (华东区)."""
    return _REGIONAL.search(hidden, max(0, end - 5), end) if hidden[end - 1 : end] in _REGION_ENDS else None


_ENDS_A_NAME = frozenset("拓群冠联益通优达信华建大")
_PERSONAL = frozenset("我你他她它这那谁们姓叫说")


def _without_office(hidden: str, start: int, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int:
    """星海职业学院装备处: the organisation ends where its kind does, when only an office follows."""
    if hidden[end - 1] in "一二三四五六七" and hidden.startswith(("车间", "分厂", "线"), end):
        return end - 1
    office = _OFFICE.search(hidden, start + 2, end)
    if office is not None:
        return office.start()
    for at in range(end - 2, max(start + 2, end - 6), -1):
        word = ends.get(at)
        if word is not None and word.mark in marks["tail"] and hidden[end - 1] in "处科部室组办":
            return at
    return end


def described(name: str) -> bool:
    return name in patterns().generic or name in patterns().not_customers

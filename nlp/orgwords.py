"""The word lists by which organisations are told, ready for use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp.branches import led_by_one_of, one_of
from nlp.lexicon import Lexicon, table

OF_A_HOUSE = (
    "的(?=[\u4e00-\u9fff]{0,6}(?:公司|厂|店|机构|品牌|学校|医院|客户|企业|单位|集团|连锁|工作室|诊所|供应链|酒店|餐厅))"
)
"""What is called so before these words is a house: 叫艾尔肤的医美机构."""
_LOST, _COMPARED, _OTHERS = "丢输", "比", "客户|甲方|业主|人家|对方"
"""What tells of a rival without a word for one: 丢了标, 跟他们比, 他们的报价客户嫌贵."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """The word lists of companies.toml, ready for use."""

    lead: re.Pattern[str]
    cut: re.Pattern[str]
    cut_always: re.Pattern[str]
    cutting: frozenset[str]
    """What the words of both begin with."""
    wanted: re.Pattern[str]
    rivals: re.Pattern[str]
    rivalry: frozenset[str]
    """Characters of which one stands wherever ``rivals`` finds something."""
    product: re.Pattern[str]
    office: re.Pattern[str]
    branch: re.Pattern[str]
    store: re.Pattern[str]
    counted: re.Pattern[str]
    a_product: re.Pattern[str]
    regions: frozenset[str]
    deeds: frozenset[str]
    generic: frozenset[str]
    leading: frozenset[str]
    uncut: frozenset[str]
    trades: frozenset[str]
    not_customers: frozenset[str]
    offices: frozenset[str]
    """Kinds of public bodies: with a place before they are one (临港管委会)."""
    homely: frozenset[str]
    """Trades and houses that people speak of at home: 猫鼠游戏, 恒温游泳馆."""
    everywhere: frozenset[str]
    """Trades that with a place name no firm: 上海物流."""
    to_be_at: frozenset[str]
    """Kinds of houses that one merely goes to: 去北湖公园跑步."""
    platforms: tuple[str, ...]
    """Where things are sold, posted and run (京东, 天猫那边): with a trade behind it such a name is a firm."""


@cache
def patterns() -> Patterns:
    """The lists of companies.toml."""
    words = {key: found.split() for key, found in table("companies")["companies"].items()}
    either = {key: one_of(sorted(map(re.escape, words[key]), key=len, reverse=True)) for key in words}
    lead = led_by_one_of(sorted(map(re.escape, words["lead"]), key=len, reverse=True))
    return Patterns(
        lead=re.compile(f"{lead}+"),
        cut=re.compile(either["cut"]),
        cut_always=re.compile(either["cut_always"]),
        cutting=frozenset(word[0] for word in (*words["cut"], *words["cut_always"])),
        wanted=re.compile(f"(?:{either['wanted']})$"),
        rivals=re.compile(
            f"(?:{either['rivals']}|{either['suppliers']})[^。,]{{0,4}}\0"
            f"|[{_LOST}][了掉]?的?[这那]?[个张]?(?:标|单子?|项目)[^。!?]{{0,4}}(?:是|被|让)\0"
            f"|\0(?:那边|家|他们|他家)?的?(?:方案|报价|产品|样品|东西|价格)(?:{_OTHERS})(?!的)"
            f"|[跟和同与]\0(?:他们|家)?的?(?:那[款台套个种]|产品|同款)?(?:相{_COMPARED}|{_COMPARED}(?!较?赛|例))"
            f"|\0[^。!?]{{0,14}}是[^。,]{{0,4}}(?:{either['rivals']}|(?:我们|咱们?|我司)的?(?:{either['suppliers']}))"
        ),
        rivalry=frozenset(
            word[0] for word in (*words["rivals"], *words["suppliers"], *_OTHERS.split("|"), *_LOST, _COMPARED)
        ),
        product=re.compile(either["product"]),
        office=re.compile(r"[\u4e00-\u9fff]{2,3}(?:部|科|处|室|组|办|中心)"),
        branch=re.compile(
            r"[\u4e00-\u9fff]{2,4}(?:分公司|子公司|项目部|分部|分厂|分店|分院|工厂|事业部|办事处|(?<![这那哪家间])店|院区|校区|厂区)|第?[一二三四五六七八九十]{1,2}(?:分公司|公司|项目部|工区|分局|工程局)"
        ),
        store=re.compile(
            "(?![那这哪有的说要开里门])[\u4e00-\u9fff]{2,4}(?<![这那哪家间个的门分体新老开])(?:店|分店|院区|校区|厂区)(?![长里员面家主])|(?:安装|物资|销售|工程|设计|建设|贸易|运输|置业|商贸|国际|进出口|电商|实业|项目)公司"
        ),
        counted=re.compile("[一二两三四五六七八九十几多好0-9]+(?:个|家|所|间|大)"),
        a_product=re.compile(f"(?:{either['a_product']})$"),
        regions=frozenset(words["regions"]) | frozenset(words["places"]),
        deeds=frozenset(words["wanted"]) | frozenset(words["deeds"]),
        generic=frozenset(words["generic"]) | frozenset(words["regions"]),
        uncut=frozenset(words["uncut"]),
        leading=frozenset(words["lead"]),
        trades=frozenset(words["industries"]) | frozenset(words["kinds"]),
        not_customers=frozenset(words["notcustomer"]),
        offices=frozenset(words["offices"]),
        homely=frozenset(words["homely"]),
        everywhere=frozenset(words["everywhere"]),
        to_be_at=frozenset(words["to_be_at"]),
        platforms=tuple(words["platforms"]),
    )


@lru_cache(maxsize=64)
def marks_of(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """The marks of trades, kinds, places, legal forms, offices and roles."""
    names = ("industry", "region", "orgkind", "legalform", "dept", "role", "title")
    classes = {name: frozenset(lexicon.marks(name)) for name in names}
    classes["tail"] = classes["industry"] | classes["orgkind"] | classes["legalform"]
    classes["office"] = classes["dept"] | classes["role"]
    classes["within"] = classes["industry"] | classes["orgkind"] | classes["region"]
    return classes

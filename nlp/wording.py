"""What a few words are: a day, a sum of money, a stage, a deed, or a name; for sentences that put one of them right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from nlp import dates, numbers
from nlp.lexicon import common, normalise, shipped, table
from nlp.reading import Finding

Field = Literal["customer", "stage", "date", "commitment", "amount"]

ANY_DAY = datetime(2026, 3, 10, 10, tzinfo=UTC)
"""Only whether words are a date is asked here, never which."""
STAGES = (
    "初步接触 初步沟通 首次接触 接触 建联 线索 需求确认 需求沟通 确认需求 需求 方案演示 方案讲解 演示 方案 试用 测试 poc 价格谈判 商务谈判 谈判 议价 报价 报价阶段 "
    "合同签署 合同签订 签约 合同 签合同 走合同 赢单 成交 已签 输单 丢单 立项 招投标 投标 交付 验收 回款"
).split()
DEED = re.compile(
    r"(?:发|给|寄|送|做|出|改|约|准备|提供|回复?|安排|整理|补|打|派|开|拟|写|交|确认|联系|对接|申请|演示|培训|上门|拜访|报价?|催|签|付|盖章?|查|看|测|装|换|退)"
)
DEADLINE = re.compile(r"(?:之?前|以前|内|之内|左右|吧|的?时候|那天|当天)$|^(?:在|到|于|最迟|最晚|不晚于)")
MONEY_TAIL = re.compile(r"(?:左右|上下|整|钱|多)$|^(?:大概|大约|约|差不多|总共|一共|含税)")
NO_NAME = re.compile(
    r"[我你他她它们您咱谁啥哪这那么了吗呢吧啊呀哦嘛着过就都也还才很太最更真挺好坏没别不的得地说想要让把被给跟和与或因为所以但而且如果会能可以应该觉知道喜欢爱看听吃喝玩去来走回做搞弄干找问怕死像对错有无是在到从人事钱点些样时候今明昨天年月日号?!,，。、;；…~]"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What the words are. ``sure``: they are so by themselves, without a sentence that asks for it."""

    field: Field
    words: str
    sure: bool


def kind_of(words: str, wanted: Field | None = None) -> Kind | None:
    """What the words are; None when they are nothing of the kind wanted, or nothing that can be put right."""
    words = words.strip()
    if not words or len(words) > 24:
        return None
    for field, judge in (
        ("date", _date),
        ("amount", _amount),
        ("stage", _stage),
        ("commitment", _deed),
        ("customer", _name),
    ):
        if wanted is None or wanted == field:
            found = judge(words, wanted)
            if found is not None:
                return found
    return None


def _rest(words: str, found: Sequence[Finding]) -> str:
    for finding in reversed(found):
        words = words[: finding.span[0]] + words[finding.span[1] :]
    return words.strip(" ,，、的")


def _date(words: str, wanted: Field | None) -> Kind | None:
    found = dates.find(words, ANY_DAY)
    if not found:
        return None
    rest = DEADLINE.sub("", DEADLINE.sub("", _rest(words, found)))
    if len(rest) > (4 if wanted else 2):
        return None
    kept = words[found[0].span[0] : found[-1].span[1]]
    tail = re.match(r"(?:之?前|以前|之?内)", words[found[-1].span[1] :])
    return Kind("date", kept + (tail[0] if tail else ""), not rest)


def _amount(words: str, wanted: Field | None) -> Kind | None:
    found = numbers.amounts(words)
    if not found and wanted == "amount":
        found = numbers.amounts(words + "元")
    if not found or len(MONEY_TAIL.sub("", MONEY_TAIL.sub("", _rest(words, found)))) > 2:
        return None
    return Kind("amount", words, True)


def _stage(words: str, wanted: Field | None) -> Kind | None:
    bare = re.sub(r"(?:的?阶段|那[步里]|这[步里])$", "", words.strip("「」“”\"'"))
    if normalise(bare) in STAGES:
        return Kind("stage", bare, True)
    if wanted == "stage" and 2 <= len(bare) <= 10 and not re.search(r"[了吗呢吧啊不没很]", bare):
        return Kind("stage", bare, False)
    return None


def _deed(words: str, wanted: Field | None) -> Kind | None:
    match = DEED.match(normalise(words))
    if match is None or len(words) - match.end() < 1 or len(words) > 16:
        return None
    if re.search(r"[了吗呢吧啊不没你他她得]", normalise(words)) or normalise(words) in common():
        return None
    return Kind("commitment", words, False)


@cache
def _trades() -> tuple[str, ...]:
    companies = table("companies")["companies"]
    return tuple({*companies["kinds"].split(), *companies["industries"].split(), *companies["legal"].split()})


@cache
def _titles() -> tuple[str, ...]:
    return tuple(shipped().words("title"))


def _name(words: str, wanted: Field | None) -> Kind | None:
    name = re.sub(r"(?:那家公司|那家|那边|那个|那单|他们家|家)$|的$", "", words)
    plain = normalise(name)
    if not 2 <= len(name) <= 20 or (plain.endswith(_titles()) and len(plain) <= 5):
        return None
    sure = len(plain) > 3 and plain.endswith(_trades())
    if not sure and (plain in common() or NO_NAME.search(plain)):
        return None
    return Kind("customer", name, sure)

"""Organisations whose name is Latin letters (TechNova, Luxora, IKEA), told from people and products by the words beside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import slots
from nlp.peoplewords import listed
from nlp.trades import Proposal

LATIN = re.compile(
    r"(?<![A-Za-z0-9@./_'-])(?:Al |El |The |De |La )?[A-Z][A-Za-z&]*[A-Za-z](?: [A-Z][A-Za-z&]+){0,2}(?![A-Za-z0-9@./_-])"
)
_CAMEL = re.compile("[A-Z][a-z]+[A-Z][A-Za-z]*")
_OF_THEIRS = re.compile(
    r"\s?(?:那边|那儿|这边|他们|他家|家的|总部|集团|公司|工厂|门店|中国区?|华东区?|亚太区?|(?:上海|苏州|北京|深圳|广州|[\u4e00-\u9fff]{2})工厂)"
    r"(?![的]?(?:微信|电话))"
)
_WITH = re.compile(r"(?:客户|品牌|公司)(?:叫|是|:)?\s?$|(?:跟|和|给|找|去|拜访|陪|约|供|签下|拿下|丢了|催)了?\s?$")
_VISITED = re.compile(r"(?:拜访|走访|回访|签下|拿下|攻下|丢)了\s?$")
_ONLY_HOUSES = re.compile(
    r"\s?的(?:人|采购|老板|财务|法务|合同|订单|单子|项目|尾款|货款|对账|报价|验厂|审厂|工厂|标书|预算|样品|年框|招标)"
)


def proposed(text: str, plain: str) -> Iterator[Proposal]:
    """The names of one to three Latin words that stand as an organisation does. ``plain`` is the text without what was
    found before, people too."""
    for match in LATIN.finditer(text):
        start, end = match.span()
        if "\0" in plain[start:end] or _no_name(match[0]):
            continue
        before, camel = text[max(0, start - 8) : start], _CAMEL.fullmatch(match[0]) is not None
        person = match[0].split(" ")[0].lower() in listed().given_latin
        lists = slots.words()
        theirs = _OF_THEIRS.match(text, end) or _ONLY_HOUSES.match(text, end)
        turned = _WITH.search(before) and not re.match(r"\s?[\u4e00-\u9fff]", text[end : end + 2])
        dealt = _WITH.search(before) and lists.deeds_with.match(text, end)
        does = lists.deeds_of.match(text, end) or lists.deeds_with.match(text, end)
        if person:
            continue
        visited = _VISITED.search(before) or (match[0].startswith(("Al ", "El ")) and "客户" in before)
        if theirs or visited or (camel and (turned or dealt or does)) or (dealt and not before.endswith("找")):
            yield Proposal(start, end, "customer.latin", 0.8)


def _no_name(said: str) -> bool:
    """Words of the trade and of letters: PPT, WeChat, Dear."""
    words = said.lower().split(" ")
    return any(word in slots.words().latin_common or word in listed().not_names for word in words)

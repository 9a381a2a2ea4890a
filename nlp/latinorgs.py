"""Organisations whose name is Latin letters (TechNova, Luxora, IKEA), told from people by the words beside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.firsts import sought
from nlp.peoplewords import listed
from nlp.slotwords import words as slot_words
from nlp.trades import Proposal

_KINDS = (
    "Hotel|Dental|Group|Inc|Ltd|LLC|GmbH|Co|Corp|Ceramics|Labs?|Tech|Technologies|Motors?|Foods?|Trading|"
    "Medical|Pharma|Industries|Systems|Logistics|Energy|Bank|School|University|Clinic|Hospital|Electronics|"
    "Design|Studio|Holdings|International|Limited|Pharmaceuticals?|Machinery|Instruments?|Chemicals?|Materials|"
    "Automation|Robotics|Solutions|Partners|Manufacturing|Engineering|Technology|Textiles?|Garments?|Furniture|"
    "Packaging|Plastics|Steel|Auto|Automotive|Airlines|Shipping|Imports?|Exports?|Enterprises?|Brothers|Bros|"
    "Sons|Brands|Retail|Stores?|Supermarkets?|Cafe|Coffee|Beverages?|Dairy|Farms?|Seafood|Biotech|Bio|Health|"
    "Healthcare|Hospitality|Resorts?|Properties|Realty|Construction|Builders|Lighting|Optics|Semiconductors?|"
    "Software|Networks?|Media|Publishing|Academy|College|Institute"
)
_WITH_KIND = re.compile(rf"(?<![A-Za-z@.])(?:[A-Z][A-Za-z&]+ )+(?:{_KINDS})(?![A-Za-z])")
_FORM = re.compile(
    r"(?<![A-Za-z@.])(?:[A-Z][A-Za-z&-]+ ){1,3}?(?:S\.p\.A\.?|S\.r\.l\.?|S\.A\.(?:S\.)?|B\.V\.|N\.V\.|A\.G\.|"
    r"K\.K\.|Pte\.? Ltd\.?|Pty\.? Ltd\.?|"
    r"Co\.?, ?Ltd\.?|Sdn\.? Bhd\.?|GmbH(?: & Co\.? KG)?|Inc\.|Ltd\.|Corp\.|PLC|SpA|Srl|SARL|"
    r"AG|AB|Oy|ApS|A/S|LLP)(?![A-Za-z])"
)
"""Ferroli S.p.A.: a name and its legal form abroad."""
_CALLED = re.compile(
    r"(?:公司|厂|店|品牌|企业)(?:名字?)?[叫是]\s?([A-Z][A-Za-z]{2,15}(?: [A-Z][A-Za-z]+){0,2})(?![A-Za-z])"
)
"""他们公司叫Agrotec."""
_WORDS = re.compile(
    r"(?<![A-Za-z0-9@./_'-])(?:Al |El |The |De |La )?[A-Z][A-Za-z&]*[A-Za-z](?: [A-Z][A-Za-z&]+){0,2}"
    r"(?![A-Za-z0-9@./_-])"
)
_CAMEL = re.compile("[A-Z][a-z]+[A-Z][A-Za-z]*")
_OF_THEIRS = re.compile(
    r"\s?(?:那边|那儿|这边|他们|他家|家的|总部|集团|公司|工厂|门店|中国区?|华东区?|亚太区?|(?:上海|苏州|北京|深圳|广州|[\u4e00-\u9fff]{2})工厂)"
    r"(?![的]?(?:微信|电话))"
)
_WITH = sought(r"(?:客户|品牌|公司)(?:叫|是|:)?\s?$|(?:跟|和|给|找|去|拜访|陪|约|供|签下|拿下|丢了|催)了?\s?$")
_VISITED = re.compile(r"(?:拜访|走访|回访|签下|拿下|攻下|丢)了\s?$")
_GOES_ON = re.compile(r"\s?[\u4e00-\u9fff]")
_ONLY_HOUSES = re.compile(
    r"\s?的\s?(?:Mr|Ms|Mrs|Miss|人|采购|老板|财务|法务|合同|订单|单子|项目|尾款|货款|对账|报价|验厂|审厂|工厂|标书|预算|样品|年框|招标)"
)


def formed(text: str) -> Iterator[Proposal]:
    """The names that end with a kind of house or a legal form: Sunrise Foods, Ferroli S.p.A."""
    if " " not in text:  # before either stands one
        return
    for match in _FORM.finditer(text):
        yield Proposal(match.start(), match.end(), "customer.latin", 0.88)
    for match in _WITH_KIND.finditer(text):
        first = match[0].split(" ", 1)[0]
        start = match.start() + (len(first) + 1 if first.isupper() and match[0].count(" ") > 1 else 0)
        yield Proposal(start, match.end(), "customer.latin", 0.86)


def proposed(text: str, plain: str) -> Iterator[Proposal]:
    """The names of one to three Latin words that stand as an organisation does. ``plain`` is the text without what was
    found before, people too."""
    for match in _CALLED.finditer(text):
        yield Proposal(match.start(1), match.end(1), "customer.called", 0.8)
    for match in _WORDS.finditer(text):
        free = "\0" not in plain[match.start() : match.end()]
        if free and not _no_name(match[0]) and _as_a_house(text, match):
            yield Proposal(*match.span(), "customer.latin", 0.8)


def _as_a_house(text: str, match: re.Match[str]) -> bool:
    """No given name, and the words beside deal with an organisation; CamelCase needs fewer of them."""
    if match[0].split(" ")[0].lower() in listed().given_latin:
        return False
    start, end = match.span()
    before, lists = text[max(0, start - 8) : start], slot_words()
    if _OF_THEIRS.match(text, end) or _ONLY_HOUSES.match(text, end) or _VISITED.search(before):
        return True
    if match[0].startswith(("Al ", "El ")) and "客户" in before:
        return True
    turned, dealt = _WITH.search(before), lists.deeds_with.match(text, end)
    if turned and dealt and not before.endswith("找"):
        return True
    alone = turned and not _GOES_ON.match(text, end)
    return _CAMEL.fullmatch(match[0]) is not None and bool(alone or dealt or lists.deeds_of.match(text, end))


def _no_name(said: str) -> bool:
    """Words of the trade and of letters: PPT, WeChat, Dear."""
    words = said.lower().split(" ")
    return any(word in slot_words().latin_common or word in listed().not_names for word in words)

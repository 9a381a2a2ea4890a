"""People by other names: 陳生, 李太, and names in Latin letters beside words that follow or lead to people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.firsts import sought
from nlp.latinorgs import formed
from nlp.peoplewords import HAN, listed, open_left
from nlp.reading import Contact
from nlp.roles import role_start
from nlp.seen import Seen
from nlp.signs import sign
from nlp.slotwords import words as slot_words

LATIN = re.compile(r"(?<![A-Za-z0-9@.])(?<!Al )(?<!El )[A-Z][a-z]{2,11}(?: [A-Z][a-z]{1,11})?(?![A-Za-z0-9@.])")
CAPITAL = re.compile("[A-Z]")
"""A text without has no name in Latin letters in it."""
ADDRESSED = sought(
    r"(?<![A-Za-z])(Mr\.?|Ms\.?|Mrs\.?|Miss|Dr\.|Prof\.) ?([A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14})?)(?![A-Za-z])"
)
WITH_FAMILY = re.compile(r"(?<![A-Za-z0-9@.])([A-Z][a-z]{2,11}) ?([\u4e00-\u9fff])")
_BETWEEN = re.compile("^(?:在(?:群里?|微信上?|电话里|邮件里)|刚刚?才?|今天|昨天|上午|下午|那边|已经?|又|也|just ){1,2}")
_HOUSE_CALLED = re.compile("(?:公司|厂|店|品牌|企业)(?:名字?)?[叫是]$")
CANTONESE = re.compile(
    r"([\u4e00-\u9fff])([生太])(?:(?=话|说|,|想|问|嘅|倾|应承|答应|要|俾|畀|个边|那边)|(?<=[嘅同畀俾搵:找跟约]..)(?![\u4e00-\u9fff]{0,1}[产活意物命存成平阳]))"
)


_FAR = (
    "古丽|娜尔|买买提|买提|巴特尔|巴图|阿依|艾力|吐尔|扎西|多吉|卓玛|尼玛|才让|格桑|次仁|洛桑|乌兰|其其格|"
    "布和|斯琴|阿不都|阿卜杜|努尔|依明|托合提|孜别克|索南|丹增|平措|央金|白玛|达瓦|德吉"
)
MAY_BE_FAR = re.compile(_FAR)
FAR = sign({name[0] for name in _FAR.split("|")})
_FAR_NAMES = re.compile(
    f"([\u4e00-\u9fff]{{0,2}}(?:{_FAR})[\u4e00-\u9fff]{{0,2}}?)"
    "(老师|主任|院长|校长|场长|乡长|村长|局长|科长|处长|站长|厂长|经理|总监|先生|女士|老板|书记|医生|大夫|总)"
)


def of_the_west(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """古丽娜尔主任, 巴特尔场长: names of peoples whose names are not a family name first."""
    for match in _FAR_NAMES.finditer(seen.text):
        if open_left(seen, match.start()):
            yield Contact(match[0], match.span(), "person.title", 0.96, match[1], match[2])


def cantonese(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """陳生, 李太: a surname and 生 or 太 before a verb of saying."""
    for match in CANTONESE.finditer(seen.text):
        if match[1] in listed().surnames and open_left(seen, match.start()):
            yield Contact(match[0], match.span(), "person.title", 0.8, match[1], match[2])


def addressed(seen: Seen) -> Iterator[Contact]:
    """Mr. Tanaka, Ms Alvarez."""
    for match in ADDRESSED.finditer(seen.given):
        yield Contact(match[0], match.span(), "person.title", 0.93, match[2], match[1])


def with_family(seen: Seen) -> Iterator[Contact]:
    """Emily赵, Kevin 王: a given name in Latin letters and a Chinese family name."""
    for match in WITH_FAMILY.finditer(seen.given):
        end = match.end()
        if match[2] not in listed().surnames or match[1].lower() in listed().not_names | listed().latin_orgs:
            continue
        rest = seen.text[end : end + 1]
        if (
            rest
            and HAN.match(rest)
            and end not in seen.begins
            and rest not in listed().not_given
            and rest not in "加留报转定让给"
        ):
            continue
        yield Contact(match[0], match.span(), "person.latin", 0.85, match[0])


_OF_A_HOUSE = re.compile(
    r"\s?(?:那边|总部|集团|公司|工厂|门店|家的|的\s?(?:采购|财务|法务|合同|订单|单子|工厂|验厂|审厂|Mr|Ms|Mrs|Miss|Dr))"
)


def _a_house(seen: Seen, match: re.Match[str], marks: dict[str, frozenset[str]]) -> bool:
    """Bosch电机, Luxora那边: no given name, and a thing or a part of a house stands behind."""
    if match[0].split(" ")[0].lower() in listed().given_latin:
        return False
    word = seen.begins.get(match.end())
    goods = word is not None and word.end - word.start > 1 and word.mark in marks["house"]
    return goods or _OF_A_HOUSE.match(seen.given, match.end()) is not None


def latin(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """Tracy, Jason Tan, 阿May, 国际部主任Tracy: a name in Latin letters beside words that follow or lead to people."""
    lists = listed()
    houses = list(formed(seen.given))
    for match in LATIN.finditer(seen.given):
        start, end = match.span()
        if any(house.start < end and start < house.end for house in houses):
            continue
        parts = match[0].lower().split()
        nickname = seen.text[start - 1 : start] == "阿"
        strange = lists.latin_orgs if nickname else lists.latin_orgs | lists.not_names
        if any(part in strange for part in parts) or "\0" in seen.text[start:end]:
            continue
        role = seen.ends.get(start) or (seen.ends.get(start - 1) if seen.text[start - 1 : start] == " " else None)
        roled = role is not None and bool(lists.bases.search(seen.word(role)))
        before = seen.text[max(0, start - 10) : start].rstrip()
        after = _BETWEEN.sub("", seen.text[end : end + 14].lstrip())
        cued = (role is not None and role.mark in marks["office"]) or before.endswith(
            (
                "给",
                "客户",
                "跟",
                "和",
                "with",
                "对",
                "找",
                "联系人",
                "联络人",
                "方式:",
                "的",
                "约了",
                "见了",
                "阿",
                "给到",
                "换成",
                "换成了",
                "换了",
                "叫",
                "hi",
                "dear",
                "hello",
            )
        )
        speaks = (
            after.startswith((*lists.speaking, "是他们", "是客户", "是对方", "是那边"))
            or after.startswith(("from", ", from", "总"))
            or (after.startswith("的") and not slot_words().belongs.match(after.lower()))
        )
        if _HOUSE_CALLED.search(before):  # 他们公司叫Agrotec
            continue
        if not roled and _a_house(seen, match, marks):
            continue
        addressed_first = start == 0 and after[:1] == ","
        in_a_list = addressed_first or (before.endswith((",", ":")) and (not after or after[0] in ",:+("))
        if not (roled or cued or speaks or in_a_list):
            continue
        first = start - 1 if before.endswith("阿") else start
        whole = role_start(seen, role) if roled and role is not None else first
        title = seen.given[whole : role.end] if roled and role is not None else None
        yield Contact(seen.text[whole:end], (whole, end), "person.latin", 0.8, seen.text[first:end], title)

"""People by other names: 陳生, 李太, and names in Latin letters beside words that follow or lead to people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.branches import one_of
from nlp.firsts import sought
from nlp.latinorgs import formed
from nlp.lexicon import common, table
from nlp.peoplewords import HAN, listed, open_left
from nlp.reading import Contact
from nlp.roles import role_start
from nlp.seen import Seen
from nlp.signs import sign
from nlp.slotwords import words as slot_words

_LETTER = "[a-zß-öø-ÿ]"
LATIN = re.compile(
    rf"(?<![A-Za-z0-9@.])(?<!Al )(?<!El )[A-Z]{_LETTER}{{2,11}}(?: [A-Z]{_LETTER}{{1,11}})?(?![A-Za-z0-9@.])"
)
CAPITAL = re.compile("[A-Z]")
"""A text without has no name in Latin letters in it."""
ADDRESSED = sought(
    r"(?<![A-Za-z])(Mr\.?|Ms\.?|Mrs\.?|Miss|Dr\.|Prof\.) ?([A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14})?)(?![A-Za-z])"
)
WITH_FAMILY = re.compile(r"(?<![A-Za-z0-9@.])([A-Z][a-z]{2,11}) ?([\u4e00-\u9fff])")
_BETWEEN = re.compile("^(?:在(?:群里?|微信上?|电话里|邮件里)|刚刚?才?|今天|昨天|上午|下午|那边|已经?|又|也|just ){1,2}")
_HOUSE_CALLED = re.compile("(?:公司|厂|店|品牌|企业)(?:名字?)?[叫是]$")
CANTONESE = re.compile(
    r"([\u4e00-\u9fff])([生太])(?:(?=话|说|,|想|约|问|嘅|倾|应承|答应|要|俾|畀|个边|那边)|(?<=[嘅同畀俾搵:找跟约了]..)(?![\u4e00-\u9fff]{0,1}[产活意物命存成平阳]))"
)


_PARTS = table("people")["people"]["western"].split()
_FAR = "|".join(_PARTS)
MAY_BE_FAR = re.compile(one_of(_PARTS))
FAR = sign({part[0] for part in _PARTS})
BEFORE = 2
"""So many characters may stand before such a part in a name."""
_FAR_NAMES = re.compile(
    f"([\u4e00-\u9fff]{{0,{BEFORE}}}(?:{_FAR})[\u4e00-\u9fff]{{0,2}}?)"
    "(老师|主任|院长|校长|场长|乡长|村长|局长|科长|处长|站长|厂长|经理|总监|先生|女士|老板|书记|医生|大夫|总)"
)


def of_the_west(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """古丽娜尔主任, 巴特尔场长: names of peoples whose names are not a family name first."""
    for match in _around_far(_FAR_NAMES, seen.text):
        if open_left(seen, match.start()):
            yield Contact(match[0], match.span(), "person.title", 0.96, match[1], match[2])


def _around_far(names: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What the expression finds in a text, looked for only around the parts of such names."""
    done, part = 0, MAY_BE_FAR.search(text)
    while part:
        at = part.start()
        for start in range(max(done, at - BEFORE), at + 1):
            if match := names.match(text, start):
                yield match
                done = match.end()
                break
        part = MAY_BE_FAR.search(text, max(done, at + 1))


_FAR_ALONE = re.compile(
    f"[\u4e00-\u9fff]{{0,{BEFORE}}}({_FAR})[\u4e00-\u9fff]{{0,2}}?(?=[,。;!?\\s()]|$|[在说要问来把给让想的下签发打回]|亲自|那边)"
)
_LEADS = frozenset("叫是找给跟和的与问让请")


def far_alone(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """我叫才让卓玛, 理事长包巴特尔: such a name without a title behind it."""
    text = seen.text
    for match in _around_far(_FAR_ALONE, text):
        for start in range(match.start(1), match.start() - 1, -1):
            role = seen.ends.get(start)
            titled = role is not None and bool(listed().bases.search(seen.word(role)))
            if titled or start == 0 or not HAN.match(text[start - 1]) or text[start - 1] in _LEADS:
                first = role_start(seen, role) if titled and role is not None else start
                title = text[first : role.end] if titled and role is not None else None
                yield Contact(
                    text[first : match.end()],
                    (first, match.end()),
                    "person.cue",
                    0.94,
                    text[start : match.end()],
                    title,
                )
                break


_SOUTHERN = re.compile(
    "[阮黎陈范黄潘武邓裴吴杜胡]氏([\u4e00-\u9fff]{1,2}?)(?=[,。;!?\\s()]|$|[在说要问来把给让想的下签发打回])"
)


def of_the_south(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """阮氏香要报价: how women of Vietnam are named."""
    for match in _SOUTHERN.finditer(seen.text):
        if open_left(seen, match.start()):
            yield Contact(match[0], match.span(), "person.cue", 0.85, match[0])


_OLD_LETTER = re.compile("老[A-Z](?![A-Za-z0-9线])")


def by_letter(seen: Seen) -> Iterator[Contact]:
    """老K要换椅子."""
    for match in _OLD_LETTER.finditer(seen.given):
        yield Contact(match[0], match.span(), "person.old", 0.8, match[0])


def cantonese(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """陳生, 李太: a surname and 生 or 太 before a verb of saying."""
    for match in CANTONESE.finditer(seen.text):
        family = match[1] in listed().surnames and match[0] not in common() and match[1] not in "强"
        if family and open_left(seen, match.start()):
            yield Contact(match[0], match.span(), "person.title", 0.8, match[1], match[2])


def addressed(seen: Seen) -> Iterator[Contact]:
    """Mr. Tanaka, Ms Alvarez."""
    for match in ADDRESSED.finditer(seen.given):
        yield Contact(match[0], match.span(), "person.title", 0.93, match[2], match[1])


def with_family(seen: Seen) -> Iterator[Contact]:
    """Emily赵, Kevin 王: a given name in Latin letters and a Chinese family name."""
    for match in WITH_FAMILY.finditer(seen.given):
        end = match.end()
        if (
            match[2] not in listed().surnames - listed().risky
            or match[1].lower() in listed().not_names | listed().latin_orgs
        ):
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
    r"\s?(?:那边|总部|集团|公司|工厂|门店|家的|的\s?[A-Z][a-z]{2,11}(?: [A-Z]|(?=[\u4e00-\u9fff]))"
    r"|的\s?(?:采购|财务|法务|合同|订单|单子|工厂|验厂|审厂|Mr|Ms|Mrs|Miss|Dr))"
)


def _a_house(seen: Seen, match: re.Match[str], marks: dict[str, frozenset[str]]) -> bool:
    """Bosch电机, Luxora那边: no given name, and a thing or a part of a house stands behind."""
    if match[0].split(" ")[0].lower() in listed().given_latin:
        return False
    word = seen.begins.get(match.end())
    goods = word is not None and word.end - word.start > 1 and word.mark in marks["house"]
    return goods or _OF_A_HOUSE.match(seen.given, match.end()) is not None


_TO_ANYONE = tuple(table("people")["people"]["to_anyone"].split())
"""What leads to a name in Latin letters, known or not."""
_TO_ONE = tuple(table("people")["people"]["to_one"].split())
_DOES = tuple(table("people")["people"]["does"].split())
"""What a known given name does: Rachel还说奶味不够."""


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
        known = parts[0] in lists.given_latin
        cued = (
            (known and before.endswith(_TO_ONE))
            or (role is not None and role.mark in marks["office"])
            or before.endswith(_TO_ANYONE)
        )
        said = after.startswith((*lists.speaking, "是他们", "是客户", "是对方", "是那边", "from", ", from", "总"))
        said = said or (after.startswith("的") and not slot_words().belongs.match(after.lower()))
        speaks = (known and after.startswith(_DOES)) or (said and (match[0].isascii() or " " in match[0]))
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

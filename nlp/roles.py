"""People by what they are or what is done with them: 采购总监方敏, 信息科马骏, 对接人是马骏, 张嘉怡说."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp import coined
from nlp.fullnames import GIVEN, closed_right, full_name, old_name
from nlp.lexicon import Word, common
from nlp.orgwords import OF_A_HOUSE
from nlp.peoplewords import CUES, HAN, listed, open_left
from nlp.reading import Contact
from nlp.seen import Seen
from nlp.slotwords import words as slot_words

_PHONE_NEXT = re.compile(r"[\s:：,，—|/-]{0,2}(?:\+?86[\s-]?)?(?:1[3-9]\d[\d\s-]{8}|0\d{2,3}[\s-]?\d{7})")
_SURE_CUES = (
    "收件人", "联系人", "对接人", "名叫", "姓名", "名字", "经办人", "负责人", "叫", "人:", "人是",
    "改成", "换成", "改为",
)  # fmt: skip
_OF_THEIRS = ("客户", "甲方", "业主", "的")
"""Behind these a full name counts when it is said to speak: 客户艾力江要, 工厂的阮文雄说."""
_IS_CALLED = re.compile("(?:名?叫|是)$")
_HOLDS_OFFICE = re.compile(
    "(?:经理|主任|总监|主管|科长|处长|部长|厂长|院长|校长|店长|园长|所长|工程师|会计|秘书|老板|老板娘|总工)$"
)
_NO_PERSON_SO_CALLED = re.compile(f"的(?![\u4e00-\u9fff])|{OF_A_HOUSE}")
"""叫蓝海的, 叫艾尔肤的医美机构."""
_CALLED = re.compile(r"叫(?:([小阿老][\u4e00-\u9fff])|(([\u4e00-\u9fff])\3))(?=[,。;!?\s]|$)")
_WHO = re.compile("(?:我|他|她|客户|人家|对方)$")
_OFFICES = frozenset("科处厂部所队站局")
_SURNAMED = re.compile("姓([\u4e00-\u9fff])的(?:一?[个位名])?(?:女|男|年轻|新|小|老|副)?(?=[\u4e00-\u9fff]{2})")
"""姓佟的女经理."""
_AND = frozenset("和与及跟、")


def named_after(seen: Seen, word: Word, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """采购总监方敏, 信息科马骏, 理事长老魏, 创始人 倪晓东: a role or a department, then a name."""
    start = word.end + (seen.text[word.end : word.end + 1] in ("的", " ", ":"))
    young = seen.text[start : start + 1] == "小" and seen.text[start + 1 : start + 2] in listed().surnames
    theirs = start == word.end or "的" in seen.text[word.end : start]
    old = old_name(seen.text, start) or (young and theirs)
    end = start + 2 if old else full_name(seen, start)
    if end == start and seen.text[start : start + 2] in listed().compound and closed_right(seen, start + 2):
        end = start + 2  # 供应链总监欧阳
    if end - start == 2 and seen.text[end - 1] in _OFFICES and word.mark in marks["dept"] and closed_right(seen, end):
        return  # 设备科陈科
    if end == start or (not old and (end - start > 4 or _doubtful(seen.text, start, end))):
        return
    if seen.text[start : start + 2] in listed().compound and seen.text[start + 2 : end] in (
        "总",
        "工",
        "董",
        "院",
        "校",
    ):
        return  # 甲方代表欧阳总
    following = seen.begins.get(end)
    if following is not None and following.mark in marks["title"] and not old:
        return
    if following is not None and following.mark in marks["house"] and not old:  # 采购专员 金谷食品
        return
    role = bool(listed().bases.search(seen.word(word)))
    bare_role = word.mark in marks["role"] and start == word.end and _closed(seen, start, end)
    if (
        not role
        and not bare_role
        and ((start != word.end and seen.text[word.end] != "的") or word.mark not in marks["dept"])
    ):
        return
    if start != word.end and seen.text[word.end] != " " and role:
        role = False
    first = role_start(seen, word) if role else start
    title = seen.text[first : word.end] if role else None
    rule = "person.role" if role else "person.department"
    yield Contact(seen.text[first:end], (first, end), rule, 0.93, seen.text[start:end], title)


_CRAFTS = frozenset(
    ("技术员", "营业员", "售货员", "调度员", "化验员", "质检员", "检验员", "服务员", "设计师", "工程师", "摄影师")
)


_LETTERS_BEFORE = re.compile("(?<![A-Za-z])[A-Z]{2,4}$")
"""QA经理, EHS主管."""
_WHOSE_PERSON = re.compile("的[\u4e00-\u9fff]{0,3}[\u4e00-\u9fff](?:总|经理|主任|老板|工|厂长|校长|院长|老师)")
"""约了景津的杨经理: a house."""


def _doubtful(text: str, start: int, end: int) -> bool:
    """都碰, 成了: a family name that is oftener a word of every day, and behind it nothing that names hold."""
    risky = end - start == 2 and text[start] in listed().risky and text[end - 1] not in GIVEN
    if risky and text[start] in "都和成时应":
        return True
    return risky and HAN.match(text, end) is not None


_CRAFT = re.compile(
    "(?:^|[的、,。;!?:\0和])((?![我你他她让叫请给带派找有这那跟])[\u4e00-\u9fff]{2}(?:员|师(?!傅)))(?=[\u4e00-\u9fff]{2})"
)


def of_a_craft(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """街道办的网格员小顾, 工艺员陆佳: what somebody is, by its last character, before the name."""
    for match in _CRAFT.finditer(seen.text):
        at, start = match.span(1)[0], match.end()
        if match[1] in common() and match[1][:2] not in listed().narrowing and match[1] not in _CRAFTS:
            continue
        pet = seen.text[start] in "小老阿" and seen.text[start + 1] in listed().surnames
        end = start + 2 if pet else full_name(seen, start)
        if end > start and closed_right(seen, end) and not _doubtful(seen.text, start, end):
            name = seen.text[start:end]
            yield Contact(seen.text[at:end], (at, end), "person.role", 0.85, name, match[1])


def _closed(seen: Seen, start: int, end: int) -> bool:
    """A name of three characters that ends here, or of two with a family name that begins no word of every day."""
    if not closed_right(seen, end):
        return False
    plain = seen.text[start] in slot_words().families and seen.text[start] not in listed().risky
    return end - start == 3 or (end - start == 2 and plain and seen.text[end - 1 : end + 1] not in common())


def role_start(seen: Seen, word: Word) -> int:
    """茶艺总监, 质量部长: the role with the words that narrow it; a department (国际部主任) is no part of the title."""
    start = word.start
    while narrowed := next(
        (n for n in (4, 3, 2, 1) if n <= start and seen.text[start - n : start] in listed().narrowing), 0
    ):
        if narrowed == 1 and not open_left(seen, start - 1):
            break
        start -= narrowed
    if letters := _LETTERS_BEFORE.search(seen.given, max(0, start - 5), start):
        start = letters.start()
    return start


@cache
def _led_to() -> re.Pattern[str]:
    """A character that a surname begins with, where a clause begins or behind words that lead up to a name."""
    before = ["^", "[^\u4e00-\u9fff]", f"[{''.join(sorted(_AND))}]", *_OF_THEIRS]
    return re.compile(f"[{''.join(listed().families)}](?:{'|'.join(f'(?<={lead}.)' for lead in before)})")


def cued(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """对接人是马骏, 传给伏军, 张嘉怡说: a full name where the words around ask for one."""
    lists, text = listed(), seen.text
    led = [match.start() for match in _led_to().finditer(text)]
    after_cue = {match.end() for match in lists.cues.finditer(text)} if seen.signs & CUES else ()
    for at in sorted({*led, *after_cue}) if after_cue else led:
        if not text.startswith(lists.families.get(text[at : at + 1], ()), at):
            continue
        end = full_name(seen, at)
        alone = text[at : at + 2] in lists.compound and not HAN.match(text, at + 2)
        if end == at and alone and at in after_cue:  # 联系人是欧阳
            end = at + 2
        if end == at or not closed_right(seen, end):
            continue
        starts = at == 0 or not "\u4e00" <= text[at - 1] <= "\u9fff"
        joined, of_theirs = text[at - 1 : at] in _AND, text.endswith(_OF_THEIRS, max(0, at - 2), at)
        if (starts or joined) and (_PHONE_NEXT.match(seen.given, end) or _role_follows(seen, end, marks)):
            yield _with_role_behind(seen, at, end)
            continue
        if _NO_PERSON_SO_CALLED.match(text, end) or _WHOSE_PERSON.match(text, end):
            continue
        if text[end - 1] in "店厂馆铺坊行社局院校所楼线部":  # 大润发杨浦店
            continue
        if end - at == 3 and coined.firmly(text[at:end]) and text[at] not in slot_words().families:  # 叫海威特
            continue
        if end - at == 3 and text[end - 1] in "剂器膜板仪泵阀柜箱袋罐" and text[at] in lists.risky:  # 包衣剂要12吨
            continue
        firm = seen.begins.get(end)
        if firm is not None and firm.mark in marks["firm"]:
            continue
        speaks = text.startswith(lists.speaking, end) and not text.startswith("要是", end)
        risky = text[at] in lists.risky and end - at < 3 and not text[:at].rstrip().endswith(_SURE_CUES)
        theirs = of_theirs and (end - at > 2 or (text[at] in slot_words().families and text[end - 1] in GIVEN))
        if at not in after_cue and end - at == 2 and text[at] in "花云米海水木":  # 花泥要50箱
            continue
        if (at in after_cue and (speaks or not risky)) or (speaks and (starts or theirs) and not risky):
            yield _with_role_behind(seen, at, end)


def surnamed(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """一个姓佟的女经理, 姓佟的车间主任: the family name, then what the person is."""
    for match in _SURNAMED.finditer(seen.text):
        if match[1] not in listed().surnames:
            continue
        word = seen.begins.get(match.end())
        if word is not None and word.mark in marks["dept"]:
            word = seen.begins.get(word.end)
        if (
            word is None
            and (match.end() + 2) in seen.begins
            and seen.text[match.end() : match.end() + 2] in listed().narrowing
        ):
            word = seen.begins.get(match.end() + 2)
        if word is not None and (word.mark in marks["title"] or word.mark in marks["role"]):
            first = role_start(seen, word)
            title = seen.text[max(first, match.end()) : word.end]
            if _is_title(title):
                yield Contact(
                    seen.text[match.start() : word.end],
                    (match.start(), word.end),
                    "person.title",
                    0.85,
                    match[1],
                    title,
                )


def called(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """对方财务叫小雪, 他叫冬冬: a pet name behind a role or a department and 叫."""
    for match in _CALLED.finditer(seen.text):
        word = seen.ends.get(match.start())
        named = match[1] or match[2]
        if (word is not None and word.mark in marks["office"]) or (
            match[2] and named not in common() and _WHO.search(seen.text, max(0, match.start() - 2), match.start())
        ):
            yield Contact(named, (match.end() - 2, match.end()), "person.cue", 0.8, named)


def _role_follows(seen: Seen, end: int, marks: dict[str, frozenset[str]]) -> bool:
    """王磊,采购; 李红(财务总监): behind the name and a mark stands what the person is."""
    if seen.text[end : end + 1] not in (",", "(", "、"):
        return False
    for at in (end + 1, end + 3):
        word = seen.begins.get(at)
        if (
            word is not None
            and word.mark in marks["office"]
            and seen.text[word.end : word.end + 1] in ("", ",", ")", "。", ";", " ", "\0", "\n")
        ):
            return True
    return False


def _is_title(said: str) -> bool:
    return said in ("女士", "先生", "小姐") or listed().bases.search(said) is not None


def _with_role_behind(seen: Seen, start: int, end: int) -> Contact:
    """高媛 教学总监: the name, and the role that stands behind a space."""
    name, title = seen.text[start:end], None
    if len(name) == 3 and name[-1] in "长师员官":  # 俞矿长: an office that no list knows
        return Contact(name, (start, end), "person.title", 0.85, name[0], name[1:])
    if (lead := _IS_CALLED.search(seen.text, max(0, start - 3), start)) and (word := seen.ends.get(lead.start())):
        first = role_start(seen, word)
        said = seen.text[first : word.end]
        if _is_title(said) and _HOLDS_OFFICE.search(said):  # 大堂经理叫伍倩倩
            return Contact(seen.text[first:end], (first, end), "person.cue", 0.75, name, said)
    after = end + (seen.text[end : end + 1] in (" ", "(", ","))
    for at in (after, after + 2):
        word = seen.begins.get(at)
        narrow = at == after or seen.text[after:at] in listed().narrowing
        if after > end and word is not None and narrow and _is_title(seen.word(word)):
            title, end = seen.text[after : word.end], word.end
            break
    return Contact(seen.text[start:end], (start, end), "person.cue", 0.75, name, title)

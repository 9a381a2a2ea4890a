"""People by their title: 王总, 陈建国总经理, Kevin总; also where another word begins with the title (王总是)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.fullnames import PET, given
from nlp.lexicon import Word, common
from nlp.orgwords import patterns
from nlp.peoplewords import listed, open_left
from nlp.reading import Contact
from nlp.seen import Seen
from nlp.slotwords import words as slot_words

_NO_OFFICE = frozenset("区长里内外部门方子级友服园办务庆本址训企史刊歌花医")
"""江北院区, 何校长: 院 and 校 are no titles there."""
_CERTIFIED = re.compile("证|职称|资格|评审")
_CRAFTSMEN = frozenset("木电瓦焊钳车水管油漆铣雕")
"""木工, 管工: with 工 they are a craft."""
_COUNTING = frozenset("两几一多各那这半周旁")
_REPORTED = re.compile("[^,。;!?]{0,4}(?:汇报|反映|请示|申请|学习|道歉|解释|交代|说明)")
LATIN_END = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2,11} ?$")
_OF_HOUSE = re.compile("的([\u4e00-\u9fff]{2,3})$")
_WISHES = frozenset("祝谢应时向于问")
"""祝王院长: before a family name they are verbs."""
_KIN = frozenset("姐哥嫂叔姨婶")
_SWALLOWING = frozenset(
    ("总是", "总公司", "总结", "总会", "总部", "总计", "总包", "总体", "总统", "总共", "总归", "总算", "总之", "总理",
     "总线", "总站", "总局", "总行", "总院", "总装", "总承包", "工会", "工地")
)  # fmt: skip
"""Words that begin with a title: behind a family name the title is meant (王总是, 刘总会来, 张总结了账)."""
_LONGER = {
    "老师让": "老师",
    "老师们": "老师",
    "讲师说": "讲师",
    "老板本人": "老板",
    "师傅跟我讲": "师傅",
    "采购经理那边": "采购经理",
}
"""The same of titles that are words themselves: 简老师让我五月再来."""
_SWALLOWED = _SWALLOWING.union(_LONGER)
TITLES_SWALLOWED = frozenset(word[0] for word in _SWALLOWED)
_NOT_SWALLOWED = frozenset("周钱施年")
"""周总结, 本钱总共: these are no families there."""


def titled(seen: Seen, title: Word, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """王总, 陈建国总经理, Kelvin总."""
    if seen.word(title) in _KIN and (house := seen.begins.get(title.end)) and house.mark in marks["house"]:
        return  # 宋姐烘焙
    if seen.word(title) == "庄主" and seen.text[title.end : title.end + 1] == "任" and open_left(seen, title.start):
        yield Contact("庄主任", (title.start, title.end + 1), "person.title", 0.9, "庄", "主任")
        return
    office = title.end - title.start == 1 and seen.text[title.start] in "院校局处"
    if office and seen.text[title.end : title.end + 1] in _NO_OFFICE:
        return
    start = _name_before(seen, title.start)
    if start is None:
        if seen.word(title) == "高工" and open_left(seen, title.start) and not _CERTIFIED.match(seen.text, title.end):
            yield Contact("高工", (title.start, title.end), "person.title", 0.85, "高", "工")
        return
    name = seen.text[start : title.start].strip()
    deputy = len(name) > 1 and name[-1] == "副"  # 谭副县长
    if _no_person(seen, start, title):
        return
    if office and seen.text[max(0, start - 1) : start + 1] in common():  # 招商局
        return
    if office and len(name) > 1 and name not in listed().compound:  # 荆山中院
        return
    before = seen.ends.get(start)
    department = seen.word(before) if before is not None and before.mark in marks["dept"] else None
    sure = 0.95 if len(name) == 1 else 0.92
    name, said = (name[:-1], "副" + seen.word(title)) if deputy else (name, seen.word(title))
    yield Contact(seen.text[start : title.end], (start, title.end), "person.title", sure, name, said, department)


def _no_person(seen: Seen, start: int, title: Word) -> bool:
    """木工 and 白工服, 那局麻将, 售楼处, 孟叔叔, 向主任汇报, 都经理级别了: a family name that is none."""
    text, said = seen.text, seen.word(title)
    if title.start - start > 1 or text[start] == "区":
        return title.start - start == 1
    if said == "工":
        return text[start] in _CRAFTSMEN or text.startswith(("服", "作"), title.end)
    if said in ("院", "校", "局", "处") and text[start] not in slot_words().families:
        return text[start] in "那全边" or not open_left(seen, start)
    if text.startswith((said, "级别"), title.end) and len(said) < 3:
        return True
    before = text[max(0, start - 1) : start]
    doubtful = text[start] == "管" or (text[start] in listed().risky and text[start] not in slot_words().families)
    if doubtful and (before in _COUNTING or before + text[start] in common()):
        return True  # 分管副局长, 两边老板
    return text[start] in "向" and _REPORTED.match(text, title.end) is not None


def _name_before(seen: Seen, end: int) -> int | None:
    """Where the name that ends here begins; None when no name does."""
    lists, text = listed(), seen.text
    for length in (3, 2):
        if end >= length and text[end - length : end] in lists.compound:
            return end - length
    for length in (3, 2, 4):
        start = end - length
        if start < 0 or text[start] not in lists.families:
            continue
        family = 2 if text[start : start + 2] in lists.compound else 1
        if family == 1 and (text[start] not in lists.surnames or length == 4):
            continue
        name, first = text[start:end], text[start + family : end]
        last_alone = length == 2 and text[end - 1] in lists.surnames and name in common()
        if "总" in first:
            continue  # 卫总包工头
        if given(first) and open_left(seen, start) and name not in common() and not last_alone:
            doubtful = length == 2 and text[start] in lists.risky and not (text[start] in "于方石段" and first in PET)
            if any(at in seen.ends for at in range(start + 1, end)) or doubtful:
                continue
            if length == 2 and text[start] in _WISHES and text[end - 1] in lists.surnames:
                continue
            if length > 1 and text[end - 1] in "店厂馆铺坊行社局院校所厅吧":  # 米粉店老板娘
                continue
            if length > 2 and text[start : start + 2] in patterns().regions:  # 韩国朴部长
                continue
            if length == 3 and (text[start] == text[start + 1] or text[start : start + 2] in common()):
                continue
            return start
    if end and text[end - 1] in lists.surnames and not _tail_of_a_word(seen, end - 1):
        return end - 1
    if text.startswith(("先生", "女士", "小姐"), end):
        foreign = _OF_HOUSE.search(text, max(0, end - 4), end)
        if foreign and foreign[1] not in common():
            return end - len(foreign[1])
    latin = LATIN_END.search(seen.given, max(0, end - 14), end)
    return latin.start() if latin else None


def _tail_of_a_word(seen: Seen, at: int) -> bool:
    """The one character is the tail of a word: 每周 + 经理 is nobody."""
    word = seen.ends.get(at + 1)
    if (word is not None and word.start < at) or seen.text[max(0, at - 1) : at + 1] in ("铁路", "公路"):
        return True
    if seen.text[max(0, at - 1) : at + 1] in listed().narrowing and seen.text[max(0, at - 1) : at + 1] in common():
        return True  # 实施 + 经理
    return seen.text[max(0, at - 1) : at + 1] in common() and at - 1 not in seen.ends and not open_left(seen, at)


OFFICES = "厂科队所部博课厅站"
_SHORT = re.compile(
    rf"([\u4e00-\u9fff])([{OFFICES}])"
    r"(?=那边|这边|那儿|他们|来电|来了|让|说|要|问|回|签|批|点头|同意|答应|今天|明天|上午|下午|昨天|觉得|嫌|想|催|定|在|都|也|就|也|刚|已|又|的意思|手里|手上|给|把|打|发|约|[,。:;!?、)]|\s|$|[和跟与])"
)
_ADDRESSED = re.compile(r"(?:^|[,。!?\s])$")


CALLED_BY = "总哥姐校"
_HIGH_SCHOOL = re.compile("高校长(?![期远廊])")
_NICKNAMED = re.compile(
    f"([{PET}胖瘦])(?:(总)(?![夫监裁部结计共体公会是])|([哥姐])(?=说|让|问|要|那边|那儿|这边|家|他们|回|催|答应|来电|转|付|打|下单|先|您|你|把|也|都|刚|又|想|嫌|在|拍板|管|定|签|点头|同意|[,，]))"
)


def nicknamed(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """杰哥说先给两万, 涛总好久没下单: a given name of one character before 哥, 姐 or 总."""
    for match in _HIGH_SCHOOL.finditer(seen.text):
        if open_left(seen, match.start()):
            yield Contact("高校长", match.span(), "person.title", 0.9, "高", "校长")
    for match in _NICKNAMED.finditer(seen.text):
        house = seen.begins.get(match.end())
        if house is not None and house.mark in marks["house"]:  # 杰哥砖厂
            continue
        if open_left(seen, match.start()) and not seen.text.endswith(("祝贺", "恭喜"), 0, match.start()):
            whole = match[1] in "胖瘦"
            name, title = (match[0], None) if whole else (match[1], match[2] or match[3])
            yield Contact(match[0], match.span(), "person.title", 0.8, name, title)


def by_office(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """李厂来电, 喻队要补货: a family name and a head's office by its first character."""
    for match in _SHORT.finditer(seen.text):
        at = match.start()
        called = seen.text[match.end() : match.end() + 1] == "," and _ADDRESSED.search(seen.text, 0, at)
        open_before = open_left(seen, at) or seen.text[at - 1] in "科部处室局"
        leads = match[2] in "队厂" and match[1] in slot_words().families  # 于队说
        if match[1] not in listed().surnames or not open_before:
            continue
        if match[1] in listed().risky and not (called or leads):
            continue
        word = seen.begins.get(at + 1)
        if (
            match[0] in common()
            or match[0] in slot_words().brands
            or at in seen.begins
            or (word is not None and word.end > match.end())
        ):
            continue
        yield Contact(match[0], match.span(), "person.title", 0.86, match[1], match[2])


def swallowed(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """王总 in 王总是, 王总公司, 刘总会来: a family name before a word that begins with a title."""
    for word in seen.words:
        said = seen.text[word.start : word.end]
        if said not in _SWALLOWED:
            continue
        at, longer = word.start - 1, _LONGER.get(said)
        if at < 0 or seen.text[at] not in listed().surnames:
            continue
        family = seen.text[at]
        if family in _NOT_SWALLOWED or not open_left(seen, at) or (family in listed().risky and not longer):
            continue
        if seen.text[at : at + 2] in common() or (said == "工地" and seen.text[word.end : word.end + 1] != "址"):
            continue
        title = longer or seen.text[at + 1]
        end = word.start + len(title)
        yield Contact(seen.text[at:end], (at, end), "person.title", 0.85, family, title)

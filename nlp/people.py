"""People on the customer's side: a surname with a title, a full name beside a role, 老韩; never a colleague."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from nlp.lexicon import Lexicon, Word, table
from nlp.reading import Contact, Span

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN_NAME = re.compile(r"[a-z]{2,12} ?$")
CUE = re.compile(
    r"(?:联系人|对接人|负责人|对接|联系|姓名|名字|名叫|叫|找|经办人|收件人|拍板的|管事的|接口人|加了|认识了|加上了|采购|财务|法务|技术|行政|前台|信息)"
    r"(?:的|是|人|为|叫|:|的是|换成|换成了|改成|改为|换了)?\s?$"
)
OURS = re.compile(
    r"(?:我们|咱们|咱|我司|我们公司|咱公司|我们家|公司|我们部门|我们领导|我领导|领导|我们区|本公司|我方|@)(?:的)?$"
)
OUR_ROLE = re.compile(r"(?:老婆|老公|儿子|女儿|班主任|导师|同学|室友|@)$")
NOT_GIVEN = frozenset(
    "说的来回在约要问今昨明给发加是和跟去有没不也就都又还把被让那这从对向到上下会想已刚打电微钉邮聊谈见过了吗呢吧啊"
    "一二三四五六七八九十两几个位年月日号点半,我你他她它们先再请叫带看听讲提同表反认确通催签付定做收出进同负批退"
)
AFTER_NAME = frozenset(
    "说的来回在约要问今昨明给发加是和跟去有没不也就都又还把那这从对到会想已刚打电微聊谈见了,他她催签很挺特亲让同"
)
LEFT_OPEN = frozenset("的了和跟与去找给向对让请约见问催是在从到说把被有就也还,、于同位及叫陪帮替由等")


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    people = table("people")["people"]
    return frozenset(people["surnames"]), frozenset(people["compound"].split())


@lru_cache(maxsize=64)
def _marks(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    return {concept: frozenset(lexicon.marks(concept)) for concept in ("title", "role", "dept", "customerword")}


def find(text: str, words: Sequence[Word], lexicon: Lexicon, taken: Sequence[Span] = ()) -> list[Contact]:
    """The customer's people in a normalised, masked text, in order. ``words`` are the lexicon's words in it."""
    marks = _marks(lexicon)
    begins = {word.start: word for word in words}
    ends = {word.end: word for word in words}
    found: list[Contact] = []
    for word in words:
        contact = None
        if word.mark in marks["title"]:
            contact = _titled(text, word, ends, marks)
        if contact is None and (word.mark in marks["role"] or word.mark in marks["dept"]):
            contact = _named_after(text, word, begins, marks)
        if contact is not None:
            found.append(contact)
    found += _old_friends(text, begins, ends)
    found += _cued(text, begins)
    return _apart(found)


def _apart(found: Sequence[Contact]) -> list[Contact]:
    kept: list[Contact] = []
    for contact in sorted(found, key=lambda c: (c.span[0], -c.span[1])):
        if not kept or contact.span[0] >= kept[-1].span[1]:
            kept.append(contact)
    return kept


def _titled(text: str, title: Word, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> Contact | None:
    start = _name_before(text, title.start, ends)
    if start is None or OURS.search(text[:start]) or OUR_ROLE.search(text[:start]):
        return None
    name = text[start : title.start].strip()
    before = ends.get(start)
    department = None
    if before is not None and before.mark in marks["dept"]:
        department = text[before.start : before.end]
    return Contact(
        text=text[start : title.end],
        span=(start, title.end),
        rule="person.title",
        confidence=0.95 if len(name) == 1 else 0.92,
        name=name,
        title=text[title.start : title.end],
        department=department,
    )


def _name_before(text: str, end: int, ends: dict[int, Word]) -> int | None:
    """Where the name that ends here begins; None when no name does."""
    surnames, compound = _surnames()
    if text[end - 2 : end] in compound:
        return end - 2
    if end >= 1 and text[end - 1] in surnames:
        for length in (3, 2):
            start = end - length
            if (
                start >= 0
                and text[start] in surnames
                and _open_left(text, start, ends)
                and text[end - 1] in "国明华平文军"
            ):
                return start
        return end - 1 if not _inside_word(text, end - 1, ends) else None
    for length in (3, 4, 2):
        start = end - length
        if start < 0 or any(start < at < end for at in ends) or not HAN.match(text[start]):
            continue
        family = 2 if text[start : start + 2] in compound else 1
        if family == 1 and (text[start] not in surnames or length == 4):
            continue
        given = text[start + family : end]
        if given and not any(c in NOT_GIVEN or not HAN.match(c) for c in given) and _open_left(text, start, ends):
            return start
    latin = LATIN_NAME.search(text[:end])
    return latin.start() if latin and len(latin[0].strip()) > 1 else None


def _inside_word(text: str, at: int, ends: dict[int, Word]) -> bool:
    """The one-character name is the tail of a word: 每周 + 经理 is nobody."""
    return (at + 1) in ends and ends[at + 1].start < at


def _open_left(text: str, start: int, ends: dict[int, Word]) -> bool:
    return start == 0 or start in ends or text[start - 1] in LEFT_OPEN or not HAN.match(text[start - 1])


def _given_name(text: str, start: int, begins: dict[int, Word]) -> int:
    """Where a full name that begins here ends; ``start`` when none does."""
    surnames, compound = _surnames()
    family = 2 if text[start : start + 2] in compound else 1
    if family == 1 and text[start : start + 1] not in surnames:
        return start
    end = start + family
    while end < len(text) and end - start - family < 2:
        if text[end] in NOT_GIVEN or not HAN.match(text[end]) or (end in begins and len(_word(text, begins[end])) > 1):
            break
        end += 1
    return end if end > start + family else start


def _word(text: str, word: Word) -> str:
    return text[word.start : word.end]


def _named_after(text: str, word: Word, begins: dict[int, Word], marks: dict[str, frozenset[str]]) -> Contact | None:
    """采购总监方敏, 信息科马骏: a role or department, then a full name."""
    if OURS.search(text[: word.start]):
        return None
    end = _given_name(text, word.end, begins)
    if end == word.end or end - word.end > 4:
        return None
    following = begins.get(end)
    if following is not None and following.mark in marks["title"]:
        return None
    role = word.mark in marks["role"]
    start = word.start if role else word.end
    return Contact(
        text=text[start:end],
        span=(start, end),
        rule="person.role" if role else "person.department",
        confidence=0.88,
        name=text[word.end : end],
        title=_word(text, word) if role else None,
        department=None if role else _word(text, word),
    )


def _old_friends(text: str, begins: dict[int, Word], ends: dict[int, Word]) -> list[Contact]:
    surnames, _ = _surnames()
    found = []
    for match in re.finditer("老", text):
        at = match.start()
        if at in begins and len(_word(text, begins[at])) > 1:
            continue
        if text[at + 1 : at + 2] not in surnames or not text[at + 1 : at + 2] or not _open_left(text, at, ends):
            continue
        end = at + 2
        if (end < len(text) and HAN.match(text[end]) and text[end] not in AFTER_NAME and end not in begins) or (
            at + 1 in begins and len(_word(text, begins[at + 1])) > 1
        ):
            continue
        if text[max(0, at - 2) : at] == "隔壁" or OURS.search(text[:at]):
            continue
        found.append(Contact(text[at:end], (at, end), "person.old", 0.8, text[at:end]))
    return found


def _cued(text: str, begins: dict[int, Word]) -> list[Contact]:
    """对接人是马骏, 找周敏: a full name where one is asked for by the words before it."""
    surnames, compound = _surnames()
    found = []
    for at, character in enumerate(text):
        if character not in surnames and text[at : at + 2] not in compound:
            continue
        if not CUE.search(text[max(0, at - 8) : at]):
            continue
        end = _given_name(text, at, begins)
        if end - at >= 2 and (end == len(text) or text[end] in AFTER_NAME or not HAN.match(text[end]) or end in begins):
            found.append(Contact(text[at:end], (at, end), "person.cue", 0.75, text[at:end]))
    return found

"""People on the customer's side: a surname with a title, a role with a full name, 老韩; never a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.lexicon import Lexicon, Word, common
from nlp.orgwords import OF_A_HOUSE, patterns
from nlp.othernames import addressed, cantonese, latin, with_family
from nlp.peoplewords import HAN, Seen, listed, marks_of, open_left
from nlp.reading import Contact, Span, Speaker
from nlp.segment import Taken

OLD = re.compile("[老阿]")
_NO_OFFICE = frozenset("区长里内外部门方子级友服园办务庆本址训企史刊歌花医")
"""江北院区, 何校长: 院 and 校 are no titles there."""
YOUNG = re.compile("小[\u4e00-\u9fff]")
LATIN_END = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2,11} ?$")
_ANOTHER_FIRM = re.compile("[\u4e00-\u9fff](?<![我咱本们司在是和跟])$")
"""汉中分公司的贺总 is none of 公司贺总."""
_PHONE_NEXT = re.compile(r"[\s:：,，]{0,2}(?:\+?86[\s-]?)?(?:1[3-9]\d[\d\s-]{8}|0\d{2,3}[\s-]?\d{7})")
_SURE_CUES = ("收件人", "联系人", "对接人", "名叫", "姓名", "名字", "经办人", "负责人", "叫", "人:", "人是")
_OF_ANY_HOUSE = frozenset({"师傅", "阿姨", "大姐", "大哥", "大爷", "大叔"})
"""So drivers and cleaners of every house are called: the customer's only where he was named before."""
_OUR_OFFICE = re.compile(
    "(?:我们|咱们?|我司|本公司|(?<![\u4e00-\u9fff])公司)(?:[\u4e00-\u9fff]{2,3}[部科组处室]的?|这边的?|[又已刚]?派了?)$|工位的$"
)
_OF_THEIRS = re.compile("(?:客户|甲方|业主|的)$")
"""Behind these a full name counts when it is said to speak: 客户艾力江要, 工厂的阮文雄说."""
_NO_PERSON_SO_CALLED = re.compile(f"的(?![\u4e00-\u9fff])|{OF_A_HOUSE}")
"""叫蓝海的, 叫艾尔肤的医美机构."""
_OF_HOUSE = re.compile("的([\u4e00-\u9fff]{2,3})$")
_AND = frozenset("和与及跟、")
_WISHES = frozenset("祝谢应时向于问")
"""祝王院长: before a family name they are verbs."""
_THEIRS = re.compile("(?:客户|对方|他们|她们|甲方|院方|校方|厂方|业主方?|人家|那边|采购方|买方)[^。;!?]{0,10}$")
THEY = ("客户", "他们", "对方", "甲方", "院方", "校方", "厂里", "业主", "人家")
JUNIORS = frozenset({"哥", "姐", "叔", "姨", ""})


def find(
    given: str,
    text: str,
    words: Sequence[Word],
    lexicon: Lexicon,
    taken: Sequence[Span] = (),
    *,
    speaker: Speaker = "rep",
) -> list[Contact]:
    """The customer's people in order. ``given`` is the text as it came, ``text`` normalised with ``taken`` hidden,
    ``words`` the lexicon's words in it. When the customer speaks, 我们李工 is theirs."""
    marks = marks_of(lexicon)
    seen = Seen(given, text, {w.start: w for w in words}, {w.end: w for w in words})
    found: list[Contact] = []
    leading, titles = marks["leading"], marks["title"]
    for word in words:
        if word.mark not in leading:
            continue
        titled = list(_titled(seen, word, marks)) if word.mark in titles else []
        found += titled or _named_after(seen, word, marks)
    found += _old_friends(seen)
    found += _young_ones(seen, taken)
    found += _cued(seen, marks)
    found += cantonese(seen)
    found += latin(seen)
    found += addressed(seen)
    found += with_family(seen)
    if not found:
        return []
    named = min((start for start, _ in taken), default=len(text))
    named = min([named, *(at for at in map(text.find, THEY) if at >= 0)])
    apart = _apart(found, len(text))
    return [_as_given(c, given) for c in apart if speaker == "customer" or not _colleague(c, seen, named)]


def _apart(found: Sequence[Contact], length: int) -> list[Contact]:
    """Of overlapping ones the surest stays, of equals the longest."""
    taken, kept = Taken(length), []
    for contact in sorted(found, key=lambda c: (-c.confidence, c.span[0] - c.span[1])):
        if taken.free(contact.span):
            taken.take(contact.span)
            kept.append(contact)
    return sorted(kept, key=lambda c: c.span)


def _as_given(contact: Contact, given: str) -> Contact:
    """The contact with its words as they stand in the text (王總 stays 王總)."""
    start, end = contact.span
    within = contact.text.find(contact.name)
    behind = contact.text.rfind(contact.title) if contact.title else -1
    name = given[start + within : start + within + len(contact.name)] if within >= 0 else contact.name
    title = given[start + behind : start + behind + len(contact.title or "")] if behind >= 0 else contact.title
    return Contact(given[start:end], contact.span, contact.rule, contact.confidence, name, title, contact.department)


def _colleague(contact: Contact, seen: Seen, named: int) -> bool:
    """One of ours: 我们王总, @小周, 财务葛姐 where no customer was named before it, 老张的单子."""
    start, end = contact.span
    before = seen.text[max(0, start - 10) : start]
    ours = listed().ours.search(before)
    if ours and ours[0].startswith("公司") and _ANOTHER_FIRM.search(before, 0, ours.start()):
        ours = None
    if not ours:
        ours = _OUR_OFFICE.search(before)
    if ours or seen.text.startswith(listed().owned, end):
        return True
    if named >= start and contact.title in _OF_ANY_HOUSE:
        return True
    return named >= start and contact.title in (None, *JUNIORS) and bool(listed().inner.search(before))


def _titled(seen: Seen, title: Word, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """王总, 陈建国总经理, Kelvin总."""
    office = title.end - title.start == 1 and seen.text[title.start] in "院校局处"
    if office and seen.text[title.end : title.end + 1] in _NO_OFFICE:
        return
    start = _name_before(seen, title.start)
    if start is None:
        if seen.word(title) == "高工" and open_left(seen, title.start):
            yield Contact("高工", (title.start, title.end), "person.title", 0.85, "高", "工")
        return
    name = seen.text[start : title.start].strip()
    if office and len(name) > 1 and name not in listed().compound:  # 荆山中院
        return
    before = seen.ends.get(start)
    department = seen.word(before) if before is not None and before.mark in marks["dept"] else None
    sure = 0.95 if len(name) == 1 else 0.92
    yield Contact(
        seen.text[start : title.end], (start, title.end), "person.title", sure, name, seen.word(title), department
    )


def _name_before(seen: Seen, end: int) -> int | None:
    """Where the name that ends here begins; None when no name does."""
    lists, text = listed(), seen.text
    if text[max(0, end - 2) : end] in lists.compound:
        return end - 2
    for length in (3, 2, 4):
        start = end - length
        family = 2 if text[max(0, start) : start + 2] in lists.compound else 1
        if start < 0 or (family == 1 and (text[start] not in lists.surnames or length == 4)):
            continue
        name, given = text[start:end], text[start + family : end]
        last_alone = length == 2 and text[end - 1] in lists.surnames and name in common()
        if _given(given) and open_left(seen, start) and name not in common() and not last_alone:
            if any(at in seen.ends for at in range(start + 1, end)) or (length == 2 and text[start] in lists.risky):
                continue
            if length == 2 and text[start] in _WISHES and text[end - 1] in lists.surnames:
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
    if word is not None and word.start < at:
        return True
    return seen.text[max(0, at - 1) : at + 1] in common() and at - 1 not in seen.ends and not open_left(seen, at)


def _given(given: str) -> bool:
    return bool(given) and all(c not in listed().not_given and HAN.match(c) for c in given)


def _full_name(seen: Seen, start: int) -> int:
    """Where a full name that begins here ends; ``start`` when none does."""
    lists, text = listed(), seen.text
    family = 2 if text[start : start + 2] in lists.compound else 1
    if family == 1 and text[start : start + 1] not in lists.surnames:
        return start
    end = start + family
    while end < len(text) and end - start - family < 2 and _given(text[end]):
        word = seen.begins.get(end)
        if word is not None and (word.end - word.start > 1 or end - start - family >= 1):
            break
        if end - start - family == 1 and text[end : end + 2] in common():
            break
        end += 1
    name = text[start:end]
    begun = text[start : start + 2]
    none = (
        end == start + family
        or name in common()
        or (begun in common() and text[start] in lists.risky | frozenset("施兰方高"))
    )
    return start if none else end


def _named_after(seen: Seen, word: Word, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """采购总监方敏, 信息科马骏, 理事长老魏, 创始人 倪晓东: a role or a department, then a name."""
    start = word.end + (seen.text[word.end : word.end + 1] in ("的", " ", ":"))
    young = seen.text[start : start + 1] == "小" and seen.text[start + 1 : start + 2] in listed().surnames
    theirs = start == word.end or "的" in seen.text[word.end : start]
    old = _old_name(seen.text, start) or (young and theirs)
    end = start + 2 if old else _full_name(seen, start)
    if end == start or (not old and end - start > 4):
        return
    following = seen.begins.get(end)
    if following is not None and following.mark in marks["title"] and not old:
        return
    role = bool(listed().bases.search(seen.word(word)))
    if not role and ((start != word.end and seen.text[word.end] != "的") or word.mark not in marks["dept"]):
        return
    if start != word.end and seen.text[word.end] != " " and role:
        role = False
    first = _role_start(seen, word) if role else start
    title = seen.text[first : word.end] if role else None
    rule = "person.role" if role else "person.department"
    yield Contact(seen.text[first:end], (first, end), rule, 0.93, seen.text[start:end], title)


def _old_name(text: str, at: int) -> bool:
    """老韩 or 阿木 begins here."""
    behind = text[at + 1 : at + 2]
    if text[at : at + 1] == "阿":
        return bool(HAN.match(behind)) and behind not in listed().not_given and behind not in "姨婆公爸妈"
    return text[at : at + 1] == "老" and behind != "" and behind in listed().surnames and behind not in "冷高热"


def _role_start(seen: Seen, word: Word) -> int:
    """茶艺总监, 质量部长: the role with the words that narrow it; a department (国际部主任) is no part of the title."""
    start = word.start
    for length in (3, 2):
        prefix = seen.text[max(0, start - length) : start]
        if prefix in listed().narrowing:
            return start - length
    return start


def _old_friends(seen: Seen) -> Iterator[Contact]:
    """老韩, 阿木: 老 or 阿 and a name, where no longer word begins with them."""
    for match in OLD.finditer(seen.text):
        at = match.start()
        end = at + 2
        name = seen.text[at:end]
        if at in seen.begins or not open_left(seen, at) or name in common() or not _old_name(seen.text, at):
            continue
        if seen.text[at : at + 3] in common() or not _closed_right(seen, end) or _inside(seen, at + 1):
            continue
        yield Contact(name, (at, end), "person.old", 0.8, name)


def _young_ones(seen: Seen, taken: Sequence[Span]) -> Iterator[Contact]:
    """客户那边的小马, 华腾小李: 小 and a family name, where somebody of the customer's was spoken of before it."""
    for match in YOUNG.finditer(seen.text):
        at, end = match.span()
        if match[0][1] not in listed().surnames or at in seen.begins or not _closed_right(seen, end):
            continue
        theirs = _THEIRS.search(seen.text, max(0, at - 24), at) or any(0 <= at - named <= 1 for _, named in taken)
        led_up_to = match[0] not in common() or at in seen.ends or seen.text[at - 1 : at] in ("个", "的", "边", "\0")
        if theirs and led_up_to and seen.text[at : at + 3] not in common():
            yield Contact(match[0], (at, end), "person.old", 0.8, match[0])


def _inside(seen: Seen, at: int) -> bool:
    """A word of two or more characters begins here: 老 + 方案 is no 老方."""
    word = seen.begins.get(at)
    return word is not None and word.end - word.start > 1


def _closed_right(seen: Seen, end: int) -> bool:
    """The name ends here: a word of the lexicon, punctuation, or a word that follows names comes next."""
    rest = seen.text[end : end + 1]
    return not rest or end in seen.begins or not HAN.match(rest) or rest in listed().not_given or rest == "\0"


def _cued(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """对接人是马骏, 传给伏军, 张嘉怡说: a full name where the words around ask for one."""
    lists, text = listed(), seen.text
    families = [match.start() for match in lists.family.finditer(text)]
    after_cue = {match.end() for match in lists.cues.finditer(text)} if families else ()
    for at in families:
        starts = at == 0 or not HAN.match(text, at - 1)
        joined, of_theirs = text[at - 1 : at] in _AND, _OF_THEIRS.search(text, max(0, at - 2), at) is not None
        if not (starts or joined or of_theirs) and at not in after_cue:
            continue
        end = _full_name(seen, at)
        if end == at or not _closed_right(seen, end):
            continue
        if (starts or joined) and (_PHONE_NEXT.match(seen.given, end) or _role_follows(seen, end, marks)):
            yield _with_role_behind(seen, at, end)
            continue
        if _NO_PERSON_SO_CALLED.match(text, end):
            continue
        firm = seen.begins.get(end)
        if firm is not None and firm.mark in marks["firm"]:
            continue
        speaks = text.startswith(lists.speaking, end)
        risky = text[at] in lists.risky and end - at < 3 and not text[:at].endswith(_SURE_CUES)
        theirs = of_theirs and end - at > 2
        if (at in after_cue and (speaks or not risky)) or (speaks and (starts or theirs) and not risky):
            yield _with_role_behind(seen, at, end)


def _role_follows(seen: Seen, end: int, marks: dict[str, frozenset[str]]) -> bool:
    """王磊,采购; 李红(财务总监): behind the name and a mark stands what the person is."""
    if seen.text[end : end + 1] not in (",", "(", "、"):
        return False
    for at in (end + 1, end + 3):
        word = seen.begins.get(at)
        if (
            word is not None
            and word.mark in marks["role"]
            and seen.text[word.end : word.end + 1] in ("", ",", ")", "。", ";", " ", "\0", "\n")
        ):
            return True
    return False


def _is_title(said: str) -> bool:
    return said in ("女士", "先生", "小姐") or listed().bases.search(said) is not None


def _with_role_behind(seen: Seen, start: int, end: int) -> Contact:
    """高媛 教学总监: the name, and the role that stands behind a space."""
    name, title = seen.text[start:end], None
    after = end + (seen.text[end : end + 1] in (" ", "(", ","))
    for at in (after, after + 2):
        word = seen.begins.get(at)
        narrow = at == after or seen.text[after:at] in listed().narrowing
        if after > end and word is not None and narrow and _is_title(seen.word(word)):
            title, end = seen.text[after : word.end], word.end
            break
    return Contact(seen.text[start:end], (start, end), "person.cue", 0.75, name, title)

"""Where a full name ends, and names that begin with 老, 小 or 阿."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.firsts import sought
from nlp.lexicon import common, table
from nlp.peoplewords import HAN, listed, open_left
from nlp.reading import Contact
from nlp.seen import Seen

PET = (
    "涛军强伟磊杰鹏斌波刚勇峰辉飞超亮浩凯静丽敏娟霞燕玲芳梅琴莉娜婷慧蓉萍彪豪威毅鑫倩颖欣怡琳瑶薇珍珊莎菲蕾岚佳芬芹莲菊"
)
"""Characters of given names that people are called by alone: 杰哥, 涛总."""
GIVEN = PET + "敏洋帆宇欢龙宁兰红建志文明华东海晓雨雪艳丹俊杨凤春秋冬"
OLD = re.compile("[老阿]")
_ALL_HAN = re.compile("[\u4e00-\u9fff]+")
YOUNG = re.compile("小[\u4e00-\u9fff]")
_THEIRS = re.compile("(?:客户|对方|他们|她们|甲方|院方|校方|厂方|业主方?|人家|那边|采购方|买方)[^。;!?]{0,10}$")


_BESIDE_A_TITLE = re.compile(
    "(?:总|经理|主任|部长|科长|院长|校长|厂长|老师|老板|主管|总监|队|(?<![a-z])工)"
    "(?:[\u4e00-\u9fff]{0,6}[,、]?(?:还有|以及)|[、和跟])?(?:管?(?:采购|财务|技术|质检|设备|商务|行政|助理|法务|工艺|生产|仓库)的?)$"
    "|(?:总|经理|主任|部长|科长|院长|校长|厂长|老师|老板|主管|总监|队)(?:[^,。;!?找]{0,10},[^,。;!?找]{0,6}|不在[^,。;!?找]{0,6})(?:先|就|可以|直接)找$"
    "|[他她](?:儿子|女儿|老婆|爱人|媳妇|弟弟|侄子|外甥|徒弟|助理|秘书|手下|下属)的?$"
)
"""孟部长、采购小谢; 蒋队不在就找小尤; 他儿子小焦: of the same house as the one before."""
_ABOUT_THEIRS = re.compile(
    "说?(?:她|他)们?(?:们|家)?(?:老板|领导|公司|那边|家里|总部|财务|采购|厂里|厂长|院长|校长|老总|法务)|说(?:她|他)们"
    "|[,;]?[她他]是(?![我咱])[^,。;!?]{2,12}(?:那边|家|那个)的"
)
"""小贺说他老板下周给答复: of another house than ours."""
_OF_A_HOUSE = re.compile(f"(?:^|[\\s,。;!?:、])[{table('slots')['slots']['firmly']}]{{2}}$")
"""华邦老秦说: behind the short name of a house."""
_DECIDES = sought("(?:来|一个人)?(?:拍板|说了算|做主|点头才)")
"""现在是小闵拍板: who decides is theirs."""
_WITH_US = re.compile("(?:来|直接|去)?(?:跟|和|同|与)(?:我们|咱们?|我)(?:这边)?(?:来?对|沟通|联系|碰)|加了?我")
"""让运维小伍跟我们对, 文员小卢加我微信了."""
_POLITELY = re.compile("[,:](?!你|把|帮)[^。!?]{0,20}您")
"""小祁,我们下午到您那儿: so one speaks to the customer, not to a colleague."""


_LEADING_TO = frozenset("的跟给找和约问")
"""Behind these 阿 and a character are somebody, whatever follows: 珠啤的阿强喝茶."""
_ALONE = {"刚": frozenset("刚才好"), "可": frozenset("以能是不")}
"""王刚, 耿可: a given name that is oftener a word, and what it makes words with."""
_COMMON_RISKY = frozenset("方石段温牛华于安任关常顾龙路季易")
"""Family names that many bear, though they are words as well."""


def given(first: str) -> bool:
    if first in listed().given_pairs:
        return True
    return listed().not_given.isdisjoint(first) and _ALL_HAN.fullmatch(first) is not None


def full_name(seen: Seen, start: int) -> int:
    """Where a full name that begins here ends; ``start`` when none does."""
    lists, text = listed(), seen.text
    family = 2 if text[start : start + 2] in lists.compound else 1
    if family == 1 and text[start : start + 1] not in lists.surnames:
        return start
    end = start + family
    if text[end : end + 2] in lists.given_pairs and (text[start] not in lists.risky or text[start] in _COMMON_RISKY):
        return end + 2
    words = _ALONE.get(text[end : end + 1])
    if words is not None and text[end + 1 : end + 2] not in words and text[start] not in lists.risky:
        return end + 1
    begun = text[start : start + 2]
    if text[start] in lists.risky and text[start] not in _COMMON_RISKY and text[start + 1 : start + 3] in common():
        return start  # 连抬头
    if begun in common() and (text[start] in lists.risky or text[start] in "施兰方高"):
        return start
    most = min(len(text), end + 2)
    while end < most and "\u4e00" <= text[end] <= "\u9fff" and text[end] not in lists.not_given:
        word = seen.begins.get(end)
        if word is not None and (word.end - word.start > 1 or end - start - family >= 1):
            break
        if end - start - family == 1 and text[end : end + 2] in common():
            break
        end += 1
    return start if end == start + family or text[start:end] in common() else end


def old_name(text: str, at: int) -> bool:
    """老韩 or 阿木 begins here."""
    behind = text[at + 1 : at + 2]
    if text[at : at + 1] == "阿":
        return bool(HAN.match(behind)) and behind not in listed().not_given and behind not in "姨婆公爸妈"
    return text[at : at + 1] == "老" and behind != "" and behind in listed().surnames and behind not in "冷高热"


def old_friends(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """老韩, 阿木: 老 or 阿 and a name, where no longer word begins with them."""
    for match in OLD.finditer(seen.text):
        at = match.start()
        end = at + 2
        name = seen.text[at:end]
        called = seen.text[max(0, at - 1) : at] in (
            "手",
            "商",
            "户",
            "员",
            "师",
            "贩",
            "个",
            "位",
        ) or _OF_A_HOUSE.search(seen.text, max(0, at - 3), at)
        opens = called or open_left(seen, at) or _opens_no_word(seen.text, at)
        if at in seen.begins or not opens or name in common() or not old_name(seen.text, at):
            continue
        nick = name[0] == "阿" and seen.text[at - 1 : at] in _LEADING_TO and seen.text[at + 1 : end + 1] not in common()
        closed = nick or closed_right(seen, end) or (name[0] == "老" and _no_word_goes_on(seen.text, end))
        if seen.text[at : at + 3] in common() or not closed or _inside(seen, at + 1):
            continue
        house = seen.begins.get(end)
        if name[0] == "阿" and house is not None and house.mark in marks["house"]:  # 阿坤烧腊
            continue
        yield Contact(name, (at, end), "person.old", 0.8, name)


def _no_word_goes_on(text: str, end: int) -> bool:
    """老魏留我, 老韦老覃: the family name is none of a word's, and forms none with what follows."""
    follows = text[end - 1 : end + 1]
    free = text[end - 1] not in listed().risky and text[end - 1] not in "楼房花"
    return free and (follows not in common() or follows[1] == "老")


def _opens_no_word(text: str, at: int) -> bool:
    """我听老冼的口气: 老 forms no word with what stands before it, as it does in 养老."""
    plain = text.startswith("老", at) and text[at + 1 : at + 2] not in listed().risky
    return plain and text[at - 1 : at + 1] not in common()


def young_ones(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Contact]:
    """客户那边的小马, 华腾小李: 小 and a family name, where somebody of the customer's was spoken of before it."""
    for match in YOUNG.finditer(seen.text):
        at, end = match.span()
        if match[0][1] not in listed().surnames or at in seen.begins or not closed_right(seen, end):
            continue
        theirs = _THEIRS.search(seen.text, max(0, at - 24), at) or any(end in (at, at - 1) for _, end in seen.known)
        theirs = theirs or bool(_BESIDE_A_TITLE.search(seen.text, max(0, at - 24), at))
        theirs = theirs or (open_left(seen, at) and _ABOUT_THEIRS.match(seen.text, end) is not None)
        theirs = theirs or _DECIDES.match(seen.text, end) is not None or _WITH_US.match(seen.text, end) is not None
        theirs = theirs or (at == 0 and _POLITELY.match(seen.text, end) is not None)
        if match[0] in common() and match[0][1] in listed().risky:  # 小时
            continue
        led_up_to = match[0] not in common() or at in seen.ends or seen.text[at - 1 : at] in ("个", "的", "边", "\0")
        if seen.text[max(0, at - 2) : at] in ("交给", "转给", "分给", "让给", "移给", "派给"):
            continue
        if theirs and led_up_to and seen.text[at : at + 3] not in common():
            yield Contact(match[0], (at, end), "person.old", 0.8, match[0])


def _inside(seen: Seen, at: int) -> bool:
    """A word of two or more characters begins here: 老 + 方案 is no 老方."""
    word = seen.begins.get(at)
    return word is not None and word.end - word.start > 1


def closed_right(seen: Seen, end: int) -> bool:
    """The name ends here: a word of the lexicon, punctuation, or a word that follows names comes next."""
    rest = seen.text[end : end + 1]
    return not rest or end in seen.begins or not HAN.match(rest) or rest in listed().not_given or rest == "\0"

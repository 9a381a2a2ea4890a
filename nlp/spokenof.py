"""Whether a word that may be a known customer's short name is said of an organisation, by the words beside it."""

from __future__ import annotations

import re
from functools import cache

from nlp.lexicon import common, table
from nlp.orgwords import patterns
from nlp.slotwords import words as slot_words


def spoken_of(text: str, start: int, end: int, how: str) -> bool:
    """A short name that is also a word of every day counts only where it is spoken of as an organisation; a place or a
    thing of the same spelling (东方红那个电影, 启明路) is none."""
    if how in ("brand", "core", "vague") and _CONSUMED.search(text, max(0, start - 4), start):
        return False
    if how == "public":
        return not (_OTHERS_BEFORE.search(text, max(0, start - 1), start) or _OTHERS_BEHIND.match(text, end))
    if how in ("vague", "brand", "alias") and is_a_place(text, end):
        return False
    carried = how in ("brand", "alias") and _CARRIED.search(text, max(0, start - 2), start)
    if carried and text[start:end] in patterns().not_customers:
        return False
    if how in ("brand", "vague") and _OF_THE_PUBLIC.match(text, end):
        return False
    if how in ("brand", "alias", "vague") and _SAID_OF_A_THING.search(
        text[max(0, start - 2) : start] + "\0" + text[end : end + 3]
    ):
        return False
    if how != "vague":
        return True
    if text.startswith("的话", end) and text[start:end] in common():  # 方便的话
        return False
    alone = start == 0 or not text[start - 1].isalnum()
    words = _around()
    if (
        text.startswith("的", end)
        and text[start:end] in patterns().regions
        and not slot_words().belongs.match(text, end)
    ):
        return False  # 江南的梅雨天
    if text.startswith(words["speaking_of_it"], end) or _person().match(text, end):
        return alone or text[:start].endswith((*words["turning_to_it"], "和", "是", "在", "与"))
    return text[:start].endswith(words["turning_to_it"])


def is_a_place(text: str, end: int) -> bool:
    """What stands behind it makes it a road or a thing of the same spelling; 去用友路上 is on the way to it."""
    return text.startswith(_same_spelling(), end) and not text.startswith("路上", end)


def turned_to(text: str, start: int, end: int) -> bool:
    """Words beside a short name tell that an organisation is meant."""
    words = _around()
    said = text[start:end]
    if said[0] == said[1] or said in _NOBODY:  # 哈哈
        return False
    if _HAD.search(text, max(0, start - 4), start):
        return False
    turned = text[:start].endswith((*words["turning_to_it"], "和", "与"))
    alone = start == 0 or not text[start - 1].isalnum()
    behind = text.startswith(words["speaking_of_it"], end) or bool(_person().match(text, end))
    if said in common():
        lists = slot_words()
        told = alone and (lists.belongs.match(text, end) or lists.there.match(text, end)) is not None
        return told or (turned and (behind or text.startswith(("都", "也", "又"), end)))
    return turned or (alone and (behind or (end < len(text) and text[end] in ": ")))


_HAD = re.compile("(?:有|充满|看到|带来|抱着?|失去|迎来)了?$")
"""又有了新希望: what one has is no house."""
_NOBODY = frozenset(("人家", "大家", "自己", "别人", "好想", "生活"))
_SAID_OF_A_THING = re.compile(
    "都\0了|(?:很|非常|挺|十分|特别|更|最|太|够|相当|越来越|不够|真|不|考上了?)\0|\0项目组|\0来得|\0见$|\0见[,。!?]"
)
"""都新世纪了, 能力很卓越, 大象项目组: words of every day."""
_CONSUMED = re.compile("(?:喝|吃|抽|嗑)(?:点|了|着|个|瓶|杯|一杯|一瓶|两瓶)?$")
"""喝青岛啤酒."""
_CARRIED = re.compile("(?:走|发|寄|用|叫)$")
"""走德邦发: a carrier, though a house of that name is known."""
_OF_THE_PUBLIC = re.compile(
    "(?:今天|现在|最近|这周|周末)?[^,。;!?]{0,4}(?:打折|买一送一|促销|满减|优惠券|秒杀)|(?:门口|楼下)(?:等|见|集合|接)|当头|高照|满满|的?(?:房价|股价|股票|广告(?!费|位|投|制|物)|代言|综艺|电视剧|航班|机票|门票|漆我|手机壳)"
    "|(?:股份|控股|集团)?(?:今天|昨天|又|连续|早盘|开盘|尾盘|一字){0,2}(?:涨停|跌停|停牌|复牌|大涨|大跌|暴跌|套牢|市值)|(?:大学)?毕业|买(?:的|了|菜)|逛街|逛了?逛|换乘|换[a-z0-9一二三四五六七八九十]{1,3}号?线|地铁|下车"
)
"""鸿运当头, 新城的房价: what everybody speaks of."""
_OTHERS_BEFORE = re.compile(
    "[^\\W了在去到给跟和与对从向把被让是有就也都还要想说问找约请等来回看陪帮替由为往约见进刚访先再离访这那催因]$"
)
"""Before a word that many bodies bear: another name of which it is a part (南山教育局, 江州三中)."""
_OTHERS_BEHIND = re.compile(
    "[午间旬央文时型组姐伙队块段票巷吃批号楼层个年天月岁路街线期声句点]|心(?!小)|全会|产品|学[生时]|国(?!际)|小时|级(?!中)"
)
"""Behind it: a longer word of every day (三小时, 一中午)."""


@cache
def _around() -> dict[str, tuple[str, ...]]:
    companies = table("companies")["companies"]
    return {key: tuple(companies[key].split()) for key in ("speaking_of_it", "turning_to_it")}


@cache
def _person() -> re.Pattern[str]:
    """A person, told by a surname and a title of one or two characters."""
    people = table("people")["people"]
    titles = "|".join(sorted((t for t in people["titles"].split() if len(t) < 3), key=len, reverse=True))
    return re.compile(f"[{people['surnames']}](?:{titles})")


@cache
def _same_spelling() -> tuple[str, ...]:
    return tuple(table("companies")["companies"]["same_spelling"].split())

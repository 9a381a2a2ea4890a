"""New names told as names (公司叫蓝海, “山野拾趣”的主理人), and public bodies that a place has one of (附二院)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.bypeople import described
from nlp.coined import fresh
from nlp.firsts import sought
from nlp.heads import head, proper, unheard
from nlp.lexicon import Word, common
from nlp.named import IN_SO_MANY_WORDS
from nlp.orgwords import OF_A_HOUSE, patterns
from nlp.seen import Seen
from nlp.signs import sign
from nlp.slotwords import words as slot_words
from nlp.trades import Proposal

_CALLED = sought(
    r"(?:公司|名字|客户|对方|有家|一家|那家|这家|有个|店|厂|品牌方?|连锁|单位|(?:代理|经销|渠道|加盟|运维|运营|承包|分包|总包|集成|服务|开发|供货|采购|贸易|批发|零售)商|[甲业]主?方|合作社|机构|同行业|学校|铺子?|馆|楼|招牌|[测工驿][站])[^。!?]{0,14}?叫"
    r"(?:做|什么)?([\u4e00-\u9fff]{2,8}?(?<!的))(?=[,。!?;\n)]|$|(?<=叫....)[他她]们)"
    r"|(?:(?:客户|对方)是|做[^。!?,]{2,10}的|(?<!自有)(?<!自主)(?<!国产)(?<!进口)(?<!代工)品牌)([\u4e00-\u9fff]{2,5}(?<!的))(?=[,。!?;\n]|$)"
    rf"|叫([\u4e00-\u9fff]{{2,5}})(?:{OF_A_HOUSE}|(?<=家叫..)的(?=,)|(?<=家叫...)的(?=,))"
    r"|一个(?:是|叫)([\u4e00-\u9fff]{2,4}?)(?=[,、]?(?:还有|另)?一个(?:是|叫)|[,。;]|$)"
)
_BELONGS_TO = re.compile(
    "(?:[他她]|[这那][人位])们?也?是([\u4e00-\u9fff]{2,6}?)(那边|这边|公司|集团)?的(?=$|[,。!?;]|人(?![多少])|采购|财务|技术|工程师|老板|经理|负责)"
)
"""他是宏图文旅那边的: whose man he is."""
_QUOTED = re.compile(r'["“「\']([\u4e00-\u9fff]{2,8})["”」\']')
_QUOTED_HOUSE = re.compile("(?:公司|品牌|客户|店|厂|跟|去|约了?|拜访了?)(?:叫|是)?$")
_QUOTED_OWNS = re.compile(
    "的?(?:主理人|老板|采购|负责人|创始人|店长|财务|人[,说要]|门店|总部|那边|这个牌子|这家|那家|的人)"
)
_HEADED = re.compile(
    r"(?:(?:^|(?<=[,;。:\n ]))"
    r"(?:公司|单位|需方|抬头|客户(?=[名全]))(?:名称|全称|名)?[: ]\s?|"
    r"名片上(?:印|写)的是|(?:开票抬头|发票抬头|公司抬头|抬头|合同主体)(?:写?的?是|写的?|开的?|开成|改成|:))"
    r"([\u4e00-\u9fff]{2,12})(?=[,。;!?\s]|$)"
)
_SO_SIGNED = re.compile(r"(?:^|(?<=[,。;!? ]))([\u4e00-\u9fff]{2,9})\((?:店名|店铺名?|公司名|品牌名?|招牌|字号)\)")
"""佟掌柜的铜火锅(店名)."""
_NAMED_SO = re.compile("(?:公司|客户|店|厂|铺子?|馆|楼|机构|有家|有个|[这那]家|招牌|品牌|字号)(?:名字?)?就?[叫是]$")
_OPENS_ANOTHER = re.compile(
    "(?:又|也|还)?(?:要|想|准备)?(?:再?开(?:了?第[一二三四五六七八九十\\d]+家|了?家?分店|业了?[,。]))"
)
_SIGN_SAYS = re.compile(
    "(?:招牌|店名|字号|品牌名?|铺子|公司名)(?:就|上)?[叫是]([\u4e00-\u9fff]{3,7}?(?<!的))(?=[,。!?;\n)]|$|(?<=叫....)[他她]们)"
)
_PRONOUN = frozenset("我你他她它这那谁啥什么们")
_MAY_HEAD = re.compile("抬头|名片|主体|(?:公司|单位|客户|甲方|买方|需方|名称|全称|名)[: ]")
_LEVEL = re.compile("(?:开发区|[市县区镇乡])[一二三四五六七八九十]")
_NUMBERED = re.compile(
    f"[\u4e00-\u9fff]{{1,4}}{_LEVEL.pattern}{{1,2}}(?:[小中院幼](?![\u4e00-\u9fff]*?[时心午间])|附院|附中|附小)"
    "(?![时天月年个点心学级])"
)
"""开发区三小, 南康市二中: of a place's numbered houses there is one."""
_BRACKETED = re.compile(
    r"\(([\u4e00-\u9fff]{2,4})\)(?:[\u4e00-\u9fff]{0,14}?(?:有限责任公司|有限公司|公司|集团|有限合伙|合伙企业)(?:[\u4e00-\u9fff]{2,4}分公司)?)?"
)
"""和美(天津)食品有限公司, 西门子(中国): a place in brackets within a name."""
_ORDINAL = "[一二三四五六七八九十]{1,2}"
_SHORT = re.compile(
    rf"(?:(?:[市省县区]|(?<![\u4e00-\u9fff])|(?<=[给跟和找去到约见催把在是过被]))(?:附{_ORDINAL}院?|{_ORDINAL}附院|{_ORDINAL}院)|[市省县]人医|(?:军区|武警|陆军|空军|海军|市|省|县)总院"
    r"|(?<![\u4e00-\u9fff])(?:人医|总院))"
)
_LOCAL = re.compile(
    r"(?<![\u4e00-\u9fff][\u4e00-\u9fff])[市县区]?(?:公交|自来水|燃气|热力|供电|环卫|水务|水投|城投|城发|城建投|交投|文旅|旅投|产投|国投|粮投|农投|农发|地铁|轨道|盐业"
    r"|公投|金控|高速|机场|港务|市政|供销|粮食|园林)(?:公司|集团)"
)
"""Firms that a place has one of: 公交公司, 水投集团."""
_PART_OF_IT = re.compile(
    "的?(?:[\u4e00-\u9fff]{2,3}(?:科|部|处|中心|办)|骨科|内科|外科|眼科|下面的|旗下的?|那边|这边|那儿)"
)
_ITS_PROJECT = re.compile("[\u4e00-\u9fff]{0,6}(?:招标|招采|中标|询价|改造|项目)")
_MAY_BE_CALLED, _MAY_BE_QUOTED, _MAY_BE_HEADED = sign("叫是做牌"), sign('"“「'), sign("抬片体: ")
_MAY_BE_SHORT, _MAY_BE_LOCAL = sign("院医附"), sign("司团")
_MAY_BE_PLACED = sign("(")
_MAY_BE_NUMBERED = sign("小中院幼")
_ANY = (
    _MAY_BE_NUMBERED | _MAY_BE_PLACED | _MAY_BE_CALLED | _MAY_BE_QUOTED | _MAY_BE_HEADED | _MAY_BE_SHORT | _MAY_BE_LOCAL
)
_TOWARDS = re.compile("(?:给|跟|和|找|去|到|约|见|催|把|向|对|拜访了?|陪)$")


def find(seen: Seen, marks: dict[str, frozenset[str]]) -> Iterator[Proposal]:
    """Every proposal told by a word for names, by quotation marks, or by what only one body of a place is called."""
    hidden, ends, signs = seen.text, seen.ends, seen.signs
    if not signs & _ANY:
        return
    for match in _CALLED.finditer(hidden) if signs & _MAY_BE_CALLED else ():
        group = next(n for n in (1, 2, 3, 4) if match[n])
        if _a_name(hidden, *match.span(group), ends, marks):
            yield Proposal(*match.span(group), "customer.deals" if group == 2 else "customer.called", 0.72)
    for match in _SIGN_SAYS.finditer(hidden) if signs & _MAY_BE_CALLED else ():
        if _PRONOUN.isdisjoint(match[1]) and not described(match[1]):
            yield Proposal(*match.span(1), IN_SO_MANY_WORDS, 0.85)
    for match in _BELONGS_TO.finditer(hidden) if signs & _MAY_BE_CALLED and "是" in hidden else ():
        surely = match[2] is not None or fresh(match[1])
        if surely and _a_name(hidden, *match.span(1), ends, marks) and match[1] not in common():
            yield Proposal(*match.span(1), "customer.called", 0.74)
    for match in _QUOTED.finditer(hidden) if signs & _MAY_BE_QUOTED else ():
        if _NAMED_SO.search(hidden, max(0, match.start() - 6), match.start()) and not described(match[1]):
            yield Proposal(*match.span(1), IN_SO_MANY_WORDS, 0.85)
            continue
        if _OPENS_ANOTHER.match(hidden, match.end()) and not described(match[1]):
            yield Proposal(*match.span(1), IN_SO_MANY_WORDS, 0.85)
            continue
        led = _QUOTED_HOUSE.search(hidden, 0, match.start()) and match[1] not in common() and unheard(match[1])
        if (
            (led or _QUOTED_OWNS.match(hidden, match.end()))
            and not described(match[1])
            and not _worded(match, ends, marks)
        ):
            yield Proposal(*match.span(1), "customer.called", 0.75)
    for match in _HEADED.finditer(hidden) if signs & _MAY_BE_HEADED and _MAY_HEAD.search(hidden) else ():
        if not described(match[1]) and unheard(match[1]) and not _worded(match, ends, marks):
            yield Proposal(*match.span(1), "customer.called", 0.78)
    for match in _NUMBERED.finditer(hidden) if signs & _MAY_BE_NUMBERED and _LEVEL.search(hidden) else ():
        level = _LEVEL.search(match[0])
        at = match.start() + (level.start() if level else 0)
        if level and match[0].startswith("开发区", level.start()):
            yield Proposal(at, match.end(), "customer.public", 0.82)
        elif (start := head(hidden, at, ends, marks)) < at:
            yield Proposal(start, match.end(), "customer.public", 0.82)
    if signs & _MAY_BE_PLACED:
        for match in _SO_SIGNED.finditer(hidden):
            yield Proposal(*match.span(1), IN_SO_MANY_WORDS, 0.85)
        yield from _bracketed(hidden, ends, marks)
    for match in _SHORT.finditer(hidden) if signs & _MAY_BE_SHORT else ():
        if _spoken_of(hidden, match):
            yield Proposal(*match.span(), "customer.public", 0.84)
    for match in _LOCAL.finditer(hidden) if signs & _MAY_BE_LOCAL and ("公司" in hidden or "集团" in hidden) else ():
        if _spoken_of(hidden, match):
            yield Proposal(*match.span(), "customer.public", 0.8)


def _bracketed(hidden: str, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> Iterator[Proposal]:
    """和美(天津)食品有限公司: what stands before a place in brackets, with all that follows up to the legal form."""
    for match in _BRACKETED.finditer(hidden):
        formed = match.end() > match.end(1) + 1
        if not formed and match[1] not in patterns().regions:
            continue
        start = head(hidden, match.start(), ends, marks)
        name = hidden[start : match.start()]
        if 2 <= len(name) <= 8 and not described(name) and (formed or (proper(name) and unheard(name))):
            yield Proposal(start, match.end(), "customer.suffix", 0.88 if formed else 0.75)


def _a_name(hidden: str, start: int, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> bool:
    """Not a person's, no word that only describes, and no words within but those of trades."""
    name = hidden[start:end]
    if not _PRONOUN.isdisjoint(name):
        return False
    if "姓" in hidden[max(0, start - 8) : start] or described(name) or not unheard(name):  # 客户姓温,叫温以宁
        return False
    role = ends.get(start - 1)
    if hidden[start - 1] == "叫" and role is not None and role.mark in marks["office"]:  # 财务叫小雪
        return False
    inside = any(at in ends for at in range(start + 1, end + 1))
    return not _foreign(start, end, ends, marks) and (end - start < 6 or inside)


def _worded(match: re.Match[str], ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> bool:
    return _foreign(*match.span(1), ends, marks)


def _foreign(start: int, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> bool:
    """A word of the lexicon stands within that is no trade and no kind of house."""
    inside = [ends[at] for at in range(start + 1, end + 1) if at in ends]
    return any(
        word.end - word.start > 1 and word.mark not in marks["within"] and word.mark not in marks["tail"]
        for word in inside
    )


def _spoken_of(hidden: str, match: re.Match[str]) -> bool:
    lists, start, end = slot_words(), match.start(), match.end()
    if _PART_OF_IT.match(hidden, end) or lists.belongs.match(hidden, end) or lists.deeds_of.match(hidden, end):
        return True
    if _ITS_PROJECT.match(hidden, end):
        return True
    led = _TOWARDS.search(hidden, 0, start) is not None
    return led and (lists.deeds_with.match(hidden, end) is not None or match[0] in patterns().trades)

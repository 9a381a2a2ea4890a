"""Words for named days and the lunar calendar: 国庆期间, 节后第一个工作日, 年前, 过完年, 大年初八, 正月十五, 618."""

from __future__ import annotations

import re

from nlp.firsts import sought
from nlp.holidays import ALIASES, NAMES
from nlp.lunar import TERMS
from nlp.numerals import integer
from nlp.when.atoms import WORDS, Built, Read
from nlp.when.elements import Feast, FeastNear, Lunar, Nth
from nlp.when.terms import FIGURES, HAN_FIGURES, WEEKDAYS, number

_FIGURED = frozenset(
    {"十一", "七一", "八一", "五四", "三八", "51", "618", "315", "520", "三一五", "六一八", "六一", "大年"}
)
"""Names that are more often something else, and need the words of a holiday beside them."""
_UNSURE = frozenset({"过年", "大年", "正月十五", "八月十五", "年夜", "正月初一", "新年", "新春"})
_WEATHER = frozenset({"雨水", "小满", "大雪", "小雪", "白露", "大寒", "小寒"})
"""Solar terms that are more often weather or a name: they need 节气, 那天 or 前后 beside them."""
_PLAIN = tuple(
    sorted((NAMES | set(ALIASES)) - _FIGURED - _UNSURE - _WEATHER | {"农历新年", "新年", "新春"}, key=len, reverse=True)
)
_NAME = re.compile("|".join(map(re.escape, _PLAIN)))
_NAME_FIGURED = re.compile("|".join(sorted(map(re.escape, _FIGURED - {"大年"}), key=len, reverse=True)))
_ON_THE_DAY = "见我咱俺您你去给要就不没都也还送陪带休"
_OPENS = ("", *",，。、;；!！?？\n ")
"""给到520还送一箱 is a price: what is said of the day of a number names it where it opens the clause alone."""
_BESIDE = re.compile(
    r"[”\"」]?(?:期间|假期|长假|黄金周|小长假|放假|假|大促|活动|促销|备货|当天|那天|之前|以前|前|之后|以后|过后|后|晚会|购物节|出[游行]|回[家来]"
    rf"|[{_ON_THE_DAY}]|上午|下午|晚上|早上|中午|值班|加班|上班|怎么|安排|预售|上线|开[业张工]|交[付房]|结婚|促销|主推|开门红|返场|那[天波]|这[天波]"
    r"|的(?:货|单|票|活动|预售|库存|价|方案|预算|订单|物料|海报|优惠|机制|档期|安排|量|车|房|酒店|礼))"
)
_LEAD_IN = re.compile(r"(?:等|过|到|赶|今年|明年|去年|[今明后昨]天|国庆|过完|就是|的)$")
_COUNTS_ON = re.compile(rf"(?!一[起直定共样般])[{HAN_FIGURES}{FIGURES}个楼号日]")
_ENDS_IN_FIGURE = ("五一", "双十一", "双11", "双12", "双十二", "二月二", "三月三")
_PLACE = re.compile(
    r"路|街|大[道街厦]|广场|村|小区|新村|中(?!秋)|小学|商[场城]|桥|矿|农场|工厂|镇|社区|公园|大队|宾馆|酒店|店|厂|集团|股份|医院|队|学校|渠"
)
_ROAD = re.compile(r"路(?!上|演|途)|街(?!头|上)|大[道街厦]|广场|小区|新村|小学|中学|[村镇](?!里)|桥|集团|股份")
"""Places that bear the name of any feast; a 国庆医院 is rather the hospital on National Day."""
_FIRM = sought(
    r"[的]?(?:科技|文化|传媒|教育|咨询|资本|设计|装饰|食品|建筑|工作室|公司|民宿|书[店院房]|实业|贸易|花园|家园|[苑府湾里]|总|姐|老师|米粉|火锅|烧烤|咖啡|奶茶|面馆|小吃|酒业|茶业)"
)
"""What makes the name of a solar term a firm's or a person's."""
_TITLE = re.compile(r"同志|师傅|经理|主任|科长|处长|联欢晚会|(?<=新[年春])(?:第一|首[单批次个]|伊始|开门红|新气象)")
"""国庆同志 is a person, 春节联欢晚会 a show, 新年第一单 the first of the year."""
_WISH = sought(r"节?(?:快乐|愉快|安康|吉祥|幸福|大吉|好(?![的了像多吗]))")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何林罗郑梁宋谢唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈任姚卢傅"
    "钟姜崔谭陆汪范石廖贾韦夏邱侯邹熊孟秦白江阎薛尹段雷黎史龙贺顾毛郝龚邵万钱严"
)
_MODE = re.compile(r"[”\"」]?节?(?:期间|假期|放假期间|小长假|长假|黄金周|假日)")
_TAIL = re.compile(r"节?(?:小长假|长假|假期|假|黄金周|放假)?")
_NTH_AFTER = sought(
    r"(?:小长假|长假|假期|假|节|放假|收假)?(?:之后|以后|过后|后)(?:的)?(?:上班|开工)?(?:(?:第([一二三四五六七]|\d)|(首))个?|(头一|上班)|([一二两三四五六七八九十]|\d{1,2})个(?=工作[日天](?:[之以]?内)))(工作[日天]|天|周)"
)
_LAST_BEFORE = sought(
    r"(?:小长假|长假|假期|假|节|放假)?(?:之前|以前|前)的?(?:最后|倒数第)一个?(工作[日天]|(?:周|星期|礼拜)(?:([一二三四五六日天])|(?!末))|天)"
)
_EDGE = sought(r"(?:小长假|长假|假期|期间|放假)?的?(最后一|最后1|首|第一|第1)天")
"""国庆最后一天, 五一假期第一天."""
_BESIDE_DAYS = sought(
    r"节?(?:的)?([前后])([一二两三四五六七八九十]|\d{1,2})(周|个?星期|个?礼拜|天)(?!一天)(?<!前一天)(?<!后一天)"
)
_DAY_NEAR = sought(r"节?(?:的)?(前一天|前夕|前一日|头一天|后一天|第二天|次日)")


@WORDS.reads("feast", "".join({name[0] for name in _PLAIN}), _NAME.pattern)
def _feast(text: str, at: int) -> Read:
    match = _NAME.match(text, at)
    if (
        match is None
        or _is_person(text, at, match.end())
        or (match[0][-1] not in "节夜" and (_PLACE if match[0] == "五一" else _ROAD).match(text, match.end()))
        or ((match[0] in TERMS or match[0] in _ENDS_IN_FIGURE) and _FIRM.match(text, match.end()))
        or _WISH.match(text, match.end())
        or _TITLE.match(text, match.end())
    ):
        return None
    before = text[at - 1 : at]
    if before and match[0] in ("五一",) and (before in HAN_FIGURES or before in FIGURES or before in "第百千"):
        return None
    if match[0] in _ENDS_IN_FIGURE and _COUNTS_ON.match(text, match.end()):
        return None
    return _finish(text, match.end(), match[0])


@WORDS.matches(
    "feast", "雨小大白", rf"({'|'.join(sorted(_WEATHER))})(?:节气(?:(?:当[天日]|那[天日]))?|(?=前后|当天|那天|这天))"
)
def _weather_term(m: re.Match[str]) -> Built:
    return (Feast(m[1]),)


@WORDS.reads("feast", "".join({name[0] for name in _FIGURED}), _NAME_FIGURED.pattern)
def _figured_feast(text: str, at: int) -> Read:
    match = _NAME_FIGURED.match(text, at)
    before = text[at - 1 : at]
    if match is None or (
        before and (before in HAN_FIGURES or before in FIGURES or before in "第百千.双初腊月周-/¥间室号房楼座型款话机")
    ):
        return None
    if match[0][0] in FIGURES and before.isascii() and before.isalpha():
        return None
    beside = _BESIDE.match(text, match.end())
    if beside and match[0][0] in FIGURES and beside[0] in _ON_THE_DAY and before not in _OPENS:
        return None
    leads = _LEAD_IN.search(text, max(0, at - 2), at) and re.compile(r"$|[,，。!！?？的再]").match(text, match.end())
    if not beside and not leads:
        return None
    return _finish(text, match.end(), match[0])


def _finish(text: str, end: int, name: str) -> Read:
    nth = _NTH_AFTER.match(text, end)
    if nth:
        return (_nth_after(nth, Feast(name, "break")),), nth.end()
    last = _LAST_BEFORE.match(text, end)
    if last:
        return (_last_before(last, Feast(name, "break")),), last.end()
    edge = _EDGE.match(text, end)
    if edge:
        return (Feast(name, "break"), Nth(-1 if edge[1][-2] == "后" else 1, "day")), edge.end()
    mode = _MODE.match(text, end)
    if mode:
        return (Feast(name, "break"),), mode.end()
    beside = _BESIDE_DAYS.match(text, end)
    if beside:
        return (Feast(name, "break", beside=_days_beside(beside)),), beside.end()
    near = _DAY_NEAR.match(text, end)
    if near:
        return (Feast(name, shift=-1 if near[1][0] in "前头" else 1),), near.end()
    if (
        text.startswith("节", end)
        and not name.endswith("节")
        and not text.startswith(("节目", "节点", "节奏", "节约", "节省"), end)
    ):
        end += 1
    return (Feast(name),), end


def _days_beside(m: re.Match[str]) -> int:
    """So many days before (-) or after (+)."""
    days = (number(m[2], 1, 60) or 1) * (7 if m[3][-1] in "周期拜" else 1)
    return -days if m[1] == "前" else days


def _nth_after(m: re.Match[str], feast: Feast | FeastNear) -> Nth:
    n = 1 if m[2] or m[3] else number(m[1] or m[4], 1, 60) or 1
    if m[5] == "周":
        return Nth(n, "week", feast)
    return Nth(n, "workday" if m[5][0] == "工" or "上班" in m[0] or "开工" in m[0] else "day", feast)


def _last_before(m: re.Match[str], feast: Feast | FeastNear) -> Nth:
    if m[2]:
        return Nth(-1, WEEKDAYS[m[2]], feast)
    return Nth(-1, "workday" if m[1][0] == "工" else "day" if m[1] == "天" else "week", feast)


_HOLIDAY_AFTER = re.compile(r"节|期间|长?假|放假|[之以][前后]|前(?!天|[台面往])|后(?!来|天|面|台)")
"""What follows the day and not a person of its name (付钱国庆前)."""


def _is_person(text: str, at: int, end: int) -> bool:
    """A surname stands right before the name (王国庆), and no 小 or 老 or 下 that makes it a word of its own."""
    if not at or text[at - 1] not in _SURNAMES or _HOLIDAY_AFTER.match(text, end):
        return False
    return at < 2 or text[at - 2] not in "下上这本小老大阿单"


# Spring Festival and the nearest holiday

_NEAR_BEFORE = "环细季关情章音调礼气枝脱支使小春时骨拆末双佳物逢"


@WORDS.matches(
    "feast.year",
    "年",
    r"(?<![一二两三四五六七八九十几\d多数半今去明来本个百千近当些每周])年([前后])(?!年|[轻期])(?!第)",
)
def _before_or_after_year(m: re.Match[str]) -> Built:
    return (Feast("春节", "before" if m[1] == "前" else "after"),)


@WORDS.matches("feast.year", "过新", r"过完(?:大年|新年|年|春节)(?:之后|以后|后)?|过了年(?:之后|以后|后)?")
def _year_over(m: re.Match[str]) -> Built:
    return (Feast("春节", "after"),)


@WORDS.matches("feast.year", "过", r"(?<![不难好超])过年(?:期间)?(?!轻|龄|纪|限|费|货)")
def _year(m: re.Match[str]) -> Built:
    return (Feast("春节", "break"),)


_NEAR = sought(
    r"节(?!假)|小?长假|收假|放假|假期|年(?=(?:(?:之后|以后|后)(?:的)?(?:上班|开工)?(?:第|首)|前的?最后一|[前后][一二两三四五六七八九十\d]{1,2}(?:周|天|个?星期|个?礼拜)))"
)


@WORDS.reads("feast.near", "节长小收放假年", _NEAR.pattern)
def _near(text: str, at: int) -> Read:
    begin = _NEAR.match(text, at)
    if begin is None or (at and text[at] == "节" and text[at - 1] in _NEAR_BEFORE):
        return None
    base = Feast("春节", "break") if begin[0] == "年" else FeastNear()
    if begin[0] == "年" and at and text[at - 1] in "一二两三四五六七八九十几0123456789多数半今去明来本百千近":
        return None
    nth = _NTH_AFTER.match(text, begin.end())
    if nth:
        return (_nth_after(nth, base),), nth.end()
    last = _LAST_BEFORE.match(text, begin.end())
    if last:
        return (_last_before(last, base),), last.end()
    beside = _BESIDE_DAYS.match(text, begin.end())
    if beside:
        days = _days_beside(beside)
        return (Feast("春节", "break", beside=days) if begin[0] == "年" else FeastNear(beside=days),), beside.end()
    simple = re.compile(r"(?:之前|以前|前(?!夕?\w?言)|之后|以后|后)").match(text, begin.end())
    if simple is None or begin[0] == "年":
        return None
    return (FeastNear("before" if "前" in simple[0] else "break"),), simple.end()


# lunar days

_LUNAR_DAY = (
    r"(初[一二三四五六七八九十]|[一二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|二十[一二三四五六七八九]?)"
)


@WORDS.matches(
    "lunar", "农阴旧", rf"(?:农历|阴历|旧历)的?(闰)?([正一二三四五六七八九十冬腊]|十[一二])月{_LUNAR_DAY}(?:日|号)?"
)
def _lunar_said(m: re.Match[str]) -> Built:
    return _lunar(m[2], m[3], bool(m[1]))


@WORDS.matches("lunar", "正腊冬", rf"([正腊冬])月{_LUNAR_DAY}(?:日|号)?")
def _lunar_month_day(m: re.Match[str]) -> Built:
    return _lunar(m[1], m[2], False)


@WORDS.matches("lunar", "大年", r"(?:大年|年)(初[一二三四五六七八九十])")
def _new_year_day(m: re.Match[str]) -> Built:
    return _lunar("正", m[1], False)


@WORDS.matches(
    "lunar", "一二三四五六七八九十", r"(?<![第十])([一二三四五六七八九十])月(初[一二三四五六七八九十])(?![期始步中期])"
)
def _lunar_by_day(m: re.Match[str]) -> Built:
    return _lunar(m[1], m[2], False)


@WORDS.matches(
    "lunar",
    "初",
    r"(?<![年月当起最])初([四五六七八九十]|[一二三](?!年级|学|班|的孩子|数|英|语|物|化|生|考|家长|那年|上学|下学|毕))",
)
def _lunar_bare(m: re.Match[str]) -> Built:
    day = integer(m[1])
    return (Lunar(None, day),) if day else None


def _lunar(month: str, day: str, leap: bool) -> Built:
    months = {"正": 1, "冬": 11, "腊": 12}
    number_ = months.get(month) or integer(month)
    day_number = integer(day.removeprefix("初"))
    return (Lunar(number_, day_number, leap),) if number_ and day_number and day_number <= 30 else None

"""Words for days: 明天, 今晚, 次日, 15号, 3到5号, 3/15, 2026-03-15, 下班前, 最后一个工作日."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Literal

from nlp.numerals import approximate, integer
from nlp.when.atoms import TAILS, WORDS, Built
from nlp.when.elements import Between, Closing, Day, Element, Fixed, Moment, Month, Nth, Part, Today
from nlp.when.terms import COUNTED, NOT_COUNTING, NOT_IN_CODE, NUM, PART_WORDS, STARTS, WEEKDAYS, number

_SHIFTS = {"今": 0, "明": 1, "后": 2, "昨": -1, "前": -2}
_DAY_PARTS = {"早": "早上", "晨": "早上", "晚": "晚上", "夜": "晚上", "夜里": "晚上"}


@WORDS.matches(
    "day.word",
    "今明昨",
    r"(?<!赶(?=明儿))([今明昨])(?:天(?!气|津|猫|河)|日(?!头条|之星|方舟|之后|资本|说法|重现|均)|儿个?)(?!集团|股份|控股)",
)
@WORDS.matches(
    "day.word",
    "大后前",
    r"(?<![以之然今往此最日月年周目从会饭雨])(大*[后前])(?:天(?![性天气晴色空津河猫])|日(?![本子企系资常])|儿个?(?![子女童]))",
)
def _day_word(m: re.Match[str]) -> Built:
    shift = _SHIFTS[m[1][-1]]
    return (Today(shift + (len(m[1]) - 1) * (1 if shift > 0 else -1)),)


@WORDS.matches("day.word", "听琴寻", r"(?<![动好收打倾搜找钢])(?:(听|[琴寻])日(?![报期])|(听|[琴寻])(晚(?!上?会)|朝))")
def _day_in_cantonese(m: re.Match[str]) -> Built:
    """听日, 琴日, 听晚: what Cantonese calls tomorrow and yesterday."""
    day = Today(1 if (m[1] or m[2]) == "听" else -1)
    return (day, Part("evening" if m[3] == "晚" else "morning")) if m[3] else (day,)


@WORDS.matches(
    "day.part",
    "今明昨",
    r"([今明昨])(早上?|早晨|晨|晚上?|夜里?|上午|下午|中午|午后)(?!宴(?!请)|期(?!待|盼)|年(?!会)|点(?!\d|[一二三四五六七八九十]))",
)
@WORDS.matches("day.part", "前后", r"(?<![以之然今往此最日月年周目从会饭提])([前后])(晚)(?![期点来年餐饭辈])")
def _day_and_part(m: re.Match[str]) -> Built:
    return Today(_SHIFTS[m[1]]), Part(PART_WORDS[_DAY_PARTS.get(m[2], m[2])])


@WORDS.matches("day.pair", "今明", r"(今明|明后)(?:两[天日]|俩天|天)")
def _two_days(m: re.Match[str]) -> Built:
    first = _SHIFTS[m[1][0]]
    return (Between(Today(first), Today(first + 1)),)


@WORDS.matches("day.of_sentence", "次翌第隔转当", r"(次日|翌日|第二天|隔天|转天|当[天日](?=上午|下午|中午|晚|早))")
def _day_of_sentence(m: re.Match[str]) -> Built:
    return (Today(0 if m[1][0] == "当" else 1, of_sentence=True),)


@WORDS.matches("day.of_sentence", "当", r"当[晚夜](?![会宴])")
def _evening_of_sentence(m: re.Match[str]) -> Built:
    return Today(0, of_sentence=True), Part("evening")


@WORDS.matches("day.closing", "下收", r"(?:下班|收工)(?:之前|以前|前)(?!台)")
@TAILS.matches("day.closing", "下上收", r"(?:[下上]班|收[工盘])(?:之前|以前|前)(?!台)")
def _closing(m: re.Match[str]) -> Built:
    return (Closing(),)


# days of the month

_THING = (
    r"楼(?!盘)|线(?!上|下)|门(?!店)|院(?!里|长|方|办)|机(?!场|票|动|会|器)|馆|厅|仓|库(?!存|管)|店(?!里|长|庆)|车(?!站|展)|位|桌|柜|台(?![州风北湾])|窗|口(?!头)|铺|路(?![演过上])|街|码|文件?"
    r"|电池|汽油|柴油|会议室|会场|场地|病[房区]|床|厂(?!里|家|长)|生产线|产线|基地|航站|展[馆厅位]|摊|房|室|选手|种子|样(?!板|本|衣)[品机]?|方案|标[段包]|公馆|地块|别墅"
    r"|单元|人物|首长|柱|井|站|通道|出口|入口|闸|钢(?!材|厂|构)|胶|色|球|技师|包厢|包间|屏|盒|箱|柱|炉|泵|阀|灯(?!光)|座|栋|教学|宿舍|服务器|机组"
)
_NO_ADDRESS = r"(?<![近第路街巷弄栋座村苑坊桥园#第型])(?<!小区)(?<!大道)(?<!编号)(?<!代号)(?<!No)"
_DAY_UNIT = (
    rf"(?:号(?!{_THING})|日(?![游志元语式线均常本益程]|三餐|[一两三]次|[之以]?内(?![部容])|之计|为师|千里|不见))"
)


@WORDS.matches("month_day", STARTS, rf"{NOT_IN_CODE}{NOT_COUNTING}{_NO_ADDRESS}({NUM}){_DAY_UNIT}")
def _day_of_month(m: re.Match[str]) -> Built:
    return _day_or_pair(m[1])


def _day_or_pair(words: str) -> Built:
    day = number(words, 1, 31)
    if day:
        return (Day(day),)
    pair = approximate(words[-2:])
    tens = integer(words[:-2]) if words[:-2] else 0
    if pair is None or tens not in (0, 10, 20):
        return None
    return (Between(Day(tens + pair[0]), Day(tens + pair[1])),)


@TAILS.matches(
    "month_day",
    STARTS,
    rf"(\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?)(?![0-9.:%{COUNTED}点时天月年周个十几])",
)
def _day_without_unit(m: re.Match[str]) -> Built:
    day = number(m[1], 1, 31)
    return (Day(day),) if day else None


@WORDS.matches(
    "month_day",
    STARTS,
    rf"{NOT_IN_CODE}{NOT_COUNTING}{_NO_ADDRESS}({NUM})(?=(?:\s?[、,，和或及跟/]\s?{NUM}){{1,5}}[号日])",
)
def _day_of_list(m: re.Match[str]) -> Built:
    day = number(m[1], 1, 31)
    return (Day(day),) if day else None


_TO = r"\s?(?:到|至|-{1,2}|~)\s?"


@WORDS.matches(
    "month_day.range", STARTS, rf"{NOT_IN_CODE}{NOT_COUNTING}{_NO_ADDRESS}({NUM}){_TO}({NUM}){_DAY_UNIT}(?![内后前])"
)
def _days_to_day(m: re.Match[str]) -> Built:
    first, last = number(m[1], 1, 31), number(m[2], 1, 31)
    return (Between(Day(first), Day(last)),) if first and last else None


# figures


@WORDS.matches(
    "moment",
    "2",
    rf"{NOT_IN_CODE}(20\d\d)-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s?(?:[Zz]|UTC|GMT|([+-])(\d\d):?(\d\d))(?![0-9A-Za-z+-])",
)
def _moment(m: re.Match[str]) -> Built:
    """2026-04-01T08:30Z, 2026-08-05T06:40+02:00: another zone's clock."""
    east = int(m[7]) * 60 + int(m[8]) if m[6] else 0
    try:
        at = datetime(*map(int, m.group(1, 2, 3, 4, 5)))  # noqa: DTZ001
    except ValueError:
        return None
    return (Moment(at, -east if m[6] == "-" else east),)


@WORDS.matches(
    "date.iso", "12", rf"{NOT_IN_CODE}(20\d\d|19\d\d)(?P<sep>[-/.])(\d{{1,2}})(?P=sep)(\d{{1,2}})(?![\d])(?:T(?=\d))?"
)
@WORDS.matches(
    "date.iso", "2", rf"{NOT_IN_CODE}(?<!号)(?<!单)(?<!号[:码])(20[1-4]\d)()([01]\d)([0-3]\d)(?![0-9A-Za-z\-])"
)
def _full_date(m: re.Match[str]) -> Built:
    return _full_date_of(int(m[1]), int(m[3]), int(m[4]))


@WORDS.matches(
    "date.day_first",
    "0123456789",
    rf"{NOT_IN_CODE}(\d{{1,2}})(?P<mark>[/.-])(\d{{1,2}})(?P=mark)((?:19|20)\d\d)(?![0-9A-Za-z/.\-])",
)
def _year_last(m: re.Match[str]) -> Built:
    """15/03/2026 and 3/15/2026; where both could be a month it is the first, as in 3/15."""
    one, two = int(m[1]), int(m[3])
    day, month = (one, two) if one > 12 else (two, one)
    if (m[2] != "/" and day < 13) or not _valid(month, day):
        return None
    return _full_date_of(int(m[4]), month, day)


@WORDS.matches(
    "date.short_year",
    "23",
    rf"{NOT_IN_CODE}(?<!版)(?<!本)(2[2-9]|3[0-5])(?P<dash>[/.-])(\d{{1,2}})(?P=dash)(\d{{1,2}})(?![0-9A-Za-z/.\-%])",
)
def _year_of_two(m: re.Match[str]) -> Built:
    month, day = int(m[3]), int(m[4])
    return _full_date_of(2000 + int(m[1]), month, day) if _valid(month, day) else None


def _full_date_of(year: int, month: int, day: int) -> Built:
    try:
        return (Fixed(date(year, month, day)),)
    except ValueError:
        return None


_GOES_ON = (
    r"(?:\s{0,2}(?:上午|下午|早上|晚上|中午|凌晨|早|晚(?!点)|[(]?(?:周|星期)[一二三四五六日天]|\d{1,2}[:点]\d?)"
    r"|\s?(?:之前|以前|前(?![台面期往后])|截止|为止|当天|那天|全天|(?:发|寄|签|装|到)的|发货|到货|交货|装[车柜]|入库|到港|开标|截标|大促|活动|购物节|展会|狂欢))"
)
_BARGAINED = r"\s?(?:又|再|直接|一路|硬)?(?:[砍压谈让抬杀改调磨还加]|谈判)了?[到至成]\s?\d"
"""从3.8谈到3.55: a price on its way to another."""
_SAID_BEFORE = re.compile(
    r"(?:截止到?|截至|最迟|最晚|不晚于|[定约排改推延]在?[到在了]|日期是?|时间[是:]?|deadline|(?<![A-Za-z])(?:by|on)|从|于)\s?:?$",
    re.I,
)


@WORDS.matches(
    "date.slash", "0123456789", rf"{NOT_IN_CODE}(\d{{1,2}})/(\d{{1,2}})(?![0-9A-Za-z/.]|\s?[英寸期{COUNTED}])"
)
def _slash_date(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    if not _valid(n, d):
        return None
    clear = (d > 12 and n < d) or re.compile(_GOES_ON).match(m.string, m.end()) or _said_before(m) or _ranged(m, "/")
    starts = n > d or not re.compile(r"\s?(?:的|以上|左右|$|[,，。])").match(m.string, m.end())
    return _month_day(n, d) if clear or (starts and _opens_clause(m)) else None


@WORDS.matches(
    "date.dash",
    "0123456789",
    rf"{NOT_IN_CODE}(?<!\d-)(\d{{1,2}})-(\d{{1,2}})(?=\s{{0,2}}\S)(?![0-9A-Za-z/.\-]|\s?[{COUNTED}天周月年号日点时第])",
)
def _dash_date(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    clear = re.compile(_GOES_ON).match(m.string, m.end()) or (_opens_clause(m) and m.string[m.end()] == " ")
    return _month_day(n, d) if clear and _valid(n, d) else None


@WORDS.matches(
    "date.dot",
    "0123456789",
    rf"{NOT_IN_CODE}(\d{{1,2}})\.(\d{{1,2}})(?![0-9A-Za-z/.]|\s?[降涨跌升{COUNTED}]|{_BARGAINED})",
)
def _dot_date(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    if not _valid(n, d) or not (re.compile(_GOES_ON).match(m.string, m.end()) or _said_before(m) or _ranged(m, ".")):
        return None
    return _month_day(n, d)


@WORDS.matches("date.dot", "0123456789", rf"{NOT_IN_CODE}(\d{{1,2}})[./](\d{{1,2}})[号日](?!{_THING})")
def _dot_date_with_unit(m: re.Match[str]) -> Built:
    n, d = int(m[1]), int(m[2])
    return _month_day(n, d) if _valid(n, d) else None


def _month_day(month: int, day: int) -> tuple[Element, ...]:
    return Month(month), Day(day)


def _valid(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def _opens_clause(m: re.Match[str]) -> bool:
    return m.start() == 0 or m.string[m.start() - 1] in ",，。;；!！?？\n、:"


def _said_before(m: re.Match[str]) -> bool:
    return _SAID_BEFORE.search(m.string, max(0, m.start() - 9), m.start()) is not None


def _ranged(m: re.Match[str], mark: str) -> bool:
    """The figures are one end of a range of two alike (3.15-3.20)."""
    one = rf"(?:0?[1-9]|1[0-2])\{mark}(?:0?[1-9]|[12]\d|3[01])"
    ahead = re.compile(rf"\s?(?:-{{1,2}}|~|到|至)\s?{one}(?![\d.{COUNTED}]|之间|以[上下内]|左右)").match(
        m.string, m.end()
    )
    behind = re.compile(rf"(?<![\d.]){one}\s?(?:-{{1,2}}|~|到|至)\s?$").search(
        m.string, max(0, m.start() - 9), m.start()
    )
    if behind and re.compile(r"之间|以[上下内]|左右").match(m.string, m.end()):
        return False
    earlier = re.compile(rf"\d{{1,2}}\{mark}\d{{1,2}}\s?(?:-{{1,2}}|~|到|至)\s?\d{{1,2}}\{mark}\d{{1,2}}").search(
        m.string, max(0, m.start() - 40), m.start()
    )
    return bool(ahead or behind or earlier)


_CAPITAL = "零〇壹贰叁肆伍陆柒捌玖十"


@WORDS.matches(
    "date.capital", "贰", rf"(贰[零〇][{_CAPITAL}]{{2}})年([{_CAPITAL}]{{1,3}})月([{_CAPITAL}]{{1,4}})[日号]"
)
def _capital(m: re.Match[str]) -> Built:
    """贰零贰陆年零叁月壹拾伍日, as cheques are dated."""
    year, month, day = (integer(words.lstrip("零〇") or words) for words in m.groups())
    return _full_date_of(year or 0, month or 0, day or 0)


# the n-th

_NTH = r"(?:第([一二三四五六七八九十]{1,2}|\d{1,2})|(首|头一|最初一)|(最后一|倒数第一)|(倒数第二))个?"


@TAILS.matches("nth", "第首头最倒", _NTH + r"(工作日|天|周末|月(?!份?的?第)|(?:周|星期|礼拜)([一二三四五六日天]))")
def _nth(m: re.Match[str]) -> Built:
    n = -2 if m[4] else -1 if m[3] else 1 if m[2] else number(m[1], 1, 31)
    return (Nth(n, nth_unit(m[5], m[6])),) if n else None


def nth_unit(word: str, weekday: str | None) -> int | Literal["day", "workday", "weekend", "month"]:
    """The unit of an ``Nth`` that the words name."""
    if weekday:
        return WEEKDAYS[weekday]
    if word == "工作日":
        return "workday"
    return "month" if word == "月" else "day" if word == "天" else "weekend"


@WORDS.matches("workday.next", "下", r"下一?个?工作日")
def _next_workday(m: re.Match[str]) -> Built:
    return (Nth(1, "workday"),)

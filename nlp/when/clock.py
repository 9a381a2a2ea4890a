"""Words for the parts of a day and for clock times: 上午, 今晚八点, 下午2点半, 15:30, 差一刻九点, 2-4点, 3pm."""

from __future__ import annotations

import re

from nlp.firsts import sought
from nlp.numerals import DIGITS, approximate, integer
from nlp.when.atoms import TAILS, WORDS, Built, Read
from nlp.when.elements import Between, Clock, Part
from nlp.when.terms import FIGURES, HAN_FIGURES, NOT_COUNTING, NOT_IN_CODE, PART_WORDS, STARTS, number

_PART = "|".join(sorted(PART_WORDS, key=len, reverse=True))
_GREETING = r"好(?![的了像多吗评转歹])|愉快|安康|快乐"


_UNTIL = "[谈聊忙班喝搞弄熬吵打拖干做吃玩闹聚加等]"
"""谈判谈到半夜 tells how long."""


@WORDS.matches(
    "part",
    "".join({w[0] for w in PART_WORDS}),
    rf"(?<!(?<![周期拜])一(?=[早上下中晚]))(?<![整半每尽越提更太赶最趁及](?=[早上下中晚]))(?<!每天)(?<!天天)(?<!每日)"
    rf"(?<!都是(?=夜|半夜|凌晨))(?<!{_UNTIL}到(?=(?:半夜|深夜|凌晨|后半夜)(?!\s?[{STARTS}两])))({_PART})"
    rf"(?!{_GREETING}|(?<=上)(?:市|映|架[^了]|线(?!上|下))|茶|觉|妆|报(?!价|告|名|到)|班族|新闻|场费|饭|餐(?!厅))(?<!尽早上)(?<!越早上)",
)
def _part(m: re.Match[str]) -> Built:
    return (Part(PART_WORDS[m[1]]),)


_SHORT_PART = re.compile(
    r"[早晚](?!一点(?![半钟整]|[十二三四五]十))(?=[0-2]?\d(?:[点时:]|-)|[一二三四五六七八九十两]{1,3}点)"
)


@WORDS.reads("part.short", "早晚", "")
def _short_part(text: str, at: int) -> Read:
    """早 and 晚 before a clock time, or right after a day (周五晚)."""
    if text[at - 1 : at] in "尽越提更太赶最趁迟" and at:
        return None
    if _SHORT_PART.match(text, at) or (_DAY_END.search(text, max(0, at - 3), at) and not _EARLY.match(text, at + 1)):
        return (Part("morning" if text[at] == "早" else "evening"),), at + 1
    return None


_DAY_END = re.compile(r"(?:周[一二三四五六日末]|星期[一二三四五六日天]|[号日])$")
_EARLY = re.compile(r"到(?!周|星期|礼拜|[明后次下])|[安点些就已该期于了来给做发出宴饭餐会晨晚报]|一点")

# clock times

_HOUR = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_MINUTE = (
    r"(?:(半)|([一二三123])刻|(?:零|过|〇)?(\d{2}|[一二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九])分?(?!钟?[后内前之以])"
    r"|[零过]?(\d|[一二三四五六七八九])分(?!之)|(整)|多?)"
)
_CLOCK = re.compile(
    rf"({_HOUR})(?:点(?!击|赞|评|子|心|缀|滴)|时(?![间候代段刻常而期光长速差效区装尚段]))钟?{_MINUTE}(?:(?<=分){_HOUR}秒)?"
)
_LATER = re.compile(
    r"\s?(?:左右|整|钟|前后|许|开始|开会|集合|见|出发|准时|之前|以前|前(?![期言面])|以后|之后|后(?!悔)|(?:到|至|-{1,2}|~)\s?(?=[\d一二三四五六七八九十])|一[过到]|刚过|出头|不到(?!位)|约|碰|起飞|起床|的(?:会|飞机|高铁|车|航班|动车|约|火车))"
)
_TALK = re.compile(
    r"以[上下](?!午)|意见|建议|要求|问题|原因|好处|体会|想法|说明|补充|希望|内容|事|优势|理由|不足|需求|结论|感受|启示|共识|疑问|顾虑|考虑|诉求|小|也|都|不|没|点|儿|吧|就|钱|办法|时间|之间|几(?!分)|心意|用|关系|事情|机会|进展|消息|反应|改|让步|利润|折扣|压力"
)
_POINTS_BEFORE = re.compile(
    r"(?:[有说这那几讲提列差快慢大小多少高低好贵远近轻重强弱紧松宽严长短深浅满降涨让返抓注再共聊谈以第要想给做着些省实早晚便宜下]|一点|(?<![过到])了|补充|总结|其中|以下|如下|归纳)$"
)
_TIMED_BEFORE = re.compile(r"[过到]了$|(?<![达提做得看想说听学])到$|等到?$|不多$|快$|将近$|刚过$|大[概约]$")
_ARRANGED_BEFORE = re.compile(r"(?:[在到约定于等是改]|推迟?到|[前后]天|那天|今天|明天|号|日|周[一二三四五六日])\s?$")


@WORDS.reads("clock", STARTS + "两", _CLOCK.pattern)
def _clock(text: str, at: int) -> Read:
    match = _clock_match(text, at)
    if match is None:
        return None
    hour = number(match[1], 0, 24)
    if hour is None:
        return _about(match)
    minute = _minute(match)
    if minute is None and not _is_clock(text, match, hour):
        return None
    return (Clock(hour, minute, literal=hour > 12 or hour == 0),), match.end()


_WEEKDAY_BEFORE = re.compile(r"[周期拜][一二三四五六]$")


_NO_HOUR = re.compile(rf"(?!一[过到])[{FIGURES}{''.join(DIGITS)}%％十百]|方向")
"""What makes the number before it a decimal or something else."""


def _clock_match(text: str, at: int) -> re.Match[str] | None:
    before = text[at - 1 : at]
    if before and before in HAN_FIGURES and not _WEEKDAY_BEFORE.search(text, max(0, at - 2), at):
        return None
    if before and (before in "百千万亿第几.:/$¥" or (before.isascii() and before.isalnum())):
        return None
    match = _CLOCK.match(text, at)
    if match is None or _NO_HOUR.match(text, match.end()):
        return None
    return match


def _minute(match: re.Match[str]) -> int | None:
    half, quarters, two, one, sharp = match[2], match[3], match[4], match[5], match[6]
    if half:
        return 30
    if quarters:
        return 15 * (integer(quarters) or 0)
    if two or one:
        value = integer((two or one).lstrip("零〇") or "零")
        return value if value is not None and value < 60 else None
    return 0 if sharp else None


def _is_clock(text: str, match: re.Match[str], hour: int) -> bool:
    """The bare N点 is a time of day, not 一点 "a bit" and not N points of something."""
    if match[0].endswith("时"):
        return match[1][0] in FIGURES or hour > 9 or _after_day(text, match.start())
    if match[0] == "一点" and _A_BIT.search(text, max(0, match.start() - 2), match.start()):
        return False
    if match[0][-1] in "钟多" or _LATER.match(text, match.end()):
        return True
    if _after_day(text, match.start()):
        return True
    if hour != 1 and _TIMED_BEFORE.search(text, max(0, match.start() - 2), match.start()):
        return True
    if _TALK.match(text, match.end()) or _POINTS_BEFORE.search(text, max(0, match.start() - 2), match.start()):
        return False
    return hour != 1 or bool(_ARRANGED_BEFORE.search(text, max(0, match.start() - 3), match.start()))


_A_BIT = re.compile(r"(?<![今明昨后前当号日])[早晚]$")
"""早一点也行 is a bit earlier."""
_AFTER_DAY = sought(
    rf"(?:{_PART}|[今明后昨前]天|[号日早晚]|周[一二三四五六日末]|星期[一二三四五六日天]|礼拜[一二三四五六日天])\s?的?$"
)


def _after_day(text: str, at: int) -> bool:
    return _AFTER_DAY.search(text, max(0, at - 5), at) is not None


def _about(match: re.Match[str]) -> Read:
    """三四点: from the first to the second hour."""
    pair = approximate(match[1])
    if pair is None:
        return None
    return (Between(Clock(pair[0]), Clock(pair[1])),), match.end()


_MIXED = re.compile(
    r"\d:\d+\s?(?:稀释|勾兑|兑[水成]|配制|调配|混合|冲泡)|(?:稀释|勾兑|兑水|配制|调配|混合|配比|比例)[^,，。]{0,4}\d:\d"
)
"""The figures with a colon are shares in a text that mixes something (1:50稀释)."""


@WORDS.matches(
    "clock.colon",
    FIGURES,
    r"(?<![0-9A-Za-z.:/\-_#+$¥])(?<!\d-)(?<!比分)(?<!比例)(?<!比)(?<!局)(?<!福音)(?<!诗篇)(?<!箴言)(?<!书)(?<!按)([01]?\d|2[0-4])[:：]([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:分)?(?![0-9:%]|\s?(?:的?比例?|配比))(?:\s?([AaPp])\.?[Mm]\.?)?",
)
@WORDS.matches(
    "clock.colon",
    FIGURES,
    r"(?:(?<=\d-)|(?<=\dT))([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![0-9:%])(?:\s?([AaPp])\.?[Mm]\.?)?",
)
def _colon(m: re.Match[str]) -> Built:
    if not m[3] and _MIXED.search(m.string):
        return None
    half = ("am" if m[3] in "Aa" else "pm") if m[3] else None
    hour = int(m[1])
    return (Clock(hour, int(m[2]), literal=not half and (m[1][0] == "0" or hour > 12 or 6 <= hour < 12), half=half),)  # type: ignore[arg-type]


@TAILS.matches("clock.at", " a", r"(?i:\s?at\s)(\d{1,2})(?::([0-5]\d))?(?![\d:%A-Za-z.]|\s?[A-Za-z])")
def _at_hour(m: re.Match[str]) -> Built:
    """tomorrow at 3, next Thursday at 10:30."""
    hour = int(m[1])
    return (Clock(hour, int(m[2]) if m[2] else None, literal=hour > 12),) if hour <= 24 else None


@WORDS.matches("clock.latin", FIGURES, r"(?<![0-9A-Za-z.:/_#+$¥])(1[0-2]|0?[1-9])\s?([AaPp])\.?[Mm]\.?(?![0-9A-Za-z])")
def _latin(m: re.Match[str]) -> Built:
    return (Clock(int(m[1]), half="am" if m[2] in "Aa" else "pm"),)


@WORDS.matches(
    "clock.range",
    STARTS + "两",
    rf"{NOT_IN_CODE}(?:(?<=[周期拜][一二三四五六])|{NOT_COUNTING})({_HOUR})\s?(?:到|至|-{{1,2}}|~)\s?({_HOUR})(?:点(?!击|赞|评|子|心)|时(?![间候代段])){_MINUTE}(?![0-9])",
)
def _hours(m: re.Match[str]) -> Built:
    first, last = number(m[1], 0, 24), number(m[2], 0, 24)
    if first is None or last is None:
        return None
    minute = _range_minute(m)
    return (Between(Clock(first, literal=first > 12), Clock(last, minute, literal=last > 12)),)


def _range_minute(m: re.Match[str]) -> int | None:
    return 30 if m[3] else None


@WORDS.matches("clock.to", "差", rf"差(一刻|[一二三四五六七八九十]{{1,3}}分|\d{{1,2}}分)钟?(?:到)?({_HOUR})点")
def _quarter_to(m: re.Match[str]) -> Built:
    hour, minutes = number(m[2], 1, 24), 15 if m[1] == "一刻" else integer(m[1][:-1])
    if hour is None or not minutes or minutes >= 60:
        return None
    return (Clock(hour - 1, 60 - minutes),)


@WORDS.matches(
    "clock.to",
    STARTS + "两",
    rf"{NOT_IN_CODE}{NOT_COUNTING}({_HOUR})点差(一刻|[一二三四五六七八九十]{{1,3}}分|\d{{1,2}}分)",
)
def _hour_less(m: re.Match[str]) -> Built:
    hour, minutes = number(m[1], 1, 24), 15 if m[2] == "一刻" else integer(m[2][:-1])
    if hour is None or not minutes or minutes >= 60:
        return None
    return (Clock(hour - 1, 60 - minutes),)

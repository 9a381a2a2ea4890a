"""Words for weeks and their days: 下周三, 这礼拜天, 周末, 星期五, 下下周, 第二周."""

from __future__ import annotations

import re

from nlp.firsts import sought
from nlp.when.atoms import TAILS, WORDS, Built, Read
from nlp.when.elements import Between, Slice, Week, Weekday, Weekend
from nlp.when.terms import FIGURES, HAN_FIGURES, WEEKDAYS, number

_SHIFTED = re.compile(
    r"(下{1,3}|上{1,3}|这|本|这一|下一|上一|[今呢](?=个))个?(?:周|星期|礼拜|zhou(?=[一二三四五六日]))"
)
_GLUED = sought(
    r"[线楼私之以台名旗剩留余手底马网桌路身早](?=[下上])|(?<!最)晚(?=[下上])|[样成版基标资剧脚](?=本)|(?<!第)一(?=下个?(?:周|星期|礼拜))|当(?=下)"
)
"""What makes 下, 上, 本 the end of another word (线上, 确认一下, 版本): the weekday after it stands alone."""
_NAMED_WEEK = re.compile(r"(?:周|星期|礼拜)")
_JOINED = re.compile(
    r"一(?:[定直共样般些旦律旁贯切周]|起(?![开生执实涨停启调恢正试算]))"
    r"|[一二三四五六](?:个(?!别)|位|次(?!日)|批(?![准复])|家(?![里长具访电居庭中楼属])|轮|期|天(?![津河气猫虹心府]))"
    r"|三方(?=会|协|合|签|洽|沟|面谈|联)|[一二三四五六][万千百](?=[块元多])|[二三](?:轮|期|稿|审)"
)
"""A number that belongs to what follows rather than to 下周 before it (下周一定, 这周三个客户, 下周二期)."""
_NOT_WEEK = re.compile(r"刊|年庆|期(?![一二三四五六日天])")
_AFTER_FIGURE = FIGURES + "个家位万千百次天点.:/%折元块"


@WORDS.reads("week", "下上这本今呢", _SHIFTED.pattern)
def _shifted_week(text: str, at: int) -> Read:
    match = _SHIFTED.match(text, at)
    if match is None or (at and _GLUED.match(text, at - 1)):
        return None
    words = match[1]
    step = {"下": 1, "上": -1}.get(words[0], 0)
    week = Week(step if words[-1] == "一" else step * len(words))
    end = match.end()
    repeated = _NAMED_WEEK.match(text, end + (text[end : end + 1] == "的"))
    named = _weekday(text, repeated.end() if repeated else end, after_week=True)
    if named:
        return (week, *named[0]), named[1]
    return None if _NOT_WEEK.match(text, end) else ((week,), end)


@WORDS.reads("weekday", "周星礼", _NAMED_WEEK.pattern)
def _bare_weekday(text: str, at: int) -> Read:
    match = _NAMED_WEEK.match(text, at)
    before = text[at - 1 : at]
    if match is None or before == "" or before not in _COUNTING:
        return _weekday(text, match.end(), after_week=False) if match else None
    if not _WEEKDAY_ENDS.search(text, max(0, at - 3), at):
        return None
    return _weekday(text, match.end(), after_week=False)


_COUNTING = HAN_FIGURES + FIGURES + "个整半满圆环两"
"""Before 周 they count weeks or days (两周, 四周, 每周), unless they end a weekday (周三周四)."""
_WEEKDAY_ENDS = re.compile(r"(?:周|期|拜)[一二三四五六日1-7]$")


def _weekday(text: str, at: int, *, after_week: bool) -> Read:
    name = text[at : at + 1]
    if name == "末" and text[at + 1 : at + 2] != "尾":
        return (Weekend(),), at + 1
    if name not in WEEKDAYS or not name:
        return None
    follow = text[at + 1 : at + 2]
    if name in FIGURES:
        return None if follow and follow in _AFTER_FIGURE else ((Weekday(WEEKDAYS[name]),), at + 1)
    if after_week and _JOINED.match(text, at) and not _SINCE.search(text, max(0, at - 6), at):
        return None
    if (follow and (follow in "福鞋刊" or (name == "日" and follow in "均报"))) or _HOUSE.match(text, at + 1):
        return None
    last = _last_of_run(text, at)
    if last > at:
        return (Between(Weekday(WEEKDAYS[name]), Weekday(WEEKDAYS[text[last]])),), last + 1
    return (Weekday(WEEKDAYS[name]),), at + 1


_HOUSE = re.compile(r"(?:餐厅|餐馆|咖啡|酒吧|酒馆|茶餐厅|烧烤|私房菜|女装|男装|服饰|鞋业|这个.{0,2}(?:牌子|品牌))")
"""What is called by a day of the week: 星期五餐厅."""
_SINCE = re.compile(r"[从自由]")


_COUNTS_ON = re.compile(r"[一二三四五六七八九十个位次家点时月号]")


def _last_of_run(text: str, at: int) -> int:
    """Where a run of neighbouring weekdays that says 周 once ends (周五六日)."""
    last = at
    while text[last + 1 : last + 2] in tuple("二三四五六日") and WEEKDAYS[text[last + 1]] == WEEKDAYS[text[last]] + 1:
        last += 1
    return at if _COUNTS_ON.match(text, last + 1) else last


@WORDS.matches("weekend", "双", r"双休日")
def _weekend(m: re.Match[str]) -> Built:
    return (Weekend(),)


@WORDS.matches("week.slice", "周", r"(?<![一二两三四五六七八九十几每整\d])周([初中])(?![级国学心间科])")
@TAILS.matches("week.slice", "初中", r"([初中])(?![级国学心间科])")
def _week_slice(m: re.Match[str]) -> Built:
    return (Slice("start" if m[1] == "初" else "middle", "week"),)


@TAILS.matches(
    "week.nth",
    "第首头最",
    r"(?:第([一二三四五六七八九十]{1,3}|\d{1,2})|(首|头一|第一)|(最后一))个?(?:周|星期|礼拜)(?![一二三四五六日天末])",
)
def _nth_week(m: re.Match[str]) -> Built:
    n = -1 if m[3] else 1 if m[2] else number(m[1], 1, 53)
    return (Week(nth=n),) if n else None


@TAILS.matches("week.nth", "第", r"第([一二三四五12345])(?:周|星期|礼拜)(?=[一二三四五六日天末])")
def _nth_week_before_day(m: re.Match[str]) -> Built:
    return (Week(nth=number(m[1], 1, 5)),)

"""Words for years, quarters, months and their slices: 明年, 上半年, Q2, 下个月, 三月中旬, 月底, 年初."""

from __future__ import annotations

import re
from typing import Literal

from nlp.numerals import approximate, integer
from nlp.when.atoms import TAILS, WORDS, Built
from nlp.when.elements import Between, Half, Month, Nth, Quarter, Slice, Week, Year
from nlp.when.terms import COUNTED, NOT_COUNTING, NOT_IN_CODE, NUM, STARTS, number

_SHIFT = r"(下{1,3}|上{1,3}|这|本|这一|下一|上一|次|[今呢](?=个))个?"
_YEAR_WORDS = {"今": 0, "本": 0, "明": 1, "来": 1, "后": 2, "大后": 3, "去": -1, "前": -2, "大前": -3}


def shift_of(words: str) -> int:
    """How many periods on (下, 次) or back (上) the words say."""
    step = {"下": 1, "次": 1, "上": -1}.get(words[0], 0)
    return step if words[-1] == "一" else step * len(words)


# years


@WORDS.matches("year.word", "今明去本来", r"([今明去来本])年(?!会|级|轻|报|历|糕)度?")
@WORDS.matches(
    "year.word", "大前后", r"(?<![以之今往此年月日几多\d一二三四五六七八九十两半数])(大?[前后])年(?!会|级|轻|代)"
)
def _year_word(m: re.Match[str]) -> Built:
    return (Year(shift=_YEAR_WORDS[m[1]]),)


@WORDS.matches("year.word", "上下", r"(?<!以)([上下])一?年度?(?!级)(?!纪)")
def _next_year(m: re.Match[str]) -> Built:
    return (Year(shift=1 if m[1] == "下" else -1),)


@WORDS.matches(
    "year.number",
    "12",
    rf"{NOT_IN_CODE}(?<!的)((?:19|20)\d\d|1[0-8]\d\d(?=年(?![前后来历以左多之的])))(?:年(?:度)?(?![级代])|(?=\s?(?:[Qq][1-4]|[Hh][12])(?![0-9A-Za-z])))",
)
@WORDS.matches("year.number", "二一", r"((?:[二一][零〇九]|一[四五六七八])[零〇一二三四五六七八九]{2})年度?(?![级代])")
def _year_number(m: re.Match[str]) -> Built:
    year = integer(m[1])
    return (Year(value=year),) if year else None


@WORDS.matches(
    "year.number", "两二", rf"{NOT_COUNTING}([两二]千[零〇]?[二三]?十?[一二三四五六七八九]?)年度?(?![级代来前后以之内])"
)
def _year_in_full(m: re.Match[str]) -> Built:
    year = integer(m[1])
    return (Year(value=year),) if year and 2000 < year < 2100 else None


@WORDS.matches(
    "year.number",
    "09零九",
    rf"{NOT_IN_CODE}{NOT_COUNTING}(0\d|9\d|[零〇九][零〇一二三四五六七八九])年(?![级代来前后以之内多]|左右|时间)",
)
def _year_of_two_figures(m: re.Match[str]) -> Built:
    """08年 and 98年 count nothing: they are years, of this century or the last."""
    short = integer(m[1])
    return None if short is None else (Year(value=(1900 if short >= 90 else 2000) + short),)


@WORDS.matches(
    "year.range",
    "12",
    rf"{NOT_IN_CODE}((?:19|20)\d\d)年?\s?(?:到|至|-|~)\s?((?:19|20)\d\d)年(?![级代]|\s?\d|[上下]半年|第?[一二三四]季)",
)
def _years(m: re.Match[str]) -> Built:
    return (Between(Year(int(m[1])), Year(int(m[2]))),) if int(m[1]) < int(m[2]) else None


@WORDS.matches(
    "decade",
    "上二12一三四五六七八九3456789",
    rf"{NOT_IN_CODE}{NOT_COUNTING}(上世纪|20世纪|二十世纪)?(\d0|[一二三四五六七八九]十)年代(?![感风初中末])",
)
def _decade(m: re.Match[str]) -> Built:
    tens = integer(m[2]) or 0
    first = (1900 if m[1] or tens >= 30 else 2000) + tens
    return (Between(Year(first), Year(first + 9)),)


@WORDS.matches("century", "上本", r"(上|本)个?世纪(?![初中末的\d一二三四五六七八九])")
def _century(m: re.Match[str]) -> Built:
    first = 2000 if m[1] == "本" else 1900
    return (Between(Year(first), Year(first + 99)),)


@WORDS.matches(
    "year.short",
    "123二三",
    rf"{NOT_IN_CODE}{NOT_COUNTING}([123]\d|[二三][零〇一二三四五六七八九])(?:年度?(?=\s?(?:{NUM}月|[上下]半年|第?[一二三四1-4]季|[初底中末](?!国)|全年|成立|毕业|入职|结婚|出生|建成|入行|开业|投产|上市|创办|[Qq]\d|春节|国庆|五一|中秋))"
    r"|(?=[Qq][1-4](?![0-9A-Za-z])|[Hh][12](?![0-9A-Za-z])))",
)
@WORDS.matches(
    "year.short",
    "23",
    rf"{NOT_IN_CODE}(?<![了近超约干第做满整有共达限期保龄])(2\d|3[0-5])年(?![来前后内经历的老以之质保合多左]|之|左右)(?=[,，。!！?？\s、计预目业开签再我们要就起年]|$)",
)
def _short_year(m: re.Match[str]) -> Built:
    year = integer(m[1])
    return (Year(value=2000 + year),) if year else None


@WORDS.matches(
    "year.slice",
    "年岁",
    r"(?<![一二两三四五六七八九十几每整多近半周\d去今明前后来本当历青中财])(?:年([初中底末尾])(?![国级间款随])|岁([末尾])(?!年))",
)
@TAILS.matches("year.slice", "年初底末尾", r"(?:年([初中底末尾])|([初底末尾]))(?![国级间学标秋午心])")
def _year_slice(m: re.Match[str]) -> Built:
    return (Slice(_SLICES[m[1] or m[2]], "year"),)


_SLICES: dict[str, Literal["start", "middle", "end"]] = {
    "初": "start",
    "头": "start",
    "上旬": "start",
    "中": "middle",
    "中旬": "middle",
}
_SLICES |= {"底": "end", "末": "end", "尾": "end", "下旬": "end"}


@WORDS.matches("half", "上下前后", r"(?<![以之])([上下前后])半年度?(?!薪)")
def _half_year(m: re.Match[str]) -> Built:
    return (Half(1 if m[1] in "上前" else 2),)


@WORDS.matches(
    "half",
    "H",
    r"(?<![0-9A-Za-z\-])H([12])(?=\s?的?\s?(?:业绩|目标|预算|完成|前|末|结束|计划|收入|回款|指标|任务|规划|复盘|重点|策略|招聘|启动|上线|再|才)"
    r"|\s?的?\s?(?i:budget|plan|target|kpi|okr|roadmap|forecast|revenue|sales|review))",
)
@WORDS.matches("half", "H", r"(?<=20\d\d\s)H([12])(?![0-9A-Za-z])")
@TAILS.matches("half", "Hh", r"[Hh]([12])(?![0-9A-Za-z])")
def _half_latin(m: re.Match[str]) -> Built:
    return (Half(int(m[1])),)


@WORDS.matches("year.within", "年", r"(?<![一二两三四五六七八九十几多数半每百千当去\d])年内(?!部|容)")
def _within_year(m: re.Match[str]) -> Built:
    return (Year(),)


@WORDS.matches("quarter.within", "季", r"(?<![一二三四1-4Q每个下上本这当前])季度?内(?!部|容)")
def _within_quarter(m: re.Match[str]) -> Built:
    return (Quarter(shift=0),)


@WORDS.matches("month.within", "月", r"(?<![一二两三四五六七八九十几多数半每个当本上下\d])月内(?!部|容)")
def _within_month(m: re.Match[str]) -> Built:
    return (Month(shift=0),)


@WORDS.matches("week.within", "周", r"(?<![一二两三四五六七八九十几多数半每本上下这一\d])周内(?!部|容)")
def _within_week(m: re.Match[str]) -> Built:
    return (Week(),)


# quarters


@WORDS.matches("quarter", "下上这本", _SHIFT + r"季(?:度(?!军)|(?=[初底末])|(?<!这季)(?<!这一季)(?![节后赛比末军]))")
def _quarter_shift(m: re.Match[str]) -> Built:
    return (Quarter(shift=shift_of(m[1])),)


@WORDS.matches(
    "quarter",
    "第一二三四首1234",
    rf"{NOT_IN_CODE}(?<![每几前后头])(?:第?([一二三四1234])|第([一二三四1234])个|(首)个?|(头一)个)季度(?!军|[一两三]次|一[结付换检清报交])",
)
def _quarter(m: re.Match[str]) -> Built:
    return (Quarter(1 if m[3] or m[4] else number(m[1] or m[2], 1, 4)),)


@WORDS.matches("quarter.first", "前", r"前([两二三23])个?季度?(?!度|军|节)")
def _first_quarters(m: re.Match[str]) -> Built:
    return (Between(Quarter(1), Quarter(integer(m[1]))),)


@TAILS.matches("month.first", "前头", rf"[前头]({NUM}|两)个月")
def _first_months(m: re.Match[str]) -> Built:
    last = integer(m[1])
    return (Between(Month(1), Month(last)),) if last and last <= 12 else None


@WORDS.matches("quarter", "第一二三四", r"(?<![每几十])第?([一二三四])、([一二三四])季度")
def _quarter_pair(m: re.Match[str]) -> Built:
    return (Between(Quarter(number(m[1], 1, 4)), Quarter(number(m[2], 1, 4))),)


@TAILS.matches("quarter", "Qq", r"[Qq]([1-4])(?![0-9A-Za-z])")
@WORDS.matches("quarter", "Qq", r"(?<![0-9A-Za-z\-])(?<!奥迪)(?<!奥迪\s)[Qq]([1-4])(?![0-9A-Za-z])")
def _quarter_latin(m: re.Match[str]) -> Built:
    return (Quarter(int(m[1])),)


@WORDS.matches("quarter.slice", "季", r"(?<![春夏秋冬每一四旺淡当雨个下上本这度])季度?([初中末底])(?!军)")
@TAILS.matches("quarter.slice", "初中末底", r"([初中末底])(?![国学标秋午心间])")
def _quarter_slice(m: re.Match[str]) -> Built:
    return (Slice(_SLICES[m[1]], "quarter"),)


# months

_NOT_MONTH = (
    r"(?!球(?!馆|场)|亮|(?<=一月)(?<!十一月)(?:[一两三]次(?!性)|一[结付换检清报交](?!个))|"
    r"饼|嫂|子弹|薪(?!资|酬)|租(?!约|金|期|房|赁)|供(?!货|应|给|暖)|经(?!销|理|营|费|济)|龄"
    r"|票(?!据)|卡|老(?!客|板|总|师|用|品|项)|光(?!伏|电|缆|纤)|色(?!卡|板|样)|报(?=表|[，。,、和与]|$)|活(?!动|儿)|均(?!价))"
)


@WORDS.matches("month.shift", "下上这本次今呢", r"(?<![早晚](?=上))" + _SHIFT + r"月(?:份)?" + _NOT_MONTH)
def _month_shift(m: re.Match[str]) -> Built:
    return (Month(shift=shift_of(m[1])),)


@WORDS.matches(
    "month",
    STARTS + "元",
    rf"{NOT_IN_CODE}{NOT_COUNTING}(?<![满每个超])({NUM}|元)月(?:份|(?!天(?![气津])|集团|股份|控股|传媒|教育|科技|花|兔|瓜|鲜|雪(?![季灾天])|妈咪|流火|怀胎|(?<=三月)三(?![日号十天个家月周星位台万千百])))"
    + _NOT_MONTH,
)
def _month(m: re.Match[str]) -> Built:
    month = 1 if m[1] == "元" else number(m[1], 1, 12)
    pair = None if month or m[1] == "元" else approximate(m[1])
    if pair and pair[1] <= 12:
        return (Between(Month(pair[0]), Month(pair[1])),)
    return (Month(month),) if month else None


@WORDS.matches(
    "month.range",
    STARTS,
    rf"{NOT_IN_CODE}{NOT_COUNTING}({NUM})\s?(?:到|至|-|~|、)\s?({NUM})月(?:份)?(?!{NUM}[号日])" + _NOT_MONTH,
)
def _months(m: re.Match[str]) -> Built:
    first, last = number(m[1], 1, 12), number(m[2], 1, 12)
    return (Between(Month(first), Month(last)),) if first and last else None


@WORDS.matches(
    "date.iso_month", "2", rf"{NOT_IN_CODE}(?<!版)(?<!本)(20[12]\d)\.(0[1-9]|1[0-2])(?![0-9A-Za-z\-/.:{COUNTED}])"
)
@WORDS.matches("date.iso_month", "2", rf"{NOT_IN_CODE}(20\d\d)[-/](\d{{1,2}})(?![0-9A-Za-z\-/.:{COUNTED}])")
def _iso_month(m: re.Match[str]) -> Built:
    month = number(m[2], 1, 12)
    return (Year(value=int(m[1])), Month(month)) if month else None


@WORDS.matches(
    "month.slice",
    "月",
    r"(?<![一二两三四五六七八九十几每整个多满半蜜岁年本上下这当次\d正腊])月(上旬|中旬|下旬|[初底末头尾]|中(?![国心旬学]))",
)
@WORDS.matches("month.slice", "本当", r"(?:本|当)月(上旬|中旬|下旬|[初底末]|中(?![国心旬学上下]))")
@TAILS.matches(
    "month.slice",
    "上中下初底末头尾",
    r"(上旬|中旬|下旬|[初底末头尾]|中(?![国心学标秋午间餐层兴建铁海信石央山介选奖控]))",
)
def _month_slice(m: re.Match[str]) -> Built:
    return (Slice(_SLICES[m[1]], "month"),)


@TAILS.matches("month.slice", "中上", r"(?:中下旬|中上旬)")
def _two_thirds(m: re.Match[str]) -> Built:
    if m[0].startswith("中下"):
        return (Between(Slice("middle", "month"), Slice("end", "month")),)
    return (Between(Slice("start", "month"), Slice("middle", "month")),)


@WORDS.matches("xun", "上中下", r"(上旬|中旬|下旬)")
def _xun(m: re.Match[str]) -> Built:
    return (Slice(_SLICES[m[1]], "month"),)


@WORDS.matches("month.half", "上下", r"([上下])半个?月(?!工资|薪)")
@TAILS.matches("month.half", "上下", r"([上下])半月?")
def _half_month(m: re.Match[str]) -> Built:
    return (Half(1 if m[1] == "上" else 2, of_month=True),)


@WORDS.matches("month.last_day", "月", r"(?<![个每])月(?:底|末)?最后一(?:天|个工作日)")
def _last_of_month(m: re.Match[str]) -> Built:
    return Month(shift=0), Nth(-1, "workday" if m[0].endswith("工作日") else "day")

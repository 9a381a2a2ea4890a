"""Pieces of patterns that several families share."""

from __future__ import annotations

from fractions import Fraction

from nlp.numerals import approximate, integer
from nlp.when.elements import PartName

HAN_FIGURES = "零〇一二三四五六七八九十廿卅"
FIGURES = "0123456789"
NUM = rf"(?:\d{{1,2}}|[{HAN_FIGURES}]{{1,3}})"
"""A small whole number: months, days, hours."""
STARTS = FIGURES + HAN_FIGURES
NOT_IN_CODE = r"(?<![0-9A-Za-z./_#+$¥])(?<![A-Za-z]-)(?<!\d:)"
"""Figures inside a code, an amount or a version are no date."""
NOT_COUNTING = rf"(?<![{HAN_FIGURES}百千万亿第几])"
"""A numeral in characters is read from its beginning."""
COUNTED = "个家台件套万亿千百元块米人次种位批支条份场倍箱吨斤克寸厘毫平度款版折分成%％‰°℃"
"""What figures count when they are no date."""
THING = (
    r"楼(?!盘)|月台|泊位|风球|线(?!上|下)|门(?!店)|院(?!里|长|方|办)|机(?!场|票|动|会|器)|馆|厅|仓|库(?!存|管)|店(?!里|长|庆)|车(?!站|展)|位|桌|柜|台(?![州风北湾])|窗|口(?!头)|铺|路(?![演过上])|街|码|文件?"
    r"|电池|汽油|柴油|会议室|会场|场地|病[房区]|床|厂(?!里|家|长)|生产线|产线|基地|航站|展[馆厅位]|摊|房|室|选手|种子|样(?!板|本|衣)[品机]?|方案|标[段包]|公馆|地块|别墅"
    r"|单元|人物|首长|柱|井|站|通道|出口|入口|闸|钢(?!材|厂|构)|胶|色|球|技师|包厢|包间|屏|盒|箱|柱|炉|泵|阀|灯(?!光)|座|栋|教学|宿舍|服务器|机组"
)
"""What N号 numbers when it is no day: 3号楼, 5号电池."""
COUNT = r"(?:\d{1,3}(?:\.5)?|[一二两三四五六七八九十百廿]{1,4}|[俩仨])"
"""How many days, weeks, months."""

WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6} | {str(n + 1): n for n in range(7)}

PART_WORDS: dict[str, PartName] = {
    "凌晨": "dawn", "后半夜": "dawn",
    "早上": "morning", "早晨": "morning", "清晨": "morning", "清早": "morning", "一早": "morning", "一大早": "morning",
    "大清早": "morning", "大早上": "morning", "上午": "morning", "早间": "morning",
    "朝早": "morning", "上昼": "morning", "下昼": "afternoon", "晏昼": "afternoon",
    "头晌": "morning", "上半晌": "morning", "前半晌": "morning",
    "中午": "noon", "正午": "noon", "午间": "noon", "晌午": "noon",
    "下午": "afternoon", "午后": "afternoon", "傍晚": "afternoon", "后半晌": "afternoon",
    "下半晌": "afternoon", "后晌": "afternoon", "下晌": "afternoon",
    "晚上": "evening", "晚间": "evening", "夜里": "evening", "夜间": "evening", "夜晚": "evening", "深夜": "evening",
    "半夜": "evening", "大晚上": "evening", "午夜": "evening", "今夜": "evening",
}  # fmt: skip


def number(words: str, low: int, high: int) -> int | None:
    """The whole number the words write, when it lies in the bounds."""
    if len(words) > 1 and all(c in "一二三四五六七八九两" for c in words):
        return None  # 三四点 is three or four, never 34
    value = integer(words)
    return value if value is not None and low <= value <= high else None


def count(words: str, half: bool = False) -> tuple[Fraction, int | None] | None:
    """How many (with a half where said), and the nearer end of a spoken pair (两三 → 3, nearer end 2)."""
    pair = approximate(words)
    if pair:
        return Fraction(pair[1]), pair[0]
    if words.endswith(".5"):
        return Fraction(words), None
    value = integer(words)
    if not value:
        return None
    return value + (Fraction(1, 2) if half else Fraction(0)), None

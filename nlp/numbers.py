"""Money, in all the ways Chinese writes it: 217万, 3.5w, ¥12,800, 二十万, 三万五, 80-100万, 五千美金."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlp.figures import HAN_DIGIT, IN_CODE, NUMBER, Said, number_at
from nlp.fold import fold
from nlp.numerals import decimal
from nlp.reading import Amount

_CENT = Decimal("0.01")
_CODES = ("CNY", "USD", "EUR", "HKD", "GBP", "JPY", "TWD", "SGD")
_WORDS = {
    "人民币": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "港币": "HKD", "港元": "HKD", "RMB": "CNY",
    **{code: code for code in _CODES},
}  # fmt: skip
_SYMBOLS = {
    "¥": "CNY", "$": "USD", "€": "EUR", "£": "GBP", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "A$": "AUD",
    **_WORDS,
}  # fmt: skip
_UNITS = {
    "元": "CNY", "块": "CNY", "圆": "CNY", "大洋": "CNY", "美刀": "USD", "刀": "USD", "欧": "EUR", "港纸": "HKD",
    "日元": "JPY", "日圆": "JPY", "英镑": "GBP", "新台币": "TWD", "台币": "TWD", "韩元": "KRW", "新币": "SGD",
    "新加坡元": "SGD", "澳元": "AUD", "加元": "CAD", "澳门元": "MOP", "葡币": "MOP", "泰铢": "THB", "卢布": "RUB",
    "卢比": "INR", "越南盾": "VND", "马币": "MYR", "令吉": "MYR", "瑞郎": "CHF",
    **_WORDS,
}  # fmt: skip


def _any_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_PREFIX = re.compile(rf"(?:{_any_of(_SYMBOLS)})\s?$", re.I)
_UNIT = re.compile(rf"\s?(?:钱)?({_any_of(_UNITS)})(?:钱|整)?", re.I)
_COUNTED = re.compile(
    r"\s?(?:多|来|余)?(?:[个人台套件次位条支批份箱吨斤辆架张根颗只头双平米字步页篇款名户家座栋亩间里票包袋瓶盒桶组把道步公千毫微升克瓦伏安度粉]|像素|用户|下载|播放|粉丝|英尺|英里|公里|流量|年|岁|分(?!期|批|两|三|次|开)|倍|种|级|点赞|阅读|大军|兆|%|‰)"
)
_WATT = re.compile(
    r"\s?(?:[A-Za-z0-9]|电|功率|充|快充|灯|瓦|激光|音[响箱]|屏|分辨率|高清|画质|显示|视频|摄像|投影|电视|以上功率|风扇|主机)"
)
_CUE = re.compile(
    r"(?:报价?|总价|价格|价|金额|合同额|总额|预算|单价|底价|货款|尾款|定金|订金|押金|首付款?|预付款?|回款|到账|打款|付款?|转账|转了?|报销|成本|费用|费|便宜|优惠|降|少|加|让|收|砍|压|打|卖|花|值|给)"
    r"(?:了|到|在|至|的?是|为|成|个|大概|大约|约|差不多|就|才|要|能|我们?|他们?|您|你|:|\s){0,3}$"
)
_BARE_CUE = re.compile(
    r"(?:报价|总价|价格|金额|合同额|总额|单价|底价|货款|尾款|定金|订金|押金|回款|到账|打款|转账|一口价|成交价|售价|预算)(?:了|到|是|为|大概|约|:|\s){0,3}$"
)
_ENDS = "".join({word[-1] for word in (*_UNITS, *_SYMBOLS) if not word[-1].isascii()})
_ANY = re.compile(rf"[万亿千百仟佰A-Za-z{_ENDS}¥$€£]|\d{{3}}")
"""A scale, the end of a unit, or figures enough for a bare sum; a text without has no money in it."""
_RANGE = re.compile(r"\s?(?:-{1,2}|~|到|至)\s?")


def amounts(text: str) -> tuple[Amount, ...]:
    """Every sum of money of the text, in order, to the cent; a range gives two entries, one an end."""
    folded = fold(text)
    if not _ANY.search(folded):
        return ()
    found: list[Amount] = []
    at = 0
    while match := NUMBER.search(folded, at):
        said = number_at(folded, match.start())
        if said is None:
            at = match.end()
            continue
        entries = list(_money(folded, said))
        for start, end, value, currency, sure, rule in entries:
            found.append(Amount(text[start:end], (start, end), f"amount.{rule}", sure, value.quantize(_CENT), currency))
        at = max([said.end, *(e[1] for e in entries)])
    return tuple(found)


_Entry = tuple[int, int, Decimal, str, float, str]


def _money(text: str, said: Said) -> Iterator[_Entry]:
    """The amounts that the number is, alone or as the first end of a range."""
    prefix = _PREFIX.search(text, max(0, said.start - 5), said.start)
    start = prefix.start() if prefix else said.start
    if IN_CODE.search(text, max(0, start - 2), start):
        return
    currency = (
        _SYMBOLS[prefix[0].strip().upper() if prefix[0].strip().isascii() else prefix[0].strip()] if prefix else ""
    )
    other = _other_end(text, said, bool(currency))
    if other:
        yield from _range(text, start, said, other, currency)
        return
    end, unit = _unit_after(text, said.end)
    if not _is_money(text, said, currency, unit, end):
        return
    if said.low is not None:
        yield said.start, said.start + 1, said.low, unit or currency or "CNY", 0.85, "range"
        yield said.start + 1, end, said.value, unit or currency or "CNY", 0.85, "range"
        return
    value, end = _with_cents(text, said.value, end, unit)
    yield (
        start,
        end,
        value,
        unit or currency or "CNY",
        _sureness(said, currency or unit),
        "said" if currency or unit else "scale",
    )


def _sureness(said: Said, certain: str) -> float:
    return (0.97 if certain else 0.92) if said.exact else 0.75


def _unit_after(text: str, at: int) -> tuple[int, str]:
    match = _UNIT.match(text, at)
    if match is None or (match[1] == "欧" and text[match.end() : match.end() + 1] in "洲盟式美冠姆派"):
        return at, ""
    if match[1] == "刀" and re.compile(r"[具片架口头剪]").match(text, match.end()):
        return at, ""
    if match[1] == "块" and re.compile(r"[屏板地电石砖布儿]").match(text, match.end()):
        return at, ""
    return match.end(), _UNITS.get(match[1]) or _UNITS[match[1].upper()]


def _is_money(text: str, said: Said, currency: str, unit: str, end: int) -> bool:
    if currency or unit:
        return True
    last = text[said.end - 1]
    if said.scale == 0:
        plain = text[said.start : said.end]
        whole = said.value >= 500 and plain[0].isdecimal()
        return (
            whole
            and bool(_BARE_CUE.search(text, max(0, said.start - 10), said.start))
            and not _after_bare(text, said.end)
        )
    if _COUNTED.match(text, said.end) or text.startswith(("分之", "折"), said.end):
        return False
    if last in "wWkK" and (_WATT.match(text, said.end) or (last in "kK" and said.value in (2000, 4000, 8000))):
        return False
    if said.scale >= 10**4:
        return not re.compile(r"[里分]|一|能|岁|年|事|幸|物|般").match(text, said.end)
    return last in "kK" or bool(_CUE.search(text, max(0, said.start - 10), said.start))


def _after_bare(text: str, end: int) -> bool:
    """Something is counted, dated or coded by the bare number."""
    return (
        re.compile(r"\s?(?:[A-Za-z0-9年月日号个台套件次人位条%％:/.\-度款版]|多?[个台套件])").match(text, end)
        is not None
    )


def _with_cents(text: str, value: Decimal, end: int, unit: str) -> tuple[Decimal, int]:
    """三块八, 5块5毛, 12元5角."""
    if unit != "CNY" or text[end - 1] not in "元块圆":
        return value, end
    match = re.compile(
        rf"(\d|[{HAN_DIGIT}])(毛|角)?(?:(\d|[{HAN_DIGIT}])分)?(?![\d.{HAN_DIGIT}十百千万个台套件次人年月日号点折])"
    ).match(text, end)
    if match is None:
        return value, end
    cents = (decimal(match[1]) or 0) * 10 + ((decimal(match[3]) or 0) if match[3] else 0)
    return value + Decimal(cents) / 100, match.end()


def _other_end(text: str, said: Said, certain: bool) -> Said | None:
    """The number at the other end of a range: 80-100万, 三到五万, 80万至100万; also the second of a spoken pair."""
    link = _RANGE.match(text, said.end)
    if link is None:
        return None
    start = link.end()
    symbol = re.compile(r"[¥$€£]").match(text, start)
    other = number_at(text, symbol.end() if symbol else start)
    if other is None or not (other.scale or _unit_after(text, other.end)[1] or certain):
        return None
    first = said.value if said.scale else said.value * max(other.scale, 1)
    return other if first < other.value else None


def _range(text: str, start: int, said: Said, other: Said, currency: str) -> Iterator[_Entry]:
    end, unit = _unit_after(text, other.end)
    if not _is_money(text, other, currency, unit, end):
        return
    first = said.value if said.scale else said.value * (other.scale or 1)
    sure = _sureness(other, currency or unit)
    yield start, said.end, first, unit or currency or "CNY", sure, "range"
    yield other.start, end, other.value, unit or currency or "CNY", sure, "range"

"""Money, in all the ways Chinese writes it: 217万, 3.5w, ¥12,800, 二十万, 三万五, 80-100万, 五千美金."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlp import sumrows
from nlp.edges import Behind
from nlp.figures import BEGINS, CODE_ENDS, HAN_DIGIT, IN_CODE, NUMBER, Said, number_at, said_by
from nlp.firsts import sought
from nlp.fold import fold
from nlp.moneycues import is_a_sum_behind, names_a_sum, of_no_deal, scaled_is_money
from nlp.numerals import decimal
from nlp.reading import Amount

_CENT = Decimal("0.01")
_CODES = (
    "CNY", "USD", "EUR", "HKD", "GBP", "JPY", "TWD", "SGD", "AUD", "CAD", "KRW", "THB", "MYR", "CHF", "RUB", "INR",
    "AED", "SAR", "NZD", "ZAR", "BRL", "MXN",
)  # fmt: skip
_WORDS = {
    "人民币": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "港币": "HKD", "港元": "HKD", "RMB": "CNY",
    **{code: code for code in _CODES},
}  # fmt: skip
_SYMBOLS = {
    "¥": "CNY", "$": "USD", "€": "EUR", "£": "GBP", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "A$": "AUD",
    "RM": "MYR", **_WORDS,
}  # fmt: skip
_UNITS = {
    "元": "CNY", "块": "CNY", "圆": "CNY", "大洋": "CNY", "美刀": "USD", "刀": "USD", "欧": "EUR", "港纸": "HKD",
    "日元": "JPY", "日圆": "JPY", "英镑": "GBP", "新台币": "TWD", "台币": "TWD", "韩元": "KRW", "新币": "SGD",
    "新加坡元": "SGD", "澳元": "AUD", "加元": "CAD", "澳门元": "MOP", "葡币": "MOP", "泰铢": "THB", "卢布": "RUB",
    "蚊": "CNY", "卢比": "INR", "越南盾": "VND", "马币": "MYR", "令吉": "MYR", "瑞郎": "CHF", "日币": "JPY",
    **_WORDS,
}  # fmt: skip


def _any_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_NAMED = _SYMBOLS | {word: code for word, code in _UNITS.items() if len(word) > 1}
_PREFIX = re.compile(rf"(?<![A-Za-z])(?:{_any_of(_NAMED)})\s?$", re.I)
_PREFIX_ENDS = frozenset(word[-1].casefold() for word in _NAMED)
_PRICE_ENDS = frozenset("价算格报是为:,;")
_PRICED_IN = re.compile(
    rf"({_any_of({w: c for w, c in _NAMED.items() if not w.isascii()})})"
    r"(?:的|含税|裸)?(?:报价|结算价?|计价|价格?|单价|报)[是为:,;]?\s?$"
)
"""日元报价320万: the currency stands before the price."""
_COUNTED_BEFORE = re.compile(r"[\d万亿千百十wWkK元块]\s?$")
"""20万人民币3台: that currency belongs to the number before it."""
_UNIT = Behind(rf"\s?(?:钱)?({_any_of(_UNITS)})(?:钱|整)?", re.I)
_ENDS = "".join({word[-1] for word in (*_UNITS, *_SYMBOLS) if not word[-1].isascii()})
_ANY = re.compile(rf"[分\d万亿千百仟佰毛角十A-Za-z{_ENDS}¥$€£](?:(?<=[^分\d])|(?<=分)钱|(?<=\d)[\d.])")
"""A scale, the end of a unit, or figures enough for a bare sum; a text without has no money in it."""
_SYMBOL = re.compile(r"[¥$€£]")
_RANGE = Behind(r"\s?(?:-{1,2}|~|到|至)\s?")


def amounts(text: str) -> tuple[Amount, ...]:
    """Every sum of money of the text, in order, to the cent; a range gives two entries, one an end."""
    folded = fold(text)
    first = BEGINS.search(folded)
    if first is None or not _ANY.search(folded):
        return ()
    if "，" in text:  # 单价 1,280，200套: no group of three
        folded = _with_wide_commas(text, folded)
    of_one = 10**4 if "单位" in folded and _TENS_OF_THOUSANDS.search(folded) else 1
    found: list[Amount] = []
    while first is not None:
        at = first.start()
        match = NUMBER.match(folded, at)
        said = said_by(match) if match else None
        if said is None:
            first = BEGINS.search(folded, match.end() if match else at + 1)
            continue
        entries = list(_money(folded, _times(said, of_one) if of_one > 1 else said, of_one))
        for start, end, value, currency, sure, rule in entries:
            found.append(Amount(text[start:end], (start, end), f"amount.{rule}", sure, value.quantize(_CENT), currency))
        first = BEGINS.search(folded, max([said.end, *[e[1] for e in entries]]) if entries else said.end)
    return sumrows.completed(text, folded, found)


def _with_wide_commas(text: str, folded: str) -> str:
    """The folded text with a semicolon for each wide comma of the text as given, unless all is wide (１２，８００)."""
    if "," not in text and not _WIDE_FIGURE.search(text):
        return folded.replace(",", ";")
    pieces, done = [], 0
    for piece in _WIDE_COMMA.split(text):
        pieces.append(folded[done : done + len(piece)])
        done += len(piece) + 1
    return ";".join(pieces)


_TENS_OF_THOUSANDS = re.compile("单位(?:都?是|为|:)?万")
"""我们报57.8,单位万: of which all bare sums are told."""
_WIDE_FIGURE = re.compile("[０-９]")
_WIDE_COMMA = re.compile("(?<![０-９])，|，(?![０-９]{3})")
_Entry = tuple[int, int, Decimal, str, float, str]


def _times(said: Said, of_one: int) -> Said:
    return said if said.scale else said._replace(value=said.value * of_one)


def _money(text: str, said: Said, of_one: int) -> Iterator[_Entry]:
    """The amounts that the number is, alone or as the first end of a range; a bare one is so many times ``of_one``."""
    last = text[max(0, said.start - 3) : said.start].strip()[-1:].casefold()
    prefix = _PREFIX.search(text, max(0, said.start - 5), said.start) if last in _PREFIX_ENDS else None
    if (
        prefix
        and prefix[0][0] not in "¥$€£"
        and _COUNTED_BEFORE.search(text, max(0, prefix.start() - 2), prefix.start())
    ):
        prefix = None
    start = prefix.start() if prefix else said.start
    if text[start - 1 : start] == "兑":  # 欧元兑人民币7.8
        return
    if text[start - 1 : start] in CODE_ENDS and IN_CODE.search(text, max(0, start - 2), start):
        return
    priced = not prefix and last in _PRICE_ENDS and (last not in ",;" or said.value >= 10)  # 美元结算,一吨九千二
    priced_in = _PRICED_IN.search(text, max(0, said.start - 12), said.start) if priced else None
    currency = (
        _NAMED[priced_in[1]]
        if priced_in
        else _NAMED[prefix[0].strip().upper() if prefix[0].strip().isascii() else prefix[0].strip()]
        if prefix
        else ""
    )
    if (dimes := _dimes(text, said)) is not None:
        if not of_no_deal(text, said):
            yield (start, *dimes[1:3], currency or "CNY", *dimes[4:])
        return
    other = _other_end(text, said, of_one, bool(currency))
    if other:
        yield from _range(text, start, said, other, currency)
        return
    if said.scale == 0 and (millions := _MILLIONS.match(text, said.end)):
        unit = _unit_after(text, said._replace(end=millions.end()))[1]
        said = Said(said.start, millions.end(), said.value * 10**6, 10**6) if currency or unit else said
    end, unit = _unit_after(text, said)
    if not _is_money(text, said, currency, unit) or (not currency and (_private(text, said) or of_no_deal(text, said))):
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


_NOT_MONEY = {
    "欧": re.compile("[洲盟式美冠姆派]"),
    "刀": re.compile("[具片架口头剪切]"),
    "块": re.compile("价签|[屏板地电石砖布儿玻钢银幕场料表肉田]"),
}
"""What makes another word of a unit: 三块屏, 欧洲."""
_PRICED_BEHIND = Behind(r"[,;]\s?(?:单价|均价|每块|一块(?:\d|[一二三四五六七八九]百)|总价|合计)")
"""36块,单价1980: so many pieces."""
_SO_MANY_PIECES = re.compile(
    rf"一[体类样]|(?![\d{HAN_DIGIT}])[\u4e00-\u9fff](?<![一每多都的钱左以到起整毛含不包太吧呢])"
)
_THAT_PIECE = re.compile(r"(?:[这那哪整大每砍第上另]|[换坏碎裂缺掉漏寄发送拿裁切割剩留]了?)$")


def _unit_after(text: str, said: Said) -> tuple[int, str]:
    """Where the currency behind a number ends, and its code; empty when none stands there."""
    match = _UNIT.match(text, said.end)
    if match is None:
        return said.end, ""
    if (other := _NOT_MONEY.get(match[1])) is not None:
        if other.match(text, match.end()):
            return said.end, ""
        few = said.scale == 0 and said.value < 100 and said.value % 1 == 0 and match[1] != "欧"
        few = few and not (said.value > 10 and said.value % 10 == 9)  # 99块引流课
        few = few and not is_a_sum_behind(text, match.end())
        if few and (_PRICED_BEHIND.match(text, match.end()) and match[1] == "块"):
            return said.end, ""
        if few and (_SO_MANY_PIECES.match(text, match.end()) or _THAT_PIECE.search(text, 0, said.start)):
            return said.end, ""
    return match.end(), _UNITS.get(match[1]) or _UNITS[match[1].upper()]


def _is_money(text: str, said: Said, currency: str, unit: str) -> bool:
    if currency or unit:
        return True
    return scaled_is_money(text, said) if said.scale else names_a_sum(text, said)


_PIECE = "一(?![毛角分钱一左吧含不的到以都太就呢也])[\u4e00-\u9fff]"
"""50万元一版: 一 belongs to what is counted, 三块一左右 has it in the price."""
_DIGIT = rf"(?:\d|(?!{_PIECE})[{HAN_DIGIT}])"
_CENTS = re.compile(
    rf"({_DIGIT})(毛|角)?(?:({_DIGIT})分|(?<=[毛角])({_DIGIT}))?(?:钱)?(?![\d.零〇二三四五六七八九两十百千万个台套件次人年月日号点折]|一(?!(?![毛角分钱左吧含不的到以都太就呢也])[\u4e00-\u9fff]))"
)
_DIMES = Behind(rf"(?:毛|角)(?:({_DIGIT})分?)?钱?(?=$|[,;。!?、\s一个每包到左以的就都起不/太吧呢含])")
_FENS = Behind(r"分钱")
_MILLIONS = Behind(r"\s?(?:[mM](?![A-Za-z])|[mM]illion|mn\b)")


def _with_cents(text: str, value: Decimal, end: int, unit: str) -> tuple[Decimal, int]:
    """三块八, 5块5毛, 12元5角."""
    if unit != "CNY" or text[end - 1] not in "元块圆":
        return value, end
    match = _CENTS.match(text, end)
    if match is None or (match[1] == "一" and not match[2] and text.startswith(("体", "类", "样", "起"), match.end())):
        return value, end
    cents = (decimal(match[1]) or 0) * 10 + ((decimal(match[3] or match[4]) or 0) if match[3] or match[4] else 0)
    return value + Decimal(cents) / 100, match.end()


def _dimes(text: str, said: Said) -> _Entry | None:
    """八毛五, 3毛, 八分钱: less than a yuan."""
    if said.scale or said.value >= 10 or said.value % 1 or said.low is not None:
        return None
    if match := _DIMES.match(text, said.end):
        value = said.value / 10 + (decimal(match[1]) or Decimal(0)) / 100 if match[1] else said.value / 10
        return said.start, match.end(), value, "CNY", 0.9, "said"
    if said.value > 1 and (match := _FENS.match(text, said.end)):
        return said.start, match.end(), said.value / 100, "CNY", 0.9, "said"
    return None


_PRIVATE = sought(
    r"房子首付|买房|车子首付|花了我|花我|花掉我|红包|加油(?!站)|打车|滴滴|网约车|(?<![A-Za-z])AA|报销|差旅|底薪|奖金|提成|房贷|车贷|房租|份子|随礼|彩票|话费|油钱|油费|停车费|过路费|高铁票|机票|年终奖|私房钱"
    r"|吃饭花|饭钱|请吃饭|零花钱|压岁钱|花呗|信用卡|罚单|请客|聚餐|外卖|月薪|年薪|涨薪|工资|押一付|相亲|彩礼|注册资[金本]|人均|给客户买|买了?点?水果|众筹|存款|股票|基金|麻将|牌局|赌(?!场)|不给报(?!价)"
)


_CLAUSE_END = re.compile(r"[,;。!?\n]")
_NEAR = 40
"""Characters around a sum in which a word tells whose pocket it is; a clause without an end goes no further."""


def _private(text: str, said: Said) -> bool:
    """Money of the own pocket: 打车花了86块, 红包520."""
    if "推销" in text[max(0, said.start - 20) : said.start]:
        return True
    first, last = max(0, said.start - _NEAR), said.end + _NEAR
    start = max(first - 1, *(text.rfind(mark, first, said.start) for mark in ",;。!?\n")) + 1
    behind = _CLAUSE_END.search(text, said.end, last)
    return _PRIVATE.search(text, start, behind.start() if behind else last) is not None


def _other_end(text: str, said: Said, of_one: int, certain: bool) -> Said | None:
    """The number at the other end of a range: 80-100万, 三到五万, 80万至100万; also the second of a spoken pair."""
    link = _RANGE.match(text, said.end)
    if link is None:
        return None
    start = link.end()
    symbol = _SYMBOL.match(text, start)
    other = number_at(text, symbol.end() if symbol else start)
    if other is None:
        return None
    other = _times(other, of_one)
    alike = not said.scale and not other.scale and 10 <= said.value < other.value <= 3 * said.value
    if not (other.scale or _unit_after(text, other)[1] or certain or alike):
        return None
    return other if _first_of(said, other) < other.value else None


def _first_of(said: Said, other: Said) -> Decimal:
    """The nearer end: 80-100万 and 一百二到一百五十万 say the scale once."""
    shared = not said.scale or (said.scale <= 1000 < other.scale and said.value * other.scale < other.value)
    return said.value * max(other.scale, 1) if shared else said.value


def _range(text: str, start: int, said: Said, other: Said, currency: str) -> Iterator[_Entry]:
    end, unit = _unit_after(text, other)
    if not (_is_money(text, other, currency, unit) or (not other.scale and _is_money(text, said, currency, unit))):
        return
    first = _first_of(said, other)
    sure = _sureness(other, currency or unit)
    yield start, said.end, first, unit or currency or "CNY", sure, "range"
    yield other.start, end, other.value, unit or currency or "CNY", sure, "range"

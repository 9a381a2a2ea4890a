"""Sums that only the sums beside them tell: 机器28万 培训1万 运输3千5; 基础版9800旗舰版29800; €2.95,我们底线3.05."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.edges import looked_for
from nlp.figures import BEGINS, IN_CODE, NUMBER, Said, number_at
from nlp.firsts import sought
from nlp.moneycues import COUNTED, of_no_deal
from nlp.numerals import decimal
from nlp.reading import Amount, span_of

_CENT = Decimal("0.01")
_ROW = re.compile(r"[ 、,+/;][\u4e00-\u9fff]{0,6}$")
"""What leads up to a sum in a row of them."""
_KIND = looked_for(
    r"(?<![这那])(?:版|款|档|装|型|套餐|规格|级|房|间|寸的|屏的|的|套餐[A-E]|(?<![A-Za-z])[A-E] ?"
    r"|[大中小]号|[头首次]条)(?<!目的)"
    r"(\d{2,7}(?:\.\d{1,2})?)(?=[,。;、 ]|$|[头首次]条\d|[\u4e00-\u9fff]{2,4}(?:版|款|档|装|型|房|间)\d)"
)
"""A kind of the thing, then what it costs; one alone may be a model's number."""
_SPOKEN_KIND = sought(
    "(?:版|款|档|装|型|套餐|房|(?:人|标|单|双|套|包|大|小)间|[头首次]条(?:一条)?|全天|半天|[大中小][份号碗杯])([一二两三四五六七八九][百千万][一二两三四五六七八九十百千零]{0,6})"
    "(?=[,。;、 ]|$|[头首次]条|[\u4e00-\u9fff]{2,4}(?:版|款|档|装|型|房|间)[一二两三四五六七八九][百千万])"
)
_PART = re.compile(r"(?:^|[,、;:+( \n])([\u4e00-\u9fff]{1,8}):?(\d{2,7}(?:\.\d{1,2})?)(?=元?[,、;+) \n]|。|$)")
"""安装6500: what a part of the whole costs."""
_TOTAL = re.compile("(?:合计|总共|一共|共计|总计|加起来|总价|拢共|统共|总额)(?:就?是|为|:)?$")
_PARTS_OF_A_DEAL = re.compile(
    "(?:主机|整机|设备|安装|安调|调试|运输|培训|配件|备件|辅材|辅料|人工|材料|软件|硬件|实施|部署|维保|服务|设计|施工|耗材|开模|模具|搬运|吊装|包装|授权|开发|装修|场地|搭建)$"
)
_BARGAINED = re.compile(
    r"(?:给|报|卖|拿货|供货?|只?收|做到|要|还到?|出到?|说|开到?|接受|认|同意|压到|降到|谈到|最低|底价|批发|零售|整车|(?:\d|[一二三四五六七八九十百千])[\u4e00-\u9fff](?:以上|以下|以内|起|的)|[改调变涨降提][成到为])"
    r"(?:客户|他们?|对方|你们?|我们?|了|价|个|是|就|按|:){0,2}(\d{1,6}(?:\.\d{1,2})?)(?=[,。;!?了]|$|最低|一[\u4e00-\u9fff]|/)"
)
_FIGURES = re.compile(r"\d\d|[百千万]")
"""What a row without a sum that tells itself is made of."""
_MAY_BE_IN_A_ROW = re.compile(r"[\d百千万亿仟wWkK]")
"""What any further sum of a row holds."""
_MANY_WITHOUT = 40
_NEAR = 5
"""Two prices of one thing differ by less than this; farther apart they are two things, each in its own money."""


def completed(text: str, folded: str, found: Sequence[Amount]) -> tuple[Amount, ...]:
    """The sums found, and those that stand in a row with them, each in the currency that was said for the row."""
    if not (found or _FIGURES.search(folded)):
        return ()
    if found and not _MAY_BE_IN_A_ROW.search(_apart(folded, found)):
        return _in_order(text, found)
    row = [*_between(text, folded, found), *_by_kind(text, folded, found), *_parts(text, folded, found)]
    row += _bargained(text, folded, [*found, *row])
    return _in_order(text, [*found, *row])


def _in_order(text: str, found: Sequence[Amount]) -> tuple[Amount, ...]:
    return tuple(_in_one_currency(text, sorted(found, key=span_of)) if len(found) > 1 else found)


def _apart(folded: str, found: Sequence[Amount]) -> str:
    """What stands outside the sums found, without their order."""
    if len(found) == 1:
        start, end = found[0].span
        return f"{folded[:start]} {folded[end:]}"
    places = [*folded]
    for amount in found:
        start, end = amount.span
        places[start:end] = " " * (end - start)
    return "".join(places)


def _between(text: str, folded: str, found: Sequence[Amount]) -> list[Amount]:
    """Numbers of thousands right behind a sum in the same row, of which nothing is counted."""
    row: list[Amount] = []
    for amount in found:
        at = amount.span[1]
        match = NUMBER.search(folded, at, at + 12) if BEGINS.search(folded, at, at + 12) else None
        said = number_at(folded, match.start()) if match else None
        if said is None or said.scale < 1000 or _over(found, said.start, said.end):
            continue
        led = _ROW.fullmatch(folded[at : said.start])
        if led and not COUNTED.match(folded, said.end) and not of_no_deal(folded, said):
            span = (said.start, said.end)
            row.append(Amount(text[slice(*span)], span, "amount.row", 0.85, _cents(said.value), amount.currency))
    return row


def _bargained(text: str, folded: str, found: Sequence[Amount]) -> list[Amount]:
    """一公斤12.5,客户还到12,我说12.3最低: nearly as much as a sum that was said, behind a word of dealing."""
    row: list[Amount] = []
    for match in _BARGAINED.finditer(folded) if found else ():
        value, span = Decimal(match[1]), match.span(1)
        near = [a for a in found if a.value / _NEAR < value < a.value * _NEAR]
        if near and not _over(found, *span) and not of_no_deal(folded, Said(*span, value, 0)):
            row.append(Amount(text[slice(*span)], span, "amount.row", 0.8, _cents(value), near[0].currency))
    return row


def _by_kind(text: str, folded: str, found: Sequence[Amount]) -> list[Amount]:
    """基础版9800旗舰版29800, 标间三百二 大床房三百六, 头条一条八千次条五千: two of a kind or more."""
    kinds = [m for m in _KIND.finditer(folded) if not IN_CODE.search(folded, max(0, m.start(1) - 2), m.start(1))]
    kinds += _SPOKEN_KIND.finditer(folded)
    if len(kinds) < 2:
        return []
    apart = [kind.span(1) for kind in kinds if not _over(found, *kind.span(1))]
    return [_in_a_row(text, span, "kind", decimal(folded[slice(*span)]) or Decimal(0)) for span in apart]


def _parts(text: str, folded: str, found: Sequence[Amount]) -> list[Amount]:
    """主机128000,安装6500,合计134500: what adds up to the sum behind it, or two parts of a deal side by side."""
    parts = [m for m in _PART.finditer(folded) if not _over(found, *m.span(2))]
    if not parts or len(parts) + len(found) < 2:
        return []
    whole = next((a for a in found if _TOTAL.search(folded, 0, a.span[0])), None)
    named = sum(1 for m in parts if _PARTS_OF_A_DEAL.search(m[1]) and len(m[2]) > 2)
    if named < 2 and not (whole and _adds_up(whole, parts, found)):
        return []
    return [_in_a_row(text, m.span(2), "part", Decimal(m[2])) for m in parts]


def _adds_up(whole: Amount, parts: Sequence[re.Match[str]], found: Sequence[Amount]) -> bool:
    """What stands before the whole, from some place on, is as much as it."""
    adding = [(m.start(2), Decimal(m[2])) for m in parts] + [(a.span[0], a.value) for a in found]
    before = sorted(one for one in adding if one[0] < whole.span[0])
    return any(whole.value == sum(value for _, value in before[first:]) for first in range(len(before)))


def _in_a_row(text: str, span: tuple[int, int], rule: str, value: Decimal) -> Amount:
    return Amount(text[slice(*span)], span, f"amount.{rule}", 0.82, _cents(value))


def _over(found: Sequence[Amount], start: int, end: int) -> bool:
    return any(start < a.span[1] and a.span[0] < end for a in found)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT)


def _in_one_currency(text: str, row: Sequence[Amount]) -> list[Amount]:
    """A bare sum behind one in foreign money that is nearly as large is in that money too."""
    done: list[Amount] = []
    for amount in row:
        last = done[-1] if done else None
        if last and last.currency != "CNY" and "人民币" not in text and _of_one_price(last, amount):
            amount = replace(amount, currency=last.currency)
        done.append(amount)
    return done


def _of_one_price(last: Amount, amount: Amount) -> bool:
    bare = amount.currency == "CNY" and not re.search("[元块圆毛角分¥]|RMB|CNY", amount.text, re.I)
    close = amount.span[0] - last.span[1] < _MANY_WITHOUT
    return bare and close and last.value / _NEAR < amount.value < last.value * _NEAR

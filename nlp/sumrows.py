"""Sums that only the sums beside them tell: 机器28万 培训1万 运输3千5; 基础版9800旗舰版29800; €2.95,我们底线3.05."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.figures import IN_CODE, NUMBER, Said, number_at
from nlp.moneycues import COUNTED, of_no_deal
from nlp.reading import Amount

_CENT = Decimal("0.01")
_ROW = re.compile(r"[ 、,+/;][\u4e00-\u9fff]{0,6}$")
"""What leads up to a sum in a row of them."""
_KIND = re.compile(
    r"(?<![这那])(?:版|款|档|装|型|套餐|规格|级|房|间|寸的|屏的|的|套餐[A-E]|(?<![A-Za-z])[A-E] ?|[大中小]号)(?<!目的)"
    r"(\d{2,7}(?:\.\d{1,2})?)(?=[,。;、 ]|$|[\u4e00-\u9fff]{2,4}(?:版|款|档|装|型|房|间)\d)"
)
"""A kind of the thing, then what it costs; one alone may be a model's number."""
_BARGAINED = re.compile(
    r"(?:给|报|卖|拿货|供货?|只?收|做到|要|还到?|出到?|说|开到?|接受|认|同意|压到|降到|谈到|最低|底价|批发|零售|整车|(?:\d|[一二三四五六七八九十百千])[\u4e00-\u9fff](?:以上|以下|以内|起|的))"
    r"(?:客户|他们?|对方|你们?|我们?|了|价|个|是|就|按|:){0,2}(\d{1,6}(?:\.\d{1,2})?)(?=[,。;!?]|$|最低|一[\u4e00-\u9fff]|/)"
)
_FIGURES = re.compile(r"\d\d")
"""What a row without a sum that tells itself is made of."""
_MANY_WITHOUT = 40
_NEAR = 5
"""Two prices of one thing differ by less than this; farther apart they are two things, each in its own money."""


def completed(text: str, folded: str, found: Sequence[Amount]) -> tuple[Amount, ...]:
    """The sums found, and those that stand in a row with them, each in the currency that was said for the row."""
    if not (found or _FIGURES.search(folded)):
        return ()
    row = [*_between(text, folded, found), *_by_kind(text, folded, found)]
    row += _bargained(text, folded, [*found, *row])
    return tuple(_in_one_currency(text, sorted([*found, *row], key=lambda a: a.span)) if found or row else ())


def _between(text: str, folded: str, found: Sequence[Amount]) -> list[Amount]:
    """Numbers of thousands right behind a sum in the same row, of which nothing is counted."""
    row: list[Amount] = []
    for amount in found:
        at = amount.span[1]
        match = NUMBER.search(folded, at, at + 12)
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
    """基础版9800旗舰版29800, 10寸屏的380,15寸屏的620: two of a kind or more."""
    kinds = [m for m in _KIND.finditer(folded) if not IN_CODE.search(folded, max(0, m.start(1) - 2), m.start(1))]
    if len(kinds) < 2 or any(_over(found, *kind.span(1)) for kind in kinds):
        return []
    return [Amount(text[slice(*k.span(1))], k.span(1), "amount.kind", 0.82, _cents(Decimal(k[1]))) for k in kinds]


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

"""The deal's own terms in a sentence: who signs, how it is paid, how much. Read only where they were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nlp.numbers import amounts
from nlp.reading import Reading

PARTY = re.compile(r"(?:签约)?(?:主体|甲方|抬头)\s*(?:是|为|[:：])?\s*([\w（）()·]{4,40})")
PARTY_ENDS = re.compile(r"(?:公司|集团|医院|学校|大学|中心|局|厂|院|所|店)")
TERMS = re.compile(
    r"[^，,。;；]*(?:首付|预付|定金|尾款|月结|季结|账期|货到付款|款到|验收|质保金|分期|全款|现结|承兑|[一二三四]笔)[^。;；]*"
)
PAYS = ("首付", "预付", "定金", "尾款", "月结", "季结", "账期", "款到", "全款", "现结", "承兑", "分期", "验收", "质保")


def terms_of(text: str, reading: Reading, wanted: Iterable[str]) -> dict[str, Any]:
    """Of the ``wanted`` fields of an opportunity those that the sentence gives."""
    found: dict[str, Any] = {}
    for field in wanted:
        if field == "signing_party":
            value: Any = _party(text, reading)
        elif field == "payment_terms":
            value = _payment(text)
        elif field == "amount":
            sums = amounts(text)
            value = sums[0].value if sums else None
        else:
            value = None
        if value is not None:
            found[field] = value
    return found


def _party(text: str, reading: Reading) -> str | None:
    said = PARTY.search(text)
    if said:
        return _trim(said.group(1))
    names = [one.name for one in reading.customers]
    return names[0] if names else None


def _trim(words: str) -> str:
    """Up to the last word that ends an organisation's name."""
    ends = [match.end() for match in PARTY_ENDS.finditer(words)]
    return words[: ends[-1]] if ends else words


def _payment(text: str) -> str | None:
    said = TERMS.search(text)
    if said is None or not any(word in said.group(0) for word in PAYS):
        return None
    return said.group(0).strip(" ，,")[:60]

"""A message that is nothing but names of customers: 恒川物流、鼎盛包装、永泰机械 (TIME-7). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.reading import Contact, Customer, Reading

HEAD = re.compile(r"^[^：:、，,\n]{0,8}客户[^：:、，,\n]{0,3}[：:]\s*")
"""我手上的客户有："""
BETWEEN = re.compile(r"[、，,；;\n\t]+|\s{1,}(?=[^\x00-\x7f])")
NUMBER = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.．、]?|[①-⑳]|[-*•·])\s*")
SENTENCE = re.compile(
    r"[说让我你他她吗吧呢了等怎谁很不没别要给发催报签谈问约送聊买卖跟看想去来。？?！!：:“”\d]|什么|那边|这边"
)
"""What a sentence has and a name hardly ever."""
LEAST, MOST, LONGEST = 3, 20, 20
FRAME = "今天拜访了{}，聊了预算"
"""Said so, whatever stands in it reads as a customer where it can be one."""
SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Named:
    """One of the names: the customer on the books that it means (``known``), or the words of a new one; with whom."""

    words: str
    known: Customer | None = None
    contact: Contact | None = None


def items(text: str) -> list[str]:
    """The names, if the text is a list of short pieces that are no sentences; else empty."""
    if len(text) > MOST * (LONGEST + 5):
        return []
    body = HEAD.sub("", text.strip(), count=1)
    found = [NUMBER.sub("", piece).strip() for piece in BETWEEN.split(body)]
    found = list(dict.fromkeys(one for one in found if one))
    if not LEAST <= len(found) <= MOST or any(not 2 <= len(one) <= LONGEST for one in found):
        return []
    return found


def named(found: Sequence[str], read: Callable[[str], Reading]) -> list[Named]:
    """What the names mean; empty where most of them are no organisations, or one says more than a name."""
    known = [_named(one, read(one), read(FRAME.format(one))) for one in found]
    told = [one for one in known if one is not None]
    sure = sum(one.known is not None or not one.words.startswith("?") for one in told)
    if len(told) < len(found) or sure < SHARE * len(found):
        return []
    return [Named(one.words.removeprefix("?"), one.known, one.contact) for one in told]


def _named(words: str, alone: Reading, framed: Reading) -> Named | None:
    """None for what is no name; one that nothing vouches for begins with a question mark."""
    reading = alone if any(one.known for one in alone.customers) else framed
    if len(reading.customers) > 1:
        return None
    if not reading.customers:
        return None if SENTENCE.search(words) else Named(f"?{words}")
    one = reading.customers[0]
    person = next((who for who in reading.contacts if who.text in words and who.text not in one.text), None)
    rest = words.replace(one.text, "", 1)
    if person is not None:
        rest = rest.replace(person.text, "", 1)
    if rest.strip("的 "):
        return None if one.known or SENTENCE.search(words) else Named(words)
    return Named(one.text, one if one.known and one.id else None, person)

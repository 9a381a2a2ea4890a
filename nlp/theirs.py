"""Young people and old friends of a house that is only found after them (瑞盈纺织财务小丁, 洪达印务的小梁): without one
beside them they are our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.lexicon import Lexicon, common
from nlp.peoplewords import listed, marks_of
from nlp.reading import Contact, Customer
from nlp.seen import Seen
from nlp.signs import sign

FAMILIAR = sign("小老大师")
_FAMILIAR = re.compile("[小老大][\u4e00-\u9fff]")
_MASTER = re.compile("([\u4e00-\u9fff])(师傅)")
"""So drivers and cleaners of every house are called."""
_LED_BY = ("的", "那边", "这边", "那儿", "那个", "他们", "管")
"""What may stand between a house and its people, beside their office."""
_JOINED = re.compile(r"[、,和跟与及]\s?(?:还有)?$")
_SPEAKS = re.compile("(?:说|问|催|让|答应|讲|回话|点头|验收|签收|负责(?!人))(?!过?我们)")
_BEGINS = re.compile(r"(?:^|[,。;!?:\s])$")
_OURS = re.compile("我们|咱|我司|@|同事|交给|转给|派|让小|叫上|带上|你")


def familiar(
    seen: Seen, lexicon: Lexicon, customers: Sequence[Customer], people: Sequence[Contact]
) -> Iterator[Contact]:
    """Those that stand behind a house, its office or its people, or that speak where a house was named before."""
    if not (seen.signs & FAMILIAR and (customers or people)):
        return
    taken = {at for one in (*customers, *people) for at in range(*one.span)}
    offices = marks_of(lexicon)["office"]
    houses, others = {one.span[1] for one in customers}, {one.span[1] for one in people if one.title}
    for match in _FAMILIAR.finditer(seen.text):
        start, end = match.span()
        called = match[0]
        if called[1] not in listed().surnames or start in taken or start in seen.begins or called in common():
            continue
        if seen.text[start : start + 3] in common() or seen.text[end - 1 : end + 1] in common():
            continue
        if _of_a_house(seen, start, houses, others, offices) or _speaks(seen, start, end, houses):
            yield Contact(seen.given[start:end], (start, end), "person.old", 0.78, seen.given[start:end])
    for match in _MASTER.finditer(seen.text):
        start, end = match.span()
        if match[1] in listed().surnames and start not in taken and _of_a_house(seen, start, houses, others, offices):
            yield Contact(
                seen.given[start:end], (start, end), "person.title", 0.85, seen.given[start : start + 1], match[2]
            )


def _of_a_house(seen: Seen, start: int, houses: set[int], others: set[int], offices: frozenset[str]) -> bool:
    at = start
    while at and at not in houses:
        office = seen.ends.get(at)
        led = next((word for word in _LED_BY if seen.text.endswith(word, 0, at)), None)
        if office is not None and office.mark in offices:
            at = office.start
        elif led:
            at -= len(led)
        else:
            break
    if at in houses:
        return True
    joined = _JOINED.search(seen.text, max(0, at - 4), at)
    return joined is not None and joined.start() in others


def _speaks(seen: Seen, start: int, end: int, houses: set[int]) -> bool:
    """蓝天催着要报价,小计说地址要改: behind the house and at the head of a clause."""
    if seen.text[start] != "小" or not (_BEGINS.search(seen.text, 0, start) and _SPEAKS.match(seen.text, end)):
        return False
    return any(house <= start for house in houses) and _OURS.search(seen.text) is None

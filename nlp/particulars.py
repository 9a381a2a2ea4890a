"""A short sentence that puts a particular right: 不是王总，是李总; 电话是139…; 是他们发，不是我们. Pure.

Unlike the fields of :mod:`nlp.corrections` a particular is told by what the reader finds in the sentence: a person, a
phone. What names neither and says nothing of whose doing it is, is plain talk.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlp.corrections import marked_part
from nlp.lexicon import normalise, table
from nlp.reading import Reading

Read = Callable[[str], Reading]
LONGEST = 40
SURNAME = "王"
"""Stands before a bare title, to be read as a person."""

HAN = "[\u4e00-\u9fff]"
_GAP = r"[,，、;；。\s]*"
_IS = r"(?:而)?(?:应该|应当|其实)?(?:是|改成|换成|[:：])"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    title: str | None = None
    department: str | None = None

    @property
    def words(self) -> str:
        return f"{self.name}{self.title or ''}"


@dataclass(frozen=True, slots=True)
class Particular:
    """What is put right. ``whose`` is the person spoken of, None for the one of the message."""

    field: Literal["contact", "title", "name", "phone", "by"]
    whose: Person | None = None
    person: Person | None = None
    """contact: the right one; title, name: with the right title or name."""
    phone: str = ""
    old_phone: str = ""
    by: Literal["us", "customer"] | None = None


def parse(text: str, read: Read) -> Particular | None:
    """The particular that a sentence puts right; None for anything else. ``read`` is the reader with its names."""
    plain = normalise(text.strip()).rstrip("。.!！ ")
    if not 3 <= len(plain) <= LONGEST or "\n" in plain or re.search(r"[?？]|[吗么呢]$", plain):
        return None
    rest = marked_part(plain)
    return (
        _by(rest or plain, marked=rest is not None)
        or _phone(rest or plain, rest is not None, read)
        or _who(rest or plain, rest is not None, read)
    )


@cache
def _by_patterns() -> tuple[re.Pattern[str], ...]:
    said = table("corrections")["particulars"]
    us, them = f"(?P<us>{said['us']})", f"(?P<them>{said['them']})"
    act = r"(?:那边|公司)?(?:来)?[^\s,，。是不的]{0,5}?"

    def shapes(a: str, b: str) -> tuple[str, str]:
        right, wrong = rf"{_IS}{a}{act}", rf"(?:而)?不是{b}{act}"
        this = "(?:这[个件]?事?)?"
        return f"{this}{right}{_GAP}{wrong}", f"{this}{wrong}{_GAP}{right}"

    return tuple(re.compile(shape) for pair in ((us, them), (them, us)) for shape in shapes(*pair))


@cache
def _by_marked() -> re.Pattern[str]:
    said = table("corrections")["particulars"]
    return re.compile(
        rf"(?:{_IS})(?:(?P<us>{said['us']})|(?P<them>{said['them']}))(?:那边|公司)?(?:来)?[^\s,，。是不的]{{1,4}}"
    )


def _by(plain: str, *, marked: bool) -> Particular | None:
    """是他们发，不是我们; after 不对 also 是他们发 alone."""
    for pattern in _by_patterns():
        if found := pattern.fullmatch(plain):
            first_is_right = plain.find("不是") > min(found.start("us"), found.start("them"))
            us_first = found.start("us") < found.start("them")
            return Particular("by", by="us" if us_first == first_is_right else "customer")
    if marked and (found := _by_marked().fullmatch(plain)):
        return Particular("by", by="us" if found["us"] else "customer")
    return None


def _phone(plain: str, marked: bool, read: Read) -> Particular | None:
    """(王总)电话是139…; 不是138…，是139…"""
    if not re.search(r"\d[\d -]{5,}\d", plain):
        return None
    said = table("corrections")["particulars"]
    reading = read(plain)
    if not reading.phones or len(reading.phones) > 2:
        return None
    shape = plain
    for phone in sorted(reading.phones, key=lambda one: -one.span[0]):
        shape = f"{shape[: phone.span[0]]}#{shape[phone.span[1] :]}"
    people = [contact.text for contact in reading.contacts]
    whose = "|".join([*map(re.escape, people), said["pronoun"]])
    alone = re.fullmatch(rf"(?:(?:{whose})的?)?(?P<what>{said['phone']})?(?:错了|不对)?{_GAP}(?:{_IS})?{_GAP}#", shape)
    turned = re.fullmatch(
        rf"(?:(?:{whose})的?)?(?:{said['phone']})?(?:(?P<r>{_GAP}不是#{_GAP}{_IS}#)|{_GAP}{_IS}?#{_GAP}不是#)", shape
    )
    person = Person(*_parts(reading, people[0])) if people else None
    first, last = reading.phones[0].value, reading.phones[-1].value
    if turned and len(reading.phones) == 2:
        old, new = (first, last) if turned["r"] else (last, first)
        return Particular("phone", person, phone=new, old_phone=old)
    if alone and len(reading.phones) == 1 and (marked or alone["what"]):
        return Particular("phone", person, phone=first)
    return None


def _who(plain: str, marked: bool, read: Read) -> Particular | None:
    """不是王总，是李总; 联系人是李总; 王总是采购总监; 王总叫王建国."""
    said = table("corrections")["particulars"]
    named = rf"(?:{said['contact']})"
    two = re.fullmatch(rf"{named}?{_GAP}不是(?P<o>[^是]+?){_GAP}{_IS}(?P<n>.+)", plain) or re.fullmatch(
        rf"{named}?{_GAP}(?:{_IS})?(?P<n>[^不是]+?){_GAP}(?:而)?不是(?P<o>[^是]+)", plain
    )
    if two and (old := person_of(two["o"], read)) and (new := person_of(two["n"], read)):
        return Particular("contact", old, new)
    one = re.fullmatch(rf"(?:把)?{named}(?:错了|不对)?{_GAP}{_IS}{_GAP}(?P<n>.+)", plain)
    one = one or (re.fullmatch(rf"(?:{_IS})?(?P<n>.+)", plain) if marked else None)
    if one and (new := person_of(one["n"], read)):
        return Particular("contact", None, new)
    return _title(plain, marked, read) or _full_name(plain, read)


def _title(plain: str, marked: bool, read: Read) -> Particular | None:
    said = table("corrections")["particulars"]
    found = re.fullmatch(
        rf"(?P<who>[\u4e00-\u9fff]{{1,5}}?)?的?(?P<what>{said['title']})?(?:错了|不对)?{_GAP}"
        rf"(?:不是(?P<o>[^是,，]+){_GAP})?{_IS}(?P<t>[\u4e00-\u9fffA-Za-z]{{2,8}})",
        plain,
    )
    if not found:
        return None
    titled = person_of(f"{SURNAME}{found['t']}", read)
    if titled is None or titled.title is None:
        return None
    spoken = found["who"] or ""
    pronoun = re.fullmatch(said["pronoun"], spoken)
    whose = person_of(spoken, read) if spoken and not pronoun else None
    if spoken and not pronoun and whose is None:
        return None
    if whose is None and not (marked or found["what"] or found["o"]):
        return None
    return Particular("title", whose, Person(whose.name if whose else "", titled.title, titled.department))


def _full_name(plain: str, read: Read) -> Particular | None:
    said = table("corrections")["particulars"]
    shape = rf"(?P<who>{HAN}{{2,5}}?)的?(?:{said['named']})?(?:叫|是叫)(?P<n>{HAN}{{2,4}})"
    found = re.fullmatch(shape, plain)
    whose = person_of(found["who"], read) if found else None
    if not found or whose is None or not found["n"].startswith(whose.name):
        return None
    return Particular("name", whose, Person(found["n"], whose.title, whose.department))


def person_of(words: str, read: Read) -> Person | None:
    """The one person that the words are and nothing else."""
    bare = words.strip(" ,，。、“”「」的")
    contacts = read(bare).contacts if bare else ()
    if len(contacts) != 1:
        return None
    contact = contacts[0]
    before = bare[: contact.span[0]].removesuffix("的")
    if contact.span[1] != len(bare) or before not in ("", contact.department or ""):
        return None
    return Person(contact.name, contact.title, contact.department)


def _parts(reading: Reading, text: str) -> tuple[str, str | None, str | None]:
    contact = next(one for one in reading.contacts if one.text == text)
    return contact.name, contact.title, contact.department

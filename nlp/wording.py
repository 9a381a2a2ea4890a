"""What a few words are: a day, a sum of money, a stage, a deed, or a name; for sentences that put one of them right."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from nlp import dates, numbers
from nlp.lexicon import common, normalise, table
from nlp.reading import Finding

Field = Literal["customer", "stage", "date", "commitment", "amount"]

LONGEST = 24
ANY_DAY = datetime(2026, 3, 10, 10, tzinfo=UTC)
"""Only whether words are a date is asked here, never which."""
_AROUND_A_DAY = re.compile(r"(?:之?前|以前|内|之内|左右|的?时候|那天|当天)$|^(?:在|到|于|最迟|最晚|不晚于)")
_DEADLINE = re.compile(r"(?:之?前|以前|之?内)")
_AROUND_MONEY = re.compile(r"(?:左右|上下|整|钱|多)$|^(?:大概|大约|约|差不多|总共|一共|含税)")
_NO_DEED = re.compile(r"[了吗呢吧啊不没你他她得]")
_AROUND_A_NAME = re.compile(r"(?:那家公司|这家公司|那家|这家|那边|那个|那单|他们家|的单子|家)$|的$|^(?:客户|那家|这家)")


@dataclass(frozen=True, slots=True)
class Kind:
    """What the words are. ``sure``: they are so by themselves, without a sentence that asks for it."""

    field: Field
    words: str
    sure: bool


def kind_of(words: str, wanted: Field | None = None, *, strict: bool = True) -> Kind | None:
    """What the words are; None when they are nothing of the kind wanted, or nothing that can be put right. ``strict``:
    nothing says that they are a name, so they must look like one."""
    words = words.strip()
    if not words or len(words) > LONGEST:
        return None
    judges: tuple[tuple[Field, Callable[[], Kind | None]], ...] = (
        ("date", lambda: _date(words, named=wanted == "date")),
        ("amount", lambda: _amount(words, named=wanted == "amount")),
        ("stage", lambda: _stage(words, named=wanted == "stage")),
        ("commitment", lambda: _deed(words)),
        ("customer", lambda: _name(words, strict=strict and wanted != "customer")),
    )
    for field, judge in judges:
        found = judge() if wanted in (None, field) else None
        if found is not None:
            return found
    return None


def _rest(words: str, found: Sequence[Finding]) -> str:
    for finding in reversed(found):
        words = words[: finding.span[0]] + words[finding.span[1] :]
    return words.strip(" ,，、的")


def _date(words: str, *, named: bool) -> Kind | None:
    found = dates.find(words, ANY_DAY)
    if not found:
        return None
    rest = _AROUND_A_DAY.sub("", _AROUND_A_DAY.sub("", _rest(words, found)))
    if len(rest) > (4 if named else 1):
        return None
    start, end = found[0].span[0], found[-1].span[1]
    deadline = _DEADLINE.match(words, end)
    return Kind("date", words[start : deadline.end() if deadline else end], not rest)


def _amount(words: str, *, named: bool) -> Kind | None:
    found = numbers.amounts(words) or (numbers.amounts(words + "元") if named else ())
    if not found or len(_AROUND_MONEY.sub("", _AROUND_MONEY.sub("", _rest(words, found)))) > 1:
        return None
    return Kind("amount", words, True)


def _stage(words: str, *, named: bool) -> Kind | None:
    bare = re.sub(r"(?:的?阶段|那[步里]|这[步里])$", "", words.strip("「」“”\"' "))
    if normalise(bare) in _listed("stages"):
        return Kind("stage", bare, True)
    if named and 2 <= len(bare) <= 10 and not re.search(r"[了吗呢吧啊不没很]", bare):
        return Kind("stage", bare, False)
    return None


def _deed(words: str) -> Kind | None:
    plain = normalise(words)
    verb = max((deed for deed in _listed("deeds") if plain.startswith(deed)), key=len, default="")
    if not verb or not 1 <= len(plain) - len(verb) <= 14 or _NO_DEED.search(plain) or plain in common():
        return None
    return Kind("commitment", words, False)


def _name(words: str, *, strict: bool) -> Kind | None:
    name = _AROUND_A_NAME.sub("", _AROUND_A_NAME.sub("", words)).strip("“”\"'「」 ")
    plain = normalise(name)
    if (
        not 2 <= len(plain) <= 20
        or re.search(r"[,，。;；:：]", plain)
        or (plain.endswith(_titles()) and len(plain) <= 5)
    ):
        return None
    sure = len(plain) > 3 and plain.endswith(_trades())
    if not sure and (plain in common() or _talk(strict).search(plain) or not re.search(r"[^\W\d_]{2}", plain)):
        return None
    return Kind("customer", name, sure)


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(table("corrections")["kinds"][name].split())


@cache
def _talk(strict: bool) -> re.Pattern[str]:
    kinds = table("corrections")["kinds"]
    return re.compile(f"[{kinds['talk']}{kinds['rarely'] if strict else ''}]")


@cache
def _trades() -> tuple[str, ...]:
    companies = table("companies")["companies"]
    return tuple({word for key in ("kinds", "industries", "legal") for word in companies[key].split()})


@cache
def _titles() -> tuple[str, ...]:
    return tuple(table("people")["people"]["titles"].split())

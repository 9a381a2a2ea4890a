"""How an organisation may be called: the short forms of its full name, each with how it came about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from nlp.lexicon import common, normalise, table
from nlp.numerals import integer
from nlp.publicnames import ORDINALS, said_for_short

PLACES = "省市区县"
PARENTHESIS = re.compile(r"\([^()]*\)")


_LEVELS = "市县旗"
_LEVEL = frozenset(_LEVELS)
_UNLISTED = re.compile(f"[\u4e00-\u9fff]{{2}}(?<![超夜门城花])[{_LEVELS}](?![场政民区])(?=[\u4e00-\u9fff]{{2}})")
"""临清市振兴轴承: a town that no list has."""


class Form(NamedTuple):
    """One way in which a name is said, how it came about, and how well it fits, 0..1."""

    text: str
    how: str
    score: float


class Parts(NamedTuple):
    """A name taken apart: 上海 · 恒川 · (精密, 机械) · 有限公司."""

    region: str
    brand: str
    trades: tuple[str, ...]
    legal: str


@cache
def _words(key: str) -> tuple[str, ...]:
    return tuple(sorted(table("companies")["companies"][key].split(), key=len, reverse=True))


@cache
def _trades() -> frozenset[str]:
    return frozenset(_words("industries")) | frozenset(_words("kinds"))


@cache
def vague() -> frozenset[str]:
    """Words that make no name by themselves: regions and everyday words that many firms carry."""
    return frozenset(_words("vague")) | frozenset(_words("regions"))


@cache
def _regions() -> frozenset[str]:
    return frozenset(_words("regions")) | frozenset(_words("places"))


def _place(core: str) -> str:
    """The places that a name begins with: 上海浦东, 江苏省."""
    regions, end = _regions(), 2 if core.startswith("中国") and len(core) > 4 else 0
    while True:
        for size in (2, 3, 4):
            if core[end : end + size] in regions:
                break
        else:
            levelled = end < 4 and core[end + 2 : end + 3] in _LEVEL
            unlisted = _UNLISTED.match(core, end) if levelled else None
            return core[: unlisted.end() if unlisted else end]
        end += size
        while core[end : end + 1] in PLACES and core[end : end + 1]:
            end += 1


def parts(name: str) -> Parts:
    """A normalised name taken apart; a brand there always is (the region, where nothing else is left)."""
    core = PARENTHESIS.sub("", name) if "(" in name else name
    legal = ""
    while tail := next((word for word in _words("legal") if core.endswith(word)), ""):
        legal, core = tail + legal, core[: -len(tail)]
    place = _place(core)
    if len(place) == len(core) or core.startswith(("大学", "学院"), len(place)):
        place = ""
    brand, trades = _trades_of(core[len(place) :])
    if len(brand) >= 4 and brand[-2:] in common():
        brand, trades = brand[:-2], (brand[-2:], *trades)
    if not brand:
        brand, place = place or core, ""
    return Parts(place, brand, trades, legal)


def region(name: str) -> str:
    """The place that a normalised name begins with, as :func:`parts` tells it."""
    return parts(name).region if _place(name) else ""


def _trades_of(core: str) -> tuple[str, tuple[str, ...]]:
    """The proper part of a name and what it deals in: 启辰 · 汽修 (服务), the longest words from the right."""
    trades, found = _trades(), []
    while core:
        for size in range(min(7, len(core)), 1, -1):
            if core[-size:] in trades:
                found.append(core[-size:])
                core = core[:-size]
                break
        else:
            break
    found.reverse()
    if found or len(core) < 5:
        return core, tuple(found)
    for at in range(2, len(core) - 1):
        for size in range(min(5, len(core) - at), 1, -1):
            if core[at : at + size] in trades:
                return core[:at], (core[at : at + size], *((core[at + size :],) if at + size < len(core) else ()))
    return core, ()


@lru_cache(maxsize=4096)
def forms(name: str) -> tuple[Form, ...]:
    """Every way in which a name is commonly said, the full name first, each only once with its best score."""
    best: dict[str, Form] = {}
    for form in _forms(normalise(name).strip()):
        known = best.get(form.text)
        if (known is None or known.score < form.score) and len(form.text) >= 2:
            best[form.text] = form
    for form in tuple(best.values()):
        if _COUNTED.search(form.text):
            figures = _COUNTED.sub(lambda number: str(integer(number[0])), form.text)
            best.setdefault(figures, Form(figures, form.how, form.score - 0.02))
    return tuple(best.values())


_COUNTED = re.compile(f"(?:[{ORDINALS}]?十[{ORDINALS}]?)(?=[^{ORDINALS}])")
"""A number in a name that is also written in figures: 十八中, 18中."""


def _forms(name: str) -> Iterator[Form]:
    yield Form(name, "exact", 1.0)
    bare = PARENTHESIS.sub("", name) if "(" in name else name
    yield Form(bare, "exact", 0.99)
    it = parts(name)
    if it.legal:
        yield Form(bare[: -len(it.legal)], "core", 0.97)
    brand, trade = it.brand, "".join(it.trades)
    known_brand = brand not in vague() and brand not in common()
    for size in range(len(it.trades), 0, -1):
        said = "".join(it.trades[:size])
        yield Form(brand + said, "core", 0.95 if known_brand or size == len(it.trades) else 0.88)
        yield Form(it.region + brand + said, "core", 0.96)
    if re.match(f"第[{ORDINALS}]", brand):
        yield from _public(it)
        return
    for said in it.trades:
        yield Form(brand + said, "core", 0.92)
    if it.trades and it.trades[-1][-1] in "厂店馆" and len(it.trades[-1]) > 2:
        yield Form(brand + "".join(it.trades)[:-1], "core", 0.93)
    if brand[-1] in "市县旗" and trade:  # 荣成市水务集团 → 荣成水务
        yield Form(_city(brand) + trade, "abbreviation", 0.93)
    for short in _shortened(it.trades):
        yield Form(brand + short, "abbreviation", 0.9)
    if it.legal.startswith(("集团", "控股")) or "集团" in it.legal:
        yield Form(brand + "集团", "core", 0.93)
    yield from _public(it)
    if it.region:
        yield Form(_city(it.region) + brand, "core", 0.93 if known_brand else 0.8)
    if known_brand and len(brand) >= 2 and (trade or it.legal or it.region):
        yield Form(brand, "brand", 0.86)
        known = (vague(), common(), _regions(), _words("openings"))
        if len(brand) == 4 and not any(brand[:2] in words for words in known):
            yield Form(brand[:2], "brand", 0.82)
    elif len(brand) >= 2 and brand not in _words("regions") and (trade or it.legal):
        yield Form(brand, "vague", 0.6)


def _city(region: str) -> str:
    return re.sub(r"(?<=..)[省市区县旗]$", "", region)


def _shortened(trades: tuple[str, ...]) -> Iterator[str]:
    """医疗器械 → 医械, 医疗, 器械; 精密 机械 → 精机, 精密机, 机械."""
    for trade in trades:
        if trade in ("大药房", "药房"):
            yield "药店"
        if len(trade) == 3:
            yield trade[:2]
        if len(trade) == 4:
            yield from (trade[0] + trade[3], trade[0] + trade[2], trade[:2], trade[2:])
    if len(trades) >= 2:
        yield trades[0][0] + trades[1][0]
        yield trades[0][0] + trades[1][-1]


_RURAL_BANK = re.compile("农村(?:商业银行|信用(?:合作)?联社|信用合作社)")
_NUMBERED_WORKS = re.compile(f"([\u4e00-\u9fff]{{2,8}})第([{ORDINALS}])[\u4e00-\u9fff]{{1,3}}?(厂|矿)$")
"""庆化石化第二炼油厂: 石化二厂."""


def _public(it: Parts) -> Iterator[Form]:
    """第三人民医院 → 三院, 市三院; 浙江大学 → 浙大; 第一中学 → 一中; 云山区教育局 → 区教育局, 教育局."""
    whole = it.region + it.brand + "".join(it.trades) + it.legal
    if bank := _RURAL_BANK.search(whole):
        place = _city(whole[: bank.start()])
        short = "农商行" if bank[0].endswith("银行") else "农信社"
        yield from (Form(place + short, "abbreviation", 0.93), Form(short, "public", 0.8))
    if works := _NUMBERED_WORKS.search(whole):
        for front in {works[1][:2], works[1][-2:]}:
            yield Form(front + works[2] + works[3], "abbreviation", 0.88)
    for text, how, score in said_for_short(whole):
        yield Form(text, how, score)
    if whole.endswith("大学") and 4 <= len(whole) <= 6:
        yield Form(whole[0] + "大", "vague", 0.7)
        yield Form(whole[:2] + "大", "abbreviation", 0.85)

"""How an organisation may be called: the short forms of its full name, each with how it came about and how well it fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlp.lexicon import common, normalise, table

PLACE = r"(?:省|市|区|县|特别行政区|自治区)?"
ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Form:
    text: str
    how: str
    score: float


@dataclass(frozen=True, slots=True)
class Parts:
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
def _region() -> re.Pattern[str]:
    return re.compile(rf"(?:中国)?((?:{'|'.join(map(re.escape, _words('regions')))}){PLACE})+(?!大学$|学院$)")


@cache
def _legal() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, _words('legal')))})+$")


def parts(name: str) -> Parts:
    """A normalised name taken apart; a brand there always is (the region, where nothing else is left)."""
    core = re.sub(r"\([^()]*\)", "", name)
    legal = _legal().search(core)
    if legal:
        core = core[: legal.start()]
    region = _region().match(core)
    place = region[0] if region and len(region[0]) < len(core) else ""
    brand, trades = _trades_of(core[len(place) :])
    if not brand:
        brand, place = place or core, ""
    return Parts(place, brand, trades, legal[0] if legal else "")


def _trades_of(core: str) -> tuple[str, tuple[str, ...]]:
    found: list[str] = []
    while core:
        longest = next((core[-n:] for n in range(min(7, len(core)), 1, -1) if core[-n:] in _trades()), "")
        if not longest:
            break
        found.insert(0, longest)
        core = core[: -len(longest)]
    return core, tuple(found)


def forms(name: str) -> list[Form]:
    """Every way in which a name is commonly said, the full name first, each only once with its best score."""
    best: dict[str, Form] = {}
    for form in _forms(normalise(name).strip()):
        if len(form.text) >= 2 and (form.text not in best or best[form.text].score < form.score):
            best[form.text] = form
    return list(best.values())


def _forms(name: str) -> Iterator[Form]:
    yield Form(name, "exact", 1.0)
    bare = re.sub(r"\([^()]*\)", "", name)
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
    for said in it.trades:
        yield Form(brand + said, "core", 0.92)
    for short in _shortened(it.trades):
        yield Form(brand + short, "abbreviation", 0.9)
    if it.legal.startswith(("集团", "控股")) or "集团" in it.legal:
        yield Form(brand + "集团", "core", 0.93)
    yield from _public(it)
    if it.region:
        yield Form(_city(it.region) + brand, "core", 0.93 if known_brand else 0.8)
    if known_brand and len(brand) >= 2 and (trade or it.legal or it.region):
        yield Form(brand, "brand", 0.86)
    elif len(brand) >= 2 and brand not in _words("regions") and (trade or it.legal):
        yield Form(brand, "vague", 0.6)


def _city(region: str) -> str:
    return re.sub(r"(?<=..)[省市区县]$", "", region)


def _shortened(trades: tuple[str, ...]) -> Iterator[str]:
    """医疗器械 → 医械, 医疗, 器械; 精密 机械 → 精机, 精密机, 机械."""
    for trade in trades:
        if len(trade) == 4:
            yield from (trade[0] + trade[3], trade[0] + trade[2], trade[:2], trade[2:])
    if len(trades) >= 2:
        yield trades[0][0] + trades[1][0]
        yield trades[0][0] + trades[1][-1]


def _public(it: Parts) -> Iterator[Form]:
    """第三人民医院 → 三院, 市三院; 浙江大学 → 浙大; 第一中学 → 一中; 教育局 as it is."""
    whole = it.region + it.brand + "".join(it.trades)
    hospital = re.search(rf"([市省县区])?第([{ORDINALS}])(?:附属)?(?:人民)?医院$", whole)
    if hospital:
        place = _city(whole[: hospital.start()] + (hospital[1] or ""))
        number = hospital[2] + "院"
        yield Form(place + number, "abbreviation", 0.9)
        yield Form((hospital[1] or "市") + number, "abbreviation", 0.85)
        yield Form(number, "vague", 0.6)
    school = re.search(rf"第([{ORDINALS}])中学$", whole)
    if school:
        yield Form(_city(whole[: school.start()]) + school[1] + "中", "abbreviation", 0.9)
    if whole.endswith("大学") and 4 <= len(whole) <= 6:
        yield Form(whole[0] + "大", "vague", 0.7)
        yield Form(whole[:2] + "大", "abbreviation", 0.85)
    if whole.endswith("人民医院") and len(whole) > 5:
        yield Form(whole[:-4] + "医院", "abbreviation", 0.88)
        yield Form(_city(whole[:-4]) + "人民医院", "abbreviation", 0.9)
        yield Form(_city(whole[:-4]) + "医院", "abbreviation", 0.85)

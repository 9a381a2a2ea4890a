"""How hospitals, schools and public offices are called for short: 省人民, 市三院, 附二, 区教育局, 实验小学."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.lexicon import table

ORDINALS = "一二三四五六七八九十"
_LEVELS = "省市区县州盟旗镇乡"
_PLACE = rf"(?P<place>[\u4e00-\u9fff]*?)(?P<level>[{_LEVELS}])?"
_HOSPITAL = re.compile(rf"{_PLACE}第(?P<n>[{ORDINALS}]{{1,2}})(?:人民|中心|附属|职工)?医院$")
_AFFILIATED = re.compile(
    rf"(?P<school>[\u4e00-\u9fff]{{2,9}}?(?:大学|学院))(?:[\u4e00-\u9fff]{{1,4}}学院)?(?:附属第?(?P<a>[{ORDINALS}])|第?(?P<b>[{ORDINALS}])附属)(?:人民)?医院$"
)
_ATTACHED = re.compile(
    r"(?P<school>[\u4e00-\u9fff]{2,9}?(?:大学|学院))(?:[\u4e00-\u9fff]{1,4}学院)?附属(?P<kind>(?:[\u4e00-\u9fff]{2,4})?医院|中学|小学|幼儿园)$"
)
_SCHOOL = re.compile(
    rf"{_PLACE}第(?P<n>[{ORDINALS}]{{1,3}})(?P<kind>实验小学|(?:高级|初级|实验)?中学|小学|幼儿园|职业中学|中专)$"
)
Said = tuple[str, str, float]


def said_for_short(whole: str) -> Iterator[Said]:
    """(form, how, score) of a public body's short names; nothing for other names. ``public`` forms are words that many
    bodies bear (教育局, 三中): they count only where no other name stands before them."""
    if match := _AFFILIATED.match(whole):
        yield from _affiliated(match["school"], match["a"] or match["b"])
    elif match := _ATTACHED.match(whole):
        yield from _attached(match["school"], match["kind"])
    elif match := _HOSPITAL.match(whole):
        yield from _numbered(match, ("{n}院", "第{n}医院", "第{n}人民医院", "{n}医院"), "院")
    elif match := _SCHOOL.match(whole):
        yield from _numbered(match, (*_schools()[match["kind"]], "第{n}" + match["kind"]), "")
    else:
        yield from _office(whole)


def _numbered(match: re.Match[str], ways: tuple[str, ...], needed: str) -> Iterator[Said]:
    place, level = match["place"], match["level"] or "市"
    for way in ways:
        short = way.format(n=match["n"])
        yield place + short, "abbreviation", 0.92
        yield place + level + short, "abbreviation", 0.92
        yield level + short, "abbreviation", 0.88
        if len(place) > 2:
            yield place[:2] + short, "abbreviation", 0.85
        yield short, "public", 0.8
    if needed:
        yield "市" + match["n"], "public", 0.7
        yield place + level + match["n"], "abbreviation", 0.88


def _affiliated(school: str, n: str) -> Iterator[Said]:
    for short in _of_a_school(school):
        for tail in (f"附{n}院", f"附{n}", f"{n}附院", f"附属{n}院", f"{n}院", f"第{n}附属医院", f"附属第{n}医院"):
            yield short + tail, "abbreviation", 0.9
    for tail in (f"附{n}院", f"{n}附院", f"附属{n}院", f"第{n}附属医院", f"附属第{n}医院", f"大附{n}", f"大附{n}院"):
        yield tail, "abbreviation", 0.86
    yield f"附{n}", "public", 0.8


def _attached(school: str, kind: str) -> Iterator[Said]:
    ways = {"医院": ("附院", "附属医院"), "中学": ("附中",), "小学": ("附小",), "幼儿园": ("附幼", "附属幼儿园")}.get(
        kind, ("附属" + kind, kind)
    )
    for way in ways:
        for short in _of_a_school(school):
            yield short + way, "abbreviation", 0.9
        yield way, "public", 0.8


def _of_a_school(school: str) -> Iterator[str]:
    """浙江大学 → 浙大; 湘中医科大学 → 湘中医大, 医大, 医科大; 江北师范学院 → 江北师院, 师院."""
    yield school
    core, kind = school[:-2], school[-2:]
    last = {"大学": "大", "学院": "院"}[kind]
    yield core + last
    yield core[0] + last
    for trade, short in (
        ("医科", "医"),
        ("中医药", "中医"),
        ("师范", "师"),
        ("理工", "理工"),
        ("工业", "工"),
        ("农业", "农"),
        ("医", "医"),
    ):
        if core.endswith(trade) and len(core) > len(trade):
            place = core[: -len(trade)]
            yield from (place + short + last, place[0] + short + last, short + last, trade + last)
            break


def _office(whole: str) -> Iterator[Said]:
    kind = next((k for k in _offices() if whole.endswith(k) and len(whole) > len(k)), None)
    if kind is None:
        return
    rest = whole[: -len(kind)]
    level = rest[-1] if rest[-1] in _LEVELS and len(rest) > 2 else ""
    place = rest[:-1] if level else rest
    for short in _offices()[kind]:
        bare = short in _bare()
        if len(short) > 2 or not bare:
            yield place + short, "abbreviation", 0.92
        elif short != "医院":
            yield place + short, "abbreviation", 0.85
        if level:
            yield place + level + short, "abbreviation", 0.93
            yield level + short, "abbreviation", 0.86
            if "区" in place or "市" in place:  # 江州市云山区教育局
                inner = re.split("[市区州]", place)[-1]
                if len(inner) >= 2:
                    yield inner + level + short, "abbreviation", 0.92
                    yield inner + short, "abbreviation", 0.9
        if not bare:
            yield short, "public", 0.8


@cache
def _offices() -> dict[str, tuple[str, ...]]:
    """What kinds of bodies are called, the longest kind first."""
    found = {kind: tuple(said.split()) for kind, said in table("public")["offices"].items()}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _schools() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(said.split()) for kind, said in table("public")["schools"].items()}


@cache
def _bare() -> frozenset[str]:
    return frozenset(table("public")["bare"]["words"].split())

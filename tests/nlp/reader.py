"""The reader as the tests ask it: one sentence in, one Reading out, on Tuesday 2026-03-10 at 10:00."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import shipped
from nlp.read import read
from nlp.reading import Reading
from nlp.workdays import Calendar

NOW = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
KNOWN = (
    NameEntry("east", "华东医疗器械有限公司", ("华东医械",), ("王总",)),
    NameEntry("ruihe", "瑞禾医疗科技有限公司", (), ("周主任",)),
    NameEntry("hengchuan", "上海恒川精密机械股份有限公司"),
    NameEntry("songtao", "松涛教育集团有限公司", ("松涛",), ("何校长",)),
    NameEntry("xuhui", "旭辉轴承有限公司"),
    NameEntry("third", "宁波市第三人民医院"),
    NameEntry("dawn", "东方红幼儿园", ("东方红",)),
)


def index() -> NameIndex:
    return NameIndex(KNOWN)


def reading(text: str, names: NameIndex | None = None, **more: Any) -> Reading:
    return read(text, NOW, names=names or index(), lexicon=shipped(), calendar=Calendar.national(), **more)


def stage(text: str, **more: Any) -> str | None:
    found = reading(text, **more).stage
    return found.value if found else None


def action(text: str, **more: Any) -> str | None:
    found = reading(text, **more).action
    return found.value if found else None


def signals(text: str, **more: Any) -> set[str]:
    return {signal.value for signal in reading(text, **more).signals}


def promises(text: str, **more: Any) -> list[tuple[str, str, str | None]]:
    return [(p.by, p.what, p.due.isoformat() if p.due else None) for p in reading(text, **more).commitments]


def customers(text: str, **more: Any) -> list[tuple[str, str]]:
    return [(c.text, c.name) for c in reading(text, **more).customers]


def people(text: str, **more: Any) -> list[tuple[str, str | None]]:
    return [(c.name, c.title) for c in reading(text, **more).contacts]

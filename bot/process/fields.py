"""Fields of the trade's own: what is said of them, checked before it is kept. Pure.

医院等级是三甲 · 年手术量 320 · 合作科室：脊柱、关节 · 接触医生：王一，主任，脊柱内镜，3月2日
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.playbook.model import Column, CustomField

SAYS = r"\s*(?:是|为|有|[:：=])?\s*"
ENDS = "。；;\n"
MANY = re.compile(r"[、,，/和及\s]+")
NUMBER = re.compile(r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([千万亿]?)")
TIMES = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
COMMA = re.compile(r"，|(?<!\d),|,(?!\d{3}(?!\d))")
"""Ends what is said of a field; the one within 1,200 does not."""
DAY = re.compile(r"(?:(\d{4})[年/-])?(\d{1,2})[月/-](\d{1,2})[日号]?")


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that is not kept, and what would be."""

    field: CustomField
    mend: str


def check(field: CustomField, said: str, today: date) -> Any | Bad:
    """The value as it is kept (text, number, list of choices, ISO day, a row as a mapping), or why it is not."""
    said = said.strip(" “”\"'，,")
    if not said:
        return Bad(field, f"{field.name}还没写")
    if field.kind == "table":
        return _row(field, said, today)
    return _value(field, field.kind, field.choices, said, today)


def _value(field: CustomField, kind: str, choices: tuple[str, ...], said: str, today: date) -> Any | Bad:
    if kind == "number":
        return _number(field, said)
    if kind == "choice":
        return said if said in choices else Bad(field, f"{field.name}只能是{'、'.join(choices)}")
    if kind == "choices":
        return _choices(field, choices, said)
    if kind == "day":
        return _day(field, said, today)
    return said if len(said) <= field.most else Bad(field, f"{field.name}最多 {field.most} 字，现在 {len(said)} 字")


def _number(field: CustomField, said: str) -> float | int | Bad:
    found = NUMBER.search(said)
    if found is None:
        return Bad(field, f"{field.name}要一个数")
    value = float(Decimal(found[1].replace(",", "")) * TIMES[found[2]])
    if field.above is not None and value <= field.above:
        return Bad(field, f"{field.name}要大于 {field.above:g}")
    return int(value) if value.is_integer() else value


def _choices(field: CustomField, choices: tuple[str, ...], said: str) -> list[str] | Bad:
    found = list(dict.fromkeys(word for word in MANY.split(said) if word))
    strange = [word for word in found if word not in choices]
    if strange or not found:
        return Bad(field, f"{field.name}可选{'、'.join(choices)}")
    return found if len(found) <= field.most else Bad(field, f"{field.name}最多选 {field.most} 个")


def _day(field: CustomField, said: str, today: date) -> str | Bad:
    found = DAY.search(said)
    try:
        return date(int(found[1] or today.year), int(found[2]), int(found[3])).isoformat() if found else _no_day(field)
    except ValueError:
        return _no_day(field)


def _no_day(field: CustomField) -> Bad:
    return Bad(field, f"{field.name}要一个日子，比如 3月2日")


def _row(field: CustomField, said: str, today: date) -> Mapping[str, Any] | Bad:
    """One row of the table, its columns in their order, between commas."""
    parts = [part.strip() for part in re.split(r"[,，|]", said)]
    if len(parts) != len(field.columns) or not all(parts):
        return Bad(field, f"{field.name}要写{'，'.join(column.name for column in field.columns)}")
    row: dict[str, Any] = {}
    for column, part in zip(field.columns, parts, strict=True):
        value = _value(_as_field(field, column), column.kind, column.choices, part, today)
        if isinstance(value, Bad):
            return Bad(field, value.mend)
        row[column.name] = value
    return row


def _as_field(field: CustomField, column: Column) -> CustomField:
    return CustomField(id=field.id, name=column.name, kind=column.kind, choices=column.choices)


def said_of(text: str, fields: Iterable[CustomField]) -> dict[str, str]:
    """Field → the words said of it: its name, then the value up to the end of the clause."""
    named = sorted(fields, key=lambda one: -len(one.name))
    found: dict[str, str] = {}
    for field in named:
        match = re.search(re.escape(field.name) + SAYS, text)
        if match is None:
            continue
        words = _up_to_the_next(text[match.end() :], [one.name for one in named])
        found[field.id] = words if field.kind in ("table", "choices", "text") else COMMA.split(words)[0].strip()
    return found


def _up_to_the_next(words: str, names: Iterable[str]) -> str:
    """To the end of the sentence, or to where another field is spoken of."""
    ends = [at for sign in (*ENDS, *names) if (at := words.find(sign)) >= 0]
    return words[: min(ends, default=len(words))].strip(" ，,、")


@dataclass(frozen=True, slots=True)
class Told:
    """``customer`` and ``opportunity``: the fields as they stand after the words; ``shown``: name and value of each
    one told; ``bad``: what was not kept."""

    customer: Mapping[str, Any]
    opportunity: Mapping[str, Any]
    shown: tuple[tuple[str, str], ...] = ()
    bad: tuple[Bad, ...] = ()


def tell(
    text: str, fields: Iterable[CustomField], customer: Mapping[str, Any], opportunity: Mapping[str, Any], today: date
) -> Told:
    """What the words say of the fields, beside what was known; a table grows by a row."""
    fields = list(fields)
    now = {"customer": dict(customer), "opportunity": dict(opportunity)}
    shown, bad = [], []
    for id, words in said_of(text, fields).items():
        field = next(one for one in fields if one.id == id)
        value = check(field, words, today)
        if isinstance(value, Bad):
            bad.append(value)
            continue
        shown.append((field.name, plain(value)))
        if field.kind == "table":
            rows = [row for row in now[field.of].get(id, ()) if row != value]
            value = [*rows, value][-field.most :]
        now[field.of][id] = value
    return Told(now["customer"], now["opportunity"], tuple(shown), tuple(bad))


def plain(value: Any) -> str:
    """A value in words: 脊柱、关节"""
    if isinstance(value, Mapping):
        return "，".join(str(one) for one in value.values())
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)

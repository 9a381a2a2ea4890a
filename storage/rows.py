"""Between the frozen values of records.py and rows: one table a record, its columns told by the value's own types.

A moment is microseconds, a day ISO text, money minor units by the row's currency, tuples and mappings JSON; a ``due``
that may be a day or a moment is two columns, ``due_day`` and ``due_at``. ``folded`` is a name as it is compared.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from storage import records, sql
from storage.errors import Missing
from storage.models.fields import from_micros, to_micros
from storage.records import RECORDS, Record
from storage.values import CODECS, clean, fold, from_minor, same, to_json, to_minor

__all__ = [
    "FOLDED", "TABLES", "Table", "at_hand", "by_id", "clean", "first", "fold", "from_minor", "grouped", "kind_of",
    "literal", "select", "table_of", "to_json", "to_minor",
]  # fmt: skip

R = TypeVar("R")
FOLDED = {"Team": "name", "Member": "name", "Identity": "user", "Customer": "name", "Alias": "text"}
"""Records that are found by a word: which field is kept folded beside itself."""
KINDS = {
    "str": "text", "bool": "flag", "int": "number", "datetime": "moment", "date": "day", "date | datetime": "due",
    "Decimal": "money", "tuple[str, ...]": "list", "Mapping[str, Any]": "map",
}  # fmt: skip


def kind_of(annotation: str) -> str:
    """Which codec a field of records.py has, by its annotation; raises KeyError for a type we keep no way for."""
    bare = annotation.removesuffix(" | None")
    alias = getattr(records, bare, None)
    if bare.startswith("Literal[") or typing.get_origin(alias) is typing.Literal:
        return "text"
    return KINDS[bare]


class Table(Generic[R]):
    """A table whose rows are values of ``kind``."""

    def __init__(self, name: str, kind: type[R]) -> None:
        self.name, self.kind = name, kind
        fields = dataclasses.fields(kind)  # type: ignore[arg-type]
        self.kinds = {field.name: kind_of(str(field.type)) for field in fields}
        self.folds = FOLDED.get(kind.__name__)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold the value, in the order of its fields."""
        return tuple(column for field, kind in self.kinds.items() for column in _columns(field, kind))

    @cached_property
    def written(self) -> tuple[str, ...]:
        return (*self.columns, "folded") if self.folds else self.columns

    @cached_property
    def select(self) -> str:
        names = ", ".join(f'{self.name}."{column}"' for column in self.columns)
        return f"SELECT {names} FROM {self.name}"

    @cached_property
    def is_record(self) -> bool:
        """Its rows can be undone."""
        return issubclass(self.kind, Record)

    @cached_property
    def standing(self) -> str:
        """The condition for one row by its id, if it was not undone."""
        return "id = ? AND undone_at IS NULL" if self.is_record else "id = ?"

    @cached_property
    def one(self) -> str:
        """The statement that :func:`by_id` asks with."""
        return f"{self.select} WHERE {self.standing} LIMIT 1"

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """What a column of :attr:`select` is called while it is decoded: its field; the day of a ``due`` as that."""
        return tuple(name for field, kind in self.kinds.items() for name in _halves(field, kind))

    @cached_property
    def _decoders(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        """Only of the fields that do not stand in their column as they are."""
        by_field = ((field, CODECS[kind].decode) for field, kind in self.kinds.items())
        return tuple((field, decode) for field, decode in by_field if decode is not same)

    @cached_property
    def _encoders(self) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
        return tuple((field, kind, CODECS[kind].encode) for field, kind in self.kinds.items())

    @cached_property
    def _dues(self) -> tuple[str, ...]:
        return tuple(field for field, kind in self.kinds.items() if kind == "due")

    @cached_property
    def _money(self) -> tuple[str, ...]:
        return tuple(field for field, kind in self.kinds.items() if kind == "money")

    def decode(self, row: Sequence[Any]) -> R:
        """The value that a row of :attr:`select` is (further columns are let be)."""
        values = dict(zip(self._names, row, strict=False))
        for field, decode in self._decoders:
            value = values[field]
            if value is not None:
                values[field] = decode(value)
        for field in self._dues:
            moment, day = values.pop(f"{field}_at"), values[field]
            values[field] = from_micros(moment) if moment is not None else day and date.fromisoformat(day)
        for field in self._money:
            if values[field] is not None:
                values[field] = from_minor(values[field], values["currency"])
        return self.kind(**values)

    def encode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Columns for some of the fields; money asks for ``currency`` among them. Raises KeyError for no field."""
        out: dict[str, Any] = {}
        for field, value in values.items():
            kind = self.kinds[field]
            if kind == "due":
                out[f"{field}_day"], out[f"{field}_at"] = _two_columns(value)
            elif value is None:
                out[field] = None
            elif kind == "money":
                out[field] = to_minor(value, values["currency"])
            else:
                out[field] = CODECS[kind].encode(value)
        if self.folds is not None and self.folds in values:
            out["folded"] = fold(clean(values[self.folds]))
        return out

    def encode_all(self, value: R) -> tuple[Any, ...]:
        """The whole row, in the order of :attr:`written`."""
        return self.encode_row({field: getattr(value, field) for field in self.kinds})

    def encode_row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """As :meth:`encode_all`, of all its fields by name."""
        row: list[Any] = []
        for field, kind, encode in self._encoders:
            value = values[field]
            if kind == "due":
                row += _two_columns(value)
            elif value is None:
                row.append(None)
            else:
                row.append(to_minor(value, values["currency"]) if kind == "money" else encode(value))
        if self.folds is not None:
            row.append(fold(clean(values[self.folds])))
        return tuple(row)

    def revive(self, field: str, value: Any) -> Any:
        """A field's value from the audit's JSON."""
        kind = self.kinds.get(field)
        return value if value is None or kind is None else CODECS[kind].revive(value)


def _columns(field: str, kind: str) -> tuple[str, ...]:
    return (f"{field}_day", f"{field}_at") if kind == "due" else (field,)


def _two_columns(due: date | None) -> tuple[str | None, int | None]:
    """Day and moment of which one is said."""
    if isinstance(due, datetime):
        return None, to_micros(due)
    return None if due is None else due.isoformat(), None


def _halves(field: str, kind: str) -> tuple[str, ...]:
    return (field, f"{field}_at") if kind == "due" else (field,)


TABLES: dict[str, Table[Any]] = {prefix: Table(kind.__name__.lower(), kind) for prefix, kind in RECORDS.items()}
"""By the prefix of the record's id."""


def table_of(record_id: str) -> Table[Any]:
    """The table that holds a record; raises Missing for an id of no record."""
    try:
        return TABLES[record_id.partition("_")[0]]
    except KeyError:
        raise Missing(f"no record is called {record_id!r}") from None


async def select(table: Table[R], where: str, *args: Any) -> list[R]:
    """The values of the rows that ``where`` (and ORDER BY, LIMIT) lets through; read once a transaction."""
    open_ = sql.inside()
    key = (f"{table.select} WHERE {where}", args)
    known = open_.once.of(table.name, key) if open_ is not None else None
    if known is None:
        known = [table.decode(row) for row in await sql.fetch(key[0], *args)]
        if open_ is not None:
            open_.once.keep(table.name, key, known)
            for value in known if table.is_record else ():
                at_hand(table, value)
    return list(known)


def at_hand(table: Table[R], value: R) -> None:
    """A record that was read: :func:`by_id` need not ask for it again in this transaction."""
    open_ = sql.inside()
    if open_ is not None and isinstance(value, Record) and value.undone_at is None:
        open_.once.keep(table.name, (table.one, (value.id,)), [value])


async def first(table: Table[R], where: str, *args: Any) -> R | None:
    found = await select(table, f"{where} LIMIT 1", *args)
    return found[0] if found else None


async def by_id(table: Table[R], id: str, *, undone: bool = False) -> R | None:
    """The record; None where there is none, or it was undone and ``undone`` does not ask for such."""
    return await first(table, "id = ?" if undone else table.standing, id)


class Owned(Protocol):
    @property
    def customer_id(self) -> str: ...


B = TypeVar("B", bound=Owned)


def grouped(found: Iterable[B]) -> dict[str, list[B]]:
    """What belongs to customers, by the customer's id, in the order in which it comes."""
    groups: dict[str, list[B]] = {}
    for one in found:
        groups.setdefault(one.customer_id, []).append(one)
    return groups


def literal(text: str) -> str:
    """The text for a LIKE … ESCAPE '!' in which every character means itself."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")

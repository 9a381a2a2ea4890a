"""Between the frozen values of records.py and rows: one table a record, its columns told by the value's own types.

A moment is microseconds, a day ISO text, money minor units by the row's currency, tuples and mappings JSON; a ``due``
that may be a day or a moment is two columns, ``due_day`` and ``due_at``. ``folded`` is a name as it is compared.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import dataclasses
import json
import typing
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from storage import records, sql
from storage.errors import Missing
from storage.models.fields import from_micros, to_day, to_micros
from storage.records import RECORDS, Record

R = TypeVar("R")
PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
"""Decimal places of the currencies that have not two (ISO 4217, list one)."""
FOLDED = {"Team": "name", "Member": "name", "Identity": "user", "Customer": "name", "Alias": "text"}
"""Records that are found by a word: which field is kept folded beside itself."""


def fold(word: str) -> str:
    """The word as it is compared: full-width as half-width, case and outer blanks away."""
    return unicodedata.normalize("NFKC", word).casefold().strip()


def clean(text: str) -> str:
    """Text that both databases keep: NUL and lone surrogates become the replacement character."""
    if "\x00" in text:
        text = text.replace("\x00", "�")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def to_json(value: Any) -> str:
    """Canonical JSON: keys sorted, nothing between; days and moments ISO 8601, Decimal as text."""
    return clean(_CANONICAL.encode(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | frozenset | set):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"cannot be kept as JSON: {type(value).__name__}")


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units; raises ValueError for more places than the currency has."""
    scaled = amount.scaleb(PLACES.get(currency, 2))
    if scaled != (whole := scaled.to_integral_value()):
        raise ValueError(f"{amount} has more places than {currency}")
    return int(whole)


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-PLACES.get(currency, 2))


@dataclasses.dataclass(frozen=True, slots=True)
class Codec:
    """How a value of one type stands in its column and in JSON."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    revive: Callable[[Any], Any]
    """From the audit's JSON."""


def _same(value: Any) -> Any:
    return value


def _revive_due(value: str) -> date | datetime:
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


CODECS: dict[str, Codec] = {
    "text": Codec(clean, _same, _same),
    "flag": Codec(bool, bool, bool),
    "number": Codec(int, _same, _same),
    "moment": Codec(to_micros, from_micros, datetime.fromisoformat),
    "day": Codec(to_day, date.fromisoformat, date.fromisoformat),
    "due": Codec(_same, _same, _revive_due),
    "money": Codec(_same, _same, Decimal),
    "list": Codec(to_json, lambda text: tuple(json.loads(text)), tuple),
    "map": Codec(to_json, json.loads, _same),
}
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
    def _decoders(self) -> tuple[tuple[str, Callable[[Any], Any] | None, str], ...]:
        return tuple(
            (field, None if CODECS[kind].decode is _same else CODECS[kind].decode, kind)
            for field, kind in self.kinds.items()
        )

    @cached_property
    def _is_plain(self) -> bool:
        """Each field is one column by itself."""
        return not {"due", "money"} & set(self.kinds.values())

    def decode(self, row: Sequence[Any]) -> R:
        """The value that a row of :attr:`select` is (further columns are let be)."""
        if self._is_plain:
            pairs = zip(self._decoders, row, strict=False)
            return self.kind(**{f: v if v is None or decode is None else decode(v) for (f, decode, _), v in pairs})
        values: dict[str, Any] = {}
        at = 0
        for field, decode, kind in self._decoders:
            value = row[at]
            if kind == "due":
                moment = row[at + 1]
                values[field] = from_micros(moment) if moment is not None else value and date.fromisoformat(value)
                at += 2
                continue
            values[field] = value if value is None or decode is None else decode(value)
            at += 1
        for field, kind in self.kinds.items():
            if kind == "money" and values[field] is not None:
                values[field] = from_minor(values[field], values["currency"])
        return self.kind(**values)

    def encode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Columns for some of the fields; money asks for ``currency`` among them. Raises KeyError for no field."""
        out: dict[str, Any] = {}
        for field, value in values.items():
            kind = self.kinds[field]
            if kind == "due":
                moment = isinstance(value, datetime)
                out[f"{field}_day"] = None if moment or value is None else value.isoformat()
                out[f"{field}_at"] = to_micros(value) if moment else None
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
        encoded = self.encode({field: getattr(value, field) for field in self.kinds})
        return tuple(encoded[column] for column in self.written)

    def revive(self, field: str, value: Any) -> Any:
        """A field's value from the audit's JSON."""
        kind = self.kinds.get(field)
        return value if value is None or kind is None else CODECS[kind].revive(value)


def _columns(field: str, kind: str) -> tuple[str, ...]:
    return (f"{field}_day", f"{field}_at") if kind == "due" else (field,)


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

"""How a value of one type stands in its column and in JSON: text, moments, days, money, lists and maps."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from storage.models.fields import from_micros, to_day, to_micros

PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
"""Decimal places of the currencies that have not two (ISO 4217, list one)."""


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
    return clean(_canonical(value))


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


def _encoder() -> Callable[[Any], str]:
    """What ``_CANONICAL.encode`` does. Its inner encoder is made once: json makes it anew for each value, which takes
    longer than most of ours do."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _CANONICAL.encode
    inner = make(None, _plain, json.encoder.encode_basestring, None, ":", ",", True, False, True)
    return lambda value: "".join(inner(value, 0))


_canonical = _encoder()


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


def same(value: Any) -> Any:
    return value


def _list(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))  # most are empty


def _map(text: str) -> Any:
    return {} if text == "{}" else json.loads(text)


def _revive_due(value: str) -> date | datetime:
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


CODECS: dict[str, Codec] = {
    "text": Codec(clean, same, same),
    "flag": Codec(bool, bool, bool),
    "number": Codec(int, same, same),
    "moment": Codec(to_micros, from_micros, datetime.fromisoformat),
    "day": Codec(to_day, date.fromisoformat, date.fromisoformat),
    "due": Codec(same, same, _revive_due),
    "money": Codec(same, same, Decimal),
    "list": Codec(to_json, _list, tuple),
    "map": Codec(to_json, _map, same),
}

"""Column types of ours. Under Tortoise's own, SQLite keeps Decimal and datetime as text and compares them as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tortoise.fields.base import Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Words(Field[str], str):  # type: ignore[misc]
    """Text of any length on both databases, and indexable."""

    SQL_TYPE = "TEXT"


class Json(Words):
    """JSON as text, keys sorted: equal values are equal texts."""


class Day(Words):
    """A day, ``2026-03-13``: sorts and compares as text."""


class Moment(Field[int], int):
    """A moment as microseconds UTC since 1970."""

    SQL_TYPE = "BIGINT"


class Money(Field[int], int):
    """An amount in the minor units of its row's currency (217.00 CNY is 21700)."""

    SQL_TYPE = "BIGINT"


def to_micros(moment: datetime) -> int:
    """Microseconds UTC; raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its zone: {moment!r}")
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment, in UTC."""
    return EPOCH + timedelta(0, 0, micros)  # by place, not by name: it is asked for each moment of each row


def to_day(day: date) -> str:
    return day.isoformat()

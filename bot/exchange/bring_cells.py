"""What people write into cells → values. Each answers (value, what is wrong with it); "" where nothing is."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation

from nlp import phones

_MANY = re.compile(r"[、,，;；|\n]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
_MONEY = re.compile(r"[¥￥$]?\s*([\d,，]+(?:\.\d+)?)\s*(万|亿)?元?")
_TIMES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), None: Decimal(1)}
MOST_AMOUNT = Decimal(10) ** 13


def many(text: str) -> list[str]:
    """The words of a cell that may hold several: a list of an export, or separated as people do."""
    if text.startswith("["):
        with suppress(ValueError):
            return [str(word) for word in json.loads(text)]
    return [word for part in _MANY.split(text) if (word := part.strip())]


def numbers(text: str) -> tuple[tuple[str, ...], str]:
    """Phone numbers in E.164."""
    found, given = tuple(phone.value for phone in phones.find(text)), many(text)
    if len(found) < len(given):
        return (), f"电话“{_masked(given[0])}”不像一个号码，看看是不是少了或多了一位"
    return found, ""


def _masked(number: str) -> str:
    return f"{number[:3]}****{number[-2:]}" if len(number) > 6 else "…"


def day(text: str) -> tuple[date | None, str]:
    """2026-03-10, 2026/3/10, 2026年3月10日, with a time or without; None for an empty cell."""
    found, fault = moment(text, None)
    return (found.date() if found else None), fault


def moment(text: str, zone: tzinfo | None) -> tuple[datetime | None, str]:
    """A day (its beginning) or a day with a time, in ``zone`` unless it has an offset; None for an empty cell."""
    if not text:
        return None, ""
    with suppress(ValueError):
        whole = datetime.fromisoformat(text)
        return (whole if whole.tzinfo else whole.replace(tzinfo=zone)), ""
    found = _DAY.match(text)
    at = _TIME.fullmatch(text[found.end() :]) if found else None
    if found and (at or not text[found.end() :].strip()):
        with suppress(ValueError):
            hour, minute, second = (int(part or 0) for part in at.groups()) if at else (0, 0, 0)
            clock = time(hour, minute, second)
            return datetime.combine(date(*map(int, found.groups())), clock, zone), ""
    return None, f"“{text[:20]}”不是日期，写成 2026-03-10 或 2026-03-10 14:00"


def amount(text: str) -> tuple[Decimal | None, str]:
    """2,170,000.00, ¥86万, 217万元; None for an empty cell."""
    if not text:
        return None, ""
    found = _MONEY.fullmatch(text.strip())
    with suppress(InvalidOperation):
        value = Decimal(re.sub("[,，]", "", found[1])) * _TIMES[found[2]] if found else None
        if value is not None and value <= MOST_AMOUNT and value == round(value, 2):
            return round(value, 2), ""
    return None, f"“{text[:20]}”不是金额，写成 217000 或 21.7万"

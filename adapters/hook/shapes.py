"""What another system may tell us: kinds, their fields, values of the right type. Pure; whose it is, is asked later.

A field that we do not know is left out and named in the answer; one that we know with a value that is none of its type
is refused by name, and with it the whole body.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.errors import BadRequest

KINDS: Mapping[str, tuple[str, ...]] = {
    "lead": ("leads",),
    "behaviour": ("behaviours", "behavior", "behaviors"),
    "finance": ("payment", "payments"),
    "contract": ("contracts",),
    "delivery": ("deliveries",),
    "service": ("ticket", "tickets"),
}
MOST_ITEMS = 200
AHEAD = timedelta(days=1)
"""So far may a moment lie in the future; clocks differ."""
LONG, SHORT, MOST_PARTS = 2000, 200, 20
MOST_AMOUNT = Decimal(10) ** 13


class Unfit(BadRequest):
    """Authentic JSON that we cannot take; ``field`` where one is at fault."""

    code, status = "bad_field", 422

    def __init__(self, code: str, message: str, hint: str, field: str = "") -> None:
        super().__init__(message, hint)
        self.code, self.field = code, field


def kind_of(word: Any) -> str:
    """The kind that the word means. Raises Unfit."""
    plain = word.strip().casefold() if isinstance(word, str) else ""
    for kind, others in KINDS.items():
        if plain == kind or plain in others:
            return kind
    raise Unfit("unknown_kind", "no such kind", f"kind 可用：{'、'.join(KINDS)}", "kind")


def item(kind: str, given: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], list[str]]:
    """The known fields with fitting values (JSON types), and the names of those left out. Raises Unfit."""
    fields = FIELDS[kind]
    told: dict[str, Any] = {"kind": kind}
    unknown: list[str] = []
    for name, value in given.items():
        key = SAME.get(name, name)
        if name.startswith("utm_") and kind == "lead":
            told.setdefault("utm", {})[name.removeprefix("utm_")[:40]] = _text(name, value, SHORT)
        elif key not in fields:
            unknown.append(name[:40])
        elif value is not None and value != "":
            told[key] = fields[key](name, value, now)
    if not any(told.get(name) for name in WHOM):
        raise Unfit("nobody", "nobody is named", "至少写姓名、电话、公司、邮箱之一，或 external_ids", "name")
    if kind != "lead" and not told.get("what"):
        raise Unfit("bad_field", "what is missing", "写发生了什么，例如 payment", "what")
    return told, unknown


def _text(name: str, value: Any, most: int = SHORT) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit("bad_field", f"{name} is not text", f"{name} 写成文字", name)
    text = str(value).strip()
    if len(text) > most:
        raise Unfit("bad_field", f"{name} is longer than {most}", f"{name} 最多 {most} 个字", name)
    return text


def _short(name: str, value: Any, now: datetime) -> str:
    return _text(name, value)


def _long(name: str, value: Any, now: datetime) -> str:
    return _text(name, value, LONG)


def _list(name: str, value: Any, now: datetime) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    if len(parts) > MOST_PARTS:
        raise Unfit("bad_field", f"{name} has more than {MOST_PARTS} parts", f"{name} 最多 {MOST_PARTS} 个", name)
    return [_text(name, part) for part in parts]


def _pairs(name: str, value: Any, now: datetime) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MOST_PARTS:
        raise Unfit(
            "bad_field", f"{name} is not a small object", f"{name} 写成 {{名字: 值}}，最多 {MOST_PARTS} 对", name
        )
    return {_text(name, key): _text(name, one, LONG) for key, one in value.items() if one is not None}


def _moment(name: str, value: Any, now: datetime) -> str:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Unfit("bad_field", f"{name} is no moment with an offset", f"{name} 写成 2026-03-10T10:00:00+08:00", name)
    if at > now + AHEAD or at.year < 2000:
        raise Unfit("bad_field", f"{name} lies in the future or too far back", f"{name} 写已经发生的时间", name)
    return at.isoformat()


def _amount(name: str, value: Any, now: datetime) -> str:
    try:
        amount = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= MOST_AMOUNT or amount != round(amount, 2):
        raise Unfit("bad_field", f"{name} is no amount", f'{name} 写成 "217.00"，不小于 0，最多两位小数', name)
    return format(round(amount, 2), "f")


def _currency(name: str, value: Any, now: datetime) -> str:
    code = _text(name, value, 3).upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Unfit("bad_field", f"{name} is no ISO code", f"{name} 写成 CNY 这样的三个字母", name)
    return code


Taker = Callable[[str, Any, datetime], Any]
WHOM = (
    "name",
    "company",
    "phone",
    "phones",
    "email",
    "emails",
    "external_ids",
    "customer_id",
    "opportunity_id",
    "credit_code",
)
_PERSON: Mapping[str, Taker] = {
    "name": _short, "company": _short, "credit_code": _short, "phone": _short, "email": _short, "external_ids": _pairs,
    "at": _moment, "note": _long,
}  # fmt: skip
_LEAD: Mapping[str, Taker] = {
    **_PERSON, "title": _short, "phones": _list, "emails": _list, "wanted": _long, "tags": _list, "channel": _short,
    "source": _short, "utm": _pairs,
}  # fmt: skip
_FACT: Mapping[str, Taker] = {
    **_PERSON, "what": _short, "customer_id": _short, "opportunity_id": _short, "external_id": _short, "data": _pairs,
    "amount": _amount, "currency": _currency,
}  # fmt: skip
FIELDS: Mapping[str, Mapping[str, Taker]] = {kind: _LEAD if kind == "lead" else _FACT for kind in KINDS}
SAME: Mapping[str, str] = {
    "mobile": "phone", "tel": "phone", "telephone": "phone", "product": "wanted", "demand": "wanted",
    "message": "note", "remark": "note", "source_channel": "source", "customer": "company", "behaviour": "what",
    "behavior": "what", "event": "what", "status": "what", "occurred_at": "at", "contact": "name",
}  # fmt: skip
"""Other names that a field goes by."""

"""A body → what it tells, and the event that it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from adapters.errors import BadPayload
from adapters.events import InboundEvent, Person
from adapters.hook.shapes import MOST_ITEMS, Unfit, item, kind_of

DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Told:
    """``items`` as plain JSON values, each with its ``kind``; ``unknown`` are fields that were left out."""

    items: Sequence[dict[str, Any]]
    unknown: Sequence[str] = ()


def told(body: dict[str, Any], now: datetime) -> Told:
    """``{"kind": …, fields}``, ``{"kind": …, "data": {fields}}`` or ``{"kind": …, "items": [{fields} …]}``. Raises
    Unfit for what we cannot take."""
    given = dict(body)
    kind = kind_of(given.pop("kind", given.pop("type", None)))
    parts = given.pop("items", None)
    if parts is None and isinstance(given.get("data"), dict) and set(given) <= {"data", "id", "at"}:
        inner = given.pop("data")
        given = {**inner, **given}
    every = [given] if parts is None else parts
    if not isinstance(every, list) or not 0 < len(every) <= MOST_ITEMS:
        raise Unfit("too_many", f"items is no list of 1 to {MOST_ITEMS}", f"一次 1 到 {MOST_ITEMS} 条", "items")
    found: list[dict[str, Any]] = []
    unknown: list[str] = list(given) if parts is not None else []
    for one in every:
        if not isinstance(one, dict):
            raise Unfit("bad_field", "an item is not an object", "items 里每条是一个对象", "items")
        fields, left_out = item(kind, one, now)
        found.append(fields)
        unknown += left_out
    return Told(found, tuple(dict.fromkeys(unknown)))


def parse(payload: bytes, account: str) -> InboundEvent:
    """The event of a body that was kept. Raises BadPayload."""
    kept = opened(payload)
    at = datetime.fromisoformat(kept["at"])
    return InboundEvent(kept["key"], "facts", Person(account, ""), at, data={"items": told(kept["body"], at).items})


def keep(raw: bytes, body: dict[str, Any], key: str, at: datetime) -> bytes:
    """What the inbox keeps: the body with every character as itself (so that a person's name is found in it when it is
    to be erased), the hash of its bytes, and the moment by which it is judged."""
    kept = {"key": key, "at": at.isoformat(), "sha256": sha256(raw).hexdigest(), "body": body}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")


def same(payload: bytes, raw: bytes) -> bool:
    """What is kept came of these very bytes; of what is no longer kept that cannot be told."""
    return not payload or opened(payload).get("sha256") == sha256(raw).hexdigest()


def opened(body: bytes) -> dict[str, Any]:
    """The JSON object. Raises BadPayload for none, Unfit for other JSON."""
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadPayload("the body is not JSON", "发 UTF-8 的 JSON 对象") from None
    if not isinstance(value, dict):
        raise Unfit("not_an_object", "the body is not a JSON object", "发 JSON 对象")
    if _depth(value) > DEEPEST:
        raise BadPayload("the body is too deep", "最多嵌套八层")
    return value


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth <= DEEPEST and isinstance(one, dict | list):
            waiting += [(inner, depth + 1) for inner in (one.values() if isinstance(one, dict) else one)]
    return deepest

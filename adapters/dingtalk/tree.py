"""Reading the platform's JSON: whatever stands where something else should, is nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from adapters.errors import BadPayload

Tree = Mapping[str, Any]
_CHINA = timezone(timedelta(hours=8))
_LONGEST_NUMBER = 100


def opened(payload: bytes | str) -> dict[str, Any]:
    """The JSON object in ``payload``. Raises BadPayload for anything else."""
    try:
        body = json.loads(payload, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise BadPayload("not well-formed JSON") from error
    if not isinstance(body, dict):
        raise BadPayload("not a JSON object")
    return body


def below(node: object, *path: str) -> Any:
    """What lies at ``path``; None where any step is missing. A text that is JSON itself is opened on the way."""
    for step in path:
        node = unfolded(node)
        if not isinstance(node, Mapping):
            return None
        node = node.get(step)
    return node


def unfolded(node: object) -> Any:
    """``node``, read as JSON where it is a text that holds an object or a list: the platform folds parts of its own."""
    if not isinstance(node, str) or node[:1] not in ("{", "["):
        return node
    try:
        return json.loads(node, parse_int=_number)
    except (ValueError, RecursionError):
        return node


def text(node: object, *path: str) -> str:
    """The text or number at ``path`` as text, without halves of characters; "" where there is none."""
    found = below(node, *path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found).encode("utf-8", "replace").decode()


def first(node: object, *names: str) -> str:
    """The first text under any of ``names``."""
    return next(filter(None, (text(node, name) for name in names)), "")


def many(node: object, *path: str) -> list[Any]:
    """What lies at ``path`` as a list, whether one, several or none."""
    found = unfolded(below(node, *path))
    if found is None or found == "":
        return []
    return found if isinstance(found, list) else [found]


def moment(value: object) -> datetime | None:
    """A time in milliseconds since 1970 (number or text), or written out (in China's time where it tells no zone), as
    UTC; None where it is none."""
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if written.isascii() and written.isdigit():
        return datetime.fromtimestamp(int(written) / 1000, UTC) if len(written) == 13 else None
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=_CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(digits: str) -> int | str:
    """A number of any length costs no more than its characters."""
    return int(digits) if len(digits) < _LONGEST_NUMBER else digits

"""The little the edge needs of an opened callback: which it is, whose, when, and what it must answer at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from adapters.errors import BadPayload
from adapters.feishu.signature import CHECK, object_of

MESSAGE, TAP, MENU = "im.message.receive_v1", "card.action.trigger", "application.bot.menu_v6"
BUTTON, CARD = "b", "k"
"""The names under which a button of ours carries its stable word and the id its card was sent with."""


@dataclass(frozen=True, slots=True)
class Peek:
    """What can be told without understanding the event. ``challenge`` is set for the check of the address alone."""

    key: str
    sender: str = ""
    sent_at: datetime | None = None
    kind: Literal["message", "tap", "other"] = "other"
    card: str = ""
    tenant: str = ""
    challenge: str | None = None


def peek(plain: bytes) -> Peek:
    """Only the key where the plaintext is not the platform's. Never raises."""
    try:
        payload = object_of(plain)
    except BadPayload:
        return Peek(_digest(plain))
    if payload.get("type") == CHECK:
        return Peek(_digest(plain), challenge=text(payload, "challenge"))
    event, form = part(payload, "event"), kind_of(payload)
    return Peek(
        key=key_of(payload) or _digest(plain),
        sender=sender_of(event, form),
        sent_at=sent_at(payload),
        kind="message" if form == MESSAGE else "tap" if form in (TAP, MENU) else "other",
        card=text(value_of(event), CARD) if form == TAP else "",
        tenant=text(payload, "header", "tenant_key"),
    )


def kind_of(payload: Mapping[str, Any]) -> str:
    """``im.message.receive_v1``; of the older envelope the type that stands in the event; "" where there is none."""
    return text(payload, "header", "event_type") or text(payload, "event", "type")


def key_of(payload: Mapping[str, Any]) -> str:
    """A message goes by its own id: pushed again it may come under a new event id; "" where there is no id."""
    if kind_of(payload) == MESSAGE and (message := text(payload, "event", "message", "message_id")):
        return message
    return text(payload, "header", "event_id") or text(payload, "uuid")


def sent_at(payload: Mapping[str, Any]) -> datetime | None:
    """When it happened, as UTC; None where it is not told."""
    told = (("event", "message", "create_time"), ("header", "create_time"), ("ts",))
    return next((at for where in told if (at := moment(at_path(payload, *where))) is not None), None)


def sender_of(event: Mapping[str, Any], form: str) -> str:
    """The open id of who did it, or of whom it is about; an approval's own id, so that one form stays in order."""
    if form == MESSAGE:
        return text(event, "sender", "sender_id", "open_id")
    for where in (("operator", "open_id"), ("operator", "operator_id", "open_id"), ("operator_id", "open_id")):
        if found := text(event, *where):
            return found
    return text(event, "object", "open_id") or text(event, "instance_code")


def value_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a tapped button carries; the platform hands it over as an object or as its text."""
    value = at_path(event, "action", "value")
    if isinstance(value, str):
        try:
            return object_of(value.encode("utf-8", "replace"))
        except BadPayload:
            return {}
    return value if isinstance(value, Mapping) else {}


def moment(told: object) -> datetime | None:
    """A time in seconds or milliseconds since 1970, as text or number; None where it is none (before 2001, after
    2096)."""
    try:
        value = float(told) if isinstance(told, str | int | float) and not isinstance(told, bool) else 0.0
    except (ValueError, OverflowError):
        return None
    value = value / 1000 if value > 1e11 else value
    return datetime.fromtimestamp(value, UTC) if 1e9 <= value < 4e9 else None


def at_path(tree: object, *names: str) -> object:
    """What lies there, or None."""
    for name in names:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree


def part(tree: object, *names: str) -> Mapping[str, Any]:
    found = at_path(tree, *names)
    return found if isinstance(found, Mapping) else {}


def rows(tree: object, *names: str) -> list[Any]:
    found = at_path(tree, *names)
    return found if isinstance(found, list) else []


def text(tree: object, *names: str) -> str:
    """The text there; "" for anything else. What no database keeps (NUL, half of a pair) is replaced."""
    found = at_path(tree, *names)
    if not isinstance(found, str):
        return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""
    return found.encode("utf-8", "replace").decode().replace("\x00", " ")


def _digest(plain: bytes) -> str:
    return hashlib.sha1(plain, usedforsecurity=False).hexdigest()

"""The XML of callbacks: the envelope before it is trusted, and the little the edge needs of what was inside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from adapters.errors import BadPayload
from adapters.wecom.tree import walk

_MOST_TAGS_OUTSIDE = 64
"""An envelope has six tags; a body with more is refused before a parser sees it."""
MOST_TAGS_INSIDE = 20_000

TAP_EVENTS = frozenset({"template_card_event", "template_card_menu_event", "click"})


@dataclass(frozen=True, slots=True)
class Peek:
    """What the edge can tell of an opened message without understanding it."""

    key: str
    sender: str = ""
    sent_at: datetime | None = None
    kind: Literal["message", "tap", "other"] = "other"
    card: str = ""


def encrypt_of(body: bytes) -> str:
    """The cipher text of a callback's body. Raises BadPayload where there is none."""
    if body.count(b"<") > _MOST_TAGS_OUTSIDE:
        raise BadPayload("the envelope has too many tags")
    encrypt = top_fields(body).get("Encrypt")
    if encrypt is None:
        raise BadPayload("the envelope holds no Encrypt")
    return encrypt


def top_fields(xml: bytes) -> dict[str, str]:
    """The text of each direct child of the root, the last one of a name. Raises BadPayload as
    :func:`adapters.wecom.tree.walk`."""
    reader = _TopFields()
    walk(xml, reader)
    return reader.fields


class _TopFields:
    """Three times as fast as a whole dictionary of the document, and nothing in it can grow beyond the document."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._depth, self._pieces = 0, list[str]()

    def start(self, _name: str, _attributes: dict[str, str], /) -> None:
        self._depth += 1
        if self._depth == 2:
            self._pieces.clear()

    def text(self, piece: str, /) -> None:
        if self._depth == 2:
            self._pieces.append(piece)

    def end(self, name: str, /) -> None:
        if self._depth == 2:
            self.fields[name] = "".join(self._pieces)
        self._depth -= 1


def key(plain: bytes) -> str:
    """The platform's message id, else the sha1 of the plaintext: most change events come from ``sys`` in the same
    second, so sender and time tell them not apart. Never raises."""
    return peek(plain).key


def peek(plain: bytes) -> Peek:
    """What can be told cheaply; only the key where the plaintext is not the platform's XML. Never raises."""
    try:
        if plain.count(b"<") > MOST_TAGS_INSIDE:
            raise BadPayload("too many tags")
        fields = top_fields(plain)
    except BadPayload:
        return Peek(_digest(plain))
    sender = fields.get("FromUserName", "")
    return Peek(
        key=fields.get("MsgId", "").strip() or _digest(plain),
        sender="" if sender == "sys" else sender,
        sent_at=moment(fields.get("CreateTime")),
        kind=_kind(fields),
        card=fields.get("TaskId", ""),
    )


def moment(seconds: object) -> datetime | None:
    """A time in seconds since 1970 as UTC; None where it is none (before 2001 or after 2096 counts as none)."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and 9 <= len(seconds) <= 10:
        value = int(seconds)
        if 10**9 <= value < 4 * 10**9:
            return datetime.fromtimestamp(value, UTC)
    return None


def _kind(fields: dict[str, str]) -> Literal["message", "tap", "other"]:
    if fields.get("MsgType", "event") != "event":
        return "message"
    return "tap" if fields.get("Event", "").lower() in TAP_EVENTS else "other"


def _digest(plain: bytes) -> str:
    return hashlib.sha1(plain, usedforsecurity=False).hexdigest()

"""What the smart robot hears, in our words: a JSON object, kept inside a small envelope of ours that says when it came
and, on the long connection, what an answer must name (platform pages 100719, 101027, 101463)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from adapters.errors import BadPayload
from adapters.events import FileRef, Ignored, InboundEvent, Person
from adapters.wecom.render import UNCHOSEN
from adapters.wecom.tree import Tree, below, many, text

MARK = b'{"robot":'
UPDATE = "robot:"
"""How the change code of a card begins that was tapped on the long connection."""
_MENTION = re.compile(r"^\s*@\S{1,64}[\s\u2005]*")
Kind = Literal["message", "tap", "other"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the edge can tell of a frame or callback without understanding it; ``way`` is where an answer may go."""

    key: str
    sender: str = ""
    chat: str = ""
    kind: Kind = "other"
    form: str = ""
    card: str = ""
    way: str = ""


def encrypt_of(body: bytes) -> str:
    """The cipher text of a callback's body. Raises BadPayload where there is none."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadPayload("the envelope is no JSON") from error
    encrypt = envelope.get("encrypt") if isinstance(envelope, dict) else None
    if not isinstance(encrypt, str) or not encrypt:
        raise BadPayload("the envelope holds no encrypt")
    return encrypt


def enveloped(body: bytes, at: datetime, request: str = "") -> bytes:
    """What is kept. ``body`` that is no JSON object is kept as it is, for the worker to set aside."""
    try:
        opened = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(opened, dict):
        return body
    envelope = {"robot": 1, "at": int(at.timestamp()), "request": request, "body": opened}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def peek(body: bytes) -> Heard:
    """Never raises; what cannot be read has a key alone."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        return Heard(hashlib.sha1(body, usedforsecurity=False).hexdigest())
    form, event = text(message, "msgtype"), text(message, "event", "eventtype")
    kind: Kind = "message"
    if form in ("event", "stream"):
        kind = "tap" if event == "template_card_event" else "other"
    return Heard(
        key=text(message, "msgid") or hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        sender=text(message, "from", "userid"),
        chat=text(message, "chatid") if text(message, "chattype") == "group" else "",
        kind=kind,
        form=event or form,
        card=text(message, "event", "template_card_event", "task_id"),
        way=text(message, "response_url"),
    )


def parse(payload: bytes, account: str, name: str = "") -> InboundEvent | Ignored:
    """The event in a kept envelope; ``name`` is what the robot is called, which the text of a group still holds.
    Raises BadPayload."""
    try:
        envelope = json.loads(payload)
        body, at = envelope["body"], datetime.fromtimestamp(int(envelope["at"]), UTC)
    except (ValueError, RecursionError, KeyError, TypeError, OverflowError, OSError) as error:
        raise BadPayload("the message is not of the platform's making") from error
    if not isinstance(body, dict):
        raise BadPayload("the message is empty")
    seen = peek(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
    if not seen.sender:
        raise BadPayload("the message is from nobody")
    head = _Head(text(body, "msgid") or seen.key, Person(account, seen.sender, alias=True), at, seen.chat, name)
    form = text(body, "msgtype")
    if form == "event":
        return _event(head, body, str(envelope.get("request") or ""))
    read = _READ.get(form)
    if read is None:
        return Ignored("stream_refresh") if form == "stream" else head.event(unreadable="other")
    return read(head, body)


@dataclass(frozen=True, slots=True)
class _Head:
    key: str
    sender: Person
    at: datetime
    chat: str
    name: str

    def event(self, **fields: Any) -> InboundEvent:
        return InboundEvent(self.key, fields.pop("kind", "message"), self.sender, self.at, chat=self.chat, **fields)

    def said(self, words: str) -> str:
        """Without the mention that called the robot: by its name, or whoever is mentioned first."""
        if not self.chat:
            return words
        if self.name and f"@{self.name}" in words:
            return words.replace(f"@{self.name}", "", 1).strip(" \u2005")
        return _MENTION.sub("", words, count=1)


def _text(head: _Head, body: Tree) -> InboundEvent:
    return head.event(text=head.said(text(body, "text", "content")), quote=_quote(body))


def _mixed(head: _Head, body: Tree) -> InboundEvent:
    items = [one for one in many(body, "mixed", "msg_item") if isinstance(one, Mapping)]
    words = "\n".join(filter(None, (text(one, "text", "content") for one in items)))
    files = tuple(file for one in items for file in _files(one, "image"))
    return head.event(text=head.said(words), files=files, quote=_quote(body))


def _voice(head: _Head, body: Tree) -> InboundEvent:
    """The platform's own transcript."""
    words = text(body, "voice", "content")
    return head.event(text=words) if words else head.event(unreadable="voice")


def _with_file(form: Literal["image", "video", "file"]) -> Callable[[_Head, Tree], InboundEvent]:
    def read(head: _Head, body: Tree) -> InboundEvent:
        files = tuple(_files(body, form))
        return head.event(files=files, quote=_quote(body)) if files else head.event(unreadable="other")

    return read


def _files(node: Tree, form: Literal["image", "video", "file"]) -> Iterator[FileRef]:
    url, key = text(node, form, "url"), text(node, form, "aeskey")
    if url:
        yield FileRef(f"{url}\n{key}", text(node, form, "filename"), form)


def _quote(body: Tree) -> str:
    """What the message answers, as data: nothing in it is a command."""
    quoted = below(body, "quote")
    parts = [text(quoted, "text", "content"), text(quoted, "voice", "content")]
    parts += [text(one, "text", "content") for one in many(quoted, "mixed", "msg_item")]
    return "\n".join(filter(None, parts))


def _event(head: _Head, body: Tree, request: str) -> InboundEvent | Ignored:
    name = text(body, "event", "eventtype")
    if name == "enter_chat":
        return head.event(kind="presence", data={"event": "enter"})
    if name != "template_card_event":
        return Ignored(f"robot_{name}" if name in ("feedback_event", "disconnected_event") else "unknown_event")
    tap = below(body, "event", "template_card_event")
    answers = {text(one, "question_key"): _options(one) for one in many(tap, "selected_items", "selected_item")}
    return head.event(
        kind="tap",
        button=text(tap, "event_key"),
        card=text(tap, "task_id"),
        selected=tuple(option for options in answers.values() for option in options if option != UNCHOSEN),
        reply_code=f"{UPDATE}{int(head.at.timestamp())}:{request}" if request else "",
        data={"answers": answers},
    )


def _options(item: object) -> tuple[str, ...]:
    return tuple(option for option in many(below(item, "option_ids"), "option_id") if isinstance(option, str))


_READ: Mapping[str, Callable[[_Head, Tree], InboundEvent]] = {
    "text": _text,
    "mixed": _mixed,
    "voice": _voice,
    "image": _with_file("image"),
    "video": _with_file("video"),
    "file": _with_file("file"),
}

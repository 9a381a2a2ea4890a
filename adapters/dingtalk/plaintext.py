"""What is kept of the three things that come in (robot messages, card taps, events), and what the edge tells of them.

A robot's message is kept as it came. Taps and what the Stream brings have their id and time outside of their body, so
these are put into it, under the names that events over HTTP have.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from adapters.dingtalk.tree import Tree, first, moment, opened, text
from adapters.errors import BadPayload

TAP = "card_callback"
"""The EventType that a tap is kept under."""
PLAIN = "genjinPlain"
"""Marks the tap on a card that is a plain message: no answer to it carries what becomes of the card."""
CHECK = "check_url"


@dataclass(frozen=True, slots=True)
class Peek:
    """What the edge can tell of an opened message without understanding it."""

    key: str
    sender: str = ""
    sent_at: datetime | None = None
    kind: Literal["message", "tap", "other"] = "other"
    card: str = ""
    event: str = ""
    robot: str = ""
    corp: str = ""


def peek(plain: bytes) -> Peek:
    """What can be told cheaply; only the key where the plaintext is not the platform's JSON. Never raises."""
    try:
        body = opened(plain)
    except BadPayload:
        return Peek(digest(plain))
    if "msgtype" in body:
        return Peek(
            key=text(body, "msgId") or digest(plain),
            sender=text(body, "senderStaffId"),
            sent_at=moment(body.get("createAt")),
            kind="message",
            robot=text(body, "robotCode"),
            corp=text(body, "chatbotCorpId"),
        )
    return Peek(
        key=key_of(body) or digest(plain),
        sender=first(body, "userId", "staffId"),
        sent_at=at_of(body),
        kind="tap" if text(body, "EventType") == TAP and not body.get(PLAIN) else "other",
        card=text(body, "outTrackId"),
        event=text(body, "EventType"),
        corp=first(body, "corpId", "CorpId"),
    )


def key_of(body: Tree) -> str:
    """The event's id; where an older push has none, what tells one step of an approval from the next; else ""."""
    if event := first(body, "eventId", "EventId"):
        return event
    if not (instance := text(body, "processInstanceId")):
        return ""
    steps = ("taskId", "type", "result", "finishTime")
    return "+".join([text(body, "EventType"), instance, *(text(body, name) for name in steps)])


def at_of(body: Tree) -> datetime | None:
    """When it happened, as far as it says."""
    for name in ("finishTime", "TimeStamp", "timeStamp", "eventBornTime", "createTime"):
        if (found := moment(body.get(name))) is not None:
            return found
    return None


def tap(body: Tree, id: str, timestamp: str) -> bytes:
    """A card's callback as it is kept. ``id`` tells one delivery from another: taps have none of their own, and the
    same button may rightly be tapped twice."""
    return kept({**body, "EventType": TAP, "eventId": id, "TimeStamp": _milliseconds(timestamp)})


def event(body: Tree, headers: Tree) -> bytes:
    """An event of the Stream as it is kept."""
    born = first(headers, "eventBornTime", "time")
    head = {"EventType": text(headers, "eventType"), "eventId": text(headers, "eventId"), "eventBornTime": born}
    return kept({**body, **head})


def kept(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def digest(plain: bytes) -> str:
    return hashlib.sha1(plain, usedforsecurity=False).hexdigest()


def _milliseconds(timestamp: str) -> str:
    return timestamp + "000" if len(timestamp) == 10 else timestamp

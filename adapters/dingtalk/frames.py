"""The Stream's frames: what one of them is, and how it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from adapters.dingtalk.tree import Tree, below, opened, text

ROBOT, CARD = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
SUBSCRIPTIONS = (
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": ROBOT},
    {"type": "CALLBACK", "topic": CARD},
)


@dataclass(frozen=True, slots=True)
class Frame:
    """``kind``: SYSTEM, EVENT or CALLBACK; ``data`` is JSON as text, to be opened by whoever knows what it is."""

    kind: str
    topic: str
    id: str
    headers: Tree
    data: str


def frame_of(message: str) -> Frame:
    """The frame in a text message. Raises BadPayload."""
    body = opened(message)
    headers = below(body, "headers")
    headers = headers if isinstance(headers, dict) else {}
    data = body.get("data")
    words = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return Frame(text(body, "type"), text(headers, "topic"), text(headers, "messageId"), headers, words)


def echoed(frame: Frame) -> str:
    """The answer to a frame of the SYSTEM: its own data."""
    return _answer(frame, frame.data)


def heard(frame: Frame, response: dict[str, Any] | None = None) -> str:
    """The answer to a robot's message, and to a tap, which may carry the changed card."""
    return _answer(frame, json.dumps({"response": response}, ensure_ascii=False))


def taken(frame: Frame) -> str:
    return _answer(frame, json.dumps({"status": "SUCCESS", "message": "success"}))


def later(frame: Frame) -> str:
    """The answer to an event that could not be kept: the platform pushes it again."""
    return _answer(frame, json.dumps({"status": "LATER", "message": "later"}))


def unknown(frame: Frame) -> str:
    return _answer(frame, "", 404, "no such topic")


def _answer(frame: Frame, data: str, code: int = 200, message: str = "OK") -> str:
    headers = {"messageId": frame.id, "contentType": "application/json"}
    return json.dumps({"code": code, "headers": headers, "message": message, "data": data}, ensure_ascii=False)

"""``webhook/send`` of the stand-in WeCom: whoever has the key writes into the group, 20 times a minute, and hears
nothing back."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.world import Shown, World

A_MINUTE, MOST = timedelta(minutes=1), 20
LIMITS = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}


class Webhooks:
    def __init__(self, world: World, apps: Callable[[], Sequence[WecomApp]]) -> None:
        self.world, self._apps = world, apps
        self._sent: dict[str, deque[datetime]] = {}
        self.removed: set[str] = set()

    async def send(self, request: web.Request) -> dict[str, Any]:
        key = request.query.get("key", "")
        app = next((app for app in self._apps() if key in app.webhooks), None)
        if app is None or key in self.removed:
            raise Refusal(93000, "invalid webhook url")
        try:
            body = json.loads(await request.read())
            kind = body["msgtype"]
            content = body[kind]["content"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal(40058, "invalid Request Parameter") from error
        if kind not in LIMITS:
            raise Refusal(40008, "invalid message type")
        if not isinstance(content, str) or not content:
            raise Refusal(44004, "empty content")
        if len(content.encode()) > LIMITS[kind]:
            raise Refusal(40058, "content size out of limit")
        self._count(key)
        chat = app.webhooks[key]
        for user in self.world.group(chat):
            self.world.put(user, "wecom", app.name, f"hook{self.world.serial():x}", Shown(body=content), chat=chat)
        return {}

    def _count(self, key: str) -> None:
        now, sent = self.world.clock.now(), self._sent.setdefault(key, deque())
        while sent and now - sent[0] >= A_MINUTE:
            sent.popleft()
        if len(sent) >= MOST:
            raise Refusal(45009, "api freq out of limit")
        sent.append(now)

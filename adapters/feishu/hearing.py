"""The callback address: what is authentic is kept and then answered, anything else is neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import web

from adapters.base import Sink
from adapters.callback import body_of, guarded, told
from adapters.events import Received
from adapters.feishu.config import Config
from adapters.feishu.plaintext import Peek, peek
from adapters.feishu.render import card_of, dumped, words_of
from adapters.feishu.signature import Lock
from adapters.messages import Card, Push
from bot.clock import Clock

log = structlog.get_logger(__name__)

_OUTCOME_SECONDS = 0.7
"""A tap's answer waits so long for the card; the platform hangs up after 3 s."""
_TOAST = 40

_HINTS = {
    "bad_signature": "检查加密策略里的 Encrypt Key 和 Verification Token 是否与 [[feishu]] 相同",
    "stale": "检查服务器时间是否准确；窗口由 window_seconds 设定",
    "bad_payload": "检查 Encrypt Key 是否与 [[feishu]] 相同",
    "bad_request": "回调地址要由飞书来调用",
    "too_large": "回调内容不超过 1 MB",
    "not_kept": "稍后重发，飞书会自动重发",
}


class Hearing:
    """What comes in on one account, by either way: kept first, then answered."""

    def __init__(self, config: Config, clock: Clock, sink: Callable[[], Sink | None]) -> None:
        self._config, self._clock, self._sink = config, clock, sink
        self._lock = Lock(config.encrypt_key, config.verification_token)
        self._guarded = guarded(self._callback, config.name, sink, _HINTS)

    async def callback(self, request: web.Request) -> web.Response:
        """The platform's POST: its refusals are answered as JSON and counted."""
        return await self._guarded(request)

    async def _callback(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        plain = self._lock.open(request.headers, body, self._clock.now(), self._config.window_seconds)
        seen = peek(plain)
        if seen.challenge is not None:
            return web.json_response({"challenge": seen.challenge})
        try:
            return _answer(await self.keep(plain, seen))
        except Exception:
            log.exception("callback.not_kept", account=self._config.name, key=seen.key)
            return told(503, "not_kept", "it could not be stored", _HINTS)

    async def keep(self, plain: bytes, seen: Peek) -> dict[str, Any]:
        """What the platform is to be answered, once the event is on disk. Raises where it could not be kept."""
        received = Received(
            self._config.name, seen.key, self._clock.now(), plain, seen.sender.casefold(), seen.sent_at, seen.kind
        )
        sink = self._sink()
        if sink is None:
            raise RuntimeError("not started")
        await sink.keep(received)
        if seen.kind == "tap" and seen.card:
            return await self._become(sink, received, seen)
        return {}

    async def _become(self, sink: Sink, received: Received, seen: Peek) -> dict[str, Any]:
        """It is kept already: whatever fails here, the answer is a good one and the card changes by its own call."""
        try:
            push = await sink.outcome(received, _OUTCOME_SECONDS)
            return changed(push, seen.card) if push is not None else {}
        except Exception:
            log.exception("tap.unanswered", account=received.account, key=received.key)
            return {}


def changed(push: Push, key: str) -> dict[str, Any]:
    """The answer to a tap that puts ``push`` in the card's place; a text is shown for a moment."""
    if isinstance(push, Card):
        return {"card": {"type": "raw", "data": card_of(push, key)}}
    said = words_of(push).replace("\n", " ")
    return {"toast": {"type": "info", "content": said if len(said) <= _TOAST else said[: _TOAST - 1] + "…"}}


def _answer(body: dict[str, Any]) -> web.Response:
    return web.json_response(body, dumps=dumped)

"""``POST /hooks/{name}``: checked, kept, answered; what it tells is worked on later, like every event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from adapters import signing
from adapters.base import Sink
from adapters.callback import body_of
from adapters.errors import BadRequest, NotDeliverable, TooLarge
from adapters.events import FileRef, Ignored, InboundEvent, Received
from adapters.hook.config import Config
from adapters.hook.parse import keep, opened, parse, same, told
from adapters.hook.shapes import Unfit
from adapters.messages import Address, Push, Sent
from bot.clock import Clock

log = structlog.get_logger(__name__)
dumps = partial(json.dumps, ensure_ascii=False)
KEY_KEPT = timedelta(days=7)
KEY_LONGEST = 200
KEY = "Idempotency-Key"
BODY_SECONDS = 30.0
"""A system elsewhere may send slowly; nobody waits for it."""
HINTS = {
    "too_large": "一次最多 1 MB，分几次发",
    "bad_payload": "正文不要压缩（不带 Content-Encoding）",
    "bad_request": "正文没传完整，再发一次",
}
"""What to do where the body itself did not come as it should."""


class Adapter:
    """One system. It hears; nothing is ever sent to it."""

    label = "外部系统"
    files_by_chat = False

    def __init__(self, config: Config, clock: Clock) -> None:
        self.name = config.name
        self._config, self._clock = config, clock
        self._sink: Sink | None = None

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post(f"/hooks/{self.name}", self._hear)]

    async def start(self, sink: Sink) -> None:
        self._sink = sink

    async def stop(self) -> None:
        self._sink = None

    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        return parse(payload, self.name)

    async def _hear(self, request: web.Request) -> web.Response:
        try:
            body = await body_of(request, BODY_SECONDS)
            signature = self._checked(request, body)
            given = _key(request)
            return await self._kept(body, opened(body), given or f"sig:{signature}", signature)
        except BadRequest as no:
            log.info("hook.refused", account=self.name, code=no.code)
            if self._sink is not None:
                self._sink.refused(self.name, no.code)
            return _error(no)

    def _checked(self, request: web.Request, body: bytes) -> str:
        timestamp, given = (_one(request, name) for name in (signing.TIMESTAMP, signing.SIGNATURE))
        signing.check(timestamp, given, body, self._config.secrets, self._clock.now())
        return given

    async def _kept(self, raw: bytes, body: dict[str, Any], key: str, signature: str) -> web.Response:
        """202 with the id under which it is kept, once it is on disk; for a repeat 200 with the same id. The key is not
        signed: one signature is one event under whichever key it comes."""
        now, sink = self._clock.now(), self._sink
        found = told(body, now)
        ignored = {"ignored": list(found.unknown)} if found.unknown else {}
        try:
            if sink is None:
                raise RuntimeError("not started")
            before = await sink.kept(self.name, key)
            if before is not None and now - before.received_at > KEY_KEPT:
                key, before = f"{key}@{now:%Y%m%d}", None
            if before is not None and not same(before.payload, raw):  # and its signature is still good for its own key
                raise _reused()
            received = Received(self.name, key, now, keep(raw, body, key, now), sent_at=now, nonce=signature)
            new = await sink.keep(received)
            kept = await sink.kept(self.name, key, signature)
            assert kept is not None
        except Unfit:
            raise
        except Exception:
            log.exception("hook.not_kept", account=self.name)
            why = _told("not_kept", "it could not be stored", f"稍后用同一个 {KEY} 重发")
            return web.json_response(why, status=503, dumps=dumps)
        if not new and not same(kept.payload, raw):
            raise _reused()
        return web.json_response({"id": kept.id, **ignored}, status=202 if new else 200)

    # what no system is sent

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        raise NotDeliverable("a hook hears and does not speak")

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        raise NotDeliverable("a hook hears and does not speak")

    def remember(self, sent: Sequence[tuple[Address, float]]) -> None:
        """Nothing is ever sent."""

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        raise NotDeliverable("a hook brings no files")

    async def name_of(self, user: str) -> str:
        return ""

    async def check(self) -> str:
        return f"签名收件口 /hooks/{self.name}"


def _reused() -> Unfit:
    return Unfit("key_reused", "the key was used for another body", "每件事用自己的 Idempotency-Key", KEY)


def _one(request: web.Request, name: str) -> str:
    """The header's value. Raises BadRequest where it is missing or doubled."""
    values = request.headers.getall(name, [])
    if len(values) != 1:
        raise BadRequest(f"{name} is {'missing' if not values else 'doubled'}", f"带上一个 {name}，见 docs/api.md")
    return values[0].strip()


def _key(request: web.Request) -> str:
    """The caller's own key, "" where there is none. Raises Unfit."""
    if KEY not in request.headers:
        return ""
    given = _one(request, KEY)
    if not given or len(given) > KEY_LONGEST or not given.isprintable() or not given.isascii():
        raise Unfit(
            "bad_key", "the key is empty, too long or not plain", f"{KEY} 用 1 到 {KEY_LONGEST} 个 ASCII 字符", KEY
        )
    return f"key:{given}"


def _error(no: BadRequest) -> web.Response:
    body: Any = _told(no.code, no.message, no.hint or HINTS.get(no.code, "见 docs/api.md"))
    if isinstance(no, Unfit) and no.field:
        body["error"]["field"] = no.field
    answer = web.json_response(body, status=no.status, dumps=dumps)
    if no.status in (400, TooLarge.status):  # more of it may be on its way, or none that can be read
        answer.force_close()
    return answer


def _told(code: str, message: str, hint: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "hint": hint}}

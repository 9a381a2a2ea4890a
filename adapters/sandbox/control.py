"""The sandbox's control surface, ``/sandbox/api/…``: what test benches and the page's visitors may do to the world."""

from __future__ import annotations

import functools
import json
from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from adapters.sandbox.post_office import files_of
from adapters.sandbox.standin import ChatLine
from adapters.sandbox.turns import Turns
from adapters.sandbox.world import CannotDo

Answer = Callable[[web.Request], Awaitable[dict[str, Any]]]


class Control:
    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/api/say", told(self._say)),
            web.get("/sandbox/api/inbox", told(self._inbox)),
            web.post("/sandbox/api/tap", told(self._tap)),
            web.post("/sandbox/api/clock", told(self._clock)),
            web.post("/sandbox/api/fault", told(self._fault)),
            web.post("/sandbox/api/lead", told(self._lead)),
            web.post("/sandbox/api/approval", told(self._approval)),
            web.post("/sandbox/api/email", told(self._email)),
            web.post("/sandbox/api/chat", told(self._chat)),
            web.get("/sandbox/api/records", told(self._records)),
        ]

    async def _say(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        user, platform, chat = _text(body, "as"), _text(body, "platform"), _text(body, "chat")
        if body.get("file"):
            name, data = _file(body["file"])
            return {"event_id": await self._turns.send_file(user, name, data, platform, chat)}
        return {"event_id": await self._turns.say(user, _text(body, "text"), platform, chat)}

    async def _inbox(self, request: web.Request) -> dict[str, Any]:
        after = request.query.get("after", "0")
        if not after.isdigit():
            raise CannotDo(400, "bad_request", "after is not a number", "after 写已看过的最大 n，或不写")
        return {"items": await self._turns.inbox(request.query.get("as", ""), int(after))}

    async def _tap(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        n, select = body.get("n"), body.get("select") or []
        if not isinstance(n, int) or not isinstance(select, list):
            raise CannotDo(400, "bad_request", "n is a number, select a list", "n 是 inbox 里的编号")
        chosen = [str(one) for one in select]
        return {"event_id": await self._turns.tap(_text(body, "as"), n, _text(body, "button"), chosen)}

    async def _clock(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        seconds = body.get("advance_seconds")
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            return {"now": (await self._turns.advance(seconds)).isoformat()}
        try:
            to = datetime.fromisoformat(_text(body, "now"))
        except ValueError as error:
            hint = "写 advance_seconds 或 now，now 形如 2026-03-10T10:00:00+08:00"
            raise CannotDo(400, "bad_request", "neither advance_seconds nor now", hint) from error
        return {"now": (await self._turns.move(to)).isoformat()}

    async def _approval(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        form = body.get("form")
        if not isinstance(form, dict) or not all(isinstance(one, str) for one in form.values()):
            raise CannotDo(400, "bad_request", "form is no object of texts", '写 {"客户名称": "…"}')
        event = await self._turns.approve(
            _text(body, "as"), form, _text(body, "state", "agreed"), _text(body, "title", "合同审批"),
            _text(body, "platform"),
        )  # fmt: skip
        return {"event_id": event}

    async def _fault(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        seconds = body.get("for", 60)
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise CannotDo(400, "bad_request", "for is not a number", "for 写秒数（演示时钟）")
        mode = _text(body, "mode")
        until = self._turns.fault(_text(body, "platform"), mode, seconds)
        return {"mode": mode, "until": until.isoformat()}

    async def _lead(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        key = body.pop("idempotency_key", "")
        return await self._turns.pushed({"kind": "lead", **body}, key if isinstance(key, str) else "")

    async def _email(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        event = await self._turns.mail(
            _text(body, "from"), _text(body, "subject"), _text(body, "text"), files_of(body.get("attachments")),
            _text(body, "html"), _text(body, "answers"),
        )  # fmt: skip
        return {"event_id": event}

    async def _chat(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        to = body.get("to")
        people = [str(one) for one in to] if isinstance(to, list) else [_text(body, "to")]
        file = _file(body["file"]) if body.get("file") else None
        said = ChatLine(_text(body, "text"), file, _text(body, "recalls"))
        event = await self._turns.talk(
            _text(body, "from"), [one for one in people if one], said, _text(body, "room"), _text(body, "platform"),
        )  # fmt: skip
        return {"event_id": event}

    async def _records(self, request: web.Request) -> dict[str, Any]:
        kind = request.query.get("kind", "")
        try:
            return {"items": await self._turns.desk.records(kind, request.query.get("undone") == "1")}
        except KeyError as error:
            raise CannotDo(404, "unknown_kind", f"no records of kind {kind}", "kind 见 docs/sandbox.md") from error


def told(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler that answers with JSON, and with the error object for what cannot be done."""

    @functools.wraps(answer)
    async def handler(request: web.Request) -> web.Response:
        try:
            from_here(request)
            return web.json_response(await answer(request), dumps=_dumps)
        except CannotDo as no:
            return web.json_response(fault_of(no), status=no.status, dumps=_dumps)

    return handler


def from_here(request: web.Request) -> None:
    """Raises CannotDo for a call that another site's page makes in the visitor's browser."""
    site, origin = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or (request.method != "GET" and site not in ("none", "same-origin")):
        raise CannotDo(403, "foreign_page", "called from another site's page", "从演示页自己操作")


def fault_of(no: CannotDo) -> dict[str, Any]:
    return {"error": {"code": no.code, "message": no.message, "hint": no.hint}}


def _file(file: Any) -> tuple[str, bytes]:
    """(name, bytes) of ``{"name", "content_base64"}``."""
    try:
        return str(file["name"]), b64decode(file["content_base64"], validate=True)
    except (TypeError, KeyError, ValueError) as error:
        hint = 'file 写成 {"name", "content_base64"}'
        raise CannotDo(400, "bad_request", "no such file", hint) from error


def _text(body: dict[str, Any], name: str, default: str = "") -> str:
    value = body.get(name)
    return value if isinstance(value, str) else default


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise CannotDo(400, "bad_json", "the body is not JSON", "发 JSON 对象") from error
    if not isinstance(body, dict):
        raise CannotDo(400, "bad_json", "the body is not an object", "发 JSON 对象")
    return body


_dumps = functools.partial(json.dumps, ensure_ascii=False)

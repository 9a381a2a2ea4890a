"""What the tests of Feishu share: an account, and a small server that says what it is told to say."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.feishu import Config
from adapters.feishu.signature import sealed, signature
from bot.clock import MovableClock

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))["vectors"]
AT = datetime.fromtimestamp(1795310000, UTC)
KEY, TOKEN = "Enc-Key-0123456789abcdefghijkl", "VerifTok-abcdef123456"
PATH = "/callback/feishu/lark"
ZHANG, GROUP = "ou_zhang", "oc_demo"


def config(**changes: Any) -> Config:
    given: dict[str, Any] = {
        "name": "lark",
        "app_id": "cli_a1b2c3d4e5f6",
        "app_secret": "gj-made-up-secret",
        "encrypt_key": (KEY,),
        "verification_token": (TOKEN,),
        "mode": "http",
    }
    return Config(**{**given, **changes})


def clock(at: datetime = AT) -> MovableClock:
    return MovableClock(at)


def event(form: str, body: dict[str, Any], id: str = "evt-1", token: str = TOKEN) -> dict[str, Any]:
    head = {
        "event_id": id,
        "event_type": form,
        "create_time": "1795310000000",
        "token": token,
        "app_id": "cli_a1b2c3d4e5f6",
        "tenant_key": "tenant_demo",
    }
    return {"schema": "2.0", "header": head, "event": body}


def message(content: Any, form: str = "text", id: str = "om_1", **changes: Any) -> dict[str, Any]:
    said = {
        "message_id": id,
        "create_time": "1795310000000",
        "chat_id": GROUP,
        "chat_type": "p2p",
        "message_type": form,
        "content": json.dumps(content) if not isinstance(content, str) else content,
    }
    sender = {"sender_id": {"open_id": ZHANG}, "sender_type": "user", "tenant_key": "tenant_demo"}
    return event("im.message.receive_v1", {"sender": sender, "message": {**said, **changes}}, id=f"evt-{id}")


def tap(button: str, card: str = "out_1", id: str = "evt-tap", **action: Any) -> dict[str, Any]:
    body = {
        "operator": {"open_id": ZHANG, "tenant_key": "tenant_demo"},
        "token": "c-1",
        "action": {"value": {"b": button, "k": card}, "tag": "button", **action},
        "context": {"open_message_id": "om_card", "open_chat_id": GROUP},
    }
    return event("card.action.trigger", body, id=id)


def posted(
    payload: dict[str, Any] | bytes, *, key: str = KEY, stamp: str = "1795310000", nonce: str = "n1"
) -> tuple[bytes, dict[str, str]]:
    """(body, headers) of a callback that carries the payload."""
    plain = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    body = json.dumps({"encrypt": sealed(plain, key)}).encode()
    head = {
        "X-Lark-Request-Timestamp": stamp,
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": signature(stamp, nonce, key, body),
    }
    return body, head


Say = Callable[[web.Request], Any]


class Platform:
    """The platform's server: each path answers with what ``say[path]`` returns (a dict, or a Response)."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.bodies: dict[str, list[Any]] = {}
        self.queries: list[dict[str, str]] = []
        self.tokens = 0
        self.good: set[str] = set()
        self.say: dict[str, Say] = {
            "auth/v3/tenant_access_token/internal": self._token,
            "im/v1/messages": lambda _: {"code": 0, "msg": "ok", "data": {"message_id": "om_new"}},
        }

    def _token(self, _: web.Request) -> dict[str, Any]:
        self.tokens += 1
        return {"code": 0, "msg": "ok", "tenant_access_token": f"t-{self.tokens}", "expire": 7200}

    def app(self) -> web.Application:
        app = web.Application(client_max_size=200 * 1024 * 1024)
        app.router.add_route("*", "/open-apis/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls[f"{request.method} {path}"] += 1
        raw = await request.read()
        self.bodies.setdefault(path, []).append(json.loads(raw) if raw[:1] == b"{" else raw)
        self.queries.append(dict(request.query))
        said = self.say.get(path, lambda _: {"code": 0, "msg": "ok", "data": {}})(request)
        if asyncio.iscoroutine(said):
            said = await said
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)


def refused(code: int, status: int = 400, **headers: str) -> Say:
    head = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.json_response({"code": code, "msg": "no"}, status=status, headers=head)

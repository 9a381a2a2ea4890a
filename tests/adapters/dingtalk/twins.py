"""What the tests of DingTalk share: an account, callbacks as the platform makes them, and a server that says what it is
told to say."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.dingtalk import Config
from adapters.dingtalk.signature import Lock
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf, clock

__all__ = ["MemoryLimits", "MemoryTokens", "Shelf", "clock"]

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))["vectors"]
BY_ID = {one["id"]: one for one in VECTORS}
NOW_MS = 1795310000000
AT = datetime.fromtimestamp(NOW_MS / 1000, UTC)
PATH = "/callback/dingtalk/ding"
EVENTS = BY_ID["event-check-url"]["config"]
LOCK = Lock(EVENTS["token"], EVENTS["aes_key"], (EVENTS["owner_key"],))


def config(**changes: Any) -> Config:
    given: dict[str, Any] = {
        "name": "ding",
        "client_id": EVENTS["owner_key"],
        "client_secret": "app-secret-demo-0123456789",
        "token": EVENTS["token"],
        "aes_key": EVENTS["aes_key"],
        "mode": "http",
        "card_secret": "card-api-secret-demo",
    }
    return Config(**{**given, **changes})


def mac(secret: str, text: str) -> str:
    """The platform's signature, in lines of the test's own."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def message(text: str = "松涛何校长周四看演示", id: str = "msg-1", **parts: Any) -> dict[str, Any]:
    said = {
        "conversationId": "cidDemo==", "chatbotCorpId": "dingcorpdemo", "msgId": id, "senderNick": "张伟",
        "senderStaffId": "Zhang.Wei", "createAt": NOW_MS, "conversationType": "1", "robotCode": EVENTS["owner_key"],
        "msgtype": "text", "text": {"content": text},
    }  # fmt: skip
    return {**said, **parts}


def robot(body: Any, *, secret: str = "app-secret-demo-0123456789", stamp: str = str(NOW_MS)) -> dict[str, Any]:
    """What a post of the platform's robot is made of."""
    headers = {"timestamp": stamp, "sign": mac(secret, f"{stamp}\n{secret}"), "Content-Type": "application/json"}
    return {"data": body if isinstance(body, bytes) else json.dumps(body).encode(), "headers": headers}


def event(body: Any, *, lock: Lock = LOCK, stamp: str = str(NOW_MS), nonce: str = "n1") -> dict[str, Any]:
    encrypt = lock.close(body if isinstance(body, bytes) else json.dumps(body).encode())
    query = {"msg_signature": lock.signature(stamp, nonce, encrypt), "timestamp": stamp, "nonce": nonce}
    return {"data": json.dumps({"encrypt": encrypt}).encode(), "params": query}


def tap(
    button: str = "confirm", card: str = "psh_1", *, secret: str = "card-api-secret-demo", stamp: str = str(NOW_MS)
) -> dict[str, Any]:
    content = json.dumps({"cardPrivateData": {"actionIds": ["button1"], "params": {"action": button}}})
    body = {"type": "actionCallback", "outTrackId": card, "userId": "zhang.wei", "userIdType": 1, "content": content}
    headers = {"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": mac(secret, stamp)}
    return {"data": json.dumps(body).encode(), "headers": headers}


Say = Callable[[web.Request], Any]


class Platform:
    """The platform's server: each path answers with what ``say[path]`` returns (a dict, or a Response)."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.bodies: dict[str, list[dict[str, Any]]] = {}
        self.asked: list[web.Request] = []
        self.tokens = 0
        self.say: dict[str, Say] = {"v1.0/oauth2/accessToken": self._token, "gettoken": self._old_token}

    def _token(self, _: web.Request) -> dict[str, Any]:
        self.tokens += 1
        return {"accessToken": f"token-{self.tokens}", "expireIn": 7200}

    def _old_token(self, _: web.Request) -> dict[str, Any]:
        return {"errcode": 0, "access_token": "old-token", "expires_in": 7200}

    def app(self) -> web.Application:
        app = web.Application(client_max_size=200 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls[path] += 1
        self.asked.append(request)
        body = await request.read()
        if body[:1] == b"{":
            self.bodies.setdefault(path, []).append(json.loads(body))
        said = self.say.get(path, lambda _: {"errcode": 0, "processQueryKey": "pq"})(request)
        if asyncio.iscoroutine(said):
            said = await said
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)


def refusal(status: int, code: str, message: str = "no", **headers: str) -> Say:
    body = {"code": code, "message": message, "requestid": "r"}
    return lambda _: web.json_response(body, status=status, headers=headers)


SEND, DELIVER = "v1.0/robot/oToMessages/batchSend", "v1.0/card/instances/createAndDeliver"

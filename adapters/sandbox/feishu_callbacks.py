"""What leaves the stand-in Feishu for the bot: events, sealed and posted with the platform's own stubbornness."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import aiohttp
from yarl import URL

from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_line import Lines

PATIENCE = 3.0  # seconds of the machine's clock, then the line is cut and the event pushed again
TRIES = 5
LINE_COMES = 6.0  # seconds of the machine's clock in which a line that was lost is up again
"""The first push and four more; the platform leaves 15 s, 5 min, 1 h and 6 h between them, the sandbox an instant."""
ONCE = frozenset({"card.action.trigger", "url.preview.get"})
"""Callbacks, which are not pushed again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How the bot took an event: ``tries`` it needed (``ok`` False: all failed), and what it answered."""

    ok: bool
    tries: int
    reply: dict[str, Any]
    trouble: str = ""


def event(app: FeishuApp, form: str, body: Mapping[str, Any], at: datetime, id: str = "") -> dict[str, Any]:
    """The envelope of schema 2.0."""
    head = {
        "event_id": id or secrets.token_hex(16),
        "event_type": form,
        "create_time": milliseconds(at),
        "token": app.token,
        "app_id": app.app_id,
        "tenant_key": app.tenant,
    }
    return {"schema": "2.0", "header": head, "event": dict(body)}


def sender(app: FeishuApp, user: str) -> dict[str, Any]:
    ids = {"open_id": app.open_id(user), "union_id": "", "user_id": ""}
    return {"sender_id": ids, "sender_type": "user", "tenant_key": app.tenant}


def operator(app: FeishuApp, user: str) -> dict[str, str]:
    return {"tenant_key": app.tenant, "open_id": app.open_id(user), "union_id": "", "user_id": ""}


def mention(app: FeishuApp, key: str) -> dict[str, Any]:
    """Of the bot."""
    return {"key": key, "id": {"open_id": app.bot, "union_id": "", "user_id": ""}, "name": "跟进",
            "mentioned_type": "bot", "tenant_key": app.tenant}  # fmt: skip


def milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def dumped(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False)


class Callbacks:
    """Posts to the bot, and only on loopback; where the app is set to the long connection, over that."""

    def __init__(self, lines: Lines, pause: float = 0.2) -> None:
        self._lines, self._pause = lines, pause
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        patience = aiohttp.ClientTimeout(total=PATIENCE)
        self._session = aiohttp.ClientSession(timeout=patience, connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def check_url(self, app: FeishuApp) -> bool:
        """What the console does when the address is saved: True when the challenge came back."""
        word = secrets.token_hex(16)
        asked = {"challenge": word, "token": app.token, "type": "url_verification"}
        body = dumped({"encrypt": app.seal.close(dumped(asked).encode())}).encode()
        status, answer = await self._once(app, body, {})
        return status == 200 and _object(answer).get("challenge") == word

    async def push(self, app: FeishuApp, payload: Mapping[str, Any], at: datetime) -> Heard:
        """Until it is acknowledged, five times at most; a callback once."""
        form, trouble = str(payload["header"]["event_type"]), ""
        tries = 1 if form in ONCE else TRIES
        for attempt in range(1, tries + 1):
            if attempt > 1:
                await asyncio.sleep(self._pause)
            patience = LINE_COMES if attempt == 1 else self._pause
            said, trouble = await self._try(app, dumped(payload).encode(), at, patience)
            if said is not None:
                return Heard(True, attempt, said)
        return Heard(False, tries, {}, trouble)

    async def _try(
        self, app: FeishuApp, plain: bytes, at: datetime, patience: float
    ) -> tuple[dict[str, Any] | None, str]:
        if app.mode == "ws":
            await self._lines.wait_up(app, patience)
            return await self._lines.push(app, plain), "not acknowledged on the long connection"
        body, head = sealed(app, plain, at)
        try:
            status, answer = await self._once(app, body, head)
        except (aiohttp.ClientError, TimeoutError) as error:
            return None, type(error).__name__
        return (_object(answer), "") if status == 200 else (None, f"HTTP {status}")

    async def _once(self, app: FeishuApp, body: bytes, head: Mapping[str, str]) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("start() comes first")
        headers = {"Content-Type": "application/json; charset=utf-8", **head}
        url = _loopback(app.callback_url)
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.read()


def sealed(app: FeishuApp, plain: bytes, at: datetime) -> tuple[bytes, dict[str, str]]:
    """(body, headers) of the request that carries ``plain``."""
    body = dumped({"encrypt": app.seal.close(plain)}).encode()
    stamp, nonce = str(int(at.timestamp())), secrets.token_hex(8)
    return body, {
        "X-Lark-Request-Timestamp": stamp,
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": app.seal.sign(stamp, nonce, body),
    }


def _object(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _loopback(url: str) -> URL:
    place = URL(url)
    if place.host != "localhost" and not ip_address(place.host or "0.0.0.0").is_loopback:  # noqa: S104
        raise ValueError(f"the sandbox calls back on loopback only, not {place.host}")
    return place

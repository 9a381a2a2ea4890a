"""What leaves the stand-in DingTalk for the bot, over the Stream or signed over HTTP: messages, taps, events."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha1
from ipaddress import ip_address
from typing import Any

import aiohttp
from yarl import URL

from adapters.sandbox.dingtalk import DingtalkServer
from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_stream import CARD, ROBOT
from adapters.sandbox.seal import BadSeal

PATIENCE = 5.0  # seconds of the machine's clock
TRIES = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """How the bot took it; ``reply`` is the change that the answer to a tap carried, ``id`` what a tap goes by."""

    ok: bool
    reply: Mapping[str, Any] | None = None
    trouble: str = ""
    id: str = ""


class Pushes:
    """Messages and taps are pushed once over the Stream, as the real ones are; events until they are taken."""

    def __init__(self, server: DingtalkServer) -> None:
        self._server = server
        self._session: aiohttp.ClientSession | None = None
        self._last = 0

    async def start(self) -> None:
        patience = aiohttp.ClientTimeout(total=PATIENCE)
        self._session = aiohttp.ClientSession(timeout=patience, connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        await self._server.gateway.close()
        if self._session is not None:
            await self._session.close()

    async def message(self, app: DingtalkApp, body: Mapping[str, Any]) -> Heard:
        if app.mode == "stream":
            return await self._streamed(app, "CALLBACK", ROBOT, body)
        stamp = self._stamp()
        headers = {"timestamp": stamp, "sign": mac(app.client_secret, f"{stamp}\n{app.client_secret}")}
        return await self._post(app.callback_url, {}, headers, body)

    async def tap(self, app: DingtalkApp, route: str, body: Mapping[str, Any]) -> Heard:
        """``route`` names the address that the card was made with, "" for the Stream. A tap goes by its frame's id,
        else by the sha1 of its body and the moment of its signature."""
        if not route:
            id = secrets.token_hex(12)
            return replace(await self._streamed(app, "CALLBACK", CARD, body, id), id=id)
        url, secret = self._server.cards.route(app, route)
        stamp = self._stamp()
        headers = {"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": mac(secret, stamp)}
        id = sha1(_bytes(body) + stamp.encode(), usedforsecurity=False).hexdigest()
        return replace(await self._post(url, {}, headers if secret else {}, body), id=id)

    async def event(self, app: DingtalkApp, kind: str, id: str, body: Mapping[str, Any]) -> Heard:
        """An event that nobody takes waits among those to be asked for."""
        heard = Heard(False, trouble="nobody listens")
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(0.05)
            heard = await self._event_once(app, kind, id, body)
            if heard.ok:
                return heard
        at = int(self._server.world.clock.now().timestamp() * 1000)
        failed = {"callBackTag": kind, "callBackData": json.dumps({**body, "eventId": id}), "eventTime": at}
        self._server.desk.missed.append({**failed, "corpId": app.corp_id})
        return heard

    async def _event_once(self, app: DingtalkApp, kind: str, id: str, body: Mapping[str, Any]) -> Heard:
        if app.mode == "stream":
            born = self._stamp()
            head = {"eventType": kind, "eventId": id, "eventCorpId": app.corp_id, "eventBornTime": born}
            return await self._streamed(app, "EVENT", "*", body, **head)
        stamp, nonce = self._stamp(), secrets.token_hex(4)
        text = app.seal.close(json.dumps({**body, "EventType": kind, "eventId": id}, ensure_ascii=False).encode())
        query = {"msg_signature": app.seal.sign(stamp, nonce, text), "timestamp": stamp, "nonce": nonce}
        heard = await self._post(app.callback_url, query, {}, {"encrypt": text})
        return heard if not heard.ok or _sealed_success(app, heard.reply) else Heard(False, None, "not sealed success")

    async def _streamed(
        self, app: DingtalkApp, kind: str, topic: str, data: Mapping[str, Any], id: str = "", **headers: str
    ) -> Heard:
        line = await self._server.gateway.first_line(app)
        if line is None or (kind, topic) not in line.topics:
            return Heard(False, trouble="no line")
        answer = await self._server.gateway.push(line, kind, topic, data, id, **headers)
        if answer is None or answer.get("code") != 200:
            return Heard(False, trouble="no answer" if answer is None else f"code {answer.get('code')}")
        said = json.loads(answer.get("data") or "{}")
        if kind == "EVENT":
            return Heard(said.get("status") == "SUCCESS", trouble=str(said.get("status")))
        return Heard(True, said.get("response"))

    async def _post(
        self, url: str, query: Mapping[str, str], headers: Mapping[str, str], body: Mapping[str, Any]
    ) -> Heard:
        if self._session is None:
            raise RuntimeError("start() comes first")
        data = _bytes(body)
        head = {"Content-Type": "application/json; charset=utf-8", **headers}
        try:
            async with self._session.post(
                _loopback(url), params=query, data=data, headers=head, allow_redirects=False
            ) as answer:
                said = await answer.read()
                if answer.status != 200:
                    return Heard(False, trouble=f"HTTP {answer.status}")
                return Heard(True, json.loads(said) if said.strip() else None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return Heard(False, trouble=type(error).__name__)

    def _stamp(self) -> str:
        """Milliseconds, no two alike: also a clock that stands still has two taps one after the other."""
        self._last = max(int(self._server.world.clock.now().timestamp() * 1000), self._last + 1)
        return str(self._last)


def _bytes(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def mac(secret: str, text: str) -> str:
    return b64encode(hmac.new(secret.encode(), text.encode(), "sha256").digest()).decode()


def _sealed_success(app: DingtalkApp, reply: Mapping[str, Any] | None) -> bool:
    try:
        said = {name: str((reply or {})[name]) for name in ("timeStamp", "nonce", "encrypt", "msg_signature")}
        app.seal.check(said["timeStamp"], said["nonce"], said["encrypt"], said["msg_signature"])
        return app.seal.open(said["encrypt"]) == b"success"
    except (BadSeal, KeyError):
        return False


def _loopback(url: str) -> URL:
    place = URL(url)
    if place.host != "localhost" and not ip_address(place.host or "0.0.0.0").is_loopback:  # noqa: S104
        raise ValueError(f"the sandbox calls back on loopback only, not {place.host}")
    return place

"""One DingTalk account: its callback address or its Stream, its sendings."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web
from multidict import MultiMapping

from adapters import asked
from adapters.base import Limits, Sink, TokenStore
from adapters.callback import body_of, guarded, told
from adapters.dingtalk import approval_list, plaintext
from adapters.dingtalk.card import update
from adapters.dingtalk.changes import filled
from adapters.dingtalk.client import Client
from adapters.dingtalk.config import Config
from adapters.dingtalk.door import FRAMES, Door
from adapters.dingtalk.outgoing import Outgoing
from adapters.dingtalk.parse import parse
from adapters.dingtalk.plaintext import Peek, peek
from adapters.dingtalk.signature import Lock, check_card, check_robot
from adapters.dingtalk.stream import Stream
from adapters.dingtalk.taps import Taps
from adapters.dingtalk.tree import below, opened, text
from adapters.errors import BadPayload, BadRequest, BadSignature, NotDeliverable, PlatformRefused, Unseen
from adapters.events import Approval, FileRef, Ignored, InboundEvent, Received
from adapters.http import Http
from adapters.messages import Address
from bot.clock import Clock

log = structlog.get_logger(__name__)

OUTCOME_SECONDS = 0.7
"""A tap's answer waits so long for the card; the platform hangs up after 2 s."""
CARD_WINDOW = 300.0
"""Seconds that a card callback's timestamp may be off; the platform names none."""
_TEMPLATES_MOST = 1000
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}(?=$|\?)")

_HINTS = {
    "bad_signature": "检查 [[dingtalk]] 的 client_secret、token、aes_key 是否与开发者后台相同",
    "stale": "检查服务器时间是否准确；窗口由 window_seconds 和 event_window_seconds 设定",
    "bad_payload": "检查 aes_key 是否与开发者后台相同",
    "bad_request": "回调地址要由钉钉来调用",
    "too_large": "回调内容不超过 1 MB",
    "not_kept": "稍后重发",
}


class Adapter:
    """Made once for each ``[[dingtalk]]``. The robot's private chat carries files."""

    label = "钉钉"
    frames = FRAMES
    files_by_chat = True

    def __init__(self, config: Config, clock: Clock, http: Http, tokens: TokenStore, limits: Limits) -> None:
        self.name = config.name
        self._config, self._clock = config, clock
        self._locks = _locks(config)
        self._client = Client(config, clock, http, tokens, limits)
        self.meter = self._client.meter
        self.redraws = bool(config.card_template_id)
        self._outgoing = Outgoing(config, self._client, tokens)
        self._door = Door(config, clock, self._client, tokens)
        self._stream = Stream(config, clock, self._client, self)
        self._taps = Taps(config, clock, self.keep)
        self._sink: Sink | None = None
        self._templates: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self.login_url, self.whose, self.page_keys = self._door.login_url, self._door.whose, self._door.page_keys
        self.send, self.change = self._outgoing.send, self._outgoing.change

    def routes(self) -> Sequence[web.RouteDef]:
        hear = guarded(self._hear, self.name, lambda: self._sink, _HINTS)
        return [web.post(f"/callback/dingtalk/{self.name}", hear), *self._taps.routes()]

    async def start(self, sink: Sink) -> None:
        """From now on callbacks are kept, and in Stream mode the line is up as soon as the platform lets it; before it
        callbacks are answered 503."""
        self._sink = sink
        if self._config.mode == "stream":
            self._stream.start()
        elif self._locks:
            self._stream.ask_for_missed()

    @property
    def hears(self) -> bool:
        return self._config.mode != "stream" or self._stream.up

    async def stop(self) -> None:
        """The Stream ends first, then callbacks are answered 503 again."""
        await self._stream.stop()
        self._sink = None

    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        event = asked.parse(payload, self.name) if asked.is_its(payload) else parse(payload, self.name)
        if isinstance(event, InboundEvent) and event.kind == "approval":
            if len(self._templates) >= _TEMPLATES_MOST:
                self._templates.clear()
            self._templates[event.data["approval"]] = event.data["template"]
        return event

    # what comes in over HTTP

    async def _hear(self, request: web.Request) -> web.Response:
        """One address for three things that are told apart by what they are signed with."""
        body = await body_of(request)
        if "x-ddpaas-signature" in request.headers:
            return await self._hear_tap(request, body)
        if "msg_signature" in request.query or "signature" in request.query:
            return await self._hear_event(request.query, body)
        check_robot(request.headers, self._config.secrets, self._clock.now(), self._config.window_seconds)
        self._for_us(peek(body))
        return web.Response() if await self.keep(body) else self._not_kept()

    async def _hear_tap(self, request: web.Request, body: bytes) -> web.Response:
        """Its key holds the signed timestamp: a repeat of the same delivery counts once, a second tap twice."""
        stamp = check_card(request.headers, self._config.card_secrets, self._clock.now(), CARD_WINDOW)
        plain = plaintext.tap(opened(body), plaintext.digest(body + stamp.encode()), stamp)
        received = await self.keep(plain)
        if received is None:
            return self._not_kept()
        return web.json_response(await self.become(received) or {})

    async def _hear_event(self, query: MultiMapping[str], body: bytes) -> web.Response:
        """Answered with the sealed word, whatever the event is; the console's check is not kept."""
        encrypt = text(opened(body), "encrypt")
        lock, plain = self._unlocked(query, encrypt)
        if peek(plain).event != plaintext.CHECK and not await self.keep(plain):
            return self._not_kept()
        stamp = str(int(self._clock.now().timestamp() * 1000))
        return web.json_response(lock.sealed(b"success", stamp, secrets.token_hex(8)))

    def _unlocked(self, query: MultiMapping[str], encrypt: str) -> tuple[Lock, bytes]:
        """(the lock that fits, the message): the new one, or the one before it while they are being changed."""
        trouble: BadRequest = BadSignature("no event subscription is configured")
        for lock in self._locks:
            try:
                lock.check(query, encrypt, self._clock.now(), self._config.event_window_seconds)
                return lock, lock.open(encrypt)
            except (BadSignature, BadPayload) as no:
                trouble = no
        raise trouble

    def _for_us(self, seen: Peek) -> None:
        """The sign does not cover the body: it must at least name our robot and our company. Raises BadSignature."""
        if seen.robot and seen.robot not in (self._config.robot, self._config.client_id):
            raise BadSignature("the message is for another robot")
        if seen.corp and self._config.corp_id and seen.corp != self._config.corp_id:
            raise BadSignature("the message is from another company")

    def _not_kept(self) -> web.Response:
        return told(503, "not_kept", "it could not be stored", _HINTS)

    # what both ways in share

    async def keep(self, plain: bytes) -> Received | None:
        """What was kept, also when it had been kept before; None where it could not be."""
        seen = peek(plain)
        received = Received(
            self.name, seen.key, self._clock.now(), plain, seen.sender.casefold(), seen.sent_at, seen.kind
        )
        try:
            if self._sink is None:
                raise RuntimeError("not started")
            await self._sink.keep(received)
        except Exception:
            log.exception("callback.not_kept", account=self.name, key=seen.key)
            return None
        if seen.event and seen.event != plaintext.TAP:
            self.meter.count()  # a pushed event is one of the month's calls
        return received

    async def become(self, received: Received) -> dict[str, Any] | None:
        """What changes the tapped card in the answer to its tap; None where that takes longer. It is kept already:
        whatever fails here, the card changes by its own call."""
        try:
            push = await self._sink.outcome(received, OUTCOME_SECONDS) if self._sink else None
            return update(push) if push is not None else None
        except Exception:
            log.exception("tap.unanswered", account=self.name, key=received.key)
            return None

    async def missed(self) -> int:
        """How many events were kept that the platform could not deliver. Raises SendError."""
        return await self._outgoing.missed(self.keep)

    # what is asked

    def remember(self, sent: Sequence[tuple[Address, float]]) -> None:
        """The platform counts by the second and by the month: what the last hour held tells of neither."""

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        url, answer = await self._client.fetched(file.handle)
        if not answer.body:
            raise Unseen("the file is empty")
        ending = _SUFFIX.search(url.partition("?")[0])
        return file.name or f"{file.kind}{ending[0] if ending else ''}", answer.body

    async def approval(self, id: str) -> Approval:
        """The form with what was filled in; its template is told by the event alone. Raises SendError."""
        answer = await self._client.call("GET", "workflow/processInstances", processInstanceId=id)
        form = filled(id, below(answer, "result") or {})
        return form if form.template else replace(form, template=self._templates.get(id, ""))

    async def handed_in(
        self, since: datetime, until: datetime, templates: Sequence[str], titles: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """Of the templates named by their codes, and of those that the office calls by one of the titles."""
        unknown = [one for one in titles if one not in self._codes]
        self._codes |= await approval_list.templates_called(self._client, unknown)
        codes = dict.fromkeys([*templates, *(self._codes[one] for one in titles if one in self._codes)])
        lists = [(code, approval_list.handed_in(self._client, since, until, code)) for code in codes]
        return list(dict.fromkeys([(id, code) for code, ids in lists async for id in ids]))

    async def name_of(self, user: str) -> str:
        """Raises SendError; "" where the directory is not open to us."""
        try:
            answer = await self._client.old("topapi/v2/user/get", {"userid": user})
        except (NotDeliverable, PlatformRefused):
            return ""
        return text(answer, "result", "name")

    async def check(self) -> str:
        """What the platform says to id and secret and to the card template, and whether the Stream's address can be
        reached."""
        await self._client.prove()
        if self._config.mode == "stream":
            await self._stream.reachable()
        way = "Stream" if self._config.mode == "stream" else "HTTP 回调"
        cards = "，没配卡片模板，按钮打开网页或回文字"
        if self._config.card_template_id:
            await self._outgoing.try_template(f"check_{secrets.token_hex(8)}")
            cards = "，卡片模板可用"
        return f"钉钉应答正常：应用 {self._config.client_id}，{way}{cards}"


def _locks(config: Config) -> list[Lock]:
    owners = tuple(filter(None, (config.client_id, config.corp_id)))
    pairs = ((config.token, config.aes_key), (config.old_token, config.old_aes_key))
    return [Lock(token, aes_key, owners) for token, aes_key in pairs if token and aes_key]

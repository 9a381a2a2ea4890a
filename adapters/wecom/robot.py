"""The smart robot beside the app: it hears groups where it is mentioned, and files. What it heard it answers in the
same chat for as long as the platform lets it; whatever comes later, or is a file, goes by the app."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web

from adapters.base import Limits, Sink, TokenStore
from adapters.callback import body_of, guarded, told
from adapters.errors import BadPayload, NotDeliverable, PlatformRefused, Retryable, Unseen
from adapters.events import FileRef, Ignored, InboundEvent, Received
from adapters.http import MB, Http
from adapters.messages import Address, Attached, Card, Push, Sent, Text
from adapters.wecom import robot_parse, robot_say
from adapters.wecom.client import as_bytes, file_name
from adapters.wecom.codes import raise_for
from adapters.wecom.config import Config
from adapters.wecom.media import form_of, is_media, opened_media, place
from adapters.wecom.robot_alias import Aliases, Post
from adapters.wecom.robot_files import Upload
from adapters.wecom.robot_line import Frame, Line
from adapters.wecom.robot_parse import MARK, UPDATE, Heard, encrypt_of
from adapters.wecom.robot_ways import REQUEST, Ways
from adapters.wecom.signature import Lock, Locks, one
from bot.clock import Clock

log = structlog.get_logger(__name__)

_A_MINUTE, _AN_HOUR = (60.0, 30), (3600.0, 1000)
"""What one chat gets of the robot, answers and pushes together."""
_OUTCOME_SECONDS = 0.7
_CHANGED_WITHIN = 4.5
"""A tapped card may be changed for 5 seconds."""
_FILE_MOST, _FILE_SECONDS = 100 * MB, 45.0
_TRIED_SECONDS = 3600.0
_HINTS = {
    "bad_signature": "检查智能机器人的 Token、EncodingAESKey 是否与 robot_token、robot_aes_key 相同",
    "stale": "检查服务器时间是否准确；窗口由 window_seconds 设定",
    "bad_payload": "检查智能机器人的 EncodingAESKey 是否与 robot_aes_key 相同",
    "bad_request": "回调地址要由企业微信来调用",
    "too_large": "回调内容不超过 1 MB",
    "not_kept": "稍后重发，企业微信会自动重发",
}


class Robot:
    """One robot, by address (``robot_mode`` http) or by long connection (ws); none where no mode is set."""

    def __init__(
        self, config: Config, clock: Clock, http: Http, store: TokenStore, limits: Limits,
        sink: Callable[[], Sink | None], post: Post,
    ) -> None:  # fmt: skip
        self._config, self._clock, self._http, self._limits, self._sink = config, clock, http, limits, sink
        self._store, self._id = store, f"wecom:robot:{config.corp_id}:{config.name}"
        self._ways = Ways(store, self._id, clock)
        self._aliases = Aliases(store, self._id, post)
        tokens = (config.robot_token, config.robot_old_token)
        self._locks = Locks(tokens, (config.robot_aes_key, config.robot_old_aes_key), "")
        self.line = Line(config, store, self._frame)
        self._upload = Upload(store, limits, self._id, self.line.ask)

    def __bool__(self) -> bool:
        return bool(self._config.robot_mode)

    def routes(self) -> Sequence[web.RouteDef]:
        if self._config.robot_mode != "http":
            return []
        path = f"/callback/wecom/{self._config.name}/robot"
        handlers = [guarded(handle, self._config.name, self._sink, _HINTS) for handle in (self._prove, self._callback)]
        return [web.get(path, handlers[0], allow_head=False), web.post(path, handlers[1])]

    def start(self) -> None:
        if self._config.robot_mode == "ws":
            self.line.start()

    async def stop(self) -> None:
        if self._config.robot_mode == "ws":
            await self.line.stop()

    @staticmethod
    def is_its(payload: bytes) -> bool:
        return payload.startswith(MARK)

    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        return robot_parse.parse(payload, self._config.name, self._config.robot_name)

    # what comes in

    async def _prove(self, request: web.Request) -> web.Response:
        return web.Response(body=self._opened(request, one(request.query, "echostr"))[0], content_type="text/plain")

    async def _callback(self, request: web.Request) -> web.Response:
        """Kept, then answered: empty, or with what the tapped card has become."""
        plain, lock = self._opened(request, encrypt_of(await body_of(request)))
        seen = robot_parse.peek(plain)
        if seen.form == "stream":  # the next piece of an answer: ours come whole
            return web.Response()
        at = datetime.fromtimestamp(int(one(request.query, "timestamp")), UTC)
        try:
            received = await self._keep(plain, seen, at, seen.way if self._is_platforms(seen.way) else "")
        except Exception:
            log.exception("callback.not_kept", account=self._config.name, key=seen.key)
            return told(503, "not_kept", "it could not be stored", _HINTS)
        push = await self._outcome(received, seen)
        if push is None:
            return web.Response()
        body = {**robot_say.changed(push, seen.card), "userids": [seen.sender]}
        return web.json_response(sealed(body, lock, self._clock.now(), one(request.query, "nonce")))

    def _opened(self, request: web.Request, encrypt: str) -> tuple[bytes, Lock]:
        return self._locks.opened(request.query, encrypt, self._clock.now(), self._config.window_seconds)

    async def _frame(self, frame: Frame) -> None:
        """A callback on the line: what an answer must name comes with it."""
        headers, body = frame.get("headers"), frame.get("body")
        request = str(headers.get("req_id", "")) if isinstance(headers, dict) else ""
        plain = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        seen = robot_parse.peek(plain)
        await self._keep(plain, seen, self._clock.now(), f"{REQUEST}{request}", request)

    async def _keep(self, plain: bytes, seen: Heard, at: datetime, way: str, request: str = "") -> Received:
        """Raises where it could not be kept. The way back is known before anybody can answer."""
        sink = self._sink()
        if sink is None:
            raise RuntimeError("not started")
        if way and seen.sender and seen.kind != "other":
            await self._ways.add(_where(seen), way)
        kept = robot_parse.enveloped(plain, at, request)
        # on the line nobody stands waiting for the changed card: a call of its own brings it
        kind = "other" if request and seen.kind == "tap" else seen.kind
        received = Received(self._config.name, seen.key, self._clock.now(), kept, seen.sender.casefold(), at, kind)
        await sink.keep(received)
        return received

    async def _outcome(self, received: Received, seen: Heard) -> Card | None:
        """The card that a tapped one has become, when that is known at once."""
        sink = self._sink()
        if sink is None or seen.kind != "tap" or not seen.card:
            return None
        push = await sink.outcome(received, _OUTCOME_SECONDS)
        return push if isinstance(push, Card) else None

    async def elsewhere(self, user: str) -> None:
        """The member speaks to the app now: there the answers go."""
        for name in {user.casefold(), await self._aliases.heard_as(user.casefold())}:
            await self._ways.forget(name)

    async def user_of(self, alias: str) -> str:
        """The member's own id, where the robot was told another one. Raises SendError."""
        return await self._aliases.user_of(alias) if self else ""

    # what goes out

    async def send(self, to: Address, push: Push, *, key: str) -> Sent | None:
        """None where it is not the robot that says this. Raises Retryable while it cannot."""
        file = push.file if isinstance(push, Text) and push.file is not None and push.file.content else None
        where = f"#{to.chat}" if to.chat else await self._aliases.heard_as(to.user.casefold())
        way = await self._ways.of(where)
        if file is not None:
            return None if to.chat else await self._with_file(file, where, way, key)
        if way.startswith(REQUEST) and not self.line.up and not to.chat:
            return None
        if not way:
            return await self._pushed(to.chat, push, key) if to.chat and self.line.up else None
        await self._room(where)
        body = robot_say.said(push, key, cards=not to.chat)
        if way.startswith(REQUEST):
            return await self._answered("aibot_respond_msg", body, where, way)
        return await self._by_address(way, body, where, key)

    async def _with_file(self, file: Attached, where: str, way: str, key: str) -> Sent | None:
        """On the line alone, in answer to a callback: an address takes no files."""
        if not way.startswith(REQUEST) or not self.line.up or not self._upload.takes(file.content):
            return None
        form = form_of(file.content)
        try:
            media = await self._upload.media(form, file.name, file.content, key=key)
        except (NotDeliverable, PlatformRefused) as no:
            log.info("robot.no_file", account=self._config.name, code=no.code)
            return None
        await self._room(where)
        return await self._answered("aibot_respond_msg", {"msgtype": form, form: {"media_id": media}}, where, way)

    async def _answered(self, command: str, body: dict[str, Any], where: str, way: str) -> Sent | None:
        """On the line, to a callback of the last day; the same callback may be answered again."""
        try:
            await self.line.ask(command, body, way.removeprefix(REQUEST))
        except (NotDeliverable, PlatformRefused) as no:
            log.info("robot.no_answer", account=self._config.name, code=no.code)
            await self._ways.drop(where, way)
            return None
        return Sent(change_uses=0)

    async def _pushed(self, chat: str, push: Push, key: str) -> Sent | None:
        """Unasked into a group; None for one that is not the robot's."""
        await self._room(f"#{chat}")
        try:
            await self.line.ask(
                "aibot_send_msg", {"chatid": chat, "chat_type": 2, **robot_say.said(push, key, cards=False)}
            )
        except (NotDeliverable, PlatformRefused):
            return None
        return Sent(change_uses=0)

    async def _by_address(self, way: str, body: dict[str, Any], where: str, key: str) -> Sent | None:
        """The address is good once: where an earlier try may have arrived, that it is used up says that it did. One
        that has run out meanwhile says nothing: then it is said once more, by another way."""
        mark = f"{self._id}:tried:{key}"
        tried = await self._store.get(mark)
        seen = tried is not None and await self._ways.has(where, tried)
        way = tried if tried is not None and seen else way
        try:
            answer = await self._http.post(way, content=as_bytes(body))
            raise_for(answer.json(), "aibot/response")
        except Unseen:
            await self._store.put(mark, way, _TRIED_SECONDS)
            raise
        except (NotDeliverable, PlatformRefused) as no:
            log.info("robot.no_answer", account=self._config.name, code=no.code)
            await self._ways.drop(where, way)
            return Sent(change_uses=0, data={"repeat": True}) if seen else None
        await self._ways.drop(where, way)
        return Sent(change_uses=0)

    async def change(self, push: Push, *, key: str, change_code: str) -> Sent:
        """A card tapped on the line, within 5 seconds. Raises NotDeliverable later, and for words."""
        at, _, request = change_code.removeprefix(UPDATE).partition(":")
        late = not at.isdigit() or self._clock.now().timestamp() - int(at) > _CHANGED_WITHIN
        if late or not request or not isinstance(push, Card) or not self.line.up:
            raise NotDeliverable("the tapped card can be changed no more")
        await self.line.ask("aibot_respond_update_msg", robot_say.changed(push, key), request)
        return Sent(change_uses=0)

    async def _room(self, where: str) -> None:
        for seconds, most in (_A_MINUTE, _AN_HOUR):
            wait = await self._limits.take(f"{self._id}:to:{where}:{seconds:.0f}", seconds, most)
            if wait > 0:
                raise Retryable(f"over {most} in {seconds:.0f} s", "发得太密，稍后自动再发", wait)

    # files

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        """(name, bytes) of what was sent to the robot, opened; only from the platform's own hosts. Raises SendError."""
        url, _, key = file.handle.partition("\n")
        if not self._is_platforms(url) and not is_media(url):
            raise PlatformRefused("the file lies at no host of the platform's")
        answer = await self._http.get(url, most=_FILE_MOST, seconds=_FILE_SECONDS)
        if not answer.body:
            raise Unseen("the file is empty")
        data = self._unsealed(answer.body, key)
        name = file.name or file_name(answer.headers.get("content-disposition", ""))
        return name or file.kind, data

    def _unsealed(self, sealed: bytes, key: str) -> bytes:
        """By the file's own key, else by the robot's, the new one or the old."""
        for each in (key,) if key else (self._config.robot_aes_key, self._config.robot_old_aes_key):
            with suppress(BadPayload):
                return opened_media(sealed, each)
        raise PlatformRefused("the file cannot be opened")

    def _is_platforms(self, url: str) -> bool:
        """The address lies where the API does: there and nowhere else an answer is posted."""
        return bool(url) and place(url) == place(self._config.api)

    def tells(self) -> str:
        """For the doctor: "" where there is no robot."""
        if self._config.robot_mode != "ws":
            return "；智能机器人用回调地址" if self else ""
        if not self.line.begun:
            return "；智能机器人用长连接"
        state = "已连上" if self.line.up else f"没连上{f'：{self.line.trouble}' if self.line.trouble else ''}"
        return f"；智能机器人长连接{state}"


def sealed(body: dict[str, Any], lock: Lock, at: datetime, nonce: str, random16: bytes | None = None) -> dict[str, Any]:
    """The encrypted answer to a callback; ``random16`` only to repeat a known vector."""
    plain = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    encrypt, stamp = lock.close(plain, random16), int(at.timestamp())
    signature = lock.signature(str(stamp), nonce, encrypt)
    return {"encrypt": encrypt, "msgsignature": signature, "timestamp": stamp, "nonce": nonce}


def _where(seen: Heard) -> str:
    """Whom an answer goes to by this way: the group that was spoken in, else the member."""
    return f"#{seen.chat}" if seen.chat and seen.kind == "message" else seen.sender.casefold()

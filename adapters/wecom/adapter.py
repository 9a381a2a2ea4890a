"""One WeCom account: its callback address, its sendings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from adapters import asked
from adapters.base import Limits, Sink, TokenStore, Told
from adapters.callback import Handle, body_of, guarded, told
from adapters.errors import NotDeliverable, PlatformRefused, Unseen
from adapters.events import Approval, FileRef, Ignored, InboundEvent, Outsider, Received
from adapters.http import MB, Http
from adapters.messages import Address, Push, Sent, Text
from adapters.wecom import approval_list, approvals, render, reply
from adapters.wecom.archive import Archive
from adapters.wecom.archive_parse import HANDLE
from adapters.wecom.archive_parse import parse as archived
from adapters.wecom.changes import OWN
from adapters.wecom.client import Client, as_bytes
from adapters.wecom.codes import AlreadyThere
from adapters.wecom.config import Config
from adapters.wecom.contacts import Outside
from adapters.wecom.door import FRAMES, SCRIPTS, Door
from adapters.wecom.media import form_of
from adapters.wecom.parse import parse
from adapters.wecom.plaintext import Peek, encrypt_of, peek
from adapters.wecom.robot import Robot
from adapters.wecom.robot_parse import UPDATE
from adapters.wecom.signature import Lock, Locks, one
from adapters.wecom.webhook import Webhooks, known
from bot.clock import Clock

log = structlog.get_logger(__name__)

_OUTCOME_SECONDS = 0.7
"""A tap's answer waits so long for the card; the platform hangs up after 5 s."""
_FILE_LEAST, _FILE_MOST = 6, 20 * MB
"""What the platform takes as a file."""
_MEDIA_SECONDS = 3 * 86400 - 3600
_APPROVAL = re.compile(r"(?:own:)?[A-Za-z0-9_-]{1,64}")
_USER = re.compile(r"[A-Za-z0-9_.@-]{1,64}")

_HINTS = {
    "bad_signature": "检查回调设置里的 Token、EncodingAESKey 和企业 ID 是否与 [[wecom]] 相同",
    "stale": "检查服务器时间是否准确；窗口由 window_seconds 设定",
    "bad_payload": "检查 EncodingAESKey 是否与 [[wecom]] 相同",
    "bad_request": "回调地址要由企业微信来调用",
    "too_large": "回调内容不超过 1 MB",
    "not_kept": "稍后重发，企业微信会自动重发",
}


class Adapter:
    """Made once for each ``[[wecom]]``. ``files_by_chat`` is False: an app's chat carries pictures, never files."""

    label = "企业微信"
    files_by_chat = False
    frames = FRAMES
    scripts = SCRIPTS

    def __init__(self, config: Config, clock: Clock, http: Http, tokens: TokenStore, limits: Limits) -> None:
        self.name = config.name
        self._config, self._clock = config, clock
        self._locks = Locks((config.token, config.old_token), (config.aes_key, config.old_aes_key), config.corp_id)
        self._client = Client(config, clock, http, tokens, limits)
        self._outside = Outside(self._client)
        self._webhooks = Webhooks(known(config.webhooks, config.api), config.api, http, limits)
        self._tokens = tokens
        self._door = Door(config, clock, self._client, tokens)
        self._robot = Robot(config, clock, http, tokens, limits, lambda: self._sink, self._client.post)
        self.hears_groups = bool(self._robot)
        self._sink: Sink | None = None
        self.archive = Archive(config, clock)

    def routes(self) -> Sequence[web.RouteDef]:
        path = f"/callback/wecom/{self.name}"
        return [
            web.get(path, self._guarded(self._prove), allow_head=False),
            web.post(path, self._guarded(self._hear)),
            *self._robot.routes(),
        ]

    async def start(self, sink: Sink) -> None:
        """From now on callbacks are kept; before it they are answered 503."""
        self._sink = sink
        self._robot.start()
        await self.archive.start(sink)

    async def stop(self) -> None:
        """Callbacks are answered 503 again; the shared connections are closed by whoever opened them."""
        await self._robot.stop()
        self._sink = None
        await self.archive.stop()

    def tell_of_chats(self, told: Told) -> None:
        self.archive.trouble.tell = told

    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        if self._robot.is_its(payload):
            return self._robot.parse(payload)
        if asked.is_its(payload):
            return asked.parse(payload, self.name)
        if payload.startswith(b"{"):
            return archived(payload, self.name, self.archive.again)
        return parse(payload, self.name)

    # what comes in

    def _guarded(self, handle: Handle) -> Any:
        return guarded(handle, self.name, lambda: self._sink, _HINTS)

    async def _prove(self, request: web.Request) -> web.Response:
        """The console's check of the address: the plain text inside ``echostr``, and nothing else."""
        encrypt = one(request.query, "echostr")
        return web.Response(body=self._opened(request, encrypt)[0], content_type="text/plain")

    async def _hear(self, request: web.Request) -> web.Response:
        """Keeps an authentic callback, then answers: empty, or with the card that a tap's card has become."""
        plain, lock = self._opened(request, encrypt_of(await body_of(request)))
        seen = peek(plain)
        received = Received(
            self.name, seen.key, self._clock.now(), plain, seen.sender.casefold(), seen.sent_at, seen.kind
        )
        sink = self._sink
        if b"msgaudit_notify" in plain:
            self.archive.wake()
        try:
            if sink is None:
                raise RuntimeError("not started")
            if self._robot and seen.kind != "other" and seen.sender:
                await self._robot.elsewhere(seen.sender)
            await sink.keep(received)
        except Exception:
            log.exception("callback.not_kept", account=self.name, key=seen.key)
            return told(503, "not_kept", "it could not be stored", _HINTS)
        if seen.kind == "tap" and seen.card:
            return await self._become(sink, received, seen, lock)
        return web.Response()

    def _opened(self, request: web.Request, encrypt: str) -> tuple[bytes, Lock]:
        return self._locks.opened(request.query, encrypt, self._clock.now(), self._config.window_seconds)

    async def _become(self, sink: Sink, received: Received, seen: Peek, lock: Lock) -> web.Response:
        """It is kept already: whatever fails here, the answer is a good one and the card changes by its own call."""
        try:
            push = await sink.outcome(received, _OUTCOME_SECONDS)
            if push is None:
                return web.Response()
            now = self._clock.now()
            plain = reply.answer(push, user=seen.sender, corp_id=self._config.corp_id, task=seen.card, at=now)
            return web.Response(text=reply.sealed(plain, lock, now), content_type="text/xml")
        except Exception:
            log.exception("tap.unanswered", account=self.name, key=received.key)
            return web.Response()

    # what goes out

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        """Raises SendError; NotDeliverable where the platform says that this member cannot be reached."""
        if to.chat in self._webhooks:
            await self._webhooks.say(to.chat, push)
            return Sent(change_uses=0)
        if not to.chat:
            _one_member(to.user)
        if self._robot and (sent := await self._robot.send(to, push, key=key)) is not None:
            return sent
        media = await self._media(push, key) if to.user else ""
        form = form_of(push.file.content) if isinstance(push, Text) and push.file else "file"
        path, body = render.message(to, push, key, self._config.agent_id, media, form)
        try:
            if to.chat:
                await self._client.post(path, as_bytes(body))
                return Sent(change_uses=0)
            said = await self._client.tell(to.user, as_bytes(body))
        except AlreadyThere:
            return Sent(change_uses=0, data={"repeat": True})
        _arrived(said, to.user)
        code = str(said.get("response_code") or "")
        return Sent(str(said.get("msgid") or ""), code, change_uses=1 if code else 0)

    async def _media(self, push: Push, key: str) -> str:
        """The media id of the file that the push is; "" where it is none or the platform takes no such file. One that
        was uploaded already is not uploaded again: sent once more it is the same request, and is seen once."""
        file = push.file if isinstance(push, Text) else None
        if file is None or not _FILE_LEAST <= len(file.content) <= _FILE_MOST:
            return ""
        mark = f"{self.name}:media:{key}"
        known = await self._tokens.get(mark)
        if known is None:
            known = await self._client.keep_file(form_of(file.content), file.name, file.content)
            await self._tokens.put(mark, known, _MEDIA_SECONDS)
        return known

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        """Each code is good for one change within 72 hours. Raises NotDeliverable where there is no code."""
        if not change_code:
            raise NotDeliverable("the card has no change code left")
        if change_code.startswith(UPDATE):
            return await self._robot.change(push, key=key, change_code=change_code)
        _one_member(to.user)
        body = render.change(to, push, key, self._config.agent_id, change_code)
        try:
            await self._client.post("message/update_template_card", as_bytes(body))
        except AlreadyThere:
            return Sent(change_uses=0, data={"repeat": True})
        return Sent(change_uses=0)

    def remember(self, sent: Sequence[tuple[Address, float]]) -> None:
        ago: dict[str, list[float]] = {}
        for to, seconds in sent:
            if to.user:
                ago.setdefault(to.user.casefold(), []).append(seconds)
        for user, its in ago.items():
            self._client.told(user, its)

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        if "\n" in file.handle:
            return await self._robot.fetch(file)
        if file.handle.startswith(HANDLE):
            return file.name or file.kind, await self.archive.fetch(file.handle.removeprefix(HANDLE))
        name, data = await self._client.file(file.handle)
        if not data:
            raise Unseen("the file is empty")
        return name or file.name or file.kind, data

    async def name_of(self, user: str) -> str:
        return str((await self._client.get("user/get", userid=user)).get("name") or "")

    async def user_of(self, alias: str) -> str:
        return await self._robot.user_of(alias)

    async def approval(self, id: str) -> Approval:
        """Raises SendError; PlatformRefused for what cannot be the number of a form."""
        if not _APPROVAL.fullmatch(id):
            raise PlatformRefused("not the number of an approval")
        now = self._clock.now()
        if id.startswith(OWN):
            asked = {"thirdNo": id.removeprefix(OWN)}
            return approvals.told_of_own(id, await self._client.post("corp/getopenapprovaldata", as_bytes(asked)), now)
        return approvals.told(id, await self._client.post("oa/getapprovaldetail", as_bytes({"sp_no": id})), now)

    async def handed_in(
        self, since: datetime, until: datetime, templates: Sequence[str], titles: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """Of the approval app; forms of our own app's are in no list. Which templates go by a title it cannot tell."""
        codes = () if titles else templates
        found = [one async for one in approval_list.handed_in(self._client, since, until, codes)]
        return list(dict.fromkeys(found))

    async def contact(self, external: str) -> Outsider:
        return await self._outside.contact(external)

    async def hand_over(self, external: str, giver: str, taker: str) -> None:
        await self._outside.hand_over(external, giver, taker)

    async def handed_over(self, external: str, giver: str, taker: str) -> str:
        return await self._outside.handed_over(external, giver, taker)

    async def check(self) -> str:
        """What the platform says to id, secret, agent id and address together."""
        said = await self._client.get("agent/get", agentid=str(self._config.agent_id))
        more = self._robot.tells() + await self.archive.check()
        closed = "，应用已停用" if said.get("close") == 1 else ""
        return f"企业微信应答正常：应用「{said.get('name') or self._config.agent_id}」{closed}{more}"

    def login_url(self, back: str, state: str) -> str:
        return self._door.login_url(back, state)

    async def whose(self, code: str) -> str:
        return await self._door.whose(code)

    async def page_keys(self, url: str) -> dict[str, Any]:
        return await self._door.page_keys(url)


def _one_member(user: str) -> None:
    """Raises unless ``user`` names one member: a list or ``@all`` would reach others."""
    if not _USER.fullmatch(user) or user.casefold() == "@all":
        raise NotDeliverable("not the id of one member")


def _arrived(said: dict[str, Any], user: str) -> None:
    """Raises NotDeliverable where the platform took the call but not the member."""
    for word, hint in (
        ("invaliduser", "在管理后台的应用详情里，把这个人加进可见范围"),
        ("unlicenseduser", "这个成员没有接口许可，请在管理后台开通"),
    ):
        if user.casefold() in str(said.get(word) or "").casefold().split("|"):
            raise NotDeliverable(f"the platform lists the member as {word}", hint)

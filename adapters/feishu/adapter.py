"""One Feishu account: its callback address, its sendings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

import structlog
from aiohttp import web

from adapters import asked
from adapters.base import Limits, Sink, TokenStore
from adapters.errors import NotDeliverable, PlatformRefused, SendError
from adapters.events import Approval, FileRef, Ignored, InboundEvent
from adapters.feishu import approval_list, changes, forwarded, render
from adapters.feishu.client import Client
from adapters.feishu.codes import AlreadySubscribed, ContentStopped
from adapters.feishu.config import Config
from adapters.feishu.door import FRAMES, Door
from adapters.feishu.hearing import Hearing
from adapters.feishu.line import Line
from adapters.feishu.masked import masked
from adapters.feishu.parse import parse
from adapters.feishu.plaintext import part, text
from adapters.http import MB, Http
from adapters.messages import Address, Card, Push, Sent, Text
from bot.clock import Clock

log = structlog.get_logger(__name__)

_USER, _CHAT = re.compile(r"ou_[A-Za-z0-9]{1,62}"), re.compile(r"oc_[A-Za-z0-9]{1,62}")
_MESSAGE = re.compile(r"om_[A-Za-z0-9_-]{1,80}")
_HANDLE = re.compile(r"(om_[A-Za-z0-9_-]{1,80})/([A-Za-z0-9_-]{1,160})\?(image|file)")
_APPROVAL = re.compile(r"[A-Za-z0-9-]{1,80}")
_FILE_MOST, _IMAGE_MOST = 30 * MB, 10 * MB
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
"""How pictures begin that are shown in the chat; any other is sent as a file."""
_FORMS = {"pdf": "pdf", "doc": "doc", "docx": "doc", "xls": "xls", "xlsx": "xls", "ppt": "ppt", "pptx": "ppt"}
_MEDIA_SECONDS = 20 * 3600.0
_BOT_SECONDS = 86_400.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0


class Adapter:
    """Made once for each ``[[feishu]]``. A card is changed by the id of its message, as often as one likes."""

    label = "飞书"
    files_by_chat = True
    redraws = True
    frames = FRAMES

    def __init__(self, config: Config, clock: Clock, http: Http, tokens: TokenStore, limits: Limits) -> None:
        self.name = config.name
        self._config, self._clock, self._tokens = config, clock, tokens
        self._client = Client(config, clock, http, tokens, limits)
        self._door = Door(config, clock, self._client, tokens)
        self._hearing = Hearing(config, clock, lambda: self._sink)
        self._sink: Sink | None = None
        self._bot = ""
        self._line = Line(config, http, self._hearing.keep) if config.mode == "ws" else None
        self._running: list[asyncio.Task[None]] = []

    def routes(self) -> Sequence[web.RouteDef]:
        """None without a verification token: then nothing proves that a callback is the platform's."""
        if not any(self._config.verification_token):
            return []
        return [web.post(f"/callback/feishu/{self.name}", self._hearing.callback)]

    async def start(self, sink: Sink) -> None:
        """From now on callbacks are kept; before it they are answered 503. The long connection, where there is one,
        comes up by itself and stays up."""
        self._sink = sink
        work = [self._learn_own_name(), self._subscribe(), *([self._line.run()] if self._line else [])]
        self._running = [asyncio.create_task(one, name=f"feishu:{self.name}") for one in work]

    @property
    def hears(self) -> bool:
        return self._line is None or self._line.up

    async def stop(self) -> None:
        """Callbacks are answered 503 again; the shared connections are closed by whoever opened them."""
        await _ended(self._running)
        self._running.clear()
        if self._line is not None:
            await self._line.stop()
        self._sink = None

    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        return asked.parse(payload, self.name) if asked.is_its(payload) else parse(payload, self.name, self._bot)

    async def _learn_own_name(self) -> None:
        """By its own open id the bot knows what is said to it; until then the platform's word for it counts."""
        mark, pause = f"feishu:{self._config.app_id}:bot", _FIRST_PAUSE
        while not self._bot:
            try:
                known = await self._tokens.get(mark)
                self._bot = known or text(await self._told_of_bot(), "open_id")
                if self._bot and not known:
                    await self._tokens.put(mark, self._bot, _BOT_SECONDS)
            except SendError as fault:
                log.info("bot.unknown", account=self.name, code=fault.code)
            if not self._bot:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _subscribe(self) -> None:
        """Asks to be told of the approvals of each template; asked again it is told that it is already."""
        for code in self._config.approval_codes:
            pause = _FIRST_PAUSE
            while True:
                try:
                    await self._subscribe_to(code)
                    break
                except PlatformRefused as no:
                    log.error("approval.not_subscribed", account=self.name, template=code, code=no.code)
                    break
                except SendError as fault:
                    log.info("approval.not_subscribed_yet", account=self.name, code=fault.code)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _subscribe_to(self, code: str) -> None:
        with suppress(AlreadySubscribed):
            await self._client.post(f"approval/v4/approvals/{code}/subscribe", {})

    async def _told_of_bot(self) -> dict[str, Any]:
        return dict(part(await self._client.get("bot/v3/info"), "bot"))

    # what goes out

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        """Raises SendError; NotDeliverable where the platform says that this person or group cannot be reached. What a
        content check stops goes once more with its numbers starred: that is another message, under an id of its own."""
        receiver, kind = _receiver(to)
        form, content = await self._file(push, key) or render.message(push, key, to_group=bool(to.chat))
        try:
            body = {"msg_type": form, "content": content, "uuid": render.uuid(key)}
            said = await self._client.tell(receiver, kind, body)
        except ContentStopped:
            if (starred := masked(push)) is None:
                raise
            form, content = render.message(starred, key, to_group=bool(to.chat))
            body = {"msg_type": form, "content": content, "uuid": render.uuid(f"{key}:starred")}
            said = await self._client.tell(receiver, kind, body)
        message = text(said, "data", "message_id")
        changeable = form == "interactive"
        return Sent(message, message if changeable else "", change_uses=None if changeable else 0)

    async def _file(self, push: Push, key: str) -> tuple[str, str] | None:
        """(msg_type, content) of the file that the push is; None where it is none or the platform takes no such file.
        One that was uploaded already is not uploaded again: sent once more it is the same request."""
        file = push.file if isinstance(push, Text) else None
        if file is None or not 0 < len(file.content) <= _FILE_MOST:
            return None
        form = form_of(file.name, file.content)
        mark = f"{self.name}:media:{key}"
        known = await self._tokens.get(mark)
        if known is None:
            known = await self._client.keep_file(form, file.name, file.content)
            await self._tokens.put(mark, known, _MEDIA_SECONDS)
        if form == "image":
            return "image", render.dumped({"image_key": known})
        return "file", render.dumped({"file_key": known})

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        """``change_code`` is the id of the card's message. Raises NotDeliverable where there is none, or for words: a
        card cannot become them."""
        if not _MESSAGE.fullmatch(change_code) or isinstance(push, Text):
            raise NotDeliverable("no card to change")
        try:
            await self._client.change(change_code, render.dumped(render.card_of(push, key)))
        except ContentStopped:
            starred = masked(push)
            if not isinstance(starred, Card):
                raise
            await self._client.change(change_code, render.dumped(render.card_of(starred, key)))
        return Sent()

    def remember(self, sent: Sequence[tuple[Address, float]]) -> None:
        self._client.told([seconds for _, seconds in sent])

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        found = _HANDLE.fullmatch(file.handle)
        if found is None:
            raise PlatformRefused("not a file of a message")
        data = await self._client.file(found[1], found[2], found[3])
        return file.name or file.kind, data

    async def forwarded(self, handle: str) -> str:
        if not _MESSAGE.fullmatch(handle):
            raise PlatformRefused("not the id of a message")
        said = await self._client.get(f"im/v1/messages/{handle}", "im/v1/messages/:id", user_id_type="open_id")
        return await forwarded.chat_of(part(said, "data"), handle, self.name_of)

    async def check(self) -> str:
        """What the platform says to id and secret, whether the bot is there and may be spoken to this way."""
        bot = await self._told_of_bot()
        if self._line is not None:
            await self._line.address()
        for code in self._config.approval_codes:
            await self._subscribe_to(code)
        way = "长连接" if self._line is not None else "回调地址"
        return f"飞书应答正常：机器人「{text(bot, 'app_name') or self._config.app_id}」，用{way}收消息"

    async def name_of(self, user: str) -> str:
        """ "" also for what is no open_id."""
        if not _USER.fullmatch(user):
            return ""
        said = await self._client.get(f"contact/v3/users/{user}", "contact/v3/users/:id", user_id_type="open_id")
        return text(part(part(said, "data"), "user"), "name")

    async def approval(self, id: str) -> Approval:
        """Raises SendError; PlatformRefused for what cannot be the id of a form."""
        if not _APPROVAL.fullmatch(id):
            raise PlatformRefused("not the id of an approval")
        said = await self._client.get(
            f"approval/v4/instances/{id}", "approval/v4/instances/:id", locale="zh-CN", user_id_type="open_id"
        )
        return changes.told(id, part(said, "data"), self._clock.now())

    async def handed_in(
        self, since: datetime, until: datetime, templates: Sequence[str], titles: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """Of the templates whose approvals the platform tells us."""
        found = approval_list.handed_in(self._client, since, until, self._config.approval_codes)
        return list(dict.fromkeys([one async for one in found]))

    # pages inside the chat app

    def login_url(self, back: str, state: str) -> str:
        return self._door.login_url(back, state)

    async def whose(self, code: str) -> str:
        return await self._door.whose(code)

    async def page_keys(self, url: str) -> dict[str, Any]:
        return await self._door.page_keys(url)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Asked until they have: to be cancelled can go unheard where a connection is just coming up."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.5)


def _receiver(to: Address) -> tuple[str, Literal["open_id", "chat_id"]]:
    """Raises NotDeliverable unless the address names one person or one group."""
    if to.chat and _CHAT.fullmatch(to.chat):
        return to.chat, "chat_id"
    if not to.chat and _USER.fullmatch(to.user):
        return to.user, "open_id"
    raise NotDeliverable("not the open id of one person, nor the id of one group")


def form_of(name: str, content: bytes) -> str:
    """image for a picture that Feishu shows, else what it calls this form of file."""
    if content.startswith(_IMAGES) and len(content) <= _IMAGE_MOST:
        return "image"
    return _FORMS.get(name.rpartition(".")[2].lower(), "stream")

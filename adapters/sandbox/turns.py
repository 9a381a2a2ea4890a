"""One turn of the sandbox: something is said, tapped or the clock moved, and the bot is quiet again.

The control surface and the page do the same things; this is where they do them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.sandbox.desk import Desk
from adapters.sandbox.faults import MODES
from adapters.sandbox.loopback import Platforms
from adapters.sandbox.post_office import PostOffice
from adapters.sandbox.standin import ChatLine, Keeps
from adapters.sandbox.website import Website
from adapters.sandbox.world import CannotDo, Item

QUIET = 30.0  # seconds of the machine's clock that a turn waits at most
FARTHEST = timedelta(days=3660)

STATES = ("running", "agreed", "refused", "withdrawn")
"""What an approval may come to."""
NOTHING_YET = "请选择"
"""How the option is called that stands first and means that nothing is chosen; it is none to choose."""


PATIENCE, POLL = 10.0, 0.05
"""Seconds."""


class Turns:
    def __init__(
        self, desk: Desk, platforms: Platforms, website: Website | None = None, post: PostOffice | None = None
    ) -> None:
        self.desk, self.platforms, self._website, self._post = desk, platforms, website, post
        self._one_hand = asyncio.Lock()

    async def say(self, user: str, text: str, platform: str = "", chat: str = "") -> str:
        if not text.strip():
            raise CannotDo(400, "bad_request", "text is empty", "写一句话")
        return await self._done(self.platforms.say(_somebody(user), text, platform, chat))

    async def send_file(self, user: str, name: str, data: bytes, platform: str = "", chat: str = "") -> str:
        return await self._done(self.platforms.send_file(_somebody(user), name, data, platform, chat))

    async def tap(self, user: str, n: int, button: str, select: Sequence[str] = ()) -> str:
        return await self._done(self.platforms.tap(user, n, button, select))

    async def approve(self, user: str, form: Mapping[str, str], state: str, title: str, platform: str = "") -> str:
        if state not in STATES or not form:
            raise CannotDo(400, "bad_request", "no such state, or an empty form", f"state 可用：{'、'.join(STATES)}")
        return await self._done(self.platforms.standin(platform).approve(_somebody(user), form, state, title))

    async def talk(self, sender: str, to: Sequence[str], said: ChatLine, room: str = "", platform: str = "") -> str:
        """Something is said in a chat that the company keeps."""
        standin = self.platforms.standin(platform)
        if not isinstance(standin, Keeps):
            raise CannotDo(400, "unsupported_by_platform", "this platform keeps no chats", "企业微信才有会话内容存档")
        if not to or not (said.text.strip() or said.file or said.recalls):
            raise CannotDo(400, "bad_request", "to or text is empty", 'to 写成 ["zhang.wei"]')
        return await self._done(self._taken(standin.talk(_somebody(sender), to, said, room)))

    async def _taken(self, deed: Awaitable[str]) -> str:
        """The message's id, once the bot has pulled it."""
        id = await deed
        for _ in range(int(PATIENCE / POLL)):
            if any(one["event_key"].endswith(id) for one in await self.desk.records("message")):
                return id
            await asyncio.sleep(POLL)
        raise CannotDo(502, "chat_not_taken", "the bot did not pull the archive", "看机器人的日志")

    async def mail(
        self, sender: str, subject: str, text: str, files: Sequence[tuple[str, bytes]] = (), html: str = "",
        answers: str = "",
    ) -> str:  # fmt: skip
        """Somebody outside writes to the company's mailbox; ``answers``: the id of the mail that it answers."""
        if self._post is None:
            raise CannotDo(400, "unsupported_by_platform", "no mailbox is played here", "用 genjin demo")
        return await self._done(self._post.deliver(sender, subject, text, files, html, answers))

    async def _done(self, deed: Awaitable[str]) -> str:
        """The deed's event, once the bot is quiet again."""
        self.platforms.world.begin()
        event = await deed
        await self.desk.quiet(QUIET)
        return event

    async def pushed(self, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """Another system of the company's pushes the body; what the bot answered, once it is quiet again."""
        if self._website is None:
            raise CannotDo(400, "unsupported_by_platform", "no website is played here", "用 genjin demo")
        self.platforms.world.begin()
        answer = await self._website.push(body, key)
        await self.desk.quiet(QUIET)
        return {"event_id": answer.pop("id"), **answer}

    async def move(self, to: datetime) -> datetime:
        """The clock after stepping to ``to``."""
        if to.tzinfo is None:
            raise CannotDo(400, "bad_request", "now has no offset", "写成 2026-03-10T10:00:00+08:00")
        if abs(to - self.desk.clock.now()) > FARTHEST:
            raise CannotDo(400, "bad_request", "too far away", "一次最多拨十年")
        self.platforms.world.begin()
        async with self._one_hand:
            await self.desk.step(to)
            await self.desk.quiet(QUIET)
        return self.desk.clock.now()

    async def advance(self, seconds: float) -> datetime:
        if not 0 <= seconds <= FARTHEST.total_seconds():
            raise CannotDo(400, "bad_request", "advance_seconds out of range", "写 0 到十年之间的秒数")
        return await self.move(self.desk.clock.now() + timedelta(seconds=seconds))

    def fault(self, platform: str, mode: str, seconds: float) -> datetime:
        """Until when the fault is on."""
        platform = self.platforms.standin(platform).platform
        possible = mode in MODES or (mode.isascii() and mode.isdigit() and len(mode) < 8)
        if not possible or not 0 <= seconds <= FARTHEST.total_seconds():
            hint = f"mode 可用：{'、'.join(MODES)}，或平台的错误码"
            raise CannotDo(400, "bad_request", f"no fault {mode} for {seconds}", hint)
        return self.platforms.world.faults.set(platform, mode, seconds).until

    async def inbox(self, user: str, after: int = 0) -> list[dict[str, Any]]:
        world = self.platforms.world
        if world.person(user) is None:
            raise CannotDo(404, "unknown_person", f"nobody goes by {user}", "样例里的人见 docs/sandbox.md")
        return [await self.told(item) for item in world.inbox(user, after)]

    async def told(self, item: Item) -> dict[str, Any]:
        """The item as the control surface tells it."""
        shown = item.shown
        told: dict[str, Any] = {
            "n": item.n,
            "at": item.at.isoformat(),
            "to": item.to,
            "platform": item.platform,
            "kind": await self.desk.kind_of(item.account, item.reference) if item.reference else "",
            "title": shown.title,
            "text": shown.words(),
            "buttons": [{"id": knob.id, "label": knob.label, "url": knob.url or None} for knob in shown.buttons],
        }
        if shown.options:
            told |= {
                "options": [{"id": one, "label": label} for one, label in shown.options if label != NOTHING_YET],
                "many": shown.many,
            }
        if item.chat:
            told["chat"] = item.chat
        return told


def _somebody(user: str) -> str:
    if not user.strip() or len(user) > 64:
        raise CannotDo(400, "bad_request", "as is missing", "写上谁说的，比如 zhang.wei")
    return user.strip()

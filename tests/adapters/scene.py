"""A platform that the sandbox plays, the bot's account on it, and the shelf where the bot keeps what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from adapters.base import Adapter
from adapters.events import InboundEvent
from adapters.http import Http
from adapters.messages import Address, Button, Card, Fact
from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_people import DingtalkPeople
from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_people import FeishuPeople
from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.standin import StandIn
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.wecom_robot import RobotApp
from adapters.sandbox.world import CannotDo, World
from bot import config as configuration
from bot.accounts import adapters_of
from bot.cli.demo import PLATFORMS
from bot.clock import MovableClock
from storage.memory import Twin
from tests.adapters.sandbox.fake import START
from tests.adapters.wecom.twins import Shelf

Call = tuple[str, str, dict[str, str], bytes]
ROWS: Mapping[str, Callable[[World], StandIn]] = {
    **PLATFORMS,
    "wecom, robot": lambda world: WecomPeople(world, [WecomApp(robot=RobotApp("ws"))]),
    "dingtalk, stream": lambda world: DingtalkPeople(world, [DingtalkApp(mode="stream")]),
    "feishu, long connection": lambda world: FeishuPeople(world, [FeishuApp(mode="ws")]),
}
CARD = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=(Fact("客户", "松涛教育（何校长是他家联系人）"), Fact("承诺", "我方发方案，周二 3月10日 晚上")),
    why="依据：“今晚发他”是你答应的事。",
    buttons=(Button("confirm", "确认", style="main"), Button("undo", "撤销")),
)
DONE = replace(CARD, status="张伟 10:02 确认", buttons=CARD.buttons[1:], tone="done")


@dataclass
class Scene:
    """One row."""

    platforms: Platforms
    adapter: Adapter
    shelf: Shelf
    clock: MovableClock
    called: list[Call] = field(default_factory=list)
    """What the platform posted to the bot, as it left: method, address, headers, body."""
    home: str = ""

    @property
    def people(self) -> StandIn:
        return self.platforms.standin()

    @property
    def world(self) -> World:
        return self.platforms.world

    def address(self, user: str = "zhang.wei") -> Address:
        return Address(self.adapter.name, self.people.user_of(user))

    def heard(self, n: int = -1) -> InboundEvent:
        event = self.adapter.parse(self.shelf.kept[n].payload)
        assert isinstance(event, InboundEvent)
        return event

    def chat(self, user: str = "zhang.wei") -> list[Any]:
        return [item.shown for item in self.world.inbox(user)]

    def fault(self, mode: str, seconds: float = 3600) -> None:
        self.world.faults.set(self.people.platform, mode, seconds)

    async def says(self, text: str) -> str:
        """Also where the line to the platform is still being opened."""
        async with asyncio.timeout(10):
            while True:
                try:
                    return await self.people.say("zhang.wei", text)
                except CannotDo:
                    await asyncio.sleep(0.05)

    async def again(self) -> int:
        """Posts the latest callback once more, as it was; the bot's status."""
        method, url, headers, body = self.called[-1]
        plain = {name: value for name, value in headers.items() if name not in ("Host", "Content-Length")}
        async with (
            aiohttp.ClientSession(trust_env=False) as session,
            session.request(method, URL(f"{self.home}{url}", encoded=True), headers=plain, data=body) as answer,
        ):
            return answer.status


class Unread:
    """A request whose body was read already, to be read as it came."""

    def __init__(self, request: web.Request, body: bytes) -> None:
        self._request = request
        self.content = aiohttp.StreamReader(request.protocol, 2**16, loop=asyncio.get_running_loop())
        self.content.feed_data(body)
        self.content.feed_eof()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


@asynccontextmanager
async def staged(
    make: Callable[[World], StandIn],
    folder: Path,
    http: Http,
    aiohttp_server: Any,
    alter: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> AsyncIterator[Scene]:
    """``alter``: what is done to the account's settings before the bot sees them."""
    clock = MovableClock(START)
    async with AsyncExitStack() as stack:
        people = make(World(clock))
        platforms = await stack.enter_async_context(on_loopback(people.world, [people]))  # type: ignore[attr-defined]
        ways: dict[tuple[str, str], Any] = {}
        called: list[Call] = []

        async def bot(request: web.Request) -> web.StreamResponse:
            body = await request.content.read()
            called.append((request.method, str(request.rel_url), dict(request.headers), body))
            handler = ways.get((request.method, request.path))
            return await handler(Unread(request, body)) if handler else web.Response(status=404)

        site = web.Application()
        site.router.add_route("*", "/{path:.*}", bot)
        server = await aiohttp_server(site)
        [account] = people.accounts
        raw = {
            "server": {"public_url": str(server.make_url("/")).rstrip("/"), "data": str(folder)},
            people.platform: [alter(people.settings(account))],
        }
        config = configuration.parse(raw, folder / "config.toml")
        memory: Any = Twin(lambda: clock.now().timestamp())
        [adapter] = adapters_of(config, clock, http, memory).values()
        ways.update({(route.method, route.path): route.handler for route in adapter.routes()})  # type: ignore[attr-defined]
        people.point(account, str(server.make_url(f"/callback/{people.platform}/{account}")))
        shelf = Shelf()
        await adapter.start(shelf)
        stack.push_async_callback(adapter.stop)
        yield Scene(platforms, adapter, shelf, clock, called, str(server.make_url("/")).rstrip("/"))

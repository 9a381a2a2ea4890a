"""The stand-in platforms as a whole: started on loopback ports, spoken through by people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from adapters.sandbox.standin import StandIn, chosen_of, knob_of
from adapters.sandbox.wecom import WecomServer
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.world import CannotDo, World


class Platforms:
    """The stand-ins by platform; the first one is meant where none is named."""

    def __init__(self, world: World, standins: Sequence[StandIn]) -> None:
        self.world = world
        self.standins = {one.platform: one for one in standins}

    @property
    def wecom_people(self) -> WecomPeople:
        people = self.standins["wecom"]
        if not isinstance(people, WecomPeople):
            raise TypeError(people)
        return people

    @property
    def wecom(self) -> WecomServer:
        return self.wecom_people.server

    def standin(self, platform: str = "") -> StandIn:
        """Raises CannotDo for a platform that is not played here."""
        name = platform or next(iter(self.standins))
        if name not in self.standins:
            there = "、".join(self.standins)
            raise CannotDo(400, "unknown_platform", f"no platform {name}", f"现在有：{there}")
        return self.standins[name]

    def point(self, account: str, callback_url: str) -> None:
        """Tells the platform whose account it is where the bot listens."""
        for one in self.standins.values():
            if account in one.accounts:
                one.point(account, callback_url)

    # what people do; the platform's id of the event comes back once the bot acknowledged it. Each raises CannotDo.

    async def say(self, user: str, text: str, platform: str = "", chat: str = "") -> str:
        return await self.standin(platform).say(user, text, chat=chat)

    async def send_file(self, user: str, name: str, data: bytes, platform: str = "", chat: str = "") -> str:
        return await self.standin(platform).send_file(user, name, data, chat=chat)

    async def enter(self, user: str, platform: str = "") -> str:
        """Opens the bot's chat as ``user``."""
        return await self.standin(platform).enter(user)

    async def tap(self, user: str, n: int, button: str, select: Sequence[str] = ()) -> str:
        """Taps a button of item ``n``, and changes the card as the bot answers."""
        item = self.world.item(user, n)
        if item is None:
            raise CannotDo(404, "no_such_item", f"{user} has no item {n}", "先看 inbox 里有哪些")
        return await self.standin(item.platform).tap(item, knob_of(item, button), chosen_of(item, select))


@asynccontextmanager
async def on_loopback(world: World, standins: Sequence[StandIn] = (), port: int = 0) -> AsyncIterator[Platforms]:
    """The platforms, each a server on 127.0.0.1 until the block ends, WeCom alone where none is given; ``port`` is the
    first one's, 0 takes a free one."""
    platforms = Platforms(world, standins or [WecomPeople(world)])
    async with AsyncExitStack() as stack:
        stack.callback(world.shelf.close)
        for n, one in enumerate(platforms.standins.values()):
            runner = web.AppRunner(one.application(), access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0 if n else port).start()
            one.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            await one.start()
            stack.push_async_callback(one.stop)
        yield platforms

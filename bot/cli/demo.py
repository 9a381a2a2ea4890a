"""`genjin demo`: the bot, a stand-in platform and a sample company on this machine; nothing else is needed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import get_ident

from aiohttp import web

from adapters.sandbox.control import Control
from adapters.sandbox.dingtalk_people import DingtalkPeople
from adapters.sandbox.feishu_people import FeishuPeople
from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.page import Page
from adapters.sandbox.post_office import PostOffice
from adapters.sandbox.shelf import Shelf
from adapters.sandbox.standin import StandIn
from adapters.sandbox.turns import Turns
from adapters.sandbox.website import NAME, Website
from adapters.sandbox.wecom_archive import ArchiveRoom
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.world import World
from bot import config as configuration
from bot import logs, sample
from bot.app import App, build
from bot.cli import story
from bot.clock import MovableClock
from bot.desk import BotDesk
from bot.web.assets import STATIC
from bot.web.port import open_port

START = "2026-03-10T10:00:00+08:00"
PLATFORMS: Mapping[str, Callable[[World], StandIn]] = {
    "wecom": WecomPeople,
    "dingtalk": DingtalkPeople,
    "feishu": FeishuPeople,
}
"""The stand-ins, in the order in which a member is spoken to."""
HOST = "127.0.0.1"
SHEET = "genjin.css"
CLOCK_FILE = "demo-clock"
"""Where the demo keeps its last moment, so that kept data go on from there."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is up: ``url`` is where its page and control surface lie."""

    url: str
    app: App
    desk: BotDesk
    turns: Turns
    platforms: Platforms


@asynccontextmanager
async def running(
    data: Path,
    start: datetime | None = None,
    *,
    port: int = 0,
    rate: float = 1.0,
    database: str = "",
    redis: str = "",
    platforms: Sequence[str] = ("wecom",),
    homes: Mapping[str, str] | None = None,
) -> AsyncIterator[Demo]:
    """The demo, its port open, until the block ends. ``rate``: seconds of its clock a second. Without ``start`` kept
    data go on from their last moment. ``database`` and ``redis`` are URLs; SQLite beside the data and no Redis where
    none is given. Everybody is on all ``platforms``, those in ``homes`` (person → platform) on that one alone."""
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        clock = MovableClock(start or _last_moment(data) or datetime.fromisoformat(START), rate)
        world = World(clock, shelf=Shelf(data / "sandbox.jsonl"))
        standins = [PLATFORMS[name](world) for name in platforms]
        for one in standins:
            if isinstance(one, WecomPeople):
                one.archive = ArchiveRoom(data / "archive")
        played = await stack.enter_async_context(on_loopback(world, standins))
        listener = stack.enter_context(socket.create_server((HOST, port)))
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        website = Website(clock)
        post = PostOffice(clock, data / "mail")
        config = _config(data, played, website, post, url, database, redis)
        app = await stack.enter_async_context(build(config, clock))
        await sample.plant(clock.now(), _accounts(played, homes or {}))
        stack.callback(_remember, data, clock)
        keeping = asyncio.create_task(_keep_remembering(data, clock), name="demo-clock")
        stack.callback(keeping.cancel)
        desk = BotDesk(app, clock)
        turns = Turns(desk, played, website, post)
        app.web.add_routes([*Control(turns).routes(), *Page(turns, STATIC / SHEET).routes(), web.get("/", _home)])
        await stack.enter_async_context(open_port(app.web, HOST, port, on=listener))
        for one in played.standins.values():
            for account in one.accounts:
                one.point(account, f"{url}/callback/{one.platform}/{account}")
        website.address = f"{url}/hooks/{NAME}"
        yield Demo(url, app, desk, turns, played)


async def _home(request: web.Request) -> web.Response:
    raise web.HTTPFound("/sandbox")


def _accounts(played: Platforms, homes: Mapping[str, str]) -> sample.Accounts:
    """(account, user there) of each of the sample's people."""
    return lambda user: [
        (account, one.user_of(user, account))
        for one in played.standins.values()
        if homes.get(user, one.platform) == one.platform
        for account in one.accounts
    ]


def _config(
    data: Path, played: Platforms, website: Website, post: PostOffice, url: str, database: str, redis: str
) -> configuration.Config:
    """The configuration of a demo: SQLite beside its data, the accounts of the stand-ins."""
    raw = {
        "server": {"public_url": url, "data": str(data)},
        "database": {"url": database or f"sqlite:{data / 'genjin.db'}"},
        "redis": {"url": redis},
        "hook": [website.settings()],
        "email": [post.settings()],
        **{name: [one.settings(account) for account in one.accounts] for name, one in played.standins.items()},
    }
    return configuration.parse(raw, data / "config.toml")


def _last_moment(data: Path) -> datetime | None:
    file = data / CLOCK_FILE
    return datetime.fromisoformat(file.read_text("ascii")) if file.exists() else None


def _remember(data: Path, clock: MovableClock) -> None:
    fresh = data / f"{CLOCK_FILE}.{get_ident()}"  # the one who keeps remembering may still be at it
    fresh.write_text(clock.now().isoformat(), "ascii")
    fresh.replace(data / CLOCK_FILE)


async def _keep_remembering(data: Path, clock: MovableClock) -> None:
    while True:
        await asyncio.to_thread(_remember, data, clock)
        await asyncio.sleep(2)


def demo(*, headless: bool, port: int, data: Path | None, now: str | None, script: bool) -> int:
    """Runs until it is told to stop. 0; 2 for a moment that is none or a port that is taken."""
    try:
        start = _moment(now) if now else None
    except ValueError:
        print(f"--now {now}：不是带时区的时刻，写成 {START}", file=sys.stderr)
        return 2
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="genjin-demo-")))
        try:
            asyncio.run(_serve(folder, start, headless=headless, port=port, script=script))
        except OSError as fault:
            print(f"端口 {port} 打不开（{fault.strerror}），换一个：genjin demo --port {port + 1}", file=sys.stderr)
            return 2
    return 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment


async def _serve(data: Path, start: datetime | None, *, headless: bool, port: int, script: bool) -> None:
    logs.configure(MovableClock(start or datetime.fromisoformat(START), 1.0), level="warning")
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    everywhere = tuple(PLATFORMS)
    async with running(
        data, start, port=0 if script else port, rate=0.0 if script else 1.0, platforms=everywhere
    ) as one:
        if script:
            await story.play(one)
            return
        if headless:
            print(json.dumps({"url": one.url, "ready": True}), flush=True)
        else:
            print(f"跟进的演示开了：{one.url}/sandbox\n按 Ctrl-C 结束。", flush=True)
            webbrowser.open(f"{one.url}/sandbox")
        await stop.wait()

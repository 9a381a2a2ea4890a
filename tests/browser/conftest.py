from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from adapters.sandbox.control import Control
from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.page import Page as SandboxPage
from adapters.sandbox.turns import Turns
from adapters.sandbox.world import World
from bot.clock import MovableClock
from tests.adapters.sandbox.fake import START, FakeDesk, listening
from tests.browser.story import Story
from tests.conversations.chat import Chat
from tests.conversations.conftest import open_chat

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
             "--disable-component-update", "--no-first-run"]  # fmt: skip

SHEET = Path(__file__).parents[2] / "bot" / "web" / "static" / "genjin.css"


class StoryDesk(FakeDesk):
    story: Story | None = None

    async def step(self, to: object) -> None:
        assert self.story is not None
        await self.story.stepped(to)  # type: ignore[arg-type]


@dataclass
class Stage:
    url: str
    world: World
    desk: StoryDesk
    platforms: Platforms
    story: Story


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    clock = MovableClock(START)
    world, desk = World(clock), StoryDesk(clock)
    async with on_loopback(world) as platforms, listening(platforms) as bot:
        turns = Turns(desk, platforms)
        app = web.Application()
        app.add_routes([*Control(turns).routes(), *SandboxPage(turns, SHEET).routes()])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        desk.story = Story(platforms, bot, desk, f"{url}/upload/0123456789abcdef")
        yield Stage(url, world, desk, platforms, desk.story)
        await runner.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is not installed: `make setup` says how"
    async with async_playwright() as play:
        running = await play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    """The whole bot, on the loop that the browser lives on."""
    async with open_chat(tmp_path, sqlite_url) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A page that fails the test for any script error and any word of the content policy."""
    context = await browser.new_context(viewport={"width": 1440, "height": 960}, locale="zh-CN")
    shown = await context.new_page()
    shown.set_default_timeout(8000)
    troubles: list[str] = []
    shown.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    shown.on("pageerror", lambda error: troubles.append(str(error)))
    shown.troubles = troubles  # type: ignore[attr-defined]
    yield shown
    await context.close()
    assert [one for one in troubles if "status of 4" not in one and "status of 5" not in one] == []

"""The one file that knows everyone: a configuration and a clock in, a bot that can be started and stopped out."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web

from adapters.base import Adapter, ReadsChats
from adapters.http import Http
from adapters.llm import HttpModel
from adapters.meter import Metered
from adapters.ocr import LocalOcr, installed
from adapters.outside import Outside
from bot import commands, metrics
from bot.accounts import Directory, adapters_of, hooks_of, mailboxes_of
from bot.alarm import Alarm
from bot.bringing import Bringer
from bot.budget import Budget
from bot.calling import Caller
from bot.capture.names import NameBook
from bot.capture.second import SecondReader
from bot.clock import Clock, SystemClock, seconds_of
from bot.config import Config
from bot.handlers import router as handlers
from bot.handlers import undoing
from bot.handlers.conversation import Conversation
from bot.house import House
from bot.intake import IntakeSink
from bot.listening import Listening
from bot.mailbox_alarm import MailboxAlarm
from bot.missed import Missed
from bot.outbox.deliver import Deliverer, recall
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.posting import Poster
from bot.routing import Router
from bot.transfers import Transfers
from bot.web import errors, ops
from bot.web.api import Api
from bot.web.api_writes import Writes
from bot.web.care_page import CarePage
from bot.web.contact import ContactPages
from bot.web.deeds import Deeds
from bot.web.handed_out import HandedOutPages
from bot.web.import_page import ImportPage
from bot.web.lead_pages import LeadPages
from bot.web.login import Login
from bot.web.pages import Pages, doors_of
from bot.web.sidebar import Sidebar
from bot.web.upload import UploadPages
from bot.web.visit_pages import VisitPages
from bot.worker import Worker
from nlp import lexicon
from scheduler.engine import Engine
from scheduler.hand import Hand
from scheduler.timetable import shipped as timetable
from storage import migrate
from storage.connect import Database, close, connect, transaction
from storage.inbox import Intake
from storage.memory import Memory, open_memory

log = structlog.get_logger(__name__)

STOP_SECONDS = 8.0
"""A graceful stop finishes what it holds within this; then it is cut, and the leases bring it back."""
WAKE = "work"
"""The name under which replicas wake each other."""
BODY_MOST = 101 * 1024 * 1024
"""The upload page takes 100 MB; callbacks cap themselves at 1 MB."""


@dataclass(slots=True)
class App:
    """A running bot. ``web`` is its HTTP side; ``house`` what every way in shares."""

    config: Config
    clock: Clock
    database: Database
    house: House
    adapters: dict[str, Adapter]
    hooks: dict[str, Adapter]
    """Systems that push to us, and mailboxes that are read; nothing is sent to them."""
    sink: IntakeSink
    worker: Worker
    deliverer: Deliverer
    caller: Caller
    poster: Poster
    transfers: Transfers
    bringer: Bringer
    engine: Engine
    memory: Memory
    web: web.Application
    told: asyncio.Event
    stopping: list[Callable[[], Awaitable[Any]]] = field(default_factory=list)


def whoami() -> str:
    """The name under which this process holds leases."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


@asynccontextmanager
async def build(config: Config, clock: Clock | None = None, *, beat: bool = True) -> AsyncIterator[App]:
    """The bot with its loops running, its routes in ``web``, its port not yet open. ``beat`` False: the clock's hand
    does not move by itself (the sandbox steps it)."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = await _database(config, stack)
        await _first_playbook(clock)
        memory = open_memory(config.redis_url, seconds_of(clock))
        stack.push_async_callback(memory.close)
        intake = Intake(database, on_conflict=metrics.conflicts.labels("intake").inc)
        await intake.start()
        stack.push_async_callback(intake.stop)
        http = Http()
        stack.push_async_callback(http.close)
        outside = Outside()
        stack.push_async_callback(outside.close)
        app = await _wire(config, clock, database, memory, intake, http, outside)
        await _start(app, stack, beat)
        yield app


async def _database(config: Config, stack: AsyncExitStack) -> Database:
    """Open and of this program's schema: SQLite is migrated here (after a copy), PostgreSQL by `genjin migrate`."""
    config.data.mkdir(parents=True, exist_ok=True)
    if not config.database_url.startswith("postgres"):
        await migrate.migrate(config.database_url)
    database = await connect(config.database_url, keys=config.keys, directory=config.data)
    stack.push_async_callback(close, database)
    return database


async def _first_playbook(clock: Clock) -> None:
    async with transaction():
        await ensure_shipped(clock.now())


async def _wire(
    config: Config, clock: Clock, database: Database, memory: Memory, intake: Intake, http: Http, outside: Outside
) -> App:
    adapters = adapters_of(config, clock, http, memory)
    names = NameBook(await asyncio.to_thread(lexicon.shipped))
    await names.load()
    house = House(
        clock=clock,
        names=names,
        playbooks=PlaybookStore(),
        data=config.data,
        public_url=config.public_url,
        hears_files={name: adapter.files_by_chat for name, adapter in adapters.items()},
        deaf=frozenset(name for name, adapter in adapters.items() if not getattr(adapter, "hears_groups", True)),
        redraws=frozenset(name for name, adapter in adapters.items() if getattr(adapter, "redraws", False)),
        labels={name: adapter.label for name, adapter in adapters.items()},
        name_of=Directory(adapters).name_of,
        unknown=config.members.unknown,
        managers_chat=config.chats.managers,
        admins_chat=config.chats.admins,
        second=second_reader(config, clock, http),
        ocr=LocalOcr() if installed() else None,
        meters={name: one.meter for name, one in adapters.items() if isinstance(one, Metered) and one.meter.most},
    )
    for one in adapters.values():
        if isinstance(one, ReadsChats):
            one.tell_of_chats(MailboxAlarm(house, "chats").told)
    hooks = {**hooks_of(config, clock), **mailboxes_of(config, clock, MailboxAlarm(house).told)}
    told = asyncio.Event()
    sink = IntakeSink(intake)
    owner = whoami()
    worker = Worker({**adapters, **hooks}, _conversation(house), sink, clock, owner, told)
    sink.on_new(worker.wake)
    alarm = Alarm(house, house.labels)
    deliverer = Deliverer(adapters, clock, owner, alarm, config.data)
    engine = Engine(house, timetable(), owner=owner, told=told.set)
    caller = Caller(house, outside, owner=owner, told=told.set)
    house.call = caller.wake
    poster = Poster(house, outside, owner=owner, told=told.set)
    house.post = poster.wake
    transfers = Transfers(house, adapters, owner=owner, told=told.set)
    house.hands_over, house.transfer = transfers.accounts, transfers.wake
    bringer = Bringer(house, owner=owner, told=told.set)
    house.bring = bringer.wake
    inside = _pages(house, adapters, memory, told)
    api = Api(house, memory)
    inside += [*api.routes(), *Writes(api, told).routes()]
    site = _site([*adapters.values(), *hooks.values()], inside, house, database, sink)
    return App(
        config,
        clock,
        database,
        house,
        adapters,
        hooks,
        sink,
        worker,
        deliverer,
        caller,
        poster,
        transfers,
        bringer,
        engine,
        memory,
        site,
        told,
    )


def _pages(house: House, adapters: Mapping[str, Adapter], memory: Memory, told: asyncio.Event) -> list[web.RouteDef]:
    """What people open in a browser."""
    pages = Pages(house, doors_of(adapters))
    deeds = Deeds(pages, told)
    parts = (
        UploadPages(house, told), ImportPage(house, told), Login(pages, memory), ContactPages(pages, memory),
        Sidebar(pages), deeds, LeadPages(pages, deeds),
        VisitPages(pages, deeds), CarePage(pages, deeds), HandedOutPages(pages),
    )  # fmt: skip
    return [route for part in parts for route in part.routes()]


def second_reader(config: Config, clock: Clock, http: Http) -> SecondReader | None:
    """None where no large model is configured."""
    llm = config.llm
    if not llm.base_url:
        return None
    seconds = llm.timeout_ms / 1000
    model = HttpModel(http, base_url=llm.base_url, model=llm.model, key=llm.key.value, seconds=seconds)
    return SecondReader(model, clock, llm.monthly_cap)


def _conversation(house: House) -> Conversation:
    """Every handler and every command behind one door."""
    registry = commands.build(undoing.by_word)
    routes = Router()
    for part in (handlers, commands.routes(registry)):
        routes.include(part)
    return Conversation(house, registry.answer, routes)


def _site(
    adapters: Any, pages: Sequence[web.RouteDef], house: House, database: Database, sink: IntakeSink
) -> web.Application:
    site = web.Application(client_max_size=BODY_MOST)
    errors.install(site)
    for adapter in adapters:
        site.add_routes(adapter.routes())
    site.add_routes(pages)
    site.add_routes(ops.routes(house.clock, database, lambda: sink.accepting))
    return site


async def _start(app: App, stack: AsyncExitStack, beat: bool) -> None:
    """Loops first, then the adapters; on the way out the adapters stop hearing first, and the loops finish."""
    if app.house.ocr is not None:
        stack.push_async_callback(app.house.ocr.close)
    budget = Budget(app.house)
    await budget.keep()
    stack.push_async_callback(budget.keep)
    stack.push_async_callback(_cut, app)
    await recall(app.adapters, app.clock.now())
    app.worker.start()
    app.deliverer.start()
    app.caller.start()
    app.poster.start()
    app.transfers.start()
    app.bringer.start()
    relay = asyncio.create_task(_relay(app), name="relay")
    stack.callback(relay.cancel)
    if app.config.redis_url:
        share = asyncio.create_task(_share(app), name="share")
        stack.callback(share.cancel)
    ears = asyncio.create_task(Listening(app.house, app.adapters).run(), name="listening")
    stack.callback(ears.cancel)
    if app.house.meters:
        calls = asyncio.create_task(budget.run(), name="calls")
        stack.callback(calls.cancel)
    hand = Hand(app.engine)
    if beat:
        hand.start()
        stack.push_async_callback(hand.stop)
    for adapter in (*app.adapters.values(), *app.hooks.values()):
        await adapter.start(app.sink)
        stack.push_async_callback(adapter.stop)
    missed = asyncio.create_task(Missed(app.house, app.adapters, app.sink).run(), name="missed")
    stack.push_async_callback(_ended, missed)
    app.sink.accepting = True
    stack.callback(app.sink.close)


async def _ended(task: asyncio.Task[None]) -> None:
    """Before what it works with is closed."""
    task.cancel()
    await asyncio.wait([task])


async def _relay(app: App) -> None:
    """What was committed is said at once, and the worker looks again for what a reply may have reopened."""
    while True:
        await app.told.wait()
        app.told.clear()
        if app.config.redis_url:
            await app.memory.wake(WAKE)
        app.deliverer.wake()
        app.worker.wake()


async def _share(app: App) -> None:
    """Wake-ups between replicas: what one committed, the others look for at once. Losing them costs a second."""
    while True:
        if await app.memory.wait(WAKE, 5.0):
            app.deliverer.wake()
            app.worker.wake()


async def _cut(app: App) -> None:
    """Both loops finish what they hold, within the time that a stop may take."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await app.worker.stop()
            await app.caller.stop()
            await app.poster.stop()
            await app.transfers.stop()
            await app.bringer.stop()
            await app.deliverer.stop()
    except TimeoutError:
        log.warning("stop.cut", seconds=STOP_SECONDS)

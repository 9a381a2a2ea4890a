"""``genjin serve``: the bot, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import structlog

from bot import collector, logs
from bot.app import build
from bot.capture.names import NameBook
from bot.cli.common import DONE, complain
from bot.clock import SystemClock
from bot.config import Config, load
from bot.web.port import open_port
from nlp.frames import compile_ahead
from nlp.lexicon import Lexicon

log = structlog.get_logger(__name__)

WHILE_BUSY = 0.05
"""Seconds between two looks whether the bot has nothing to do."""


def serve(file: Path) -> int:
    """0 after a graceful stop. Raises ConfigError, StorageError, OSError (the port is taken)."""
    config = load(file)
    clock = SystemClock()
    logs.configure(clock, secrets=config.secrets)
    for key, words in config.warnings:
        log.warning("config", place=key, advice=words)
    with asyncio.Runner(loop_factory=quick_loop()) as runner:
        runner.run(_until_told(config, clock))
    return DONE


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where there is one for this system: what asyncio's own loop costs a message it halves."""
    if find_spec("uvloop") is None:
        return None
    loop: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return loop


async def _until_told(config: Config, clock: SystemClock) -> None:
    """The port opens last, when intake can commit, and closes first; then what is in hand is finished."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, told.set)
    async with (
        build(config, clock) as app,
        open_port(app.web, config.server.host, config.server.port) as address,
        compiling_ahead(app.house.names.lexicon, lambda: app.worker.busy),
        reading_beside(app.house.names),
    ):
        collector.settle()
        log.info("serving", address=address, accounts=len(app.adapters))
        complain(f"在 {address} 等着，Ctrl+C 停下")
        await told.wait()
        log.info("stopping")
    log.info("stopped")


@asynccontextmanager
async def compiling_ahead(lexicon: Lexicon, busy: Callable[[], bool]) -> AsyncIterator[None]:
    """Meanwhile a thread compiles the reader's patterns, so that no message waits for those it is the first to need;
    while the bot is ``busy`` it stands still."""
    stopped, usual = threading.Event(), sys.getswitchinterval()

    def paused(seconds: float) -> bool:
        while not stopped.wait(seconds) and busy():
            seconds = WHILE_BUSY
        return stopped.is_set()

    def compiling() -> None:
        sys.setswitchinterval(usual / 10)  # the loop, which lets go at each statement, is soon back
        try:
            compile_ahead(lexicon, paused)
        finally:
            sys.setswitchinterval(usual)
        gc.freeze()  # the patterns stay for good as well

    work = asyncio.create_task(asyncio.to_thread(compiling))
    try:
        yield
    finally:
        stopped.set()
        await work


@asynccontextmanager
async def reading_beside(names: NameBook) -> AsyncIterator[None]:
    """Meanwhile a second process reads messages ahead, where there is a processor for it."""
    if (os.cpu_count() or 1) < 2:
        yield
        return
    work = asyncio.create_task(names.beside().run(), name="reader")
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work

"""A mailbox is looked into when its server says that there is something new, and every minute: each mail is kept, then
remembered as read, so that none is lost and none is read twice, whenever the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

import structlog
from aiohttp import web

from adapters.base import Bookmarks, Sink
from adapters.email import maildir
from adapters.email.config import Config
from adapters.email.imap import Imap, Mark
from adapters.email.parse import keep, key_of, parse
from adapters.errors import AdapterError, Misconfigured, NotDeliverable
from adapters.events import FileRef, Ignored, InboundEvent, Received
from adapters.messages import Address, Push, Sent
from bot.clock import Clock

log = structlog.get_logger(__name__)
RELOOK = timedelta(days=30)
"""How far back it is looked where the server has numbered its mails anew: what is known is let go by its key."""
SLOWEST = 600.0
BREATH = 1.0
"""Seconds between two looks, whatever a server says."""
TRIES_BEFORE = 3
"""A line that is cut once is no trouble; what an admin must mend is one at once."""
Told = Callable[[str, AdapterError | None], Awaitable[None]]
T = TypeVar("T")


class Adapter:
    """Made once for each ``[[email]]``. It hears; nothing is ever sent from it."""

    label = "邮箱"
    files_by_chat = False

    def __init__(self, config: Config, clock: Clock, bookmarks: Bookmarks, told: Told | None = None) -> None:
        """``told`` hears what stands in the way of reading, and None once it stands there no more."""
        self.name = config.name
        self._config, self._clock, self._bookmarks, self._told = config, clock, bookmarks, told
        self._task: asyncio.Task[None] | None = None
        self._visit: Imap | None = None
        self._thread: ThreadPoolExecutor | None = None
        self.trouble = ""
        """What the admins were told stands in the way; "" where nothing does."""

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    async def start(self, sink: Sink) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"mail-{self.name}")
        self._task = asyncio.create_task(self._look_on(sink), name=f"mail-{self.name}")

    async def stop(self) -> None:
        if self._visit is not None:
            self._visit.cut()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._hang_up()
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None

    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        event = parse(payload, self.name, self._config.ours)
        if isinstance(event, Ignored):
            return event
        return replace(event, data={**event.data, "member": self._config.member})

    # looking

    async def _look_on(self, sink: Sink) -> None:
        failed = 0
        while True:
            try:
                await self._look_once(sink, stays=True)
                if self.trouble:
                    await self._tell(None)
                failed, self.trouble = 0, ""
            except AdapterError as fault:
                failed += 1
                await self._hang_up()
                if not self.trouble and (isinstance(fault, Misconfigured) or failed >= TRIES_BEFORE):
                    self.trouble = fault.message
                    await self._tell(fault)
                log.warning("mail.unread", account=self.name, code=fault.code, reason=fault.message, tries=failed)
            except Exception:  # the database cannot keep just now, say: nothing was marked as read, so it comes again
                failed += 1
                await self._hang_up()
                log.exception("mail.unread", account=self.name, tries=failed)
            await self._rest(failed)

    async def _rest(self, failed: int) -> None:
        """Until there is something new, as far as the server tells; at most until the next look is due."""
        seconds = self._config.poll_seconds * 2.0 ** min(failed, 8)
        if self._visit is not None:
            try:
                await self._do(partial(self._visit.wait, seconds))
                seconds = min(BREATH, seconds)
            except AdapterError as fault:  # a server hangs up on who waits when it likes
                log.info("mail.hung_up", account=self.name, reason=fault.message)
                await self._hang_up()
        await asyncio.sleep(min(SLOWEST, seconds))

    async def _do(self, work: Callable[[], T]) -> T:
        """On the mailbox's own thread where it has one: who waits there for hours holds up nobody."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _hang_up(self) -> None:
        visit, self._visit = self._visit, None
        if visit is not None:
            await self._do(visit.close)

    async def _tell(self, fault: AdapterError | None) -> None:
        if self._told is None:
            return
        try:
            await self._told(self.name, fault)
        except Exception:  # nobody may be told just now: reading goes on all the same
            log.exception("mail.untold", account=self.name)

    async def look(self, sink: Sink) -> int:
        """How many mails were new. Raises SendError where the mailbox cannot be read."""
        return await self._look_once(sink, stays=False)

    async def _look_once(self, sink: Sink, *, stays: bool) -> int:
        """``stays``: on the line afterwards, where the server tells what is new."""
        if self._config.maildir is not None:
            return await self._look_here(sink)
        visit, stands = self._visit or Imap(self._config), self._visit is not None
        self._visit = visit
        try:
            if not stands:
                await self._do(visit.open)
            return await self._look_there(visit, sink)
        finally:
            if not (stays and visit.waits):
                await self._hang_up()

    async def _look_there(self, visit: Imap, sink: Sink) -> int:
        name, new = f"email:{self.name}:{self._config.folder}", 0
        kept = await self._bookmarks.get(name)
        mark = Mark.of(kept) if kept else None
        for uid in await self._do(partial(visit.numbers, mark, self._since(mark))):
            found = await self._do(partial(visit.fetch, uid, self._most))
            if found is not None:
                new += await self._keep(*found, sink)
            await self._bookmarks.put(name, str(Mark(visit.validity, uid)))
        return new

    def _since(self, mark: Mark | None) -> date:
        back = RELOOK if mark is not None else timedelta(days=self._config.since_days)
        return (self._clock.now() - back).date()

    async def _look_here(self, sink: Sink) -> int:
        folder, new = self._config.maildir, 0
        assert folder is not None
        for name in await asyncio.to_thread(maildir.names, folder):
            found = await asyncio.to_thread(maildir.read, folder, name, self._most)
            if found is not None:
                new += await self._keep(*found, sink)
                await asyncio.to_thread(maildir.taken, folder, name)
        return new

    @property
    def _most(self) -> int:
        return self._config.most_mb * 1024 * 1024

    async def _keep(self, raw: bytes, cut: bool, sink: Sink) -> bool:
        now = self._clock.now()
        key, payload = await asyncio.to_thread(lambda: (key_of(raw), keep(raw, now, cut)))
        return await sink.keep(Received(self.name, key, now, payload, sent_at=now))

    # what no mailbox does

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        raise NotDeliverable("nothing is sent from a mailbox")

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        raise NotDeliverable("nothing is sent from a mailbox")

    def remember(self, sent: Sequence[tuple[Address, float]]) -> None:
        """Nothing is ever sent."""

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        raise NotDeliverable("a mail brings its files along")

    async def name_of(self, user: str) -> str:
        return ""

    async def check(self) -> str:
        """Opened, and how many mails of the last days lie there."""
        if self._config.maildir is not None:
            waiting = await asyncio.to_thread(maildir.names, self._config.maildir)
            return f"{self._config.maildir} 读得到，{len(waiting)} 封没读"
        visit = Imap(self._config)
        try:
            await asyncio.to_thread(visit.open)
            found = await asyncio.to_thread(partial(visit.numbers, None, self._since(None)))
        finally:
            await asyncio.to_thread(visit.close)
        return f"{self._config.host} 登录得上，最近 {self._config.since_days} 天 {len(found)} 封"

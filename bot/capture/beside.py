"""A process beside ours that reads messages while we decide and write: on two cores the loop then carries more.

It serves speed and nothing else. What it read is taken where names, words and moment are still the same; whatever it
cannot say, or not in time, is read on the spot as it would be without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import NamedTuple

import structlog

from bot.capture.reading_process import HEAD, Came, packed, unpacked
from nlp.customers import NameEntry
from nlp.lexicon import Lexicon
from nlp.reading import Reading
from nlp.workdays import Calendar

log = structlog.get_logger(__name__)

CHUNK = 1000
"""Names in one message."""
KNOWN_MOST = 64
"""Words and calendars that the process has heard of; with more all are told anew."""
PAUSE = 30.0
"""Seconds before one that died is started again."""
START = "from bot.capture.reading_process import main; main()"
SECONDS = 1.0
"""For one reading; later than that it is no help, and nothing more is asked until an answer comes."""


class Told(NamedTuple):
    """A message as read by itself, and as read where a customer was spoken of just before."""

    plain: Reading
    spoken_of: Reading


class Beside:
    """``names`` gives all names there are; ``tell`` says each that changes later. One object a process."""

    def __init__(self, names: Callable[[], AsyncIterator[NameEntry]], seconds: float = SECONDS) -> None:
        self._names, self._seconds = names, seconds
        self.pid: int | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._wanted = asyncio.Event()
        self._ready = self._late = False
        self._asked: dict[int, asyncio.Future[Came]] = {}
        self._number = 0
        self._known: dict[int, tuple[int, object]] = {}
        self._taken_in: set[int] = set()
        self._missed: list[tuple[str, NameEntry | None]] = []

    @property
    def ready(self) -> bool:
        """It has the names and compiled its patterns."""
        return self._ready

    def start(self) -> None:
        """From now on it is wanted: :meth:`run` starts the process."""
        self._wanted.set()

    def tell(self, id: str, entry: NameEntry | None) -> None:
        """A name changed; None: it is gone. What is asked afterwards is read with it."""
        if self._writer is not None:
            self._say("name", id, entry)
        elif self.pid is not None:  # all names are being gathered just now
            self._missed.append((id, entry))

    async def read(self, text: str, now: datetime, lexicon: Lexicon, calendar: Calendar) -> Told | None:
        """What a rep's message says; None where it cannot be told."""
        if not self._ready or self._late or self._writer is None:
            return None
        words, days = self._numbered("words", lexicon), self._numbered("days", calendar)
        if not {words, days} <= self._taken_in:
            return None
        self._number += 1
        number, waiting = self._number, asyncio.get_running_loop().create_future()
        self._asked[number] = waiting
        self._say("read", number, text, now, words, days)
        try:
            async with asyncio.timeout(self._seconds):
                came: Came = await waiting
        except TimeoutError:
            self._late = True
            return None
        finally:
            self._asked.pop(number, None)
        return None if came.plain is None else Told(came.plain, came.spoken_of or came.plain)

    async def run(self) -> None:
        """Keeps the process going until cancelled, once it is wanted."""
        await self._wanted.wait()
        while True:
            try:
                await self._once()
            except Exception as fault:  # messages are read on the spot as long as it is away
                log.warning("reader.gone", reason=type(fault).__name__)
            await asyncio.sleep(PAUSE)

    async def _once(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = process.pid
        try:
            assert process.stdin is not None and process.stdout is not None
            self._missed.clear()
            entries = [entry async for entry in self._names()]
            self._writer = process.stdin
            for start in range(0, len(entries), CHUNK):
                self._say("names", entries[start : start + CHUNK])
                await process.stdin.drain()
            for id, entry in self._missed:
                self._say("name", id, entry)
            await self._hear(process.stdout)
        finally:
            self._ready = self._late = False
            self._writer = None
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()  # before anybody hears of it, who might end us over it
            self.pid = None
            self._known.clear()
            self._taken_in.clear()
            for waiting in self._asked.values():
                _tell(waiting, Came())

    async def _hear(self, answers: asyncio.StreamReader) -> None:
        while True:
            head = await answers.readexactly(HEAD.size)
            number, came = unpacked(await answers.readexactly(HEAD.unpack(head)[0]))
            self._late = False
            if number == 0:
                self._ready = True
            elif number in self._asked:
                _tell(self._asked[number], came)
            else:
                self._taken_in.add(number)

    def _numbered(self, kind: str, value: object) -> int:
        """A value that many messages need is told once, and called by its number from then on."""
        known = self._known.get(id(value))
        if known is None or known[1] is not value:
            if len(self._known) >= KNOWN_MOST:
                self._known.clear()
                self._taken_in.clear()
            self._number += 1
            known = self._known[id(value)] = (self._number, value)
            self._say(kind, known[0], value)
        return known[0]

    def _say(self, *message: object) -> None:
        assert self._writer is not None
        self._writer.write(packed(message))


def _tell(waiting: asyncio.Future[Came], came: Came) -> None:
    if not waiting.done():
        waiting.set_result(came)

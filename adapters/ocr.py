"""What is written on a picture, read on this machine: no picture leaves it. The reader itself comes with the extra
``ocr`` and runs in a process of its own, which is started when it is wanted and ends when it is not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)

PICTURE_MOST = 20 * 1024 * 1024
SECONDS = 60.0
"""For one picture; the process is ended and begun anew behind it."""
IDLE = 300.0
"""Seconds after which a process that nobody asks is let go: it holds several hundred megabytes."""
START = "from adapters.ocr_process import main; main()"
NEEDS = ("rapidocr", "onnxruntime")
LINE_MOST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing: its characters, how sure each is (0..1), where it stands and how high it is, in points."""

    text: str
    sure: tuple[float, ...]
    left: float
    top: float
    height: float


class Ocr(Protocol):
    """Reads pictures."""

    @property
    def ready(self) -> bool:
        """An answer comes within about two seconds; else the reader must be started first."""
        ...

    async def read(self, picture: bytes) -> tuple[Line, ...]:
        """The lines from top to bottom; none where nothing can be read, or the picture is none, or is too large."""
        ...

    async def close(self) -> None: ...


class FakeOcr:
    """Reads what it was told stands on the picture, and nothing on any other."""

    ready = True

    def __init__(self, pictures: dict[bytes, Sequence[Line]]) -> None:
        self.pictures = pictures

    async def read(self, picture: bytes) -> tuple[Line, ...]:
        return tuple(self.pictures.get(picture, ()))

    async def close(self) -> None:
        return None


def installed() -> bool:
    """The extra ``ocr`` is there."""
    return all(find_spec(name) is not None for name in NEEDS)


class LocalOcr:
    """One process, one picture at a time."""

    def __init__(self, seconds: float = SECONDS, idle: float = IDLE) -> None:
        self._seconds, self._idle = seconds, idle
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()
        self._end: asyncio.TimerHandle | None = None

    @property
    def ready(self) -> bool:
        return self._process is not None and self._process.returncode is None and not self._one.locked()

    async def read(self, picture: bytes) -> tuple[Line, ...]:
        if len(picture) > PICTURE_MOST:
            return ()
        async with self._one:
            self._keep_on()
            try:
                async with asyncio.timeout(self._seconds):
                    return _lines(await self._asked(picture))
            except (TimeoutError, OSError, ValueError, KeyError, TypeError) as fault:
                log.warning("ocr.failed", reason=f"{type(fault).__name__}: {fault}"[:200])
                await self._let_go()
                return ()
            finally:
                if self._process is not None:
                    self._end = asyncio.get_running_loop().call_later(self._idle, self._process_over)

    async def _asked(self, picture: bytes) -> Any:
        process = await self._started()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(len(picture).to_bytes(4, "big") + picture)
        await process.stdin.drain()
        answer = await process.stdout.readline()
        if not answer:
            raise OSError("the reader has ended")
        told = json.loads(answer)
        if isinstance(told, dict):
            raise OSError(str(told.get("error", "")))
        return told

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", START, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, limit=LINE_MOST,
            )  # fmt: skip
        return self._process

    def _keep_on(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _process_over(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    async def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def close(self) -> None:
        self._keep_on()
        await self._let_go()


def _lines(answer: Any) -> tuple[Line, ...]:
    return tuple(
        Line(str(one["text"]), tuple(float(n) for n in one["sure"]), float(one["left"]), float(one["top"]),
             float(one["height"]))
        for one in answer
    )  # fmt: skip

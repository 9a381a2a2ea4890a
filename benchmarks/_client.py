"""A lean HTTP client for load: prepared bytes on kept connections, so that what is measured is the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter
from urllib.parse import urlencode, urlsplit

Answered = Callable[[int, int, float], None]
"""Called with the request's number, the status, and the seconds it took."""


def request_bytes(url: str, query: dict[str, str], body: bytes) -> bytes:
    place = urlsplit(url)
    head = (
        f"POST {place.path}?{urlencode(query)} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Line:
    """One connection that asks one thing at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def open(self) -> Line:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def ask(self, request: bytes) -> int:
        """The status of the answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 : head.index(b"\r\n", at)])
            if length:
                await self._reader.readexactly(length)
        return int(head[9:12])

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def closed_loop(url: str, requests: Sequence[bytes], width: int) -> tuple[float, list[float]]:
    """(seconds in all, seconds of each) for all requests, ``width`` at a time. Raises unless each is answered 200."""
    place = urlsplit(url)
    lines = await asyncio.gather(*(Line(place.hostname or "", place.port or 0).open() for _ in range(width)))
    todo, took = iter(requests), list[float]()

    async def work(line: Line) -> None:
        for request in todo:
            began = perf_counter()
            status = await line.ask(request)
            took.append(perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"answered {status}")

    began = perf_counter()
    await asyncio.gather(*(work(line) for line in lines))
    seconds = perf_counter() - began
    await asyncio.gather(*(line.close() for line in lines))
    return seconds, took


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

"""The port: opened when all stands, closed to newcomers first, and patient with nobody who does not speak."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiohttp import web

from bot.web import errors

log = structlog.get_logger(__name__)
SPEAK_WITHIN = 30.0
"""Seconds within which a connection must have sent the whole head of its next request."""
FINISH_WITHIN = 3.0
"""Seconds that requests in hand may take once the port closes; platforms repeat what is cut."""


class Speaker(web.RequestHandler):
    """Says in our shape what is wrong with what is no request at all, and logs nothing of what it holds."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        if status >= 500:
            log.error("http.failed", exc_info=exc)
        else:
            log.info("http.malformed", status=status, fault=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is on its way already")
        answer = errors.no_request(status)
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **named: Any) -> None:
        """A body that cannot be read to its end was answered already."""
        if isinstance(fault := named.get("exc_info"), web.RequestPayloadError | web.PayloadAccessError):
            log.info("http.malformed", fault=type(fault).__name__)
        else:
            super().log_exception(*args, **named)


@asynccontextmanager
async def open_port(
    site: web.Application, host: str, port: int, *, on: socket.socket | None = None
) -> AsyncIterator[str]:
    """The address under which the site now answers (``port`` 0: any free one; ``on``: a socket that listens
    there already). Raises OSError where it is taken."""
    runner = web.AppRunner(site, access_log=None, keepalive_timeout=SPEAK_WITHIN, shutdown_timeout=FINISH_WITHIN)
    await runner.setup()
    server, loop = runner.server, asyncio.get_running_loop()
    assert server is not None
    listening: asyncio.Server | None = None
    try:
        speaker = lambda: Speaker(server, loop=loop, **server._kwargs)  # noqa: E731 (as the server makes its own)
        if on is not None:
            listening = await loop.create_server(speaker, sock=on, backlog=1024)
        else:
            listening = await loop.create_server(speaker, host, port, backlog=1024)
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{listening.sockets[0].getsockname()[1]}"
    finally:
        if listening is not None:
            listening.close()
        await runner.cleanup()

"""The port: opened when all stands, closed to newcomers first, and patient with nobody who does not speak."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

SPEAK_WITHIN = 30.0
"""Seconds within which a connection must have sent the whole head of its next request."""
FINISH_WITHIN = 3.0
"""Seconds that requests in hand may take once the port closes; platforms repeat what is cut."""


@asynccontextmanager
async def open_port(site: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """The address under which the site now answers (``port`` 0: any free one). Raises OSError where it is taken."""
    runner = web.AppRunner(site, access_log=None, keepalive_timeout=SPEAK_WITHIN, shutdown_timeout=FINISH_WITHIN)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

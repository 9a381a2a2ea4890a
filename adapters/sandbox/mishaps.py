"""What a server does when all is not well: odd answers, a cut line, slowness. For every stand-in alike."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Callable, Mapping

from aiohttp import web

from adapters.sandbox.world import World

ODD: Mapping[str, Callable[[], web.Response]] = {
    "5xx": lambda: web.Response(status=secrets.choice((500, 502, 503)), text="<html>bad gateway</html>"),
    "html": lambda: web.Response(text="<html><body>please log in</body></html>", content_type="text/html"),
    "half": lambda: web.Response(text='{"errcode": 0, "errm', content_type="application/json"),
    "moved": lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
}


def cut(request: web.Request) -> web.StreamResponse:
    """Drops the line without an answer, by a real reset: nobody says goodbye."""
    if request.transport is not None:
        line: socket.socket = request.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=499)


async def dawdle(world: World, platform: str) -> None:
    """As long as slow is, or until the fault ends; a single call that was planned slow is slow to the end."""

    def slow() -> bool:
        fault = world.faults.on(platform)
        return fault is not None and fault.mode == "slow"

    loop = asyncio.get_running_loop()
    began, planned = loop.time(), not slow()
    while (left := began + world.faults.slowness - loop.time()) > 0:
        await asyncio.sleep(min(0.05, left))
        if not planned and not slow():
            return

"""What a server does when all is not well: odd answers, a cut line, slowness. For every stand-in alike."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.sandbox.world import World

ODD = ("5xx", "html", "half", "moved")


async def met(
    world: World,
    platform: str,
    request: web.Request,
    call: Callable[[], Awaitable[web.StreamResponse]],
    refused: Callable[[str], web.Response],
    home: str,
) -> web.StreamResponse:
    """What the call meets: its own answer where all is well, else what the fault makes of it. ``refused`` says in the
    platform's way that there were too many (429), or an error code; ``home`` is the path of its API."""
    mode = world.faults.for_call(platform)
    if mode == "down":
        return _cut(request)
    if mode in ODD:
        return _odd(mode, home)
    if mode == "429" or mode.isdigit():
        return refused(mode)
    answer = await call()
    if mode == "cut":
        return _cut(request)
    if mode == "slow":
        await _dawdle(world, platform)
    return answer


def _odd(mode: str, home: str) -> web.Response:
    if mode == "5xx":
        return web.Response(status=secrets.choice((500, 502, 503)), text="<html>bad gateway</html>")
    if mode == "html":
        return web.Response(text="<html><body>please log in</body></html>", content_type="text/html")
    if mode == "half":
        return web.Response(text='{"errcode": 0, "errm', content_type="application/json")
    return web.Response(status=302, headers={"Location": f"{home}elsewhere"})


def _cut(request: web.Request) -> web.StreamResponse:
    """Drops the line without an answer, by a real reset: nobody says goodbye."""
    if request.transport is not None:
        line: socket.socket = request.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=499)


async def _dawdle(world: World, platform: str) -> None:
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

"""The port: opened when all stands, closed to newcomers first, patient with nobody who does not speak."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

SPEAK_WITHIN = 10.0
"""Seconds within which a connection must have sent the head of its first request, and of each next one."""
STOP_SECONDS = 3.0
"""How long requests in hand may take once the port closes; platforms repeat what is cut."""


class Patience(RequestHandler[Any]):
    """aiohttp waits for the head of a request for ever; this one hangs up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waits: asyncio.TimerHandle | None = None

"""What goes wrong is told in one shape, and tells nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import errors


async def broken(request: web.Request) -> web.Response:
    raise RuntimeError("inner words")


async def moved(request: web.Request) -> web.Response:
    raise web.HTTPFound("/ok")


async def ok(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    site = web.Application(client_max_size=10)
    errors.install(site)
    site.add_routes([web.get("/broken/{word}", broken), web.get("/moved", moved), web.post("/ok", ok)])
    async with TestClient(TestServer(site)) as known:
        yield known


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/ok", 405, "method_not_allowed"),
        ("POST", "/ok", 413, "too_large"),
        ("GET", "/broken/capability", 500, "internal"),
    ],
)
async def test_one_shape(client: TestClient[Any, Any], method: str, path: str, status: int, code: str) -> None:
    async with client.request(method, path, data=b"x" * 20 if method == "POST" else None) as answer:
        assert answer.status == status
        said = await answer.json()
        assert (said["error"]["code"], set(said["error"])) == (code, {"code", "message", "hint"})
        assert "inner" not in str(said)
        assert answer.headers["Server"] == "genjin"


async def test_a_redirect_stays_one(client: TestClient[Any, Any]) -> None:
    async with client.get("/moved", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/ok")

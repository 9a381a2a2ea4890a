"""What goes wrong is told in one shape, and tells nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import errors
from bot.web.port import open_port


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


@pytest.mark.parametrize(
    "raw",
    [
        "GET /api/v1/customers?q=启明 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer gjt_word\r\n\r\n".encode(),
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n" + b"X" * 20_000,
    ],
)
async def test_what_is_no_request_is_told_so_and_not_repeated(raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    site = web.Application()
    errors.install(site)
    async with open_port(site, "127.0.0.1", 0) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(raw)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 400") or head.startswith(b"HTTP/1.0 400")
    said = json.loads(body)["error"]
    assert said["code"] == "bad_request" and "--data-urlencode" in said["hint"]
    assert b"aiohttp" not in head and b"Server: genjin" in head
    assert "启明" not in body.decode() + caplog.text and "gjt_word" not in caplog.text


async def test_a_body_that_cannot_be_unpacked_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    site = web.Application()
    errors.install(site)
    site.add_routes([web.post("/ok", ok)])
    async with open_port(site, "127.0.0.1", 0) as url, ClientSession() as client:
        for _ in range(2):
            head = {"Content-Encoding": "gzip"}
            async with client.post(f"{url}/ok", data=b"no gzip", headers=head) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (400, "bad_request")
    assert "Traceback" not in capsys.readouterr().out


async def test_a_wrong_address_says_where_they_stand(client: TestClient[Any, Any]) -> None:
    async with client.get("/api/v1/customer") as answer:
        assert "openapi.json" in (await answer.json())["error"]["hint"]
    async with client.get("/ok") as answer:
        assert (await answer.json())["error"]["hint"].endswith("能用 POST")


async def test_a_redirect_stays_one(client: TestClient[Any, Any]) -> None:
    async with client.get("/moved", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/ok")


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/nowhere", 404, "没有这个页面"),
        ("GET", "/ok", 405, "这样打不开"),
        ("POST", "/ok", 413, "内容太大"),
        ("GET", "/broken/capability", 500, "不会记两遍"),
    ],
)
async def test_who_looks_in_a_browser_reads_a_page(
    client: TestClient[Any, Any], method: str, path: str, status: int, said: str
) -> None:
    head = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with client.request(method, path, data=b"x" * 20 if method == "POST" else None, headers=head) as answer:
        page = await answer.text()
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert said in page and "<h1>" in page and "inner" not in page
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "script" not in policy
    head["HX-Request"] = "true"
    async with client.request(method, path, data=b"x" * 20 if method == "POST" else None, headers=head) as answer:
        assert (await answer.text()).startswith('<p class="notice bad" role="alert">')


async def test_a_machine_s_address_stays_one_in_a_browser(client: TestClient[Any, Any]) -> None:
    async with client.get("/api/v1/nowhere", headers={"Accept": "text/html"}) as answer:
        assert (await answer.json())["error"]["code"] == "not_found"

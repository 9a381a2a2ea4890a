"""The HTTP module by itself: what is counted, what is never followed, waited for, or said."""

from __future__ import annotations

from typing import Any

import pytest
import respx
from aiohttp import web

from adapters.errors import Retryable, SendError
from adapters.http import LONGEST_WAIT, Answer, Http, retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "999999999999"}, LONGEST_WAIT),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 21 Sep 2026 14:14:20 GMT", "date": "Mon, 21 Sep 2026 14:13:20 GMT"}, 60.0),
        ({"retry-after": "Mon, 21 Sep 2026 14:10:00 GMT", "date": "Mon, 21 Sep 2026 14:13:20 GMT"}, 0.0),
        ({"retry-after": "Mon, 21 Sep 2026 14:14:20 -0000", "date": "Mon, 21 Sep 2026 14:13:20 GMT"}, None),
        ({"retry-after": "Mon, 21 Sep 2026 14:14:20 GMT"}, None),
        ({}, None),
    ],
)
def test_what_the_answer_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_an_answers_repr_holds_no_body() -> None:
    assert "secret" not in repr(Answer(200, {}, b"secret"))


async def test_loopback_is_never_asked_through_a_proxy(
    aiohttp_server: object, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_tcp_port}")
    app = web.Application()

    async def ok(_: web.Request) -> web.Response:
        return web.json_response({"ok": 1})

    app.router.add_get("/", ok)
    server = await aiohttp_server(app)  # type: ignore[operator]
    http = Http()
    try:
        assert (await http.get(str(server.make_url("/")))).json() == {"ok": 1}
    finally:
        await http.close()


async def test_what_is_asked_arrives_as_it_was_and_nothing_is_remembered(aiohttp_server: Any) -> None:
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request)
        response = web.Response(body=b"not packed", headers={"Location": "/away", "Content-Encoding": "gzip"})
        response.set_cookie("who", "me")
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    server, http = await aiohttp_server(app), Http()
    said = {"token": "a+b/c= %2B&汉"}
    try:
        for _ in range(2):
            assert (await http.get(f"http://localhost:{server.port}/", said)).body == b"not packed"
    finally:
        await http.close()
    assert [dict(one.query) for one in asked] == [said, said]
    assert not any(one.cookies for one in asked)
    assert asked[0].headers["Accept-Encoding"] == "identity"
    assert asked[0].transport is asked[1].transport, "one connection, kept"


async def test_the_machines_proxy_carries_what_goes_out_and_no_proxy_is_heard(
    aiohttp_raw_server: Any, monkeypatch: pytest.MonkeyPatch, network: respx.MockRouter
) -> None:
    asked: list[str] = []

    async def through(request: web.BaseRequest) -> web.Response:
        asked.append(request.headers["Host"])
        return web.json_response({"ok": 1})

    proxy = await aiohttp_raw_server(through)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "inner.invalid")
    monkeypatch.setenv("no_proxy", "inner.invalid")
    network.route(host__in=("platform.invalid", "inner.invalid")).pass_through()
    http = Http()
    try:
        await http.get("http://platform.invalid/")
        with pytest.raises(Retryable):
            await http.get("http://inner.invalid/")
    finally:
        await http.close()
    assert asked == ["platform.invalid"]


async def test_a_refusal_is_an_answer_only_where_it_was_asked_for(aiohttp_server: Any) -> None:
    async def refused(request: web.Request) -> web.Response:
        return web.json_response({"code": f"no.{request.method}"}, status=int(request.match_info["status"]))

    app = web.Application()
    app.router.add_route("*", "/{status}", refused)
    server = await aiohttp_server(app)
    http = Http()
    try:
        for status in (400, 429, 503):
            url = str(server.make_url(f"/{status}"))
            answer = await http.post(url, content=b"{}", method="PUT", refusals=True)
            assert (answer.status, answer.json()) == (status, {"code": "no.PUT"})
            with pytest.raises(SendError):
                await http.get(url)
        with pytest.raises(Retryable):
            await http.get(str(server.make_url("/302")), refusals=True)
    finally:
        await http.close()

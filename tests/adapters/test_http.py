"""The HTTP module by itself: what is counted, what is never followed, waited for, or said."""

from __future__ import annotations

import pytest
from aiohttp import web

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

"""What the pages load comes small, and once."""

from __future__ import annotations

import gzip

import pytest

from bot.web.assets import STATIC
from tests.conversations.chat import Chat


@pytest.mark.parametrize("name", ["genjin.css", "sidebar.css", "htmx.min.js", "send.js", "visit.js"])
async def test_small_on_the_way_and_asked_for_again_only_when_changed(chat: Chat, name: str) -> None:
    whole = (STATIC / name).read_bytes()
    async with chat.web.stream("GET", f"/static/{name}", headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed) == whole and len(packed) < len(whole) * 0.7
    plain = await chat.web.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.content == whole and "Content-Encoding" not in plain.headers
    again = await chat.web.get(f"/static/{name}", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["..%2fassets.py", "%2e%2e%2fpages.py", "nothing.css", "..%5cassets.py"])
async def test_nothing_beside_them_is_served(chat: Chat, name: str) -> None:
    assert (await chat.web.get(f"/static/{name}")).status_code == 404

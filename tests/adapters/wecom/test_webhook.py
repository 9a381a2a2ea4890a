"""Group webhooks: the platform's own host and no other, 20 a minute, nobody mentioned."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from adapters.errors import NotDeliverable, PlatformRefused, Retryable
from adapters.http import Http
from adapters.messages import Address, Text
from adapters.wecom import Adapter
from adapters.wecom.config import key_of
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Platform, clock, config

API = "https://qyapi.weixin.qq.com/cgi-bin/"
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
GROUP = Address("main", chat="managers")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (KEY, KEY),
        (f"{API}webhook/send?key={KEY}", KEY),
        (f"https://evil.example/cgi-bin/webhook/send?key={KEY}", ""),
        (f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", ""),
        (f"https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key={KEY}", ""),
        (f"https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key={KEY}", ""),
        (f"{API}webhook/send?key={KEY}&key=2", ""),
        (f"{API}media/upload?key={KEY}", ""),
        ("http://169.254.169.254/cgi-bin/webhook/send?key=x", ""),
        ("file:///etc/passwd", ""),
        ("a b", ""),
        ("", ""),
    ],
)
def test_only_the_platforms_own_address_is_one(written: str, key: str) -> None:
    """FAULTS 42"""
    assert key_of(written, API) == key


def test_a_wrong_one_is_a_fault_of_the_configuration() -> None:
    faults = dict(config(webhooks={"managers": "https://evil.example/x?key=1"}).faults())
    assert list(faults) == ["webhooks.managers"]
    assert KEY not in repr(config(webhooks={"managers": KEY}))


@pytest.fixture
async def platform() -> Platform:
    return Platform()


@pytest.fixture
async def sender(platform: Platform, http: Http) -> AsyncIterator[Adapter]:
    async with TestServer(platform.app()) as server:
        now = clock()
        account = config(api_base=str(server.make_url("/")), webhooks={"managers": KEY})
        yield Adapter(account, now, http, MemoryTokens(), MemoryLimits(now))


async def test_a_text_goes_by_its_key_without_a_token(platform: Platform, sender: Adapter) -> None:
    words = '@all 【封账】<@zhangsan> [点此](http://evil.example) <font color="warning">x</font>'
    await sender.send(GROUP, Text("seal.day", words), key="k")
    assert platform.queries == [{"key": KEY}]
    body = json.loads(platform.bodies[0])
    assert body["msgtype"] == "text"
    assert "mentioned_list" not in body["text"]
    said = body["text"]["content"]
    assert not set("<>@") & set(said)
    assert "http://" not in said


async def test_twenty_a_minute(platform: Platform, sender: Adapter) -> None:
    for n in range(20):
        await sender.send(GROUP, Text("t", f"{n}"), key=f"k{n}")
    with pytest.raises(Retryable) as busy:
        await sender.send(GROUP, Text("t", "21"), key="k21")
    assert busy.value.wait is not None
    assert 0 < busy.value.wait <= 60
    assert platform.calls["webhook/send"] == 20
    sender._clock.advance(seconds=61)  # type: ignore[attr-defined]
    await sender.send(GROUP, Text("t", "21"), key="k21")


async def test_what_the_platform_refuses(platform: Platform, sender: Adapter) -> None:
    codes = [(45009, Retryable), (93000, NotDeliverable), (93004, NotDeliverable), (40058, PlatformRefused)]
    for code, error in codes:
        platform.say["webhook/send"] = lambda _, code=code: {"errcode": code, "errmsg": "no"}
        with pytest.raises(error):
            await sender.send(GROUP, Text("t", "x"), key=f"k{code}")


async def test_a_text_is_cut_to_its_bytes(platform: Platform, sender: Adapter) -> None:
    await sender.send(GROUP, Text("t", "长" * 3000), key="k")
    assert len(json.loads(platform.bodies[0])["text"]["content"].encode()) <= 2048

"""Pages inside WeCom: silent login, and the signatures that let a page call the client."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.errors import NotDeliverable, PlatformRefused, SendError
from adapters.http import Http
from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.world import World
from adapters.wecom import Adapter, Config
from bot.clock import MovableClock
from tests.adapters.sandbox.fake import START
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, clock, config

BOT = "http://127.0.0.1:9"


class There:
    def __init__(self, platforms: Platforms, adapter: Adapter, time: MovableClock) -> None:
        self.platforms, self.adapter, self.time = platforms, adapter, time
        self.app = platforms.wecom.apps[0]

    async def code_of(self, user: str, back: str = f"{BOT}/sidebar/back/wecom") -> str:
        """The code with which the client of ``user`` comes home; "" where it is refused."""
        async with httpx.AsyncClient(trust_env=False) as client:
            base = self.platforms.standin("wecom").base
            await client.get(f"{base}/client/open", params={"as": user, "to": base})
            answer = await client.get(self.adapter.login_url(back, "a1" * 32).replace("#wechat_redirect", ""))
            if answer.status_code != 302:
                return ""
            query = parse_qs(urlsplit(answer.headers["location"]).query)
            assert query["state"] == ["a1" * 32]
            return query["code"][0]


@asynccontextmanager
async def there() -> AsyncIterator[There]:
    time, http, app = MovableClock(START), Http(), WecomApp()
    async with on_loopback(World(time)) as platforms:
        platforms.point(app.name, f"{BOT}/callback/wecom/wecom")
        base = platforms.standin("wecom").base
        account = Config(
            app.name, app.corp_id, app.agent_id, app.secret, app.token, app.aes_key, api_base=base, oauth_base=base
        )
        yield There(platforms, Adapter(account, time, http, MemoryTokens(), MemoryLimits(time)), time)
    await http.close()


@pytest.fixture
async def door() -> AsyncIterator[There]:
    async with there() as one:
        yield one


def test_the_address_is_the_platforms() -> None:
    made = Adapter(config(corp_id="ww1", agent_id=7), clock(), Http(), MemoryTokens(), MemoryLimits(clock()))
    url = made.login_url("https://crm.example.com/sidebar/back/main", "abc123")
    assert url == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww1&redirect_uri=https%3A%2F%2Fcrm.example.com"
        "%2Fsidebar%2Fback%2Fmain&response_type=code&scope=snsapi_base&state=abc123&agentid=7#wechat_redirect"
    )
    for bad in ("", "a b", "ü", "a" * 129, "a&x=1"):
        with pytest.raises(ValueError, match="state"):
            made.login_url("https://crm.example.com/", bad)


async def test_a_member_is_named_once(door: There) -> None:
    code = await door.code_of("zhang.wei")
    assert await door.adapter.whose(code) == "zhang.wei"
    with pytest.raises(PlatformRefused):
        await door.adapter.whose(code)


async def test_a_code_lives_five_minutes(door: There) -> None:
    code = await door.code_of("zhang.wei")
    door.time.advance(minutes=5)
    with pytest.raises(PlatformRefused):
        await door.adapter.whose(code)


@pytest.mark.parametrize("code", ["", "x", "x" * 513, "../gettoken"])
async def test_what_is_no_code_names_nobody(door: There, code: str) -> None:
    with pytest.raises(PlatformRefused):
        await door.adapter.whose(code)


async def test_somebody_outside_the_company_is_nobody(door: There) -> None:
    with pytest.raises(NotDeliverable):
        await door.adapter.whose(await door.code_of("wmTEST0000000000000000000000001A"))


async def test_the_platform_brings_nobody_to_a_foreign_host(door: There) -> None:
    assert await door.code_of("zhang.wei", "http://evil.example/sidebar/back/wecom") == ""
    assert await door.code_of("zhang.wei", "http://127.0.0.1:8/sidebar/back/wecom") == ""


async def test_both_signatures_are_by_their_own_ticket(door: There) -> None:
    url = f"{BOT}/sidebar/?in=wecom"
    keys = await door.adapter.page_keys(url + "#top")
    company, app = door.platforms.wecom.pages.signs(door.app)
    assert company != app and (keys["corpId"], keys["agentId"]) == (door.app.corp_id, door.app.agent_id)
    for name, ticket in (("config", company), ("agentConfig", app)):
        said = keys[name]
        text = f"jsapi_ticket={ticket}&noncestr={said['nonceStr']}&timestamp={said['timestamp']}&url={url}"
        assert hashlib.sha1(text.encode()).hexdigest() == said["signature"]
        assert said["timestamp"] == int(START.timestamp())
    assert company not in str(keys) and app not in str(keys)


async def test_tickets_are_fetched_once_and_again_when_they_are_old(door: There) -> None:
    for _ in range(3):
        await door.adapter.page_keys(f"{BOT}/sidebar/")
    asked = [path for path in door.platforms.wecom.calls if "ticket" in path]
    assert sorted(asked) == ["get_jsapi_ticket", "ticket/get"]


async def test_a_dead_token_is_renewed_for_a_login_too(door: There) -> None:
    code = await door.code_of("zhang.wei")
    await door.adapter.check()
    door.platforms.world.faults.set("wecom", "token_expired", 1)
    assert await door.adapter.whose(code) == "zhang.wei"


async def test_a_platform_that_is_away_is_told_apart_from_a_bad_code(door: There) -> None:
    code = await door.code_of("zhang.wei")
    door.platforms.world.faults.set("wecom", "down", 60)
    with pytest.raises(SendError) as fault:
        await door.adapter.whose(code)
    assert not isinstance(fault.value, PlatformRefused | NotDeliverable)

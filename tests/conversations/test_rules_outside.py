"""A rule that asks an outside address: the answer is used; whatever it does, all goes on and the admin hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.outside import NotAnswered, Outside, public
from storage import due, outbox
from tests.conversations.chat import Chat
from tests.conversations.test_rules import with_rule


@dataclass
class There:
    """An address on loopback that does what it is told."""

    url: str = ""
    does: str = "answer"
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def hears(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(await request.json())
        if self.does == "stall":
            await asyncio.sleep(30)
        if self.does == "away":
            raise web.HTTPFound("http://169.254.169.254/")
        if self.does == "fail":
            return web.Response(status=500, text="no")
        if self.does == "swell":
            return web.Response(text="x" * 100_000)
        return web.json_response({"free": 3}) if self.does == "answer" else web.Response(text="[1]")


@asynccontextmanager
async def listening() -> AsyncIterator[There]:
    there, app = There(), web.Application()
    app.router.add_post("/stock", there.hears)
    async with TestServer(app) as server:
        there.url = str(server.make_url("/stock"))
        yield there


def rules(url: str, ms: int = 800) -> str:
    return (
        f'[[rule]]\nid = "stock"\nname = "问库存"\nwhen = ["activity"]\ntimeout_ms = {ms}\nfailures = 2\n'
        f'then = [{{ do = "call", url = "{url}", inside = true }}]\n\n'
        '[[rule]]\nid = "short"\nname = "库存紧"\nwhen = ["activity"]\n'
        'if = "has(called.stock) && called.stock.free < 10"\n'
        'then = [{ do = "tag", tag = "库存紧" }, { do = "push", to = "manager", say = "{customer}库存紧。" }]\n'
    )


async def test_what_it_answers_wakes_the_rule_that_waits_for_it(chat: Chat) -> None:
    async with listening() as there:
        await with_rule(chat, rules(there.url))
        await chat.says("li.na", "松涛何校长今天来电话了，嫌太贵")
        await chat.demo.desk.quiet(20)
        [asked] = there.heard
        assert (asked["rule"], asked["event"]["kind"], asked["signals"]) == ("stock", "activity", ["price_objection"])
        assert "太贵" not in str(asked), "what people wrote stays here"
        [told] = await chat.heard_of("wang.fang", "rule.push")
        assert told.text.startswith("松涛教育库存紧。")
        [tagged] = [one for one in await chat.records("audit") if one["kind"] == "customer.tags"]
        assert tagged["actor"] == "rule"


@pytest.mark.parametrize(
    ("does", "why"), [("stall", "外部地址 200 毫秒没应答"), ("fail", "外部地址答了 500"), ("away", "外部地址答了 302")]
)
async def test_one_that_stalls_or_fails_holds_up_nobody_and_the_admin_is_told(chat: Chat, does: str, why: str) -> None:
    async with listening() as there:
        there.does = does
        await with_rule(chat, rules(there.url, ms=200))
        assert (await chat.says("li.na", "松涛何校长今天来电话了")).kind.startswith("reading")
        await chat.demo.desk.quiet(20)
        assert f"规则「问库存」失败 1 次（{why}）" in (await chat.says("admin", "/health")).text
        await chat.says("li.na", "松涛孙老师说价格再看看")
        await chat.demo.desk.quiet(20)
        [off] = await chat.heard_of("admin", "rule.off")
        assert (off.title, off.line("末次")) == ("规则「问库存」已停", why)
        await chat.says("li.na", "松涛孙老师要了案例")
        await chat.demo.desk.quiet(20)
        assert len(there.heard) == 2, "a rule that is off asks nobody"
        assert not await chat.heard_of("wang.fang", "rule.push")
    assert not await due.of_kinds(["rule.call"])
    assert await outbox.next_due() is None


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "0.0.0.0", "224.0.0.1"],
)
def test_addresses_that_lead_inwards(host: str) -> None:
    assert not public(host)


async def test_a_name_that_leads_inwards_is_not_asked_unless_it_is_listed() -> None:
    async with listening() as there:
        outside = Outside()
        named = there.url.replace("127.0.0.1", "localhost.localdomain")
        for url in (there.url, named, there.url.replace("127.0.0.1", "2130706433")):
            with pytest.raises(NotAnswered, match=r"内网|连不上"):
                await outside.ask(url, {}, inside=False, seconds=2)
        assert not there.heard
        assert await outside.ask(there.url, {}, inside=True, seconds=2) == {"free": 3}
        there.does = "swell"
        with pytest.raises(NotAnswered, match="超过 64 KB"):
            await outside.ask(there.url, {}, inside=True, seconds=2)
        there.does = "list"
        with pytest.raises(NotAnswered, match="不是一个 JSON 对象"):
            await outside.ask(there.url, {}, inside=True, seconds=2)
        await outside.close()

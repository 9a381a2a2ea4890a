"""Addresses outside are told, signed, behind the record; what they do in return hurts nobody."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from adapters import signing
from adapters.outside import NotAnswered, Outside, reachable
from bot import webhooks as service
from bot.posting import WAITS
from storage import sql, webhooks
from tests.conversations.chat import Chat


@dataclass
class Crm:
    """A system that hears: what came, and what it answers, call by call (200 when nothing else is planned)."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"} if status == 302 else {})

    def told(self, event: str) -> list[dict[str, Any]]:
        found = [json.loads(raw) for _, raw in self.heard]
        return [one for one in found if one["event"] == event]


@pytest.fixture
async def crm() -> AsyncIterator[Crm]:
    one = Crm()
    site = web.Application()
    site.router.add_post("/genjin", one.hear)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/genjin"
    yield one
    await runner.cleanup()


async def hears(chat: Chat, crm: Crm, words: str = "") -> str:
    """The secret that the address was added with."""
    said = await chat.says("admin", f"/webhook add {crm.url} {words} 内网")
    found = re.search(r"签名密钥（只显示这一次）：(\S+)", said.text)
    assert found, said.text
    return found[1]


async def states() -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in await sql.fetch("SELECT state, tries FROM delivery ORDER BY id")]


async def test_a_stage_is_told_with_a_signature_that_holds(chat_on_both: Chat, crm: Crm) -> None:
    chat = chat_on_both
    secret = await hears(chat, crm)
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    [(headers, raw)] = crm.heard
    now = chat.demo.app.clock.now()
    signing.check(headers[signing.TIMESTAMP], headers[signing.SIGNATURE], raw, [secret], now)
    body = json.loads(raw)
    deal = await chat.opportunity("松涛教育")
    assert body["event"] == "stage.changed" and body["id"] == headers["X-Genjin-Delivery"]
    assert body["data"] == {
        "opportunity_id": deal["id"], "customer_id": deal["customer_id"], "customer": "松涛教育科技有限公司",
        "owner_id": deal["owner_id"], "pipeline": "default",
        "from": {"stage": "needs_confirmed", "state": "open"}, "to": {"stage": "solution_demo", "state": "open"},
    }  # fmt: skip
    await chat.says("li.na", "撤销")
    assert [one["data"]["to"]["stage"] for one in crm.told("stage.changed")] == ["solution_demo", "needs_confirmed"]
    everything = str([await chat.records(kind) for kind in ("audit", "message")])
    assert secret not in everything


async def test_promises_and_leads_are_told(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm)
    await chat.says("zhang.wei", "启明制造郑总要备件清单，我周四前发备件清单")
    await chat.says("zhang.wei", "启明制造郑总要报价单，我明天发报价单")
    card = (await chat.heard_of("zhang.wei", "reading.clear"))[-1]
    await chat.until("2026-03-11 18:20")
    [late] = crm.told("commitment.overdue")
    assert (late["data"]["what"], late["data"]["state"], late["data"]["due"]) == ("发报价单", "overdue", "2026-03-11")
    await chat.says("zhang.wei", "报价单发过去了")
    assert [one["data"]["what"] for one in crm.told("commitment.kept")] == ["发报价单"]
    await chat.web.post("/sandbox/api/lead", json={"company": "启明制造", "name": "小孟", "phone": "13912345678"})
    [lead] = crm.told("lead.assigned")
    assert lead["data"]["owner_id"] == (await chat.records("lead"))[0]["owner_id"] is not None
    assert "小孟" not in str(crm.heard) and "13912345678" not in str(crm.heard)
    assert card is not None


async def test_only_what_was_asked_for(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm, "承诺")
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    assert crm.heard == []
    assert "承诺闭环、承诺过期" in (await chat.says("admin", "/webhook")).text


async def test_an_address_that_fails_is_tried_again_and_given_up(chat: Chat, crm: Crm) -> None:
    secret = await hears(chat, crm)
    crm.answers = [500, 302, 200]
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    assert await states() == [("new", 1)]
    assert "在等 1，没送到 0（外部地址答了 500）" in (await chat.says("admin", "/webhook list")).text
    await chat.until("2026-03-10 10:01")
    assert await states() == [("sent", 3)] and len(crm.heard) == 3
    assert len({raw for _, raw in crm.heard}) == 1
    assert len({headers["X-Genjin-Delivery"] for headers, _ in crm.heard}) == 1
    headers, raw = crm.heard[-1]
    signing.check(headers[signing.TIMESTAMP], headers[signing.SIGNATURE], raw, [secret], chat.demo.app.clock.now())

    crm.answers = [503] * 20
    await chat.says("chen.jie", "/stage 安澜酒店 方案演示")
    await chat.until("2026-03-11 12:00")
    assert (await states())[-1] == ("dead", len(WAITS) + 1)
    [told] = await chat.heard_of("admin", "webhook.given_up")
    assert told.text == "外部地址 127.0.0.1 一直没送到（外部地址答了 503），停下的有 1 条。修好后私聊我：/webhook retry"
    assert "没送到外部系统的 1 条（看 /webhook）" in (await chat.says("admin", "/health")).text
    crm.answers = []
    assert "1 条重新往" in (await chat.says("admin", "/webhook retry 1")).text
    assert (await states())[-1] == ("sent", 1)
    assert "没送到外部系统" not in (await chat.says("admin", "/health")).text


async def test_what_a_process_had_in_hand_when_it_died_is_sent_by_the_next(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm)
    crm.answers = [500]
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    later = chat.demo.app.clock.now() + timedelta(minutes=1)
    [taken] = await webhooks.claim(later, 10, "somebody who dies", 60)
    assert await webhooks.claim(later, 10, "another", 60) == [] and taken.tries == 2
    await sql.run("UPDATE delivery SET lease_until = 1")
    await chat.until("2026-03-10 10:02")
    assert await states() == [("sent", 3)] and len(crm.told("stage.changed")) == 2


async def test_an_address_that_never_answers_holds_up_no_other_s(chat_on_both: Chat, crm: Crm) -> None:
    """Of each address so many are taken up as it may be asked at once, and nothing more while they are out."""
    chat = chat_on_both
    await hears(chat, crm)
    [good] = await webhooks.standing()
    now = chat.demo.app.clock.now()
    slow = replace(good, id="whk_slow")
    waiting = [service.delivery(slow, "test", {}, event="e", at=now - timedelta(hours=1)) for _ in range(300)]
    await webhooks.put([*waiting, service.delivery(good, "test", {}, event="e", at=now)])
    taken = await webhooks.claim(now, 80, "me", 60, each=4)
    assert sorted(one.webhook_id for one in taken) == sorted([good.id] + ["whk_slow"] * 4)
    assert [one.webhook_id for one in await webhooks.claim(now, 80, "me", 60, each=4, but=["whk_slow"])] == []
    assert len(await webhooks.claim(now, 80, "me", 60, each=4)) == 4


async def test_a_removed_address_hears_nothing_more(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm)
    assert "往" in (await chat.says("admin", "/webhook test")).text
    assert [one["event"] for one in map(json.loads, [raw for _, raw in crm.heard])] == ["test"]
    [one] = await webhooks.standing()
    await chat.says("admin", "/webhook remove 1")
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    assert len(crm.heard) == 1 and await webhooks.secret(one.id) == ""
    assert (await chat.says("admin", "/webhook")).text.startswith("还没有外部地址")


async def test_a_refused_record_tells_nobody(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm)
    await chat.says("zhang.wei", "/stage 华东医械 合同签署")
    assert crm.heard == [] and await states() == []


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("http://127.0.0.1/x", "内网"), ("http://localhost:8787/", "内网"), ("http://[::1]/", "内网"),
        ("http://10.0.0.7/", "内网"), ("http://169.254.169.254/latest", "内网"), ("http://[::ffff:127.0.0.1]/", "内网"),
        ("http://[64:ff9b::7f00:1]/", "内网"), ("http://[2002:a9fe:a9fe::]/", "内网"),
        ("http://[::127.0.0.1]/", "内网"),
        ("http://[64:ff9b:1::1]/", "内网"), ("http://[fec0::1]/", "内网"), ("http://[::ffff:0:10.0.0.1]/", "内网"),
        ("http://0.0.0.0/", "内网"), ("http://2130706433/", ""), ("file:///etc/passwd", "地址要写成"),
        ("gopher://x/", "地址要写成"), ("https://", "地址要写成"), ("https://u:p@example.com/", "用户名"),
        ("https://example.com/#x", "用户名"), ("https://[::1", "地址要写成"), ("crm", ""),
    ],
)  # fmt: skip
async def test_where_nobody_may_be_sent(chat: Chat, url: str, mend: str) -> None:
    said = await chat.says("admin", f"/webhook add {url}")
    if url == "http://2130706433/":  # a name to us, an address to the resolver: looked at with the call
        await chat.says("admin", "/webhook test")
        assert "在等 1" in (await chat.says("admin", "/webhook list")).text
        return
    assert mend in said.text and "签名密钥" not in said.text
    assert await webhooks.standing() == []


async def test_link_local_is_nobody_s_even_inside(chat: Chat) -> None:
    for url in ("http://169.254.169.254/latest", "http://[fe80::1]/", "http://0.0.0.0/", "http://224.0.0.1/"):
        assert "签名密钥" not in (await chat.says("admin", f"/webhook add {url} 内网")).text
    for carrier in ("64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "::169.254.169.254", "::ffff:0:169.254.169.254", "::"):
        assert not reachable(carrier, inside=True), carrier
    assert reachable("2400:3200::1", inside=False) and reachable("::1", inside=True)
    assert reachable("10.0.0.1", inside=True) and not reachable("::ffff:169.254.169.254", inside=True)


async def test_a_name_that_leads_inwards_is_refused_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async def inwards(*_: Any) -> list[dict[str, Any]]:
        return [
            {"hostname": "evil.example.com", "host": "169.254.169.254", "port": 80, "family": 2, "proto": 0, "flags": 0}
        ]

    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", inwards)
    outside = Outside()
    for inside in (False, True):
        with pytest.raises(NotAnswered, match="内网"):
            await outside.tell("http://evil.example.com/", b"{}", {}, inside=inside, seconds=2)
    await outside.close()


async def test_who_may(chat: Chat) -> None:
    for who in ("zhang.wei", "wang.fang"):
        assert (await chat.says(who, "/webhook add https://crm.example.com/x")).kind == "cmd.noright"
    assert await webhooks.standing() == []
    assert "没有“天气”这件事" in (asked := await chat.says("admin", "/webhook add https://crm.example.com/x 天气")).text
    assert "加好了" in (await chat.taps("admin", asked, "use_it")).text
    [one] = await webhooks.standing()
    assert (one.url, len(one.events)) == ("https://crm.example.com/x", 4)
    await chat.says("admin", "/webhook add crm.example.com/y 阶段,线索、承诺")
    [_, other] = await webhooks.standing()
    assert (other.url, len(other.events)) == ("https://crm.example.com/y", 4)

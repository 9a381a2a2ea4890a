"""Calls to the platform, against a server on loopback: tokens, faults of the line, limits, files. What the platform
answers when it refuses stands in test_refusals.py."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from adapters.errors import (
    Misconfigured,
    NotDeliverable,
    PlatformRefused,
    Retryable,
    SendError,
    TokenRejected,
    Unseen,
)
from adapters.events import FileRef
from adapters.http import Http
from adapters.messages import Address, Button, Card, Text
from adapters.wecom import Adapter
from adapters.wecom.client import file_name
from tests.adapters.wecom.twins import AT, MemoryLimits, MemoryTokens, Platform, clock, config

TO = Address("main", "zhang.wei")
WORDS = Text("t", "明天 10:00 回访华东医疗")
CARD = Card("c", "松涛教育 · 记下了", buttons=(Button("confirm", "确认"),))
SEND = "message/send"


def refusing(*codes: int) -> Callable[[web.Request], dict[str, Any]]:
    """Says each code once, then ok."""
    left = list(codes)

    def say(_: web.Request) -> dict[str, Any]:
        code = left.pop(0) if left else 0
        return {"errcode": code, "errmsg": f"hint, from ip: 10.0.3.7, code {code}", "msgid": "m1"}

    return say


def only(*good: str) -> Callable[[web.Request], dict[str, Any]]:
    """Takes only these tokens."""

    def say(request: web.Request) -> dict[str, Any]:
        code = 0 if request.query["access_token"] in good else 42001
        return {"errcode": code, "errmsg": "access_token expired", "msgid": "m1"}

    return say


# tokens


async def test_a_hundred_calls_with_a_dead_token_fetch_one(sender: Adapter, platform: Platform) -> None:
    await sender.send(TO, WORDS, key="k0")
    platform.say[SEND] = only("token-2")
    people = [Address("main", f"rep{n}") for n in range(100)]
    sent = await asyncio.gather(*(sender.send(to, WORDS, key=f"k{n}") for n, to in enumerate(people)))
    assert [one.reference for one in sent] == ["m1"] * 100
    assert platform.calls["gettoken"] == 2
    assert platform.calls[SEND] == 1 + 200


async def test_a_hundred_first_calls_fetch_one_token(sender: Adapter, platform: Platform) -> None:
    people = [Address("main", f"rep{n}") for n in range(100)]
    await asyncio.gather(*(sender.send(to, WORDS, key="k") for to in people))
    assert platform.calls["gettoken"] == 1


async def test_a_refresh_that_fails_makes_no_storm(sender: Adapter, platform: Platform) -> None:
    platform.say["gettoken"] = refusing(*[-1] * 500)
    people = [Address("main", f"rep{n}") for n in range(100)]
    failed = await asyncio.gather(*(sender.send(to, WORDS, key="k") for to in people), return_exceptions=True)
    assert all(isinstance(error, Retryable) for error in failed)
    assert platform.calls["gettoken"] == 1
    assert platform.calls[SEND] == 0


async def test_after_failures_the_pauses_grow_and_end_with_success(
    platform: Platform, http: Http, aiohttp_server: Any
) -> None:
    server, now = await aiohttp_server(platform.app()), clock()
    adapter = Adapter(config(api_base=str(server.make_url("/"))), now, http, MemoryTokens(), MemoryLimits(now))
    platform.say["gettoken"] = refusing(-1, -1, -1)
    tries = []
    while not tries or tries[-1] != "sent":
        try:
            await adapter.send(TO, WORDS, key="k")
            tries.append("sent")
        except Retryable:
            tries.append("failed")
            now.advance(seconds=0.5)
        platform.say.setdefault("gettoken", refusing())
        if platform.calls["gettoken"] == 3:
            platform.say["gettoken"] = lambda _: {"access_token": "t", "expires_in": 7200}
    assert platform.calls["gettoken"] == 4
    assert len(tries) == 15  # 1, 2 and 4 s in steps of half a second, and the one that went


async def test_a_token_that_stays_refused_is_repeated_once(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = only("none")
    platform.say["gettoken"] = lambda _: {"errcode": 0, "access_token": "same", "expires_in": 7200}
    failed = await asyncio.gather(
        *(sender.send(Address("main", f"rep{n}"), WORDS, key="k") for n in range(20)), return_exceptions=True
    )
    assert all(isinstance(error, TokenRejected) for error in failed)
    assert platform.calls[SEND] == 40
    assert platform.calls["gettoken"] == 2


async def test_a_token_that_another_replica_fetched_is_used(
    platform: Platform, http: Http, aiohttp_server: Any
) -> None:
    server, now, shared = await aiohttp_server(platform.app()), clock(), MemoryTokens()
    base = str(server.make_url("/"))
    first, second = (Adapter(config(api_base=base), now, http, shared, MemoryLimits(now)) for _ in range(2))
    await first.send(TO, WORDS, key="k1")
    platform.say[SEND] = only("token-2")
    await second.send(TO, WORDS, key="k2")
    await first.send(TO, WORDS, key="k3")
    assert platform.calls["gettoken"] == 2


async def test_the_token_is_kept_for_less_than_it_lives(platform: Platform, http: Http, aiohttp_server: Any) -> None:
    class Noting(MemoryTokens):
        async def put(self, name: str, token: str, seconds: float) -> None:
            lives.append((name, seconds))
            await super().put(name, token, seconds)

    lives: list[tuple[str, float]] = []
    server, now = await aiohttp_server(platform.app()), clock()
    adapter = Adapter(config(api_base=str(server.make_url("/"))), now, http, Noting(), MemoryLimits(now))
    await adapter.send(TO, WORDS, key="k")
    assert lives == [("wecom:ww0123456789abcdef:1000002:token", 6900.0)]


# what the platform says


@pytest.mark.parametrize("code", [40001, 40013, 40091])
async def test_bad_credentials_wait_for_the_admin(sender: Adapter, platform: Platform, code: int) -> None:
    platform.say["gettoken"] = refusing(code, code)
    with pytest.raises(Misconfigured) as error:
        await sender.send(TO, WORDS, key="k")
    assert "secret" in error.value.hint
    with pytest.raises(Misconfigured) as again:
        await sender.send(TO, WORDS, key="k")
    assert again.value.hint == error.value.hint
    assert platform.calls["gettoken"] == 1


@pytest.mark.parametrize("word", ["invaliduser", "unlicenseduser"])
async def test_taken_but_not_for_the_member_is_not_sent(sender: Adapter, platform: Platform, word: str) -> None:
    platform.say[SEND] = lambda _: {"errcode": 0, "errmsg": "ok", word: "li.na|zhang.wei", "msgid": "m"}
    with pytest.raises(NotDeliverable):
        await sender.send(Address("main", "Zhang.Wei"), WORDS, key="k")
    await sender.send(Address("main", "zhang"), WORDS, key="k")


@pytest.mark.parametrize("user", ["@all", "@ALL", "a|b", "", "张伟", "a b", "x" * 65])
async def test_one_push_reaches_one_member_only(sender: Adapter, platform: Platform, user: str) -> None:
    with pytest.raises(NotDeliverable):
        await sender.send(Address("main", user), WORDS, key="k")
    with pytest.raises(NotDeliverable):
        await sender.change(Address("main", user), CARD, key="k", change_code="rc")
    assert not platform.calls


async def test_a_card_that_had_arrived_is_not_an_error(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = refusing(42014)
    assert (await sender.send(TO, CARD, key="k")).data == {"repeat": True}
    platform.say["message/update_template_card"] = refusing(42022)
    assert (await sender.change(TO, CARD, key="k", change_code="rc")).data == {"repeat": True}


async def test_the_code_to_change_a_card_comes_back(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = lambda _: {"errcode": 0, "msgid": "m7", "response_code": "rc7"}
    sent = await sender.send(TO, CARD, key="k")
    assert (sent.reference, sent.change_code, sent.change_uses) == ("m7", "rc7", 1)
    await sender.change(TO, CARD, key="k", change_code="rc7")
    body = json.loads(platform.bodies[-1])
    assert (body["userids"], body["response_code"], body["agentid"]) == (["zhang.wei"], "rc7", 1000002)
    with pytest.raises(NotDeliverable):
        await sender.change(TO, CARD, key="k", change_code="")


async def test_the_same_key_gives_the_same_bytes(sender: Adapter, platform: Platform) -> None:
    for key, push in [("k1", WORDS), ("k1", WORDS), ("k2", WORDS), ("k1", CARD), ("k1", CARD)]:
        await sender.send(TO, push, key=key)
    sent = [body for body in platform.bodies if body]
    assert sent[0] == sent[1] != sent[2]
    assert sent[3] == sent[4]


# what goes wrong on the way


def html(status: int) -> Callable[[web.Request], web.Response]:
    return lambda _: web.Response(status=status, text="<html>bad gateway</html>", content_type="text/html")


async def hang(_: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


async def drop(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def not_http(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.write(b"220 mail.example ESMTP\r\n")
    request.transport.close()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"errcode":0,"err')
    assert request.transport
    request.transport.close()
    return response


@pytest.mark.parametrize(
    ("say", "kind"),
    [
        (hang, Unseen),
        (drop, Unseen),
        (half, Unseen),
        (not_http, Unseen),
        (lambda _: web.Response(text="[" * 100_000), Unseen),
        (lambda _: web.Response(body=b"x" * 3_000_000), PlatformRefused),
    ],
    ids=["hang", "drop", "half", "not-http", "deep", "huge"],
)
async def test_each_fault_of_the_line_has_its_error(
    sender: Adapter, platform: Platform, say: Any, kind: type[SendError]
) -> None:
    platform.say[SEND] = say
    with pytest.raises(SendError) as error:
        await sender.send(TO, WORDS, key="k")
    assert type(error.value) is kind
    assert platform.calls[SEND] == 1
    assert "access_token" not in f"{error.value} {error.value.__cause__}"


async def test_nobody_there_is_retryable_and_surely_not_sent(http: Http, unused_tcp_port: int) -> None:
    now = clock()
    adapter = Adapter(
        config(api_base=f"http://127.0.0.1:{unused_tcp_port}"), now, http, MemoryTokens(), MemoryLimits(now)
    )
    with pytest.raises(Retryable) as error:
        await adapter.send(TO, WORDS, key="k")
    assert not isinstance(error.value, Unseen)


async def test_no_log_line_holds_a_token_or_an_address(sender: Adapter, platform: Platform, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    await sender.send(TO, WORDS, key="k")
    platform.say[SEND] = html(500)
    with pytest.raises(Unseen):
        await sender.send(TO, WORDS, key="k")
    logged = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("aiohttp"))
    assert "token-1" not in logged
    assert "gj-made-up-secret" not in logged
    assert "access_token=" not in logged


# limits


async def test_cards_to_many_are_counted_by_member_and_not_among_the_calls_of_a_minute(
    platform: Platform, http: Http, aiohttp_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.wecom.client._CALLS_A_MINUTE", 3)
    server, now = await aiohttp_server(platform.app()), clock()
    adapter = Adapter(config(api_base=str(server.make_url("/"))), now, http, MemoryTokens(), MemoryLimits(now))
    for n in range(6):
        await adapter.send(Address("main", f"rep{n}"), WORDS, key=f"k{n}")
    assert platform.calls[SEND] == 6
    for n in range(3):
        await adapter.change(TO, CARD, key=f"c{n}", change_code="code")
    with pytest.raises(Retryable):
        await adapter.change(TO, CARD, key="c4", change_code="code")


async def test_to_one_member_thirty_a_minute_and_a_thousand_an_hour(
    platform: Platform, http: Http, aiohttp_server: Any
) -> None:
    server, now = await aiohttp_server(platform.app()), clock()
    adapter = Adapter(config(api_base=str(server.make_url("/"))), now, http, MemoryTokens(), MemoryLimits(now))
    for n in range(30):
        await adapter.send(TO, WORDS, key=f"k{n}")
    now.advance(seconds=20)
    with pytest.raises(Retryable) as error:
        await adapter.send(Address("main", "ZHANG.wei"), WORDS, key="k30")
    assert error.value.wait == 40.0
    await adapter.send(Address("main", "li.na"), WORDS, key="other")
    assert platform.calls[SEND] == 31
    for _ in range(32):
        now.advance(minutes=1)
        for n in range(30):
            await adapter.send(TO, WORDS, key=f"k{n}")
    now.advance(minutes=1)
    with pytest.raises(Retryable) as error:
        for n in range(30):
            await adapter.send(TO, WORDS, key=f"k{n}")
    assert platform.calls[SEND] == 1001
    now.set(AT + timedelta(hours=1, seconds=1))
    await adapter.send(TO, WORDS, key="k")


# files


async def test_a_file_comes_with_its_name(sender: Adapter, platform: Platform) -> None:
    def say(request: web.Request) -> web.Response:
        assert request.query["media_id"] == "1abc"
        head = {"Content-Disposition": "attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%2Ejpg"}
        return web.Response(body=b"\xff\xd8jpeg", content_type="image/jpeg", headers=head)

    platform.say["media/get"] = say
    assert await sender.fetch(FileRef("1abc", kind="image")) == ("报价.jpg", b"\xff\xd8jpeg")


async def test_a_json_file_is_a_file_and_a_json_answer_an_error(sender: Adapter, platform: Platform) -> None:
    head = {"Content-Disposition": 'attachment; filename="a.json"'}
    platform.say["media/get"] = lambda _: web.json_response({"errcode": 40007}, headers=head)
    assert await sender.fetch(FileRef("m")) == ("a.json", b'{"errcode": 40007}')
    platform.say["media/get"] = lambda _: web.Response(
        body=b'{"errcode":40007,"errmsg":"invalid media_id"}', content_type="text/plain"
    )
    with pytest.raises(PlatformRefused) as error:
        await sender.fetch(FileRef("m"))
    assert "3 天" in error.value.hint
    platform.say["media/get"] = html(200)
    with pytest.raises(Unseen):
        await sender.fetch(FileRef("m"))


async def test_a_file_over_the_limit_is_left(sender: Adapter, platform: Platform, monkeypatch: Any) -> None:
    monkeypatch.setattr("adapters.wecom.client._FILE_MOST", 1000)
    platform.say["media/get"] = lambda _: web.Response(body=b"x" * 1001, content_type="image/png")
    with pytest.raises(PlatformRefused):
        await sender.fetch(FileRef("m"))


async def test_an_expired_token_on_a_file_is_renewed(sender: Adapter, platform: Platform) -> None:
    platform.say["media/get"] = lambda request: (
        web.Response(body=b"jpeg", content_type="image/jpeg")
        if request.query["access_token"] == "token-2"
        else web.json_response({"errcode": 42001})
    )
    assert await sender.fetch(FileRef("m", kind="image")) == ("image", b"jpeg")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2F..%2Fx", "x"),
        ('attachment; filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ('attachment; filename="a\x00b.pdf"', "ab.pdf"),
        (f'attachment; filename="{"长" * 300}.pdf"', "长" * 120),
        ('attachment; filename=".."', ""),
        ("inline", ""),
        ("", ""),
    ],
)
def test_a_files_name_is_only_a_name(header: str, name: str) -> None:
    assert file_name(header) == name


async def test_a_file_is_handed_in_as_multipart(sender: Adapter, platform: Platform) -> None:
    platform.say["media/upload"] = lambda _: {"errcode": 0, "type": "file", "media_id": "3a8", "created_at": "1"}
    assert await sender._client.keep_file("file", "报价.pdf", b"%PDF-1.7 ...") == "3a8"
    assert platform.queries[-1] == {"access_token": "token-1", "type": "file"}
    assert b'name="media"' in platform.bodies[-1]
    assert b"%PDF-1.7 ..." in platform.bodies[-1]


# doctor and groups


async def test_the_doctor_hears_what_the_platform_says(sender: Adapter, platform: Platform) -> None:
    platform.say["agent/get"] = lambda request: {"errcode": 0, "name": "跟进", "agentid": request.query["agentid"]}
    assert await sender.check() == "企业微信应答正常：应用「跟进」"
    platform.say["agent/get"] = refusing(60020)
    with pytest.raises(Misconfigured):
        await sender.check()


async def test_a_group_gets_plain_text(sender: Adapter, platform: Platform) -> None:
    await sender.send(Address("main", chat="seal"), CARD, key="k")
    assert platform.calls["appchat/send"] == 1
    assert json.loads(platform.bodies[-1]) == {
        "chatid": "seal",
        "msgtype": "text",
        "text": {"content": "【松涛教育 · 记下了】\n1 确认  （回数字或字都行）"},
        "safe": 0,
    }

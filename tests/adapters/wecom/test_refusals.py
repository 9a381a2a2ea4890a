"""What WeCom answers when it will not, mocked at its own address: one answer, one error, one hint."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import respx

from adapters.errors import (
    Misconfigured,
    NotDeliverable,
    PlatformRefused,
    Retryable,
    SendError,
    TokenRejected,
    Unseen,
)
from adapters.http import Http
from adapters.messages import Address, Text
from adapters.wecom import Adapter
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, clock, config

TO, WORDS = Address("main", "zhang.wei"), Text("t", "明天 10:00 回访华东医疗")
OK = {"errcode": 0, "errmsg": "ok", "msgid": "m1"}


@pytest.fixture
def wecom(http: Http) -> Adapter:
    """An adapter that believes it speaks to WeCom itself."""
    now = clock()
    return Adapter(config(), now, http, MemoryTokens(), MemoryLimits(now))


@pytest.fixture
def tokens(network: respx.MockRouter) -> respx.Route:
    """WeCom gives token-1, token-2, …"""
    route = network.get(host="qyapi.weixin.qq.com", path="/cgi-bin/gettoken")
    return route.mock(
        side_effect=lambda _: httpx.Response(
            200, json={"errcode": 0, "access_token": f"token-{route.call_count + 1}", "expires_in": 7200}
        )
    )


@pytest.fixture
def send(network: respx.MockRouter, tokens: respx.Route) -> respx.Route:
    return network.post(host="qyapi.weixin.qq.com", path="/cgi-bin/message/send").respond(json=OK)


def used(send: respx.Route) -> list[str]:
    """The tokens with which it was asked, in order."""
    return [call.request.url.params["access_token"] for call in send.calls]


async def test_the_words_go_to_the_member(wecom: Adapter, send: respx.Route) -> None:
    assert (await wecom.send(TO, WORDS, key="k")).reference == "m1"
    body = json.loads(send.calls.last.request.content)
    assert (body["touser"], body["text"]["content"]) == ("zhang.wei", "明天 10:00 回访华东医疗")


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_dead_token_is_renewed_and_the_call_repeated_once(
    wecom: Adapter, send: respx.Route, tokens: respx.Route, code: int
) -> None:
    send.side_effect = [httpx.Response(200, json={"errcode": code}), httpx.Response(200, json=OK)]
    assert (await wecom.send(TO, WORDS, key="k")).reference == "m1"
    assert used(send) == ["token-1", "token-2"]
    assert tokens.call_count == 2
    first, second = (call.request.content for call in send.calls)
    assert first == second


async def test_a_token_refused_twice_is_not_asked_a_third_time(wecom: Adapter, send: respx.Route) -> None:
    send.respond(json={"errcode": 40014})
    with pytest.raises(TokenRejected):
        await wecom.send(TO, WORDS, key="k")
    assert used(send) == ["token-1", "token-2"]


async def test_over_the_daily_number_no_call_leaves_until_the_pause_ends(wecom: Adapter, send: respx.Route) -> None:
    send.respond(json={"errcode": 45009, "errmsg": "reach max api daily quota limit"})
    for _ in range(3):
        with pytest.raises(Retryable) as error:
            await wecom.send(TO, WORDS, key="k")
        assert error.value.wait == 60.0
    assert send.call_count == 1


@pytest.mark.parametrize(
    ("code", "kind", "wait", "hint"),
    [
        (-1, Retryable, None, "稍后自动再试"),
        (45009, Retryable, 60.0, "调用次数"),
        (45033, Retryable, 60.0, "同时"),
        (60020, Misconfigured, 60.0, "企业可信IP 里加上本机地址 10.0.3.7"),
        (301002, Misconfigured, 300.0, "agent_id"),
        (43012, Misconfigured, 300.0, "回调地址"),
        (301056, Misconfigured, 300.0, "启用审批"),
        (301057, Retryable, None, "稍后自动再试"),
        (301025, PlatformRefused, None, "维护者"),
        (81013, NotDeliverable, None, "可见范围"),
        (60111, NotDeliverable, None, "停用"),
        (40058, PlatformRefused, None, "维护者"),
        (99999, PlatformRefused, None, "错误码"),
    ],
)
async def test_each_code_has_its_error_and_hint(
    wecom: Adapter, send: respx.Route, code: int, kind: type[SendError], wait: float | None, hint: str
) -> None:
    send.respond(json={"errcode": code, "errmsg": f"hint, from ip: 10.0.3.7, code {code}"})
    with pytest.raises(SendError) as error:
        await wecom.send(TO, WORDS, key="k")
    assert type(error.value) is kind
    assert getattr(error.value, "wait", None) == wait
    assert hint in error.value.hint
    assert "token-1" not in str(error.value)


PAGE = {"html": "<html>bad gateway</html>"}


@pytest.mark.parametrize(
    ("said", "kind", "wait"),
    [
        (httpx.Response(500, **PAGE), Unseen, None),
        (httpx.Response(502, **PAGE), Unseen, None),
        (httpx.Response(200, **PAGE), Unseen, None),
        (httpx.Response(503, **PAGE), Retryable, None),
        (httpx.Response(429, headers={"Retry-After": "17"}), Retryable, 17.0),
        pytest.param(httpx.Response(200, text='{"errcode":0,"msgid":"m'), Unseen, None, id="half JSON"),
        pytest.param(httpx.Response(200, json=[1]), Unseen, None, id="a list"),
        pytest.param(httpx.Response(200, json={"errcode": "0"}), Unseen, None, id="a code in words"),
        (httpx.Response(302, headers={"Location": "/cgi-bin/elsewhere"}), Retryable, None),
        (httpx.Response(404, **PAGE), PlatformRefused, None),
        (httpx.ReadTimeout, Unseen, None),
        (httpx.RemoteProtocolError, Unseen, None),
        (httpx.ConnectTimeout, Retryable, None),
        (httpx.ConnectError, Retryable, None),
    ],
    ids=lambda said: f"{said.status_code}" if isinstance(said, httpx.Response) else None,
)
async def test_each_bad_answer_has_its_error(
    wecom: Adapter,
    network: respx.MockRouter,
    send: respx.Route,
    said: Any,
    kind: type[SendError],
    wait: float | None,
) -> None:
    elsewhere = network.route(path="/cgi-bin/elsewhere").respond(json=OK)
    send.mock(side_effect=[said])
    with pytest.raises(SendError) as error:
        await wecom.send(TO, WORDS, key="k")
    assert type(error.value) is kind
    assert getattr(error.value, "wait", None) == wait
    assert send.call_count == 1
    assert not elsewhere.called


async def test_a_host_that_no_test_plays_is_an_error_that_names_it(http: Http) -> None:
    with pytest.raises(AssertionError, match=r"qyapi\.weixin\.qq\.com"):
        await http.get("https://qyapi.weixin.qq.com/cgi-bin/gettoken")

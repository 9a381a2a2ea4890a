"""Rows 23 to 27 on DingTalk and Feishu, through the whole bot; WeCom's stand in test_forged.py, test_malformed.py and
test_hostile.py."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from yarl import URL

from bot.cli.demo import PLATFORMS, running
from tests.conversations.chat import TUESDAY, Chat
from tests.faults.attacks import MOST_SENT, logged, measured, pours, standing
from tests.faults.doors import Knock, app_of, forged, honest, knocked, message, now, subscription
from tests.fixtures.effort import least_cpu
from tests.fixtures.web import web_at

OTHERS = [name for name in PLATFORMS if name != "wecom"]
REPORT = "今天拜访了华东医械的王总，预算批了，电话13912345678"
CPU_MOST = 0.25
"""As in test_malformed.py: both ends and the storing included."""


@pytest.fixture(params=OTHERS)
async def on(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    platform: str = request.param
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["wecom", platform]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web, platform)


def report(chat: Chat, id: str, text: str = REPORT) -> bytes:
    return json.dumps(message(chat, text, id), ensure_ascii=False).encode()


async def refused(chat: Chat) -> float:
    codes = ("bad_signature", "bad_request", "bad_payload", "stale")
    name = "genjin_callbacks_refused_total"
    return sum([await measured(chat, name, account=chat.platform, code=code) for code in codes])


async def test_row_23_what_is_forged_changes_nothing_and_is_counted(on: Chat) -> None:
    """Each refused in the one shape of errors and counted, none quoted in the log; the same, not forged, is heard."""
    app, plain = app_of(on), report(on, "om_forged")
    before, counted, n = await standing(on), await refused(on), 0
    with logged(on) as log:
        for name, knock in forged(on, plain):
            n += 1
            answer = await knocked(on, knock)
            assert 400 <= answer.status_code < 500, name
            error = answer.json()["error"]
            assert (set(error), bool(error["hint"])) == ({"code", "message", "hint"}, True), name
        assert len(log.of("callback.refused")) == n == len(log.lines()), "one line an event"
        for word in ("华东", "预算", "13912345678", "encrypt", app.token, getattr(app, "client_secret", app.name * 9)):
            assert word not in log.getvalue()
    assert await standing(on) == before
    assert await refused(on) == counted + n
    assert (await knocked(on, honest(on, plain))).status_code == 200
    assert await standing(on) != before


async def test_row_24_outside_its_window_a_captured_one_is_refused_and_in_it_heard_once(on: Chat) -> None:
    window = on.demo.app.adapters[on.platform]._config.window_seconds  # type: ignore[attr-defined]
    for seconds in (-window - 60, window + 60):
        late = honest(on, report(on, "om_late"), now(on) + timedelta(seconds=seconds))
        answer = await knocked(on, late)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "stale")
    assert await on.records("message") == []
    captured = honest(on, report(on, "om_young"), now(on) - timedelta(seconds=window - 60))
    assert {(await knocked(on, captured)).status_code for _ in range(4)} == {200}
    assert await on.demo.desk.quiet(20)
    assert [one["event_key"] for one in await on.records("message")] == ["om_young"]


def inside(chat: Chat) -> dict[str, bytes]:
    """What the platform seals by mistake; what can be read of it carries Feishu's token."""
    token = app_of(chat).token
    head = b'{"header":{"token":"%s"},"msgtype":"text",' % token.encode()
    return {
        "empty": b"",
        "not JSON": b"hello",
        "XML": b"<xml><FromUserName>zhang.wei</FromUserName></xml>",
        "a list": b"[1]",
        "truncated": report(chat, "om_cut")[:-9],
        "GBK": head + '"text":"预算批了"}'.encode("gbk"),
        "nothing inside": head + b'"x":1}',
        "no time": head + b'"event":{"message":{}},"msgId":"om_1"}',
        "time of letters": head + b'"createAt":"now","ts":"now","event":{"type":"approval_instance"}}',
        "time beyond all": head + b'"createAt":' + b"9" * 300 + b',"ts":' + b"9" * 300 + b"}",
        "deep": head + b'"a":' + b"[" * 100_000,
        "deep and closed": head + b'"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "a long number": head + b'"a":' + b"9" * 20_000 + b"}",
    }  # fmt: skip


async def test_row_25_authentic_but_broken_is_set_aside_and_counted(on: Chat) -> None:
    """Each is answered 200, so that the platform does not send it again, and stands for an admin to look at."""
    before = await standing(on)
    for n, (name, plain) in enumerate(inside(on).items(), 1):
        spent, answer = await least_cpu(partial(knocked, on, honest(on, plain)), CPU_MOST)
        assert spent < CPU_MOST, name
        assert answer.status_code == 200, name
        assert await on.demo.desk.quiet(20)
        assert await measured(on, "genjin_inbox_rows", state="set_aside") == n, name
    after = await standing(on)
    assert {kind for kind in before if before[kind] != after[kind]} <= {"message", "inbox"}
    assert (await on.web.get("/healthz")).status_code == 200
    assert (await on.says("zhang.wei", "今天拜访了华东医械的王总，聊了聊方案")).text


async def test_row_25_halves_of_characters_and_nul_are_no_trouble(on: Chat) -> None:
    for n, text in enumerate(("a\x00b 华东医械预算批了", "\ud800华东医械预算批了", "华东医械预算批了\udfff\x00")):
        plain = json.dumps(message(on, text, f"om_{n}\x00\ud800")).encode()
        assert (await knocked(on, honest(on, plain))).status_code == 200
    assert await on.demo.desk.quiet(20)
    assert [one["state"] for one in await on.records("message")] == ["handled"] * 3
    assert len(await on.records("activity")) == 3


OUTSIDE: dict[str, tuple[Callable[[bytes], bytes], set[int]]] = {
    "100,000 deep": (lambda _: b"[" * 100_000, {400, 403}),
    "100,000 deep, closed": (lambda _: b'{"encrypt":' + b"[" * 100_000 + b"]" * 100_000 + b"}", {400, 403}),
    "80,000 names deep": (lambda _: b'{"encrypt":' * 80_000, {400, 403}),
    "XML 100,000 deep": (lambda _: b"<a>" * 100_000, {400, 403}),
    "two megabytes": (lambda body: body + b" " * (2 * 1024 * 1024), {413}),
    "two megabytes of brackets": (lambda _: b"[" * (2 * 1024 * 1024), {413}),
    "no base64": (lambda _: b'{"encrypt":"####"}', {400, 403}),
    "a number": (lambda _: b'{"encrypt":7}', {400, 403}),
    "empty": (lambda _: b"", {400, 403}),
}


async def test_rows_25_to_27_bombs_without_a_signature_are_refused_cheaply(on: Chat) -> None:
    """At each of the ways in: a message, an event, a tap."""
    before = await standing(on)
    for good in strangers(on):
        for name, (change, statuses) in OUTSIDE.items():
            bomb = Knock(good.url, change(good.body), good.head, good.query)
            spent, answer = await least_cpu(partial(knocked, on, bomb), CPU_MOST)
            assert spent < CPU_MOST, name
            assert answer.status_code in statuses, name
    assert await standing(on) == before


def strangers(chat: Chat) -> list[Knock]:
    """One of each way in, with a signature that is none."""
    app, plain = app_of(chat), report(chat, "om_bomb")
    if chat.platform == "feishu":
        return [honest(chat, plain).with_("head", "X-Lark-Signature", "0" * 64), Knock(app.callback_url, plain, [], [])]
    sealed = subscription(app, plain, now(chat)).with_("query", "msg_signature", "0" * 40)
    card = [("x-ddpaas-signature", "x"), ("x-ddpaas-signature-timestamp", "1773108000000")]
    return [honest(chat, plain).with_("head", "sign", "x"), sealed, Knock(app.callback_url, plain, card, [])]


async def test_row_27_a_body_in_pieces_without_end_is_refused_early(on: Chat) -> None:
    before = await standing(on)
    line, sent = await pours(URL(app_of(on).callback_url))
    assert b" 413 " in line or not line, "a line that is reset may take the answer with it"
    assert sent < MOST_SENT, "it was read on and on"
    assert await standing(on) == before

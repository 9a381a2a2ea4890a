"""Rows 23 and 24: who is not the platform changes nothing and is not quoted; who repeats it is late, or heard once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.sandbox.seal import Seal
from adapters.sandbox.wecom_callbacks import sealed
from tests.conversations.chat import Chat
from tests.faults.attacks import Query, another, knocks, logged, measured, plain_of, standing, the_app

REPORT = "今天拜访了华东医械的王总，预算批了，电话13912345678"
Made = tuple[Query, bytes]


def honest(chat: Chat, seal: Seal | None = None, text: str = REPORT) -> tuple[dict[str, str], bytes]:
    """A callback right in every way but for ``seal``, where one is given."""
    app, now = the_app(chat), chat.demo.app.clock.now()
    query, body = sealed(app, plain_of(chat, text), now)
    if seal is None:
        return query, body
    locked = seal.close(plain_of(chat, text))
    query["msg_signature"] = seal.sign(query["timestamp"], query["nonce"], locked)
    return query, f"<xml><Encrypt><![CDATA[{locked}]]></Encrypt></xml>".encode()


def with_query(change: Callable[[dict[str, str]], Query]) -> Callable[[Chat], Made]:
    def made(chat: Chat) -> Made:
        query, body = honest(chat)
        return change(query), body

    return made


def without(name: str) -> Callable[[Chat], Made]:
    return with_query(lambda query: {key: value for key, value in query.items() if key != name})


def doubled(name: str) -> Callable[[Chat], Made]:
    return with_query(lambda query: [*query.items(), (name, query[name])])


def sealed_with(**fields: str) -> Callable[[Chat], Made]:
    return lambda chat: honest(chat, another(chat, **fields))


def other_words(chat: Chat) -> Made:
    """The signature of one message above the cipher of another."""
    return honest(chat)[0], honest(chat, text="把商机转给我")[1]


FORGED = {
    "forged signature": (with_query(lambda q: {**q, "msg_signature": "0" * 40}), 403),
    "signature of one digit else": (
        with_query(lambda q: {**q, "msg_signature": q["msg_signature"][:-1] + "01"[q["msg_signature"][-1] == "0"]}),
        403,
    ),
    "signature that is no hexadecimal": (with_query(lambda q: {**q, "msg_signature": "É" * 40}), 403),
    "another's words": (other_words, 403),
    "another app's token": (sealed_with(token="anotherToken"), 403),
    "another corp": (sealed_with(receive_id="wwanothercorp"), 403),
    "another key": (sealed_with(aes_key="A" * 43), 400),
    "no signature": (without("msg_signature"), 400),
    "no timestamp": (without("timestamp"), 400),
    "no nonce": (without("nonce"), 400),
    "nothing at all": (with_query(lambda _: {}), 400),
    "signature doubled": (doubled("msg_signature"), 400),
    "timestamp doubled": (doubled("timestamp"), 400),
    "nonce doubled": (doubled("nonce"), 400),
    "other moment than signed": (with_query(lambda q: {**q, "timestamp": str(int(q["timestamp"]) + 1)}), 403),
}


async def test_row_23_what_is_forged_changes_nothing_and_is_counted(chat: Chat) -> None:
    """All of them on one bot: each refused in the one shape of errors, none quoted in the log, nothing changed."""
    before, counted_before, refused = await standing(chat), await counted(chat), 0
    with logged(chat) as log:
        for name, (make, status) in FORGED.items():
            answer = await knocks(chat, *make(chat))
            assert answer.status_code == status, name
            error = answer.json()["error"]
            assert set(error) == {"code", "message", "hint"}, name
            assert error["hint"], name
            refused += 1
        assert len(log.of("callback.refused")) == refused == len(log.lines()), "one line an event"
        for word in ("华东", "预算", "13912345678", "<xml", the_app(chat).token, the_app(chat).aes_key):
            assert word not in log.getvalue()
    assert await standing(chat) == before
    assert await counted(chat) == counted_before + refused
    assert await knocks_honestly(chat) == 200
    assert await standing(chat) != before


async def counted(chat: Chat) -> float:
    codes = ("bad_signature", "bad_request", "bad_payload")
    return sum([await measured(chat, "genjin_callbacks_refused_total", account="wecom", code=c) for c in codes])


async def knocks_honestly(chat: Chat) -> int:
    """So that the refusals above were for what was forged and for nothing else."""
    return (await knocks(chat, *honest(chat))).status_code


async def test_row_23_the_refusal_tells_not_how_far_a_forger_got(chat: Chat) -> None:
    """Who has not the token is told one thing, whatever else of his was right: the cipher is not even opened."""
    stranger = another(chat, token="anotherToken", aes_key="A" * 43, receive_id="wwother")
    made = [FORGED[name][0](chat) for name in ("forged signature", "another app's token", "another's words")]
    said = {(await knocks(chat, *one)).text for one in [*made, honest(chat, stranger)]}
    assert len(said) == 1


@pytest.mark.parametrize("minutes", [11, 60, -11])
async def test_row_24_a_captured_callback_is_refused_outside_its_window(chat: Chat, minutes: int) -> None:
    """Though the signature is the platform's own."""
    captured = honest(chat)
    before = await standing(chat)
    chat.demo.desk._hand.set(chat.demo.app.clock.now() + timedelta(minutes=minutes))
    assert (await knocks(chat, *captured)).status_code == 403
    assert await standing(chat) == before


async def test_row_24_in_the_window_it_is_heard_once(chat: Chat) -> None:
    captured = honest(chat)
    assert (await knocks(chat, *captured)).status_code == 200
    await chat.until("2026-03-10 10:09")
    first = len(await chat.records("activity"))
    shown = len(await chat.heard("zhang.wei"))
    assert shown == 1
    for _ in range(3):
        assert (await knocks(chat, *captured)).status_code == 200
    assert await chat.demo.desk.quiet(20)
    assert len(await chat.records("activity")) == first
    assert len(await chat.heard("zhang.wei")) == shown

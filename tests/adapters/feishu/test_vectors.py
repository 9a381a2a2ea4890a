"""Every vector of vectors.json: made with the official SDK, and what a strict reader must refuse. (Those of the long
connection are in test_frames.py.)"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from aiohttp import web

from adapters.errors import BadPayload
from adapters.events import InboundEvent
from adapters.feishu import Adapter
from adapters.feishu.plaintext import peek
from adapters.feishu.signature import (
    object_of,
    old_card_signature,
    page_signature,
    robot_sign,
    sealed,
    signature,
    unsealed,
)
from adapters.messages import Text
from tests.adapters.feishu.twins import PATH, VECTORS, config
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf

REASONS = {
    "wrong_token": "bad_signature",
    "wrong_signature": "bad_signature",
    "bad_signature": "bad_signature",
    "missing_signature": "bad_signature",
    "stale_timestamp": "stale",
    "bad_ciphertext": "bad_payload",
    "bad_request": "bad_payload",
}
BY_ID = {case["id"]: case for case in VECTORS}
POSTED = [case for case in VECTORS if case["kind"] in ("http_event", "card_callback")]


@pytest.fixture
def asked(http: Any, now: Any, shelf: Shelf, aiohttp_client: Any) -> Any:
    """Posts a vector to an adapter that is locked as it says: (adapter, answer)."""

    async def ask(case: dict[str, Any]) -> tuple[Adapter, Any]:
        given = case["config"]
        keys = (given["encrypt_key"],) if given["encrypt_key"] else ()
        adapter = Adapter(
            config(encrypt_key=keys, verification_token=(given["verification_token"],)),
            now, http, MemoryTokens(), MemoryLimits(now),
        )  # fmt: skip
        adapter._sink = shelf
        app = web.Application()
        app.add_routes(adapter.routes())
        bot = await aiohttp_client(app)
        sent = case["request"]
        return adapter, await bot.post(PATH, data=sent["body"].encode(), headers=sent["headers"])

    return ask


@pytest.mark.parametrize("case", POSTED, ids=lambda case: case["id"])
async def test_a_callback_is_taken_or_refused(case: dict[str, Any], asked: Any, shelf: Shelf) -> None:
    expect = case["expect"]
    if case["kind"] == "card_callback":
        shelf.card = Text("k", "已确认")
    adapter, answer = await asked(case)
    if expect["outcome"] == "reject":
        assert (await answer.json())["error"]["code"] == REASONS[expect["reason"]]
        assert 400 <= answer.status < 500
        assert shelf.kept == []
        return
    assert answer.status == expect["http_status"]
    if "json" in expect and "challenge" in expect["json"]:
        assert await answer.json() == expect["json"]
        assert shelf.kept == []
        return
    (kept,) = shelf.kept
    if "event_id" in expect:
        assert object_of(kept.payload)["header"]["event_id"] == expect["event_id"]
    assert kept.key == expect.get("dedupe_key", kept.key)
    _as_expected(adapter.parse(kept.payload), expect)


def _as_expected(event: Any, expect: dict[str, Any]) -> None:
    if "message" in expect:
        said = expect["message"]
        assert isinstance(event, InboundEvent)
        assert (event.key, event.chat) == (said["message_id"], said["chat_id"])
        assert (event.text, event.sender.user) == (said["text_without_bot_mention"], said["sender_open_id"])
    if "approval" in expect:
        states = {"APPROVED": "agreed", "REJECTED": "refused"}
        told = expect["approval"]
        assert event.kind == "approval"
        assert event.data["approval"] == told["instance_code"]
        assert event.data["state"] == states[told["status"]]
    if "left_open_id" in expect:
        assert (event.kind, event.data["user"], event.data["gone"]) == ("contact", expect["left_open_id"], True)
    if "action" in expect:
        assert (event.kind, event.sender.user) == ("tap", expect["action"]["operator_open_id"])
        assert event.data["form"] == expect["action"]["form_value"]


@pytest.mark.parametrize("case", ["duplicate-event", "duplicate-message-new-event-id"])
async def test_pushed_again_a_message_has_the_key_of_the_first(case: str, asked: Any, shelf: Shelf) -> None:
    await asked(BY_ID[BY_ID[case]["expect"]["after"]])
    _, answer = await asked(BY_ID[case])
    assert answer.status == 200
    assert [kept.key for kept in shelf.kept] == [BY_ID[case]["expect"]["dedupe_key"]]


async def test_the_published_sample_is_opened() -> None:
    case = BY_ID["decrypt-published-doc"]
    assert unsealed(case["ciphertext"], case["config"]["encrypt_key"]) == case["expect"]["plaintext"].encode()


SEALED = [case for case in POSTED if case["expect"]["outcome"] == "accept" and case["config"]["encrypt_key"]]


@pytest.mark.parametrize("case", SEALED, ids=lambda case: case["id"])
def test_our_own_sealing_and_signing_give_the_same_bytes(case: dict[str, Any]) -> None:
    key, body = case["config"]["encrypt_key"], case["request"]["body"].encode()
    encrypt = json.loads(body)["encrypt"]
    assert sealed(unsealed(encrypt, key), key, base64.b64decode(encrypt)[:16]) == encrypt
    head = case["request"]["headers"]
    if head:
        stamp, nonce = head["X-Lark-Request-Timestamp"], head["X-Lark-Request-Nonce"]
        assert signature(stamp, nonce, key, body) == head["X-Lark-Signature"]


def test_a_published_sample_cut_or_with_another_key_is_refused() -> None:
    whole = BY_ID["decrypt-published-doc"]["ciphertext"]
    for encrypt, key in ((whole[:-8], "test key"), (whole, "another key"), ("", "test key"), ("%%", "test key")):
        with pytest.raises(BadPayload):
            unsealed(encrypt, key)


def test_the_old_card_address_is_signed_with_the_token() -> None:
    case = BY_ID["legacy-card-signature"]
    head, token = case["request"]["headers"], case["config"]["verification_token"]
    signed = old_card_signature(
        head["X-Lark-Request-Timestamp"], head["X-Lark-Request-Nonce"], token, case["request"]["body"].encode()
    )
    assert signed == head["X-Lark-Signature"]


@pytest.mark.parametrize("case", [c for c in VECTORS if c["kind"] == "custom_bot_sign"], ids=lambda c: c["id"])
def test_a_group_robot_is_addressed(case: dict[str, Any]) -> None:
    signed = robot_sign(case["config"]["secret"], case["config"]["timestamp"])
    expect = case["expect"]
    assert signed == expect["sign"] if "sign" in expect else signed != expect["wrong_sign"]


def test_a_page_is_signed() -> None:
    case = BY_ID["jssdk-signature"]
    given = case["config"]
    signed = page_signature(given["jsapi_ticket"], given["noncestr"], int(given["timestamp"]), given["url"] + "#part")
    assert signed == case["expect"]["signature"]


def test_what_is_no_json_still_has_a_key() -> None:
    assert peek(b"\xff").key == peek(b"\xff").key != peek(b"\xfe").key

"""Every vector of vectors.json: the platform's published samples, and what a strict reader must refuse."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import pytest
from multidict import MultiDict

from adapters.errors import BadPayload, BadRequest
from adapters.events import Ignored, InboundEvent
from adapters.wecom.jsapi import page_signature
from adapters.wecom.media import opened_media
from adapters.wecom.parse import parse, tree_of
from adapters.wecom.plaintext import encrypt_of, key
from adapters.wecom.reply import envelope
from adapters.wecom.signature import Lock
from tests.adapters.wecom.twins import VECTORS

REASONS = {"signature": "bad_signature", "receiver": "bad_signature", "stale": "stale"}


def lock(case: dict[str, Any]) -> Lock:
    config = VECTORS["configs"][case["config"]]
    return Lock(config["token"], config["encoding_aes_key"], config["receive_id"])


def opened(case: dict[str, Any], query: dict[str, str]) -> bytes:
    encrypt = query["echostr"] if case["method"] == "GET" else _encrypt(case)
    now = datetime.fromtimestamp(int(case.get("now") or query["timestamp"]), UTC)
    lock(case).check(MultiDict(query), encrypt, now, case.get("window_s", 600))
    return lock(case).open(encrypt)


def _encrypt(case: dict[str, Any]) -> str:
    return json.loads(case["body"])["encrypt"] if case["config"] == "bot" else encrypt_of(case["body"].encode())


def cases(section: str, result: str) -> list[Any]:
    chosen = [case for case in VECTORS[section] if case.get("expect", {}).get("result") == result]
    return [pytest.param(case, id=case["id"]) for case in chosen]


@pytest.mark.parametrize("case", [*cases("callbacks", "accept"), *cases("smart_robot", "accept")])
def test_an_authentic_callback_is_opened(case: dict[str, Any]) -> None:
    plain = opened(case, case["query"])
    expect = case["expect"]
    assert plain.decode() == (expect.get("plaintext") or expect.get("response_body") or plain.decode())
    if "fields" in expect:
        assert tree_of(plain) == expect["fields"]
    if case.get("raw_query"):
        assert opened(case, dict(parse_qsl(case["raw_query"]))) == plain


@pytest.mark.parametrize("case", [*cases("callbacks", "reject"), *cases("smart_robot", "reject")])
def test_anything_else_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        opened(case, case["query"])
    expect = case["expect"]
    assert refused.value.code == REASONS.get(expect["reason"], "bad_payload")
    assert refused.value.status == expect.get("status", 403)


SEALED = [c for c in VECTORS["callbacks"] if "random16" in c and c["expect"]["result"] == "accept"]


@pytest.mark.parametrize("case", SEALED, ids=lambda c: c["id"])
def test_our_own_sealing_gives_the_same_bytes(case: dict[str, Any]) -> None:
    plain = opened(case, case["query"])
    assert lock(case).close(plain, _chance(case)) == case["encrypt"]


@pytest.mark.parametrize("case", VECTORS["passive_replies"], ids=lambda c: c["id"])
def test_a_passive_reply_is_sealed(case: dict[str, Any]) -> None:
    said = envelope(case["plaintext"], lock(case), case["timestamp"], case["nonce"], _chance(case))
    assert said == case["response_body"]


def test_a_robots_answer_is_sealed() -> None:
    case = next(case for case in VECTORS["smart_robot"] if case.get("direction") == "out")
    expected = json.loads(case["response_body"])
    encrypt = lock(case).close(case["plaintext"].encode(), _chance(case))
    assert encrypt == expected["encrypt"]
    assert lock(case).signature(str(expected["timestamp"]), expected["nonce"], encrypt) == expected["msgsignature"]


@pytest.mark.parametrize("case", VECTORS["media"], ids=lambda c: c["id"])
def test_robot_media_is_opened(case: dict[str, Any]) -> None:
    plain = opened_media(base64.b64decode(case["cipher_b64"]), case["key"])
    assert plain == base64.b64decode(case["plain_b64"])
    assert sha256(plain).hexdigest() == case["plain_sha256"]


def test_robot_media_with_the_wrong_key_is_refused() -> None:
    first, second, _ = VECTORS["media"]
    with pytest.raises(BadPayload):
        opened_media(base64.b64decode(first["cipher_b64"]), second["key"])
    with pytest.raises(BadPayload):
        opened_media(b"odd", first["key"])
    with pytest.raises(BadPayload):
        opened_media(base64.b64decode(first["cipher_b64"]), "short")


@pytest.mark.parametrize("case", VECTORS["jsapi"], ids=lambda c: c["id"])
def test_a_page_is_signed(case: dict[str, Any]) -> None:
    signed = page_signature(case["ticket"], case["noncestr"], case["timestamp"], case["page_url"])
    assert signed == case["signature"]


def test_a_delivery_repeated_has_the_key_of_the_first() -> None:
    by_id = {case["id"]: case for case in VECTORS["callbacks"]}
    for case in VECTORS["callbacks"]:
        first = case["expect"].get("duplicate_of")
        if first:
            assert key(opened(case, case["query"])) == key(opened(by_id[first], by_id[first]["query"]))


def test_two_changes_of_the_same_second_have_two_keys() -> None:
    a, b = (case for case in VECTORS["callbacks"] if case["id"].startswith("sys-collision"))
    assert key(opened(a, a["query"])) != key(opened(b, b["query"]))


def later(name: str) -> InboundEvent | Ignored:
    case = next(case for case in VECTORS["callbacks"] if case["id"] == name)
    return parse(opened(case, case["query"]), "main")


def test_what_the_platform_adds_later_is_taken() -> None:
    """An event is let be; what a person sent is answered with the word that it cannot be read."""
    assert isinstance(later("evt-unknown"), Ignored)
    heard = later("msg-unknown-type")
    assert isinstance(heard, InboundEvent) and (heard.kind, heard.unreadable) == ("message", "other")


def test_the_normalised_values_of_the_vectors() -> None:
    """What the vectors call normalised, in our names."""
    seen = {c["id"]: parse(opened(c, c["query"]), "main") for c in VECTORS["callbacks"] if _is_event(c)}
    tap = seen["evt-template-card-button"]
    assert (tap.button, tap.card, tap.reply_code) == ("stage_confirm", "gj-task-0001", "rc-AAAA0001")
    assert tap.data["answers"] == {"q_stage": ("opt_quote",)}
    assert seen["evt-template-card-multi"].data["answers"] == {"q1": ("a", "b"), "q2": ("c",)}
    assert seen["evt-template-card-menu"].data["answers"] == {}
    assert seen["evt-external-del-by-transfer"].data["event"] == "transferred"
    assert seen["evt-external-del-follow-user"].data["event"] == "lost"
    assert seen["evt-external-del-follow-user"].sender.user == "zhangsan"
    assert seen["evt-external-chat-update"].data["members"] == ["wmTEST0000000000000000000000001A"]
    approval = seen["evt-sys-approval-pass"]
    assert approval.data == {"approval": "202609210001", "template": "TPLtest0001", "state": "agreed"}
    assert approval.sender.user == "zhangsan"


def _is_event(case: dict[str, Any]) -> bool:
    return case["id"].startswith("evt-")


def _chance(case: dict[str, Any]) -> bytes:
    return case["random16"].encode()

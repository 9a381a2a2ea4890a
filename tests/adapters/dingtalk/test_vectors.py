"""Every vector of vectors.json, in both directions: what the platform's own code accepts, and what a strict reader must
refuse."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
from multidict import CIMultiDict, MultiDict

from adapters.dingtalk import frames, plaintext
from adapters.dingtalk.parse import parse
from adapters.dingtalk.plaintext import peek
from adapters.dingtalk.signature import Lock, check_card, check_robot, page_signature, robot_sign, webhook_query
from adapters.errors import BadRequest
from adapters.events import Ignored, InboundEvent
from adapters.sandbox.seal import Seal
from tests.adapters.dingtalk.twins import BY_ID, VECTORS

CODES = {
    "bad_signature": "bad_signature", "missing_signature": "bad_signature", "stale_timestamp": "stale",
    "wrong_owner_key": "bad_signature", "bad_ciphertext": "bad_payload",
}  # fmt: skip
STATES = {"approved": "agreed", "refused": "refused", "withdrawn": "withdrawn", "pending": "running"}


def of(kind: str, outcome: str = "") -> list[Any]:
    chosen = [v for v in VECTORS if v["kind"] == kind and (not outcome or v["expect"]["outcome"] == outcome)]
    return [pytest.param(v, id=v["id"]) for v in chosen]


def now(case: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(case["config"]["now_ms"] / 1000, UTC)


def window(case: dict[str, Any]) -> float:
    """Without one in the case its clock is not looked at, as the vectors say."""
    return float(case["config"].get("window_ms", "inf")) / 1000


def lock(case: dict[str, Any]) -> Lock:
    config = case["config"]
    return Lock(config["token"], config["aes_key"], (config["owner_key"],))


def plain_of(case: dict[str, Any]) -> bytes:
    """What the adapter keeps of the case; raises BadRequest where it refuses."""
    request, config = case["request"], case["config"]
    if case["kind"] == "event_http":
        encrypt = json.loads(request["body"])["encrypt"]
        lock(case).check(MultiDict(request["query"]), encrypt, now(case), window(case))
        return lock(case).open(encrypt)
    headers, body = CIMultiDict(request["headers"]), request["body"].encode()
    if case["kind"] == "robot_http":
        check_robot(headers, [config["app_secret"]], now(case), window(case))
        return body
    stamp = check_card(headers, [config["api_secret"]], now(case), window(case))
    return plaintext.tap(json.loads(body), "one delivery", stamp)


def heard(case: dict[str, Any]) -> InboundEvent:
    event = parse(plain_of(case), "ding")
    assert isinstance(event, InboundEvent)
    return event


@pytest.mark.parametrize("case", of("robot_sign"))
def test_a_robots_sign_is_the_published_one(case: dict[str, Any]) -> None:
    assert robot_sign(case["config"]["app_secret"], case["config"]["timestamp"]) == case["expect"]["sign"]


@pytest.mark.parametrize("case", of("custom_bot_sign"))
def test_a_group_robots_address_is_signed(case: dict[str, Any]) -> None:
    secret, stamp = case["config"]["secret"], case["config"]["timestamp"]
    assert robot_sign(secret, stamp) == case["expect"]["sign"]
    assert webhook_query(secret, stamp) == case["expect"]["query"]


@pytest.mark.parametrize("case", of("jsapi_sign"))
def test_a_page_is_signed(case: dict[str, Any]) -> None:
    config = case["config"]
    given = (config["jsapi_ticket"], config["noncestr"], config["timestamp"], config["url"])
    assert page_signature(*given) == case["expect"]["signature"]
    assert page_signature(*given[:3], config["url"] + "#part") == case["expect"]["signature"]


@pytest.mark.parametrize("case", of("robot_http", "accept"))
def test_a_robots_message_is_heard(case: dict[str, Any]) -> None:
    event, expect = heard(case), case["expect"].get("message", {})
    assert event.kind == "message"
    assert event.text == expect.get("text", event.text)
    assert [file.handle for file in event.files] == expect.get("files", [file.handle for file in event.files])
    assert bool(event.data.get("voice")) == expect.get("is_voice", False)
    assert (event.unreadable == "other") == expect.get("unsupported", False)
    if "group" in expect:
        assert (event.chat, event.sender.user, event.key) == ("cidDemo==", expect["sender_user_id"], expect["msgId"])
    if "file_name" in expect:
        assert event.files[0].name == expect["file_name"]


@pytest.mark.parametrize("case", of("event_http", "accept"))
def test_an_event_is_opened(case: dict[str, Any]) -> None:
    plain, expect = plain_of(case), case["expect"]
    if "plaintext" in expect:
        assert plain.decode() == expect["plaintext"]
    event = parse(plain, "ding")
    if "approval" in expect:
        assert isinstance(event, InboundEvent) and event.kind == "approval"
        assert event.data["approval"] == expect["approval"]["id"]
        assert event.data["state"] == STATES[expect["approval"]["state"]]
    if "left" in expect:
        assert isinstance(event, InboundEvent)
        assert (event.data["change"], event.data["users"]) == ("delete_user", expect["left"])
    if expect.get("event_type") == "check_url" or "task" in expect:
        assert isinstance(event, Ignored)


@pytest.mark.parametrize("case", of("event_http", "ignore"))
def test_an_event_of_tomorrow_is_let_be(case: dict[str, Any]) -> None:
    assert plain_of(case).decode() == case["expect"]["plaintext"]
    assert parse(plain_of(case), "ding") == Ignored("unknown_event")


@pytest.mark.parametrize("case", of("card_http", "accept"))
def test_a_tap_is_heard(case: dict[str, Any]) -> None:
    event, action = heard(case), case["expect"]["action"]
    assert (event.kind, event.card, event.sender.user) == ("tap", action["outTrackId"], action["user_id"])
    assert (event.button, event.data["params"]) == (action["params"]["action"], action["params"])
    assert list(event.data["actions"]) == action["action_ids"]


REJECTED = [*of("robot_http", "reject"), *of("event_http", "reject"), *of("card_http", "reject")]


@pytest.mark.parametrize("case", REJECTED)
def test_anything_else_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        plain_of(case)
    assert refused.value.code == CODES[case["expect"]["reason"]]
    assert refused.value.status in (400, 403)


@pytest.mark.parametrize("case", [*of("robot_http", "accept"), *of("event_http", "accept")])
def test_a_delivery_repeated_has_the_key_of_the_first(case: dict[str, Any]) -> None:
    if first := case["expect"].get("after"):
        assert peek(plain_of(case)).key == peek(plain_of(BY_ID[first])).key


@pytest.mark.parametrize("case", of("event_reply"))
def test_the_answer_is_sealed(case: dict[str, Any]) -> None:
    config = case["config"]
    made = lock(case).sealed(b"success", config["timeStamp"], config["nonce"], config["random16"].encode())
    assert made == case["expect"]["json"]


@pytest.mark.parametrize("case", of("event_http", "accept"))
def test_our_own_sealing_gives_the_same_bytes(case: dict[str, Any]) -> None:
    """The vectors' random bytes stand at the head of what was opened. The stand-in's seal gives them as well."""
    encrypt, config = json.loads(case["request"]["body"])["encrypt"], case["config"]
    chance = b"" if case["id"].endswith("published") else b"0123456789abcdef"
    if chance:
        assert lock(case).close(plain_of(case), chance) == encrypt
        assert Seal(config["token"], config["aes_key"], config["owner_key"]).close(plain_of(case), chance) == encrypt
    seal = Seal(config["token"], config["aes_key"], config["owner_key"])
    assert seal.open(lock(case).close(plain_of(case))) == plain_of(case) == lock(case).open(encrypt)


@pytest.mark.parametrize("case", of("stream_frame"))
def test_a_frame_is_answered(case: dict[str, Any]) -> None:
    frame, expect = frames.frame_of(json.dumps(case["frame"], ensure_ascii=False)), case["expect"]["ack"]
    answer = json.loads(_answer(frame, case))
    if expect == "optional":
        assert answer["headers"]["messageId"] == frame.id
        return
    data_json = expect.pop("data_json", None)
    assert {**answer, **expect} == answer
    if data_json is not None:
        assert json.loads(answer["data"]) == data_json


def _answer(frame: frames.Frame, case: dict[str, Any]) -> str:
    if frame.kind == "SYSTEM":
        return frames.echoed(frame)
    if frame.kind == "EVENT":
        return frames.later(frame) if case["id"].endswith("later") else frames.taken(frame)
    if frame.topic == frames.ROBOT:
        return frames.heard(frame)
    if frame.topic == frames.CARD:
        return frames.heard(frame, json.loads(json.dumps(BY_ID["stream-card-callback"]["expect"]["ack"]))["data_json"]
                            ["response"]) if "data_json" in case["expect"]["ack"] else frames.heard(frame)  # fmt: skip
    return frames.unknown(frame)


def test_what_the_stream_brings_is_understood() -> None:
    said = frames.frame_of(json.dumps(BY_ID["stream-bot-message"]["frame"]))
    event = parse(said.data.encode(), "ding")
    assert isinstance(event, InboundEvent)
    assert (event.text, event.sender.user, event.chat) == ("今天拜访了华星科技", "staff_wang", "")
    moved = frames.frame_of(json.dumps(BY_ID["stream-event"]["frame"]))
    kept = plaintext.event(json.loads(moved.data), moved.headers)
    event = parse(kept, "ding")
    assert isinstance(event, InboundEvent)
    assert (event.key, event.data["approval"], event.data["state"]) == ("ev-1", "pi-1", "agreed")
    assert peek(kept).key == BY_ID["stream-event"]["expect"]["dedupe_key"]
    tapped = frames.frame_of(json.dumps(BY_ID["stream-card-callback"]["frame"]))
    event = parse(plaintext.tap(json.loads(tapped.data), tapped.id, "1795310000000"), "ding")
    assert isinstance(event, InboundEvent)
    assert (event.key, event.button, event.chat, event.card) == ("m-card", "confirm", "cidX==", "card-1")


def test_a_ticket_is_encoded() -> None:
    case = BY_ID["stream-open-request"]
    assert "?ticket=" + quote_plus(case["response"]["ticket"]) == case["expect"]["ws_url_suffix"]
    assert list(frames.SUBSCRIPTIONS) == case["sdk_observed"]["json"]["subscriptions"]

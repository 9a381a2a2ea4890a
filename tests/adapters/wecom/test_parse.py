"""Each payload in fixtures/ is read as its .expect.json says; what is not a payload is refused."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import BadPayload
from adapters.events import Ignored, InboundEvent
from adapters.wecom.parse import parse
from adapters.wecom.plaintext import key, moment, peek
from adapters.wecom.tree import grown
from tests.adapters.wecom.twins import HERE

FIXTURES = HERE / "fixtures"
NAMES = sorted(path.name.removesuffix(".expect.json") for path in FIXTURES.glob("*.expect.json"))


def as_json(event: InboundEvent | Ignored) -> dict[str, Any]:
    if isinstance(event, Ignored):
        return {"ignored": event.why}
    filled = {name: value for name, value in dataclasses.asdict(event).items() if value not in ("", (), {})}
    if "sender" in filled and not filled["sender"]["alias"]:
        del filled["sender"]["alias"]  # said where it is so
    return json.loads(json.dumps(filled, default=lambda moment: moment.isoformat()))


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_is_read_as_expected(name: str) -> None:
    plain = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["plaintext"].encode()
    event = parse(plain, "main")
    assert as_json(event) == json.loads((FIXTURES / f"{name}.expect.json").read_text("utf-8"))
    assert isinstance(event, Ignored) or event.key == peek(plain).key


def test_there_are_fixtures_for_every_message_and_event() -> None:
    assert len(NAMES) >= 35


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"hello",
        b"<xml/>",
        b"<xml></xml>",
        b"<other><MsgType>text</MsgType></other>",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><CreateTime>soon</CreateTime><MsgType>text</MsgType></xml>",
        b"<xml><CreateTime>99999999999999999999</CreateTime><MsgType>text</MsgType></xml>",
        b"<xml><CreateTime><a>1</a></CreateTime></xml>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><CreateTime>1790000000</CreateTime></xml>',
        b"<xml>" + b"<a>" * 30_000,
        "<xml><CreateTime>1790000000</CreateTime><MsgType>你</MsgType></xml>".encode("gbk"),
        "<xml><CreateTime>1790000000</CreateTime></xml>".encode("utf-16"),
    ],
)
def test_what_is_not_the_platforms_is_refused(plain: bytes) -> None:
    with pytest.raises(BadPayload):
        parse(plain, "main")


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<xml>{text}</xml>".encode("utf-8", "replace"))
)
def test_no_bytes_raise_anything_else(plain: bytes) -> None:
    assert len(key(plain)) > 0
    with contextlib.suppress(BadPayload):
        parse(plain, "main")


def test_the_key_is_the_platforms_id_else_the_digest() -> None:
    assert key(b"<xml><MsgId>42</MsgId></xml>") == "42"
    assert key(b"<xml><MsgId></MsgId></xml>") == key(b"<xml><MsgId></MsgId></xml>") != "42"
    assert len(key(b"<xml><deep>42<MsgId>42</MsgId></deep></xml>")) == 40


def test_xml_is_nested_dictionaries() -> None:
    xml = (
        b"<xml>\n <a> 1 </a><b/><c><d>1</d><d></d><d><e>2</e></d></c><f x='y'>3&lt;<!-- no --></f>"
        b"<g>said<h>4</h></g></xml>"
    )
    assert grown(xml) == {"xml": {"a": "1", "b": None, "c": {"d": ["1", None, {"e": "2"}]}, "f": "3<", "g": {"h": "4"}}}


def test_a_document_type_in_what_is_said_is_words() -> None:
    plain = (
        b"<xml><FromUserName>wang</FromUserName><CreateTime>1790000000</CreateTime><MsgType>text</MsgType>"
        b"<Content><![CDATA[<!DOCTYPE html><html>]]></Content><MsgId> 7 </MsgId></xml>"
    )
    event = parse(plain, "main")
    assert isinstance(event, InboundEvent)
    assert event.text == "<!DOCTYPE html><html>"
    assert event.key == peek(plain).key == "7"


def test_times_out_of_reason_are_none() -> None:
    assert moment("0") is moment("-1790000000") is moment(None) is moment("１７９０００００００") is None
    assert str(moment("1790000000")) == "2026-09-21 14:13:20+00:00"

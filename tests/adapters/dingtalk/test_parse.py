"""Messages and events beyond the vectors: quotes, forms of other builds, what templates put elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.dingtalk.parse import parse
from adapters.errors import BadPayload
from adapters.events import FileRef, Ignored, InboundEvent
from tests.adapters.dingtalk.twins import AT, NOW_MS, message


def heard(body: dict[str, Any]) -> InboundEvent:
    event = parse(json.dumps(body).encode(), "ding")
    assert isinstance(event, InboundEvent)
    return event


def quoting(content: Any) -> str:
    replied = {"msgId": "m0", "msgType": "text", "content": content}
    said = heard({**message(), "text": {"content": "就按这个办", "isReplyMsg": True, "repliedMsg": replied}})
    assert said.text == "就按这个办"
    return said.quote


@pytest.mark.parametrize(
    "content",
    [
        {"text": "合同周三给"}, {"content": "合同周三给"}, '{"text": "合同周三给"}', "合同周三给",
        {"richText": [{"text": "合同"}, {"type": "picture", "downloadCode": "d"}, {"text": "周三给"}]},
        {"recognition": "合同周三给"},
    ],
    ids=["text", "content", "folded", "bare", "rich", "voice"],
)  # fmt: skip
def test_the_words_that_are_answered_are_a_quote_and_no_command(content: Any) -> None:
    assert quoting(content) == "合同周三给"


def test_a_quote_without_words_is_none() -> None:
    assert quoting(None) == quoting({"downloadCode": "d"}) == quoting(7) == ""
    assert heard(message()).quote == ""


@pytest.mark.parametrize(
    "part",
    [
        {"content": {"recognition": "拜访了华星", "downloadCode": "dc", "duration": 4000}},
        {"content": '{"recognition": "拜访了华星", "downloadCode": "dc"}'},
        {"audio": {"recognition": "拜访了华星", "downloadCode": "dc"}},
    ],
    ids=["content", "folded", "older build"],
)
def test_a_voice_is_its_words(part: dict[str, Any]) -> None:
    event = heard(message(msgtype="audio", **part))
    assert (event.text, event.files, event.data["media"]) == ("拜访了华星", (), "dc")


def test_a_voice_that_nobody_wrote_down_cannot_be_read() -> None:
    assert heard(message(msgtype="audio", content={"downloadCode": "dc"})).unreadable == "voice"


def test_files_of_each_kind() -> None:
    video = heard(message(msgtype="video", content={"downloadCode": "v", "videoType": "mp4", "duration": "10"}))
    assert video.files == (FileRef("v", kind="video"),)
    picture = heard(message(msgtype="picture", content={"pictureDownloadCode": "p"}))
    assert picture.files == (FileRef("p", kind="image"),)
    file = heard(message(msgtype="file", content={"downloadCode": "f", "fileName": "../合同.pdf"}))
    assert file.files == (FileRef("f", "../合同.pdf"),)
    for kind in ("file", "video", "picture"):
        assert heard(message(msgtype=kind, content={})).unreadable == "file"


def test_what_comes_tomorrow_is_somebody_waiting_for_an_answer() -> None:
    assert heard(message(msgtype="hologram")).unreadable == "other"


def test_who_has_no_member_id_is_nobody() -> None:
    for missing in ({"senderStaffId": None}, {"senderStaffId": ""}, {"senderStaffId": ["a"]}):
        assert parse(json.dumps(message(**missing)).encode(), "ding") == Ignored("no_member_id")


def test_a_message_without_a_time_is_not_the_platforms() -> None:
    for strange in (None, "gestern", 1, "9" * 200, True):
        with pytest.raises(BadPayload):
            parse(json.dumps(message(createAt=strange)).encode(), "ding")


def test_halves_of_characters_are_replaced() -> None:
    heard(message("一\ud800二")).text.encode()


def tap(content: Any, **parts: Any) -> InboundEvent | Ignored:
    body = {
        "EventType": "card_callback",
        "eventId": "e",
        "TimeStamp": str(NOW_MS),
        "outTrackId": "psh_1",
        "userId": "z",
    }
    return parse(json.dumps({**body, "content": content, **parts}).encode(), "ding")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"cardPrivateData": {"actionIds": ["b1"], "params": {"action": "confirm"}}}),
        {"cardPrivateData": {"actionIds": ["b1"], "params": {"action": "confirm"}}},
        json.dumps({"params": {"action": "confirm"}}),
        json.dumps({"cardPrivateData": {"actionIds": ["confirm"]}}),
        json.dumps({"actionId": "confirm"}),
    ],
    ids=["folded", "open", "params above", "no params", "one id"],
)
def test_a_templates_button_is_found_where_it_put_it(content: Any) -> None:
    event = tap(content)
    assert isinstance(event, InboundEvent)
    assert (event.kind, event.button, event.card, event.sender.user, event.at) == ("tap", "confirm", "psh_1", "z", AT)


def test_what_was_chosen_comes_with_the_tap() -> None:
    for selected in ("abroad", ["abroad"], '["abroad"]'):
        event = tap({"cardPrivateData": {"params": {"action": "pick", "selected": selected}}})
        assert isinstance(event, InboundEvent) and event.selected == ("abroad",)


def test_a_tap_on_nothing_or_by_nobody_is_let_be() -> None:
    assert tap("{}") == tap(None) == tap("no json") == Ignored("unknown_tap")
    assert tap({"actionId": "confirm"}, userId="") == Ignored("unknown_tap")


@pytest.mark.parametrize(
    ("name", "change", "users"),
    [("user_add_org", "create_user", ["a", "b"]), ("user_modify_org", "update_user", ["a", "b"]),
     ("user_leave_org", "delete_user", ["a", "b"])],
)  # fmt: skip
def test_colleagues_over_http_and_over_the_stream(name: str, change: str, users: list[str]) -> None:
    base = {"EventType": name, "eventId": "e"}
    for body in ({"UserId": users, "TimeStamp": str(NOW_MS)}, {"userId": users, "timeStamp": NOW_MS}):
        event = heard({**base, **body})
        assert (event.kind, event.data["change"], event.data["users"], event.at) == ("contact", change, users, AT)


def test_groups_that_change() -> None:
    event = heard({"EventType": "chat_quit", "eventId": "e", "TimeStamp": NOW_MS, "ChatId": "chat1", "UserId": ["a"]})
    assert event.data == {"event": "group", "change": "left", "chat": "chat1", "members": ["a"]}

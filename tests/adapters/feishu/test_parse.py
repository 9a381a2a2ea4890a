"""Each type of message and each event, in our words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.errors import BadPayload
from adapters.events import FileRef, Ignored, InboundEvent
from adapters.feishu.parse import parse
from tests.adapters.feishu.twins import AT, GROUP, ZHANG, event, message, tap

BOT = {"key": "@_user_1", "id": {"open_id": "ou_bot", "user_id": ""}, "name": "跟进", "mentioned_type": "bot"}
LI = {"key": "@_user_2", "id": {"open_id": "ou_li", "user_id": "li"}, "name": "李娜", "mentioned_type": "user"}


def heard(payload: dict[str, Any], bot: str = "") -> InboundEvent:
    found = parse(json.dumps(payload).encode(), "lark", bot)
    assert isinstance(found, InboundEvent), found
    return found


def ignored(payload: dict[str, Any], bot: str = "") -> str:
    found = parse(json.dumps(payload).encode(), "lark", bot)
    assert isinstance(found, Ignored)
    return found.why


def test_a_private_text() -> None:
    said = heard(message({"text": " 松涛何校长周四看演示 "}))
    assert (said.key, said.kind, said.text, said.chat) == ("om_1", "message", "松涛何校长周四看演示", "")
    assert (said.sender.user, said.at) == (ZHANG, AT)


@pytest.mark.parametrize("bot", ["ou_bot", ""])
def test_in_a_group_the_bots_name_is_taken_out(bot: str) -> None:
    said = heard(message({"text": "@_user_1 请 @_user_2 跟进 @_all"}, chat_type="group", mentions=[BOT, LI]), bot)
    assert (said.text, said.chat) == ("请 @李娜 跟进 @所有人", GROUP)
    command = heard(message({"text": "@_user_1 ／help"}, chat_type="topic_group", mentions=[BOT]), bot)
    assert command.text == "／help"


def test_what_is_not_said_to_the_bot_is_none_of_its_business() -> None:
    other = {**BOT, "id": {"open_id": "ou_other"}}
    assert ignored(message({"text": "散会"}, chat_type="group")) == "not_addressed"
    assert ignored(message({"text": "@_user_2 散会"}, chat_type="group", mentions=[LI]), "ou_bot") == "not_addressed"
    assert ignored(message({"text": "@_user_1 x"}, chat_type="group", mentions=[other]), "ou_bot") == "not_addressed"


def test_unknown_to_itself_and_told_no_types_the_first_one_named_is_the_bot() -> None:
    bare = [{key: value for key, value in one.items() if key != "mentioned_type"} for one in (BOT, LI)]
    assert heard(message({"text": "@_user_1 问 @_user_2"}, chat_type="group", mentions=bare)).text == "问 @李娜"


def test_the_eleventh_mention_is_not_the_first_with_a_one_behind_it() -> None:
    many = [BOT, *({**LI, "key": f"@_user_{n}", "name": f"第{n}"} for n in range(2, 12))]
    said = heard(message({"text": "@_user_1 @_user_11 @_user_2"}, chat_type="group", mentions=many), "ou_bot")
    assert said.text == "@第11 @第2"


def test_a_rich_text_is_lines_and_files() -> None:
    content = {
        "title": "拜访华星",
        "content": [
            [{"tag": "at", "user_id": "@_user_1", "user_name": "跟进"}, {"tag": "text", "text": "已谈价格 "}],
            [{"tag": "a", "text": "官网", "href": "https://x.cn"}, {"tag": "img", "image_key": "img_1"}],
            [
                {"tag": "media", "file_key": "file_v", "image_key": "img_2"},
                {"tag": "hr"},
                {"tag": "md", "text": "**好**"},
            ],
            "odd",
        ],
    }
    said = heard(message(content, "post", chat_type="group", mentions=[BOT]))
    assert said.text == "拜访华星\n已谈价格 \n官网 https://x.cn\n**好**"
    assert said.files == (FileRef("om_1/img_1?image", kind="image"), FileRef("om_1/file_v?file", kind="video"))
    assert heard(message({"zh_cn": {"title": "", "content": [[{"tag": "text", "text": "嗯"}]]}}, "post")).text == "嗯"


@pytest.mark.parametrize(
    ("form", "content", "file"),
    [
        ("image", {"image_key": "img_1"}, FileRef("om_1/img_1?image", kind="image")),
        ("file", {"file_key": "f", "file_name": "../报价单.pdf"}, FileRef("om_1/f?file", "报价单.pdf", "file")),
        ("media", {"file_key": "f", "file_name": "现场.mp4"}, FileRef("om_1/f?file", "现场.mp4", "video")),
    ],
)
def test_files(form: str, content: dict[str, str], file: FileRef) -> None:
    assert heard(message(content, form)).files == (file,)
    assert heard(message({}, form)).unreadable


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("a\x00b\r\n.pdf", "a b.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", ""),
        ("长" * 300 + ".pdf", "长" * 120),
        (7, "7"),
        (["x"], ""),
    ],
)
def test_row_29_a_file_is_called_by_the_last_part_of_its_name(given: Any, name: str) -> None:
    (file,) = heard(message({"file_key": "f", "file_name": given}, "file")).files
    assert file.name == name


@pytest.mark.parametrize(
    ("form", "content", "word"),
    [
        ("audio", {"file_key": "f", "duration": 2000}, "voice"),
        ("sticker", {"file_key": "f"}, "sticker"),
        ("merge_forward", {"content": "Merged and Forwarded Message"}, "forwarded"),
        ("share_chat", {"chat_id": "oc_1"}, "share_chat"),
        ("share_user", {"user_id": "ou_1"}, "share_user"),
        ("interactive", {"title": "x"}, "card"),
        ("todo", {"task_id": "1"}, "other"),
        ("something_of_tomorrow", {}, "other"),
        ("text", "no json", "other"),
    ],
)
def test_what_cannot_be_read_has_a_name(form: str, content: Any, word: str) -> None:
    assert heard(message(content, form)).unreadable == word


def test_a_transcript_is_the_text_of_a_voice() -> None:
    said = heard(message({"file_key": "f", "recognition_text": "我周五前发报价"}, "audio"))
    assert (said.text, said.unreadable) == ("我周五前发报价", "")


def test_a_place_is_kept_as_numbers() -> None:
    content = {"name": "华星科技", "longitude": "121.47", "latitude": 31.2304}
    said = heard(message(content, "location"))
    assert said.data == {"latitude": "31.2304", "longitude": "121.47", "label": "华星科技"}


def test_what_no_database_keeps_is_replaced() -> None:
    assert heard(message('{"text":"a\\u0000b\\ud800c"}')).text == "a b?c"


def test_others_than_people_are_not_answered() -> None:
    payload = message({"text": "x"})
    payload["event"]["sender"]["sender_type"] = "app"
    assert ignored(payload) == "not_a_person"
    assert ignored(message({"template": "x"}, "system")) == "message_system"


@pytest.mark.parametrize("value", [{"b": "pick:1", "k": "out_1"}, '{"b": "pick:1", "k": "out_1"}'])
@pytest.mark.parametrize(
    ("action", "selected"),
    [
        ({}, ()),
        ({"form_value": {"choice": "a"}}, ("a",)),
        ({"form_value": {"choice": ["a", "c", 7]}}, ("a", "c")),
        ({"option": "a"}, ("a",)),
        ({"options": ["a", "b"]}, ("a", "b")),
    ],
)
def test_a_tap(value: Any, action: dict[str, Any], selected: tuple[str, ...]) -> None:
    found = heard(tap("x", value=value, **action))
    assert (found.kind, found.button, found.card, found.selected) == ("tap", "pick:1", "out_1", selected)
    assert (found.reply_code, found.sender.user, found.key) == ("om_card", ZHANG, "evt-tap")


def test_a_tap_on_somebody_elses_card_names_none_of_ours() -> None:
    assert heard(tap("x", value="just words")).card == ""


def test_the_menu_says_commands_and_taps_words() -> None:
    who = {"operator": {"operator_id": {"open_id": ZHANG}}}
    said = heard(event("application.bot.menu_v6", {**who, "event_key": "/help"}))
    assert (said.kind, said.text, said.sender.user) == ("message", "/help", ZHANG)
    assert heard(event("application.bot.menu_v6", {**who, "event_key": "today"})).button == "today"


@pytest.mark.parametrize(
    ("form", "word", "chat"),
    [
        ("im.chat.access_event.bot_p2p_chat_entered_v1", "enter", ""),
        ("im.chat.member.bot.added_v1", "join", GROUP),
        ("im.chat.member.bot.deleted_v1", "leave", GROUP),
    ],
)
def test_presence(form: str, word: str, chat: str) -> None:
    found = heard(event(form, {"chat_id": GROUP, "operator_id": {"open_id": ZHANG}}))
    assert (found.kind, found.data, found.chat, found.sender.user) == ("presence", {"event": word}, chat, ZHANG)


def test_a_group_changes() -> None:
    users = [{"name": "李娜", "user_id": {"open_id": "ou_li"}}, "odd"]
    found = heard(event("im.chat.member.user.deleted_v1", {"chat_id": GROUP, "users": users}))
    assert (found.kind, found.chat) == ("contact", GROUP)
    assert (found.data["change"], found.data["members"]) == ("removed", ["ou_li"])


@pytest.mark.parametrize(
    ("form", "status", "gone"),
    [("updated", {"is_frozen": True}, True), ("updated", {"is_frozen": False}, False), ("deleted", {}, True)],
)
def test_a_colleague_changes(form: str, status: dict[str, bool], gone: bool) -> None:
    person = {"open_id": "ou_li", "name": "李娜", "department_ids": ["od_1"], "status": status}
    found = heard(event(f"contact.user.{form}_v3", {"object": person}))
    assert (found.kind, found.sender.user, found.data["gone"]) == ("contact", "ou_li", gone)


@pytest.mark.parametrize(
    ("status", "state"),
    [("PENDING", "running"), ("APPROVED", "agreed"), ("REJECTED", "refused"), ("CANCELED", "withdrawn"),
     ("DELETED", "withdrawn"), ("REVERTED", "withdrawn"), ("TOMORROWS", "running")],
)  # fmt: skip
def test_an_approval_moves(status: str, state: str) -> None:
    body = {"instance_code": "INST-1", "approval_code": "T-1", "status": status, "start_user": {"open_id": ZHANG}}
    found = heard(event("approval.instance.status_changed_v4", body))
    assert (found.kind, found.sender.user) == ("approval", ZHANG)
    assert found.data == {"approval": "INST-1", "template": "T-1", "state": state}


def test_an_approval_of_the_old_envelope_whose_time_is_a_number() -> None:
    old = {"ts": "1502199207.71", "uuid": "u-1", "type": "event_callback",
           "event": {"type": "approval_instance", "instance_code": "I", "approval_code": "T", "status": "REVERTED",
                     "operate_time": 1502199207}}  # fmt: skip
    found = heard(old)
    assert (found.key, found.at) == ("u-1", datetime.fromtimestamp(1502199207.71, UTC))


def test_what_nobody_acts_on_is_ignored() -> None:
    assert ignored(event("im.message.recalled_v1", {})) == "event_im.message.recalled_v1"
    assert ignored(event("some.unknown_v9", {})) == "unknown_event"


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"header": {"event_type": "x"}}', b"\xff", b"null"])
def test_what_is_not_the_platforms_is_set_aside(payload: bytes) -> None:
    with pytest.raises(BadPayload):
        parse(payload, "lark")
    with pytest.raises(BadPayload):
        parse(json.dumps(event("im.message.receive_v1", {"message": 7})).encode(), "lark")

"""Whatever comes: reading it never fails but by the one error that sets an event aside."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import BadPayload, BadRequest, Unseen
from adapters.feishu import changes
from adapters.feishu.frames import Frame, decoded, encoded
from adapters.feishu.parse import parse
from adapters.feishu.plaintext import peek
from adapters.feishu.signature import sealed, unsealed
from bot.clock import SHANGHAI
from tests.adapters.feishu.twins import AT, event, message, tap

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400) | st.just("9" * 400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MENTION = {"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "跟进", "mentioned_type": "bot"}
GOOD = [
    message({"text": "@_user_1 好"}, chat_type="group", mentions=[MENTION]),
    message({"content": [[{"tag": "img", "image_key": "k"}, {"tag": "at", "user_id": "@_user_1"}]]}, "post"),
    message({"file_key": "f", "file_name": "a.pdf"}, "file"),
    message({"name": "x", "latitude": 1.5}, "location"),
    message({"file_key": "f"}, "audio"),
    tap("confirm", form_value={"choice": ["a"]}),
    event("approval.instance.status_changed_v4", {"instance_code": "I", "start_user": {"open_id": "ou_1"}}),
    event("contact.user.deleted_v3", {"object": {"open_id": "ou_1", "status": {"is_frozen": True}}}),
    event("im.chat.member.user.added_v1", {"chat_id": "oc_1", "users": [{"user_id": {"open_id": "ou_1"}}]}),
]  # fmt: skip


def places(tree: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [at] * bool(at) + [place for key, below in inner for place in places(below, (*at, key))]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """An event of the platform's in which one or two things are something else."""
    tree = deepcopy(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(places(tree)))
        spot = tree
        for step in way:
            spot = spot[step] if isinstance(spot, dict | list) and step in _keys(spot) else None
        if isinstance(spot, dict | list) and last in _keys(spot):
            spot[last] = draw(JUNK)
    said = tree["event"].get("message") if isinstance(tree.get("event"), dict) else None
    if isinstance(said, dict) and draw(st.booleans()):
        known = st.sampled_from(["text", "content", "title", "file_key", "image_key", "file_name", "latitude", "zh_cn"])
        pieces = st.lists(
            st.lists(st.dictionaries(st.sampled_from(["tag", "text", "href", "user_id"]), JUNK, max_size=3))
        )
        said["content"] = json.dumps(draw(st.dictionaries(known, JUNK | pieces, max_size=3)))
        said["message_type"] = draw(
            st.sampled_from(["text", "post", "file", "image", "media", "audio", "location", "x"])
        )
    return json.dumps(tree).encode()


def _keys(tree: Any) -> Any:
    return tree if isinstance(tree, dict) else range(len(tree))


@given(spoilt() | st.binary(max_size=60) | JUNK.map(lambda one: json.dumps(one).encode()))
@settings(max_examples=400, deadline=None)
def test_an_event_is_read_ignored_or_set_aside(payload: bytes) -> None:
    seen = peek(payload)
    assert seen.key
    seen.sender.encode()
    try:
        found = parse(payload, "lark", "ou_bot")
    except BadPayload:
        return
    repr(found).encode()  # nothing in it that no database takes
    assert "\x00" not in getattr(found, "text", "")


@given(JUNK)
@settings(max_examples=200, deadline=None)
def test_a_form_is_told_or_unseen(form: Any) -> None:
    data = {
        "status": "APPROVED",
        "end_time": form,
        "form": json.dumps([form, {"id": "a", "value": form}]),
        "open_id": form,
    }
    try:
        told = changes.told("I", data, AT.astimezone(SHANGHAI))
    except Unseen:
        return
    for field in told.form:
        assert isinstance(field.value, str)


@given(st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_bytes_are_a_frame_or_none(data: bytes) -> None:
    try:
        decoded(data)
    except BadPayload:
        return


@given(
    st.builds(
        Frame,
        method=st.integers(0, 2**31 - 1),
        headers=st.dictionaries(st.text(), st.text(), max_size=4),
        payload=st.binary(max_size=200),
        service=st.integers(0, 2**31 - 1),
        seq=st.integers(0, 2**64 - 1),
        log=st.integers(0, 2**64 - 1),
        encoding=st.text(max_size=5),
        form=st.text(max_size=5),
        log_new=st.text(max_size=5),
    )
)
@settings(max_examples=200, deadline=None)
def test_a_frame_comes_back_as_it_was(frame: Frame) -> None:
    assert decoded(encoded(frame)) == frame


@given(st.binary(max_size=300), st.text(min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_is_sealed_is_opened_and_nothing_else_is(plain: bytes, key: str) -> None:
    assert unsealed(sealed(plain, key), key) == plain
    with pytest.raises(BadRequest):
        unsealed(sealed(plain, key)[:-8], key)

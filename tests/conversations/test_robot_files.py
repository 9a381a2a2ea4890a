"""Files from the smart robot: on the long connection they come where they were asked for, else by the app."""

from __future__ import annotations

from typing import Any, cast

import pytest

from adapters.errors import Retryable
from adapters.messages import Address, Attached, Text
from adapters.sandbox.wecom_cards import Refusal
from tests.conversations.chat import Chat
from tests.conversations.test_robot import chat, connected, robot, told  # noqa: F401 (a fixture)

LINE = pytest.mark.parametrize("chat", ["ws"], indirect=True)
LARGE = bytes(range(256)) * 2 * 1024 + b"the end"  # a piece and a rest
PNG = b"\x89PNG\r\n\x1a\n a picture"
Told = tuple[str, str]


async def sends(chat: Chat, name: str, content: bytes, key: str = "psh_file") -> None:  # noqa: F811
    adapter: Any = chat.demo.app.adapters["wecom"]
    file = Attached(name, "0" * 64, content)
    await adapter.send(Address("wecom", "zhang.wei"), Text("t", name, file=file), key=key)


def shown(chat: Chat, who: str = "zhang.wei") -> list[Told]:  # noqa: F811
    """(by which way, words) of what stands in the chats."""
    items = chat.demo.platforms.world.inbox(who)
    return [("robot" if one.reference.startswith("robot") else "app", one.shown.words()) for one in items]


@pytest.mark.parametrize(("name", "content"), [("报价单.pdf", LARGE), ("现场.png", PNG)], ids=["file", "picture"])
async def test_it_comes_where_it_was_asked_for(chat: Chat, name: str, content: bytes) -> None:  # noqa: F811
    await told(chat, "zhang.wei", "/help")
    await sends(chat, name, content)
    way, words = shown(chat)[-1]
    assert (way, name in words) == ("robot" if robot(chat).robot.mode == "ws" else "app", True)
    [kept] = [one for _, one in chat.demo.platforms.world.shelf.under("media:") if one["name"] == name]
    assert kept["kind"] == ("image" if content == PNG else "file")


@LINE
async def test_sent_again_it_is_not_put_there_again(chat: Chat) -> None:  # noqa: F811
    await told(chat, "zhang.wei", "/help")
    for _ in range(2):
        await sends(chat, "报价单.pdf", LARGE)
    assert len([one for _, one in chat.demo.platforms.world.shelf.under("media:")]) == 1


@LINE
async def test_what_the_line_does_not_take_goes_by_the_app(
    chat: Chat, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    await told(chat, "zhang.wei", "/help")
    monkeypatch.setattr(robot(chat).uploads, "_finish", refuses)
    await sends(chat, "报价单.pdf", LARGE)
    assert shown(chat)[-1][0] == "app"


def refuses(body: Any) -> Any:
    raise Refusal(40058, "the file is not whole")


@LINE
async def test_a_line_that_ends_in_the_middle_is_tried_again(
    chat: Chat, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    from adapters.wecom import robot_line

    monkeypatch.setattr(robot_line, "ACK", 0.3)
    cast(Any, chat.demo.app.adapters["wecom"])._robot.line.first_pause = 0.05
    await told(chat, "zhang.wei", "/help")
    robot(chat).silent = True
    with pytest.raises(Retryable):
        await sends(chat, "报价单.pdf", LARGE)
    robot(chat).silent = False
    await cast(Any, robot(chat).line).close()
    await connected(chat, times=2)
    await sends(chat, "报价单.pdf", LARGE)
    assert [way for way, words in shown(chat) if "报价单.pdf" in words] == ["robot"]


async def test_what_the_stand_in_refuses(chat: Chat) -> None:  # noqa: F811
    uploads = robot(chat).uploads
    good = {"type": "file", "filename": "a.pdf", "total_size": 3, "total_chunks": 1, "md5": "0" * 32}
    for bad in ({"type": "exe"}, {"total_chunks": 101}, {"total_size": 0}, {"filename": ""}):
        with pytest.raises(Refusal):
            uploads.answer("aibot_upload_media_init", good | bad)
    id = uploads.answer("aibot_upload_media_init", good)["upload_id"]
    for bad_piece in ({"chunk_index": 0}, {"chunk_index": 2}, {"base64_data": "?"}, {"upload_id": "x"}):
        with pytest.raises(Refusal):
            piece = {"upload_id": id, "chunk_index": 1, "base64_data": "YWJj"}
            uploads.answer("aibot_upload_media_chunk", piece | bad_piece)
    with pytest.raises(Refusal):
        uploads.answer("aibot_upload_media_finish", {"upload_id": id})

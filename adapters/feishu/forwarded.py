"""A merged forward, told as a pasted chat: its messages are asked of the platform, each under who said it and when.

The message itself holds nothing. Asked for by its id, the platform gives it and all that lies in it, each with the id
of the one that it lies in (``upper_message_id``); who sent it by an id alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any

from adapters.errors import BadPayload, NotDeliverable, PlatformRefused
from adapters.feishu.content import Mentions, read
from adapters.feishu.plaintext import moment, rows, text
from adapters.feishu.signature import object_of

Tree = Mapping[str, Any]
_THERE = timezone(timedelta(hours=8))
"""Chats are stamped by China's clock."""
_DEEP, _MOST, _NAMES_MOST, _NAME_MOST = 5, 300, 30, 16
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FORMS = {"image": "[图片]", "audio": "[语音]", "media": "[视频]", "sticker": "[表情]", "location": "[位置]",
          "merge_forward": "", "share_chat": "[群名片]", "share_user": "[名片]", "interactive": "[卡片]"}  # fmt: skip


async def chat_of(said: Tree, message: str, name_of: Callable[[str], Awaitable[str]]) -> str:
    """The messages that lie in ``message`` as the lines of a pasted chat, "" where none has words; ``said`` is what the
    platform gave for it, ``name_of`` the directory's name of a user. Raises SendError."""
    told = [(one, words) for one in _within(said, message) if (words := _words(one))]
    names = await _names([one for one, _ in told], name_of)
    if len(told) == 1:  # one alone is no chat: what somebody said
        return "".join(f"{names[text(one, 'sender', 'id')]}说：{words}" for one, words in told)
    return "\n".join(f"{names[text(one, 'sender', 'id')]}{_stamp(one)}\n{words}" for one, words in told)


def _within(said: Tree, message: str) -> Iterator[Tree]:
    """In their order, those of a forward within at its place."""
    below: dict[str, list[Tree]] = {}
    for one in rows(said, "items"):
        if isinstance(one, Mapping) and text(one, "message_id") != message:
            below.setdefault(text(one, "upper_message_id") or message, []).append(one)
    left = [(0, one) for one in reversed(below.get(message, []))]
    for _ in range(_MOST):
        if not left:
            return
        deep, one = left.pop()
        yield one
        if deep < _DEEP:
            left += [(deep + 1, inner) for inner in reversed(below.pop(text(one, "message_id"), []))]


def _words(one: Tree) -> str:
    """What it says; the name of a file; what else it is, in brackets. "" for nothing, and for one taken back."""
    form, content = text(one, "msg_type"), text(one, "body", "content")
    if one.get("deleted") is True or form == "system":
        return ""
    if form == "file":
        try:
            return f"[文件] {text(object_of(content.encode('utf-8', 'replace')), 'file_name')}".strip()
        except BadPayload:
            return "[文件]"
    if form in _FORMS:
        return _FORMS[form]
    mentions = [{"key": text(who, "key"), "name": text(who, "name")} for who in rows(one, "mentions")]
    found = read({"message_type": form, "content": content}, Mentions(mentions, "nobody"))
    return found.text.strip() if found is not None else ""


async def _names(told: list[Tree], name_of: Callable[[str], Awaitable[str]]) -> dict[str, str]:
    """By sender's id. Whom the directory does not know is outside, a customer as a rule."""
    mentioned = {text(who, "id"): text(who, "name") for one in told for who in rows(one, "mentions")}
    names: dict[str, str] = {}
    unknown = 0
    for one in told:
        user = text(one, "sender", "id")
        if user in names:
            continue
        name = _safe(mentioned.get(user, ""))
        if not name and text(one, "sender", "sender_type") == "user" and len(names) < _NAMES_MOST:
            name = _safe(await _asked(user, name_of))
        if not name:
            unknown += 1
            name = f"客户{_STEMS[unknown - 1] if unknown <= len(_STEMS) else unknown}"
        names[user] = name
    return names


async def _asked(user: str, name_of: Callable[[str], Awaitable[str]]) -> str:
    try:
        return await name_of(user)
    except (NotDeliverable, PlatformRefused):
        return ""


def _safe(name: str) -> str:
    """A name that stands on a line of its own and begins no command."""
    flat = "".join(c for c in name if c.isprintable()).strip()
    return flat.lstrip("/／@＠").strip()[:_NAME_MOST]


def _stamp(one: Tree) -> str:
    at = moment(one.get("create_time"))
    return f" {at.astimezone(_THERE):%Y-%m-%d %H:%M}" if at is not None else ""

"""Kept plaintext → what happened, in our words. A type that the platform adds later is ignored, never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from adapters.dingtalk import changes
from adapters.dingtalk.plaintext import PLAIN, TAP, at_of, peek
from adapters.dingtalk.tree import Tree, below, first, many, moment, opened, text, unfolded
from adapters.errors import BadPayload
from adapters.events import EventKind, FileRef, Ignored, InboundEvent, Person


class _Head(NamedTuple):
    key: str
    sender: Person
    at: datetime


def parse(payload: bytes, account: str) -> InboundEvent | Ignored:
    """The event in ``payload``, or Ignored with the reason. Raises BadPayload for what is not the platform's JSON."""
    body = opened(payload)
    if "msgtype" in body:
        return _message(body, payload, account)
    name = text(body, "EventType")
    read = _EVENTS.get(name)
    if read is None:
        return Ignored(f"event_{name}" if name in _NOTHING_TO_DO else "unknown_event")
    at = at_of(body)
    if at is None:
        raise BadPayload("the event has no time")
    sender = first(body, "userId", "staffId", "OptStaffId", "optStaffId") if name != "user_leave_org" else ""
    return read(_Head(peek(payload).key, Person(account, sender), at), body)


def _message(body: Tree, payload: bytes, account: str) -> InboundEvent | Ignored:
    at = moment(body.get("createAt"))
    if at is None:
        raise BadPayload("the message has no time")
    sender = text(body, "senderStaffId")
    if not sender:  # somebody outside of the company, or a robot that is not published: the other ids name nobody
        return Ignored("no_member_id")
    said = _MESSAGES.get(text(body, "msgtype"), _other)(body)
    quote = _quote(body)
    data = {"name": text(body, "senderNick"), **said.pop("data", {})}
    chat = text(body, "conversationId") if text(body, "conversationType") == "2" else ""
    key = peek(payload).key
    return InboundEvent(key, "message", Person(account, sender), at, chat=chat, quote=quote, data=data, **said)


# messages: what each form of them brings


def _text(body: Tree) -> dict[str, Any]:
    return {"text": text(body, "text", "content").strip()}


def _rich(body: Tree) -> dict[str, Any]:
    """Words and pictures in their order; the words make one text, as they stood in one message."""
    words: list[str] = []
    files: list[FileRef] = []
    for piece in many(body, "content", "richText"):
        words.append(text(piece, "text"))
        if code := first(piece, "downloadCode", "pictureDownloadCode"):
            files.append(FileRef(code, kind="image"))
    return {"text": "".join(words).strip(), "files": tuple(files)}


def _picture(body: Tree) -> dict[str, Any]:
    return _files(first(below(body, "content"), "downloadCode", "pictureDownloadCode"), "", "image")


def _video(body: Tree) -> dict[str, Any]:
    return _files(text(body, "content", "downloadCode"), "", "video")


def _file(body: Tree) -> dict[str, Any]:
    return _files(text(body, "content", "downloadCode"), text(body, "content", "fileName"), "file")


def _files(code: str, name: str, kind: Any) -> dict[str, Any]:
    return {"files": (FileRef(code, name, kind),)} if code else {"unreadable": "file"}


def _audio(body: Tree) -> dict[str, Any]:
    """The platform has written down what was said; some builds have it under another name."""
    part = below(body, "content") or below(body, "audio")
    said = text(part, "recognition").strip()
    data = {"voice": True, "media": text(part, "downloadCode")}
    return {"text": said, "data": data} if said else {"unreadable": "voice", "data": data}


def _other(_: Tree) -> dict[str, Any]:
    """What the platform says to be unknown, and forms of tomorrow: somebody sent them and waits for an answer."""
    return {"unreadable": "other"}


def _quote(body: Tree) -> str:
    """The words of the message that this one answers."""
    replied = below(body, "text", "repliedMsg")
    content = unfolded(below(replied, "content"))
    if isinstance(content, str):
        return content.strip()
    rich = "".join(text(piece, "text") for piece in many(content, "richText"))
    return (first(content, "text", "content", "recognition") or rich).strip()


# events


def _tap(head: _Head, body: Tree) -> InboundEvent | Ignored:
    """``actionIds`` name the button of the template, ``params`` what our card gave it; templates differ in where they
    put both."""
    content = unfolded(body.get("content"))
    private = below(content, "cardPrivateData")
    params = next((one for one in (below(p, "params") for p in (private, content, body)) if isinstance(one, dict)), {})
    actions = [text({"id": one}, "id") for one in (*many(private, "actionIds"), *many(content, "actionIds"))]
    button = first(params, "action") or next(filter(None, actions), "") or first(content, "actionId")
    if not button or not head.sender.user:
        return Ignored("unknown_tap")
    return InboundEvent(
        head.key,
        "tap",
        head.sender,
        head.at,
        chat=text(body, "spaceId") if text(body, "spaceType") == "IM_GROUP" else "",
        button=button,
        card=text(body, "outTrackId"),
        selected=tuple(filter(None, (text({"id": one}, "id") for one in many(params, "selected")))),
        reply_code="" if body.get(PLAIN) else text(body, "outTrackId"),
        data={"actions": tuple(filter(None, actions)), "params": params},
    )


_Read = Callable[[_Head, Tree], InboundEvent | Ignored]


def _told(kind: EventKind, read: Callable[[Tree], Mapping[str, Any]]) -> _Read:
    def event(head: _Head, body: Tree) -> InboundEvent:
        return InboundEvent(head.key, kind, head.sender, head.at, data=read(body))

    return event


_MESSAGES: Mapping[str, Callable[[Tree], dict[str, Any]]] = {
    "text": _text, "richText": _rich, "picture": _picture, "audio": _audio, "video": _video, "file": _file,
}  # fmt: skip
_EVENTS: Mapping[str, _Read] = {
    TAP: _tap,
    "bpms_instance_change": _told("approval", changes.approval),
    "user_add_org": _told("contact", changes.colleague),
    "user_modify_org": _told("contact", changes.colleague),
    "user_leave_org": _told("contact", changes.colleague),
    **{name: _told("contact", changes.group) for name in changes.GROUPS},
}
_NOTHING_TO_DO = frozenset(
    {
        "check_url", "bpms_task_change", "user_active_org", "org_dept_create", "org_dept_modify", "org_dept_remove",
        "org_remove",
    }
)  # fmt: skip
"""Known, and nothing in Genjin acts on them: one approver's step is not the state of the form."""

"""Opened plaintext → what happened, in our words. A type that the platform adds later is ignored, never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from adapters.errors import BadPayload
from adapters.events import EventKind, FileRef, Ignored, InboundEvent, Person
from adapters.wecom import changes
from adapters.wecom.plaintext import MOST_TAGS_INSIDE, key, moment
from adapters.wecom.render import UNCHOSEN
from adapters.wecom.tree import Tree, below, grown, many, text


class _Head(NamedTuple):
    key: str
    sender: Person
    at: datetime


def parse(payload: bytes, account: str) -> InboundEvent | Ignored:
    """The event in ``payload``, or Ignored with the reason. Raises BadPayload for what is not the platform's XML."""
    message = tree_of(payload)
    at = moment(text(message, "CreateTime"))
    if at is None:
        raise BadPayload("the message has no time")
    head = _Head(text(message, "MsgId") or key(payload), Person(account, text(message, "FromUserName")), at)
    form = text(message, "MsgType")
    read = _MESSAGES.get(form)
    if read is not None:
        return read(head, message)
    return _other(head, form) if text(message, "MsgId") and head.sender.user else Ignored("unknown_message")


def tree_of(payload: bytes) -> Tree:
    """The plaintext as nested dictionaries. Raises BadPayload where it is not XML, or far too deep or many-tagged."""
    if payload.count(b"<") > MOST_TAGS_INSIDE:
        raise BadPayload("the message is not of the platform's making")
    message = grown(payload).get("xml")
    if not isinstance(message, dict):
        raise BadPayload("the message is empty")
    return message


def _text(head: _Head, message: Tree) -> InboundEvent:
    return InboundEvent(head.key, "message", head.sender, head.at, text=text(message, "Content"))


def _image(head: _Head, message: Tree) -> InboundEvent:
    file = FileRef(text(message, "MediaId"), kind="image")
    return InboundEvent(head.key, "message", head.sender, head.at, files=(file,))


def _video(head: _Head, message: Tree) -> InboundEvent:
    file = FileRef(text(message, "MediaId"), kind="video")
    return InboundEvent(head.key, "message", head.sender, head.at, files=(file,))


def _voice(head: _Head, message: Tree) -> InboundEvent:
    data = {"media": text(message, "MediaId"), "format": text(message, "Format")}
    return InboundEvent(head.key, "message", head.sender, head.at, unreadable="voice", data=data)


def _location(head: _Head, message: Tree) -> InboundEvent:
    data = {
        "latitude": text(message, "Location_X"),
        "longitude": text(message, "Location_Y"),
        "label": text(message, "Label"),
    }
    return InboundEvent(head.key, "message", head.sender, head.at, unreadable="location", data=data)


def _link(head: _Head, message: Tree) -> InboundEvent:
    """The address is kept as words only: nothing here or above fetches it."""
    names = {"title": "Title", "description": "Description", "url": "Url"}
    data = {ours: text(message, theirs) for ours, theirs in names.items()}
    return InboundEvent(head.key, "message", head.sender, head.at, unreadable="link", data=data)


def _other(head: _Head, form: str) -> InboundEvent:
    """Something that a person sent and that no page of the platform lists: a file, a sticker, a form of tomorrow."""
    return InboundEvent(head.key, "message", head.sender, head.at, unreadable="file" if form == "file" else "other")


def _event(head: _Head, message: Tree) -> InboundEvent | Ignored:
    name = text(message, "Event").lower()
    read = _EVENTS.get(name)
    if read is not None:
        return read(head, message)
    return Ignored(f"event_{name}" if name in _NOTHING_TO_DO else "unknown_event")


def _presence(word: str) -> Callable[[_Head, Tree], InboundEvent]:
    def read(head: _Head, _message: Tree) -> InboundEvent:
        return InboundEvent(head.key, "presence", head.sender, head.at, data={"event": word})

    return read


def _menu(head: _Head, message: Tree) -> InboundEvent:
    return InboundEvent(head.key, "tap", head.sender, head.at, button=text(message, "EventKey"))


def _card_tap(head: _Head, message: Tree) -> InboundEvent:
    answers = {
        text(item, "QuestionKey"): _options(item) for item in many(below(message, "SelectedItems"), "SelectedItem")
    }
    return InboundEvent(
        head.key,
        "tap",
        head.sender,
        head.at,
        button=text(message, "EventKey"),
        card=text(message, "TaskId"),
        selected=tuple(option for options in answers.values() for option in options if option != UNCHOSEN),
        reply_code=text(message, "ResponseCode"),
        data={"answers": answers},
    )


def _options(item: object) -> tuple[str, ...]:
    return tuple(option for option in many(below(item, "OptionIds"), "OptionId") if isinstance(option, str))


def _told(kind: EventKind, read: Callable[[Tree], Mapping[str, Any]]) -> Callable[[_Head, Tree], InboundEvent]:
    def event(head: _Head, message: Tree) -> InboundEvent:
        return InboundEvent(head.key, kind, head.sender, head.at, data=read(message))

    return event


def _outsider(head: _Head, message: Tree) -> InboundEvent:
    """Of the member whose contact it is; the platform itself is named as the sender."""
    member = Person(head.sender.account, text(message, "UserID") or head.sender.user)
    return InboundEvent(head.key, "contact", member, head.at, data=changes.customer(message))


def _approval(read: Callable[[Tree], Mapping[str, Any]]) -> Callable[[_Head, Tree], InboundEvent]:
    def event(head: _Head, message: Tree) -> InboundEvent:
        applicant = Person(head.sender.account, changes.applicant(message) or head.sender.user)
        return InboundEvent(head.key, "approval", applicant, head.at, data=read(message))

    return event


_Read = Callable[[_Head, Tree], InboundEvent | Ignored]

_MESSAGES: Mapping[str, _Read] = {
    "text": _text,
    "image": _image,
    "video": _video,
    "voice": _voice,
    "location": _location,
    "link": _link,
    "event": _event,
}

_EVENTS: Mapping[str, _Read] = {
    "subscribe": _presence("join"),
    "unsubscribe": _presence("leave"),
    "enter_agent": _presence("enter"),
    "click": _menu,
    "template_card_event": _card_tap,
    "template_card_menu_event": _card_tap,
    "change_contact": _told("contact", changes.colleague),
    "change_external_contact": _outsider,
    "change_external_chat": _told("contact", changes.customer_group),
    "sys_approval_change": _approval(changes.approval),
    "open_approval_change": _approval(changes.own_approval),
    "inactive_alert": _told("contact", changes.app),
    "close_inactive_agent": _told("contact", changes.app),
    "reopen_inactive_agent": _told("contact", changes.app),
    "msgaudit_notify": _told("archive", lambda _message: {}),
}

_NOTHING_TO_DO = frozenset(
    {
        "location",
        "view",
        "view_miniprogram",
        "scancode_waitmsg",
        "batch_job_result",
        "add_schedule",
        "modify_schedule",
        "delete_schedule",
        "respond_schedule",
    }
)
"""Known, and nothing in Genjin acts on them: a place reported in the background is not even kept as a record."""

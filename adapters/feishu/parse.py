"""Opened plaintext → what happened, in our words. A type that the platform adds later is ignored, never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from adapters.errors import BadPayload
from adapters.events import EventKind, Ignored, InboundEvent, Person
from adapters.feishu import changes, content
from adapters.feishu.plaintext import (
    BUTTON,
    CARD,
    MENU,
    MESSAGE,
    TAP,
    at_path,
    key_of,
    kind_of,
    part,
    rows,
    sender_of,
    sent_at,
    text,
    value_of,
)
from adapters.feishu.render import CHOICE
from adapters.feishu.signature import object_of

Tree = Mapping[str, Any]
_PRIVATE = "p2p"
_MOST_SELECTED = 100


class _Head(NamedTuple):
    key: str
    sender: Person
    at: datetime


def parse(payload: bytes, account: str, bot: str = "") -> InboundEvent | Ignored:
    """The event in ``payload``, or Ignored with the reason; ``bot`` is our own open id, "" while it is not known.
    Raises BadPayload for what is not the platform's JSON."""
    tree = object_of(payload)
    event, form = part(tree, "event"), kind_of(tree)
    if not form:
        raise BadPayload("the event has no type")
    at = sent_at(tree)
    if at is None:
        raise BadPayload("the event has no time")
    head = _Head(key_of(tree) or text(tree, "header", "create_time"), Person(account, sender_of(event, form)), at)
    if form == MESSAGE:
        return _message(head, event, bot)
    read = _EVENTS.get(form)
    if read is not None:
        return read(head, event)
    return Ignored(f"event_{form}" if form in _NOTHING_TO_DO else "unknown_event")


def _message(head: _Head, event: Tree, bot: str) -> InboundEvent | Ignored:
    """In a group only what is said to the bot: where it may hear more, the rest is none of its business."""
    message = part(event, "message")
    if text(event, "sender", "sender_type") not in ("user", ""):
        return Ignored("not_a_person")
    if not text(message, "message_id") or not head.sender.user:
        raise BadPayload("the message has no id or no sender")
    mentions = content.Mentions(rows(message, "mentions"), bot)
    chat = "" if text(message, "chat_type") == _PRIVATE else text(message, "chat_id")
    if chat and not mentions.of_the_bot:
        return Ignored("not_addressed")
    said = content.read(message, mentions)
    if said is None:
        return Ignored("message_system")
    parent = text(message, "parent_id")
    data = {**said.data, "answers": parent} if parent else said.data
    return InboundEvent(
        head.key, "message", head.sender, head.at,
        text=said.text, chat=chat, files=said.files, unreadable=said.unreadable, data=data,
    )  # fmt: skip


def _card_tap(head: _Head, event: Tree) -> InboundEvent:
    value = value_of(event)
    return InboundEvent(
        head.key, "tap", head.sender, head.at,
        button=text(value, BUTTON),
        card=text(value, CARD),
        selected=_selected(event),
        reply_code=text(event, "context", "open_message_id"),
        data={"form": dict(part(event, "action", "form_value"))},
    )  # fmt: skip


def _selected(event: Tree) -> tuple[str, ...]:
    """The options that stood chosen, in the form or in the element that was tapped itself."""
    action = part(event, "action")
    for chosen in (at_path(action, "form_value", CHOICE), action.get("options"), action.get("option")):
        if isinstance(chosen, str) and chosen:
            return (text({"": chosen}, ""),)
        if isinstance(chosen, list):
            return tuple(text({"": one}, "") for one in chosen[:_MOST_SELECTED] if isinstance(one, str) and one)
    return ()


def _menu(head: _Head, event: Tree) -> InboundEvent:
    """A button of the bot's menu: one whose key is a command is as good as typing it."""
    word = text(event, "event_key")
    if word.startswith(("/", "／")):
        return InboundEvent(head.key, "message", head.sender, head.at, text=word)
    return InboundEvent(head.key, "tap", head.sender, head.at, button=word)


def _presence(word: str) -> Callable[[_Head, Tree], InboundEvent]:
    def read(head: _Head, event: Tree) -> InboundEvent:
        chat = text(event, "chat_id") if word != "enter" else ""
        return InboundEvent(head.key, "presence", head.sender, head.at, chat=chat, data={"event": word})

    return read


def _told(kind: EventKind, read: Callable[[Tree], Mapping[str, Any]]) -> Callable[[_Head, Tree], InboundEvent]:
    def event(head: _Head, tree: Tree) -> InboundEvent:
        return InboundEvent(head.key, kind, head.sender, head.at, data=read(tree))

    return event


def _chat(change: str) -> Callable[[_Head, Tree], InboundEvent]:
    def event(head: _Head, tree: Tree) -> InboundEvent:
        data = changes.group(tree, change)
        return InboundEvent(head.key, "contact", head.sender, head.at, chat=data["chat"], data=data)

    return event


def _approval(head: _Head, tree: Tree) -> InboundEvent:
    applicant = Person(head.sender.account, text(tree, "start_user", "open_id"))
    return InboundEvent(head.key, "approval", applicant, head.at, data=changes.approval(tree))


_Read = Callable[[_Head, Tree], InboundEvent | Ignored]

_EVENTS: Mapping[str, _Read] = {
    TAP: _card_tap,
    MENU: _menu,
    "im.chat.access_event.bot_p2p_chat_entered_v1": _presence("enter"),
    "im.chat.member.bot.added_v1": _presence("join"),
    "im.chat.member.bot.deleted_v1": _presence("leave"),
    "im.chat.member.user.added_v1": _chat("added"),
    "im.chat.member.user.deleted_v1": _chat("removed"),
    "im.chat.member.user.withdrawn_v1": _chat("withdrawn"),
    "im.chat.updated_v1": _chat("updated"),
    "im.chat.disbanded_v1": _chat("disbanded"),
    "contact.user.created_v3": _told("contact", lambda tree: changes.colleague(tree, "create_user")),
    "contact.user.updated_v3": _told("contact", lambda tree: changes.colleague(tree, "update_user")),
    "contact.user.deleted_v3": _told("contact", lambda tree: changes.colleague(tree, "delete_user")),
    "approval_instance": _approval,
    "approval.instance.status_changed_v4": _approval,
}

_NOTHING_TO_DO = frozenset(
    {
        "im.message.recalled_v1",
        "im.message.message_read_v1",
        "im.message.reaction.created_v1",
        "im.message.reaction.deleted_v1",
        "approval_task",
        "approval.task.status_changed_v4",
        "approval.approval.updated_v4",
        "leave_approvalV2",
        "trip_approval",
        "out_approval",
        "work_approval",
        "shift_approval",
        "remedy_approval",
        "contact.scope.updated_v3",
        "contact.department.created_v3",
        "contact.department.updated_v3",
        "contact.department.deleted_v3",
    }
)
"""Known, and nothing in Genjin acts on them: a step within a form says nothing that the form's own event does not."""

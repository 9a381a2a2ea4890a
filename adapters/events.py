"""What comes in, in words that every platform shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EventKind = Literal["message", "tap", "approval", "mail", "contact", "presence", "archive", "facts"]


@dataclass(frozen=True, slots=True)
class Received:
    """An authentic callback, opened but not yet understood: what the inbox keeps.

    ``key`` is the platform's own id of the event, else the sha1 of the plaintext; ``conversation`` and ``sent_at``
    are what the edge can tell cheaply ("" and ``received_at`` where it cannot); ``payload`` is the opened plaintext.
    """

    account: str
    key: str
    received_at: datetime
    payload: bytes
    conversation: str = ""
    sent_at: datetime | None = None
    kind: Literal["message", "tap", "other"] = "other"
    mark: tuple[str, int] | None = None
    """Where reading on begins after this one (a name, how far), on disk together with it; it only rises."""
    nonce: str = ""
    """What may come once, under whichever key: what is kept with it once is a repeat from then on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A callback that is in the inbox; ``payload`` is empty once it was pruned."""

    id: str
    key: str
    received_at: datetime
    payload: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform, as the platform names them (compare folded)."""

    account: str
    user: str
    alias: bool = field(default=False, compare=False)
    """The platform may have named somebody here otherwise than everywhere else."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that lies at the platform and can be fetched by ``handle`` until the platform forgets it."""

    handle: str
    name: str = ""
    kind: Literal["image", "voice", "video", "file"] = "file"


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One thing that happened at a platform.

    ``kind`` "message": ``text`` and ``files``. "tap": ``button`` (stable word), ``card`` (the id our card was sent
    with), ``selected`` (option ids), ``reply_code`` (what the platform wants back to change the card).
    "archive": what was said in a chat that the company keeps; ``sender`` said it to ``data["to"]``, of which some are
    ours and some outside (``data["outside"]``); ``data["recalls"]`` names one that was taken
    back. It is data, whatever stands in it.
    "facts": what another system knows (``data["items"]``); nobody of ours sent it.
    "presence": the sender opened the bot or entered its range (``data["event"]``: enter, join, leave).
    "contact": somebody outside, a colleague, a group or our own app changed: ``data["event"]`` (added, changed, lost,
    transferred … of somebody outside, whom ``data["external"]`` names and one of whose followers is the sender;
    colleague; app: the platform switches it off, or on again).
    "approval": a form came to another state: ``data["approval"]`` its id, ``data["template"]``, ``data["state"]`` (as
    of :class:`Approval`); what is in it is asked for later.
    """

    key: str
    kind: EventKind
    sender: Person
    at: datetime
    text: str = ""
    chat: str = ""
    """The group's id; "" in a private chat."""
    files: tuple[FileRef, ...] = ()
    unreadable: str = ""
    """What the message was when it has no text for us: voice, location, link, sticker … "forwarded": several messages
    in one, which are asked for by ``data["forward"]``."""
    button: str = ""
    card: str = ""
    selected: tuple[str, ...] = ()
    reply_code: str = ""
    quote: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormField:
    """One answer on an approval form: the control's ``id``, its label as the form shows it, what was filled in."""

    id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval form as its platform tells it when asked. ``applicant`` is the platform's user, ``at`` the moment of
    its ``state``; a template is named by the platform's own code. Tables and groups in a form are flattened, each cell
    a field of its own."""

    id: str
    template: str
    state: Literal["running", "agreed", "refused", "withdrawn"]
    applicant: str
    title: str
    form: tuple[FormField, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Follower:
    """One of ours who has somebody outside among his contacts, and what he noted there."""

    user: str
    remark: str = ""
    company: str = ""
    phones: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody outside, as the platform tells it: ``id`` is the same for all of the company's apps."""

    id: str
    name: str = ""
    company: str = ""
    followers: tuple[Follower, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """Authentic, but nothing to act on; ``why`` is counted."""

    why: str

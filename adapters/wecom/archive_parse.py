"""An archived message in our words. What it says is data: it is never a command, and moves nothing by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from adapters.errors import BadPayload
from adapters.events import FileRef, Ignored, InboundEvent, Person
from adapters.wecom.archive import MD5, SEALED, sent_at

HANDLE = "archive:"
"""How the handles of archived files begin."""
TEXT_MOST = 20_000
HASH = re.compile(r"[0-9a-f]{32}")
_DEEP = 3
_OUTSIDE = ("wm", "wo")
"""How the ids of people outside begin."""
Item = Mapping[str, Any]
Kind = Literal["image", "voice", "video", "file"]


def parse(payload: bytes, account: str, reopen: Callable[[dict[str, Any]], bytes]) -> InboundEvent | Ignored:
    """The event; Ignored for what says nothing (a switch of device). ``reopen`` tries what could not be opened when it
    came. Raises BadPayload for what is no archived message, or still does not open."""
    message = _loaded(payload)
    if SEALED in message:
        sealed = message[SEALED]
        message = _loaded(reopen(sealed)) | {"msgid": sealed.get("msgid", "")}
    action = str(message.get("action") or "send")
    if action == "switch":
        return Ignored("archive_switch")
    id, at, sender = message.get("msgid"), sent_at(dict(message)), message.get("from")
    if not isinstance(id, str) or not id or at is None or not isinstance(sender, str) or not sender:
        raise BadPayload("not an archived message")
    form = str(message.get("msgtype") or "")
    body = message.get(form)
    body = body if isinstance(body, dict) else _body(message)
    to = [one for one in message.get("tolist") or () if isinstance(one, str)]
    words, file = said(form, body), _file(form, body)
    outside = [one for one in dict.fromkeys((sender, *to)) if one.startswith(_OUTSIDE)]
    data: dict[str, Any] = {"msgid": id, "to": to, "type": form, "action": action, "outside": outside}
    if form == "revoke":
        data["recalls"] = str(body.get("pre_msgid") or "")
    if form in ("agree", "disagree"):
        data["consent"] = form == "agree"
    return InboundEvent(
        f"{HANDLE}{id}", "archive", Person(account, sender), at, text=words[:TEXT_MOST],
        chat=str(message.get("roomid") or ""), files=(file,) if file else (), unreadable="" if words else form,
        data=data,
    )  # fmt: skip


def _loaded(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise BadPayload("not JSON") from error
    if not isinstance(found, dict):
        raise BadPayload("not an archived message")
    return found


def _body(message: Item) -> Item:
    """Some types keep their body under another name (``info`` of markdown and news, ``doc`` of docmsg …)."""
    return next((message[name] for name in ("info", "doc", "content") if isinstance(message.get(name), dict)), {})


def _line(*parts: object) -> str:
    return " ".join(str(one).strip() for one in parts if isinstance(one, str | int) and str(one).strip())


def said(form: str, body: Item, deep: int = 0) -> str:
    """What the message says in words; "" where it has none."""
    many = body.get("item")
    if form in ("chatrecord", "mixed", "news") and isinstance(many, list) and deep < _DEEP:
        lines = [_inner(one, deep) for one in many[:200] if isinstance(one, dict)]
        return "\n".join(line for line in (_line(body.get("title")), *lines) if line)
    read = _WORDS.get(form)
    return read(body) if read is not None else ""


def _inner(item: Item, deep: int) -> str:
    """One of several: its content is JSON in a string."""
    form = str(item.get("type") or "").removeprefix("ChatRecord").casefold()
    content = item.get("content")
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            content = {"content": content}
    if isinstance(content, dict):
        return said(form or "text", content, deep + 1)
    return _line(item.get("title"), item.get("description"))


def _vote(body: Item) -> str:
    choices = body.get("voteitem")
    return _line(body.get("votetitle"), *(choices if isinstance(choices, list) else ()))


_WORDS: Mapping[str, Callable[[Item], str]] = {
    "text": lambda body: _line(body.get("content")),
    "markdown": lambda body: _line(body.get("content")),
    "link": lambda body: _line(body.get("title"), body.get("description")),
    "file": lambda body: _line(body.get("filename")),
    "qydiskfile": lambda body: _line(body.get("filename")),
    "location": lambda body: _line(body.get("title"), body.get("address")),
    "card": lambda body: _line(body.get("corpname")),
    "weapp": lambda body: _line(body.get("displayname"), body.get("title"), body.get("description")),
    "todo": lambda body: _line(body.get("title"), body.get("content")),
    "vote": _vote,
    "collect": lambda body: _line(body.get("title")),
    "meeting": lambda body: _line(body.get("topic"), body.get("address"), body.get("remarks")),
    "docmsg": lambda body: _line(body.get("title"), body.get("link_url")),
    "calendar": lambda body: _line(body.get("title"), body.get("place"), body.get("remarks")),
    "sphfeed": lambda body: _line(body.get("sph_name"), body.get("feed_desc")),
}
"""By type. A picture, a voice, an emotion, a red packet, a call say nothing that can be read."""

_FILES: Mapping[str, Kind] = {"image": "image", "voice": "voice", "video": "video", "file": "file"}


def _file(form: str, body: Item) -> FileRef | None:
    handle = body.get("sdkfileid")
    kind = _FILES.get(form)
    if kind is None or not isinstance(handle, str) or not handle:
        return None
    md5 = str(body.get("md5sum") or "").casefold()
    proof = f"{MD5}{md5}" if HASH.fullmatch(md5) else ""
    return FileRef(f"{HANDLE}{handle}{proof}", str(body.get("filename") or ""), kind)

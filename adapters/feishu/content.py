"""What a person sent: the content of each type of message, as words, files, or the name of what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from adapters.errors import BadPayload
from adapters.events import FileRef
from adapters.feishu.plaintext import rows, text
from adapters.feishu.signature import object_of

Tree = Mapping[str, Any]
EVERYBODY = "@_all"
_LANGUAGES = ("zh_cn", "en_us", "ja_jp")
_NAME_MOST = 120


@dataclass(frozen=True, slots=True)
class Said:
    text: str = ""
    files: tuple[FileRef, ...] = ()
    unreadable: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class Mentions:
    """Who is mentioned in a message: the bot is taken out of the text, others stand with their names."""

    def __init__(self, mentions: list[Any], bot: str) -> None:
        known = [one for one in mentions if isinstance(one, Mapping) and text(one, "key")]
        self._bots = {text(one, "key") for one in known if _is_bot(one, bot)}
        if not bot and not self._bots and known and not any(text(one, "mentioned_type") for one in known):
            self._bots = {text(known[0], "key")}  # unknown to ourselves we hear only what is said to us
        self._names = {text(one, "key"): text(one, "name") for one in known}

    @property
    def of_the_bot(self) -> bool:
        return bool(self._bots)

    def applied(self, said: str) -> str:
        """Longest key first: ``@_user_1`` is the beginning of ``@_user_10``."""
        for key in sorted(self._names, key=len, reverse=True):
            said = said.replace(key, self.word(key))
        return said.replace(EVERYBODY, "@所有人").strip()

    def word(self, key: str, name: str = "") -> str:
        if key in self._bots:
            return ""
        return f"@{self._names.get(key) or name}"


def _is_bot(mention: Tree, bot: str) -> bool:
    return text(mention, "id", "open_id") == bot if bot else text(mention, "mentioned_type") == "bot"


def read(message: Tree, mentions: Mentions) -> Said | None:
    """What the message says; None for one of the platform's own, which nobody wrote."""
    form = text(message, "message_type")
    if form == "system":
        return None
    if form == "merge_forward":  # its content is a sentence of the platform's, not JSON
        return _forwarded(message)
    try:
        content = object_of(text(message, "content").encode())
    except BadPayload:
        return Said(unreadable="other")
    reader = _READERS.get(form)
    return reader(message, content, mentions) if reader else Said(unreadable="other", data={"form": form})


def handle(message: str, kind: str, key: str) -> str:
    """How a file of a message is asked for later."""
    return f"{message}/{key}?{'image' if kind == 'image' else 'file'}"


def _text(_message: Tree, content: Tree, mentions: Mentions) -> Said:
    return Said(mentions.applied(text(content, "text")))


def _post(message: Tree, content: Tree, mentions: Mentions) -> Said:
    """Title and paragraphs as lines; its pictures and videos as files. Links are words: nothing here fetches them."""
    inner = next((one for name in _LANGUAGES if isinstance(one := content.get(name), Mapping)), content)
    lines, files = [text(inner, "title")], list[FileRef]()
    for paragraph in rows(inner, "content"):
        pieces = [piece for piece in paragraph if isinstance(piece, Mapping)] if isinstance(paragraph, list) else []
        lines.append("".join(_piece(piece, mentions) for piece in pieces))
        files += _files_in(pieces, text(message, "message_id"))
    return Said(mentions.applied("\n".join(line for line in lines if line.strip())), tuple(files))


def _piece(piece: Tree, mentions: Mentions) -> str:
    tag = text(piece, "tag")
    if tag == "at":
        return mentions.word(text(piece, "user_id"), text(piece, "user_name"))
    if tag == "a":
        said, address = text(piece, "text"), text(piece, "href")
        return said if said == address or not address else f"{said} {address}"
    return text(piece, "text") if tag in ("text", "md", "code_block") else ""


def _files_in(pieces: list[Tree], message: str) -> Iterator[FileRef]:
    for piece in pieces:
        if text(piece, "tag") == "img" and (key := text(piece, "image_key")):
            yield FileRef(handle(message, "image", key), kind="image")
        if text(piece, "tag") == "media" and (key := text(piece, "file_key")):
            yield FileRef(handle(message, "video", key), kind="video")


def _file(kind: Literal["image", "video", "file"], name_of_key: str) -> Callable[[Tree, Tree, Mentions], Said]:
    def reader(message: Tree, content: Tree, _mentions: Mentions) -> Said:
        key = text(content, name_of_key)
        if not key:
            return Said(unreadable=kind)
        of = handle(text(message, "message_id"), kind, key)
        return Said(files=(FileRef(of, safe_name(text(content, "file_name")), kind),))

    return reader


def _audio(message: Tree, content: Tree, _mentions: Mentions) -> Said:
    """Its transcript is its text, where the platform sends one."""
    for name in ("text", "recognition_text", "transcript"):
        if said := text(content, name).strip():
            return Said(said, data={"spoken": True})
    media = handle(text(message, "message_id"), "voice", text(content, "file_key"))
    return Said(unreadable="voice", data={"media": media, "milliseconds": text(content, "duration")})


def _forwarded(message: Tree) -> Said:
    """What lies in it is asked for by its id."""
    return Said(unreadable="forwarded", data={"forward": text(message, "message_id")})


def _location(_message: Tree, content: Tree, _mentions: Mentions) -> Said:
    data = {
        "latitude": _number(content, "latitude"),
        "longitude": _number(content, "longitude"),
        "label": text(content, "name"),
    }
    return Said(unreadable="location", data=data)


def _number(content: Tree, name: str) -> str:
    value = content.get(name)
    return json.dumps(value) if isinstance(value, float) else text(content, name)


def _named(word: str, *keys: str) -> Callable[[Tree, Tree, Mentions], Said]:
    """Something without words for us; ``keys`` are kept of it."""

    def reader(_message: Tree, content: Tree, _mentions: Mentions) -> Said:
        return Said(unreadable=word, data={key: text(content, key) for key in keys})

    return reader


def safe_name(name: str) -> str:
    """The last part of a file's name, without what is not printed, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip(". ")[:_NAME_MOST]


_READERS: Mapping[str, Callable[[Tree, Tree, Mentions], Said]] = {
    "text": _text,
    "post": _post,
    "image": _file("image", "image_key"),
    "file": _file("file", "file_key"),
    "media": _file("video", "file_key"),
    "audio": _audio,
    "location": _location,
    "sticker": _named("sticker"),
    "share_chat": _named("share_chat", "chat_id"),
    "share_user": _named("share_user", "user_id"),
    "interactive": _named("card"),
}

"""The headers of a mail in words, and bytes by whatever charset they are in. What cannot be read is left out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

HEAD_MOST = 8000
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
VAGUE = frozenset({"us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252"})
"""Charsets that programs name without having looked: what is Chinese by the bytes is that."""
HAN = re.compile("[\u4e00-\u9fff]")
CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}


def moment(message: Message, received: datetime) -> datetime:
    """When it was written, by its own word where that may be: never after it came, nor a month before."""
    try:
        said = parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return received
    said = said.replace(tzinfo=UTC) if said.tzinfo is None else said
    try:
        return said if received - timedelta(days=31) <= said <= received else received
    except OverflowError:
        return received


def header(message: Message, name: str) -> str:
    """The header in words, on one line; "" where it is missing. What is written raw is UTF-8 or GB18030."""
    value = message.get(name)
    if value is None:
        return ""
    raw = str(value).encode("utf-8", "surrogateescape") if not has_surrogates(str(value)) else _raw(message, name)
    try:
        pieces = decode_header(decoded(raw[:HEAD_MOST], ""))
    except (ValueError, MessageError):
        return " ".join(decoded(raw[:HEAD_MOST], "").split())
    said = "".join(piece(*one) for one in pieces)
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in said).split())


def piece(words: str | bytes, charset: str | None) -> str:
    """A piece of a header as the standard library hands it out."""
    if isinstance(words, str):
        return words
    return words.decode("raw-unicode-escape", "replace") if charset is None else decoded(words, charset)


def has_surrogates(text: str) -> bool:
    """Some of it was no text in the charset it was read by."""
    return any("\udc80" <= c <= "\udcff" for c in text) or "\ufffd" in text


def _raw(message: Message, name: str) -> bytes:
    """The header's bytes as they came."""
    found = next((value for key, value in message._headers if key.casefold() == name.casefold()), "")  # type: ignore[attr-defined]
    return str(found).encode("utf-8", "surrogateescape")


def decoded(raw: bytes, charset: str) -> str:
    """By the charset that is named where there is such a one, else as UTF-8 or GB18030; never an error."""
    charset = CHARSETS.get(charset.casefold(), charset)
    if charset.casefold() in VAGUE:
        return _guessed(raw, charset)
    for name, errors in ((charset, "strict"), ("utf-8", "strict"), ("gb18030", "replace")):
        try:
            if name:
                return raw.decode(name, errors)
        except (LookupError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


def _guessed(raw: bytes, charset: str) -> str:
    for name in ("utf-8", "gb18030"):
        try:
            said = raw.decode(name)
        except ValueError:
            continue
        if name == "utf-8" or HAN.search(said):
            return said
    return raw.decode(charset, "replace")


def sender(message: Message) -> tuple[str, str]:
    """(name, address) of who wrote it."""
    return named_address(header(message, "From"))


def named_address(said: str) -> tuple[str, str]:
    """(name, address in small letters) of 孙老师 <sun@songtao.cn>; "" for what is not there."""
    found = list(ADDRESS.finditer(said[:1000]))
    if not found:
        return "", ""
    name = re.sub(r"[\"'“”<>\[\]()（）]|mailto:", " ", said[: found[-1].start()])
    return " ".join(ADDRESS.sub(" ", name).split()).strip(" ,;"), found[-1][0].casefold()


def addresses(message: Message, name: str) -> list[str]:
    """Of a header, in small letters, 50 at most."""
    found = [address.casefold() for _, address in getaddresses([header(message, name)[:10_000]])]
    return [one for one in found if ADDRESS.fullmatch(one)][:50]


def domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()

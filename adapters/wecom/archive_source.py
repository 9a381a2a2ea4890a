"""Where the session archive is read from: archived JSON files here, the platform's own library in
:mod:`adapters.wecom.archive_sdk`. Everything in it blocks and belongs on a thread."""

from __future__ import annotations

import base64
import hashlib
import json
from binascii import Error as BadBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_FILE_MOST = 256 * 1024 * 1024
MEDIA = "media"
"""The folder beside the files in which media lie, each under the sha256 of its ``sdkfileid``."""
_BLOCK = 16


class ArchiveFault(Exception):
    """Something of the archive could not be had. ``code``: argument, network, parse, system, key, file, decrypt,
    key_missing, address, expired, certificate, refused; ``again``: worth another try."""

    def __init__(self, code: str, message: str = "", *, again: bool = False) -> None:
        super().__init__(message or code)
        self.code, self.again = code, again


@dataclass(frozen=True, slots=True)
class Sealed:
    """One archived message as the platform hands it out. ``plain``: its JSON, where a file holds it opened already."""

    seq: int
    id: str
    version: int = 0
    """Of the public key it was sealed with."""
    key: str = ""
    """encrypt_random_key"""
    body: str = ""
    """encrypt_chat_msg"""
    plain: Mapping[str, Any] | None = None


class Source(Protocol):
    def pull(self, seq: int, limit: int) -> list[Sealed]:
        """At most ``limit`` messages behind ``seq``, in order; empty when there are no more. Raises ArchiveFault."""
        ...

    def open(self, key: str, body: str) -> bytes:
        """The message's JSON; ``key`` is the random key in clear. Raises ArchiveFault."""
        ...

    def media(self, file: str, most: int) -> bytes:
        """The whole file of at most ``most`` bytes. Raises ArchiveFault."""
        ...

    def close(self) -> None: ...


def sealed(item: Mapping[str, Any]) -> Sealed | None:
    """An entry of ``chatdata``, or a message that is opened already and carries its ``seq``; None for neither."""
    seq, id = item.get("seq"), item.get("msgid")
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 0 or not isinstance(id, str) or not id:
        return None
    if "encrypt_chat_msg" not in item:
        return Sealed(seq, id, plain=item)
    version = item.get("publickey_ver")
    return Sealed(
        seq, id, version if isinstance(version, int) else 0, str(item.get("encrypt_random_key") or ""),
        str(item["encrypt_chat_msg"]),
    )  # fmt: skip


def opened(key: str, body: str) -> bytes:
    """What :func:`closed` closed. Raises ArchiveFault."""
    try:
        secret, raw = base64.b64decode(key, validate=True), base64.b64decode(body, validate=True)
        cipher = Cipher(algorithms.AES256(secret), modes.CBC(raw[:_BLOCK])).decryptor()
        padder = PKCS7(_BLOCK * 8).unpadder()
        return padder.update(cipher.update(raw[_BLOCK:]) + cipher.finalize()) + padder.finalize()
    except (BadBase64, ValueError) as error:
        raise ArchiveFault("decrypt", "the content does not open with this key") from error


def closed(key: str, plain: bytes, nonce: bytes) -> str:
    """How files of ours hold a message: base64 of 16 bytes ``nonce`` and AES-256-CBC with PKCS#7 under the base64
    ``key`` of 32 bytes. The platform's own cipher is not published and only its library opens it."""
    padder = PKCS7(_BLOCK * 8).padder()
    cipher = Cipher(algorithms.AES256(base64.b64decode(key)), modes.CBC(nonce)).encryptor()
    body = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    return base64.b64encode(nonce + body).decode()


@dataclass(slots=True)
class _Read:
    stamp: tuple[int, int]
    last: int
    """The largest seq in it."""


@dataclass(slots=True)
class Files:
    """A folder of ``*.json`` (answers of GetChatData, or lists of messages) and ``*.jsonl`` (one a line)."""

    folder: Path
    _known: dict[str, _Read] = field(default_factory=dict)

    def pull(self, seq: int, limit: int) -> list[Sealed]:
        found: dict[int, Sealed] = {}
        for path in self._files():
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            known = self._known.get(path.name)
            if known is not None and known.stamp == stamp and known.last <= seq:
                continue
            items = list(_items(path)) if stat.st_size <= _FILE_MOST else []
            self._known[path.name] = _Read(stamp, max((one.seq for one in items), default=0))
            found |= {one.seq: one for one in items if one.seq > seq}
        return [found[n] for n in sorted(found)[:limit]]

    def _files(self) -> list[Path]:
        """No link is followed: what lies elsewhere is nobody's archive."""
        if not self.folder.is_dir():
            raise ArchiveFault("argument", "archive_dir is no folder")
        every = (path for path in self.folder.iterdir() if path.suffix in (".json", ".jsonl"))
        return sorted(path for path in every if path.is_file() and not path.is_symlink())

    def open(self, key: str, body: str) -> bytes:
        return opened(key, body)

    def media(self, file: str, most: int) -> bytes:
        path = self.folder / MEDIA / hashlib.sha256(file.encode()).hexdigest()
        if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            raise ArchiveFault("file", "no such file in the archive")
        if path.stat().st_size > most:
            raise ArchiveFault("file", "the file is too large")
        return path.read_bytes()

    def close(self) -> None:
        """Nothing is held open."""


def _items(path: Path) -> Iterator[Sealed]:
    """The messages of a file; a line that is none is left out, for it has no place in the order."""
    text = path.read_text("utf-8-sig", errors="replace")
    for found in _documents(text, path.suffix):
        entries = found.get("chatdata") if isinstance(found, dict) and "chatdata" in found else found
        for entry in entries if isinstance(entries, list) else [entries]:
            one = sealed(entry) if isinstance(entry, dict) else None
            if one is not None:
                yield one


def _documents(text: str, suffix: str) -> Iterator[Any]:
    for part in text.splitlines() if suffix == ".jsonl" else [text]:
        try:
            yield json.loads(part)
        except (ValueError, RecursionError):
            continue

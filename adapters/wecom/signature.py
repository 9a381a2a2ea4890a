"""Callback crypto: signed and encrypted bytes → the opened plaintext, and back.

wechatpy's cipher does the AES; everything it leaves out is done here: a constant-time comparison, the age of the
timestamp, strict base64, padding, length and receiver, and an error of ours for whatever goes wrong.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from multidict import MultiMapping
from wechatpy.crypto.base import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder

from adapters.errors import BadPayload, BadRequest, BadSignature, Stale

_BLOCK = 32
_HEAD = 20  # 16 random bytes and the length


@dataclass(frozen=True)
class Lock:
    """What one callback address is locked with. ``receive_id`` is the corp id, "" for a smart robot."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receive_id: str

    @cached_property
    def _cipher(self) -> Any:
        return WeChatCipher(aes_bytes(self.aes_key))

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """The lower-case hex signature over the three and the token."""
        joined = "".join(sorted([self.token, timestamp, nonce, encrypt]))
        return hashlib.sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def check(self, query: MultiMapping[str], encrypt: str, now: datetime, window_seconds: float) -> None:
        """Returns when the query is ours and fresh; raises BadSignature, Stale, or BadRequest where a parameter is
        missing or doubled."""
        given, timestamp, nonce = (one(query, name) for name in ("msg_signature", "timestamp", "nonce"))
        expected = self.signature(timestamp, nonce, encrypt)
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass")):
            raise BadSignature("the signature does not fit")
        check_age(timestamp, now, window_seconds)

    def open(self, encrypt: str) -> bytes:
        """The message inside. Raises BadPayload where it cannot be opened, BadSignature where it is not for us."""
        message, receiver = _unpack(unpadded(self._decrypted(encrypt)))
        if not hmac.compare_digest(receiver, self.receive_id.encode()):
            raise BadSignature("the message is for another receiver")
        return message

    def close(self, message: bytes, random16: bytes | None = None) -> str:
        """``message`` encrypted for the platform, as base64; ``random16`` only to repeat a known vector."""
        head = (random16 or secrets.token_bytes(16)) + len(message).to_bytes(4, "big")
        padded = PKCS7Encoder.encode(head + message + self.receive_id.encode())
        return base64.b64encode(self._cipher.encrypt(padded)).decode()

    def _decrypted(self, encrypt: str) -> bytes:
        try:
            cipher = base64.b64decode(encrypt, validate=True)
            plain: bytes = self._cipher.decrypt(cipher)
        except (binascii.Error, ValueError) as error:
            raise BadPayload("the cipher text cannot be decrypted") from error
        return plain


class Locks:
    """The locks of one callback address: during a change-over what fits the new token and key or the old is taken."""

    def __init__(self, tokens: Sequence[str], keys: Sequence[str], receive_id: str) -> None:
        self._locks = [[Lock(token, key, receive_id) for key in keys if key] for token in tokens if token]

    def opened(
        self, query: MultiMapping[str], encrypt: str, now: datetime, window_seconds: float
    ) -> tuple[bytes, Lock]:
        """The message inside, and the lock that it was closed with, in which the answer goes back. Raises as
        :meth:`Lock.check` and :meth:`Lock.open`."""
        return _opened(self._of(query, encrypt, now, window_seconds), encrypt)

    def _of(self, query: MultiMapping[str], encrypt: str, now: datetime, window_seconds: float) -> list[Lock]:
        refused: BadSignature | None = None
        for locks in self._locks:
            try:
                locks[0].check(query, encrypt, now, window_seconds)
            except BadSignature as no:
                refused = refused or no
            else:
                return locks
        raise refused or BadSignature("there is no token")


def _opened(locks: Sequence[Lock], encrypt: str) -> tuple[bytes, Lock]:
    refused: BadRequest | None = None
    for lock in locks:
        try:
            return lock.open(encrypt), lock
        except (BadPayload, BadSignature) as no:
            refused = refused or no
    raise refused or BadPayload("there is no key")


def one(query: MultiMapping[str], name: str) -> str:
    """The one value of a query parameter; BadRequest where it is missing or there are several."""
    values = query.getall(name, [])
    if len(values) != 1:
        raise BadRequest(f"the parameter {name} must be there once")
    return values[0]


def check_age(timestamp: str, now: datetime, window_seconds: float) -> None:
    """Raises Stale unless ``timestamp`` (seconds) lies within ``window_seconds`` of ``now``, before or after."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Stale("the timestamp is not a number of seconds")
    if abs(now.timestamp() - int(timestamp)) > window_seconds:
        raise Stale("the timestamp lies outside the window")


def aes_bytes(key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey (43 characters) or of a robot's media key (44). Raises ValueError."""
    raw = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    if len(raw) != 32:
        raise ValueError("an AES key has 32 bytes")
    return raw


def readable_key(key: str) -> bool:
    """Whether ``key`` can be an EncodingAESKey."""
    try:
        return len(key) == 43 and bool(aes_bytes(key))
    except (binascii.Error, ValueError):
        return False


def unpadded(plain: bytes) -> bytes:
    """``plain`` without its PKCS#7 padding to 32 bytes. Raises BadPayload where the padding is not whole."""
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or len(plain) % _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise BadPayload("the padding is wrong")
    return plain[:-pad]


def _unpack(plain: bytes) -> tuple[bytes, bytes]:
    """(message, receiver) of an opened block."""
    end = _HEAD + int.from_bytes(plain[16:_HEAD], "big")
    if len(plain) < _HEAD or end > len(plain):
        raise BadPayload("the length inside does not fit")
    return plain[_HEAD:end], plain[end:]

"""Callback crypto: which callback is authentic, and the encrypted envelope of events, opened and closed.

Robot messages and card callbacks are signed over their timestamp only, so whoever caught one could send another body
with it for as long as the window is open: dedupe and HTTPS are what stands against that.
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
from urllib.parse import quote_plus

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from multidict import MultiMapping

from adapters.errors import BadPayload, BadRequest, BadSignature, Stale

_BLOCK = 32
_HEAD = 20  # 16 random bytes and the length


def robot_sign(secret: str, timestamp: str) -> str:
    """What a robot's HTTP message carries as ``sign``; a group robot's address carries the same, URL-encoded."""
    return _hmac(secret, f"{timestamp}\n{secret}")


def card_sign(secret: str, timestamp: str) -> str:
    """What a card's HTTP callback carries as ``x-ddpaas-signature``."""
    return _hmac(secret, timestamp)


def webhook_query(secret: str, timestamp: str) -> str:
    """What is put behind a group robot's address, without ``&`` before it."""
    return f"timestamp={timestamp}&sign={quote_plus(robot_sign(secret, timestamp))}"


def check_robot(headers: MultiMapping[str], known: Sequence[str], now: datetime, window_seconds: float) -> str:
    """The timestamp of a message signed with one of the ``known`` secrets. Raises BadSignature, Stale."""
    timestamp, given = header(headers, "timestamp"), header(headers, "sign")
    _same(given, [robot_sign(secret, timestamp) for secret in known])
    _fresh(timestamp, now, window_seconds, digits=(13,))
    return timestamp


def check_card(headers: MultiMapping[str], known: Sequence[str], now: datetime, window_seconds: float) -> str:
    """The same for a card's callback; the platform does not say the unit of this timestamp, so both are taken."""
    timestamp, given = header(headers, "x-ddpaas-signature-timestamp"), header(headers, "x-ddpaas-signature")
    _same(given, [card_sign(secret, timestamp) for secret in known])
    _fresh(timestamp, now, window_seconds, digits=(10, 13))
    return timestamp


@dataclass(frozen=True)
class Lock:
    """What events are locked with. ``owners`` are the keys that may stand behind a message (client id, corp id); the
    first one stands behind ours."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    owners: tuple[str, ...]

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """The lower-case hex signature over the three and the token."""
        joined = "".join(sorted([self.token, timestamp, nonce, encrypt]))
        return hashlib.sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def check(self, query: MultiMapping[str], encrypt: str, now: datetime, window_seconds: float) -> None:
        """Returns when the query is ours and fresh; raises BadSignature, Stale, or BadRequest where a parameter is
        missing or doubled. Older pushes name two of them otherwise."""
        given = _one(query, "msg_signature", "signature")
        timestamp, nonce = _one(query, "timestamp", "timeStamp"), _one(query, "nonce")
        _same(given, [self.signature(timestamp, nonce, encrypt)])
        _fresh(timestamp, now, window_seconds, digits=(10, 13))

    def open(self, encrypt: str) -> bytes:
        """The message inside. Raises BadPayload where it cannot be opened, BadSignature where it is not for us."""
        message, owner = _unpacked(_unpadded(self._decrypted(encrypt)))
        if not any(hmac.compare_digest(owner, one.encode()) for one in self.owners):
            raise BadSignature("the message is for another receiver")
        return message

    def close(self, message: bytes, random16: bytes | None = None) -> str:
        """``message`` encrypted, as base64; ``random16`` only to repeat a known vector."""
        head = (random16 or secrets.token_bytes(16)) + len(message).to_bytes(4, "big")
        plain = head + message + self.owners[0].encode()
        pad = _BLOCK - len(plain) % _BLOCK
        return base64.b64encode(_run(self._cipher().encryptor(), plain + bytes([pad]) * pad)).decode()

    def sealed(self, message: bytes, timestamp: str, nonce: str, random16: bytes | None = None) -> dict[str, str]:
        """The answer that carries ``message``."""
        encrypt = self.close(message, random16)
        signature = self.signature(timestamp, nonce, encrypt)
        return {"msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypt}

    def _decrypted(self, encrypt: str) -> bytes:
        try:
            return _run(self._cipher().decryptor(), base64.b64decode(encrypt, validate=True))
        except (binascii.Error, ValueError) as error:
            raise BadPayload("the cipher text cannot be decrypted") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        key = _aes_bytes(self.aes_key)
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def header(headers: MultiMapping[str], name: str) -> str:
    """The one value of a header; BadSignature where it is missing or there are several."""
    values = headers.getall(name, [])
    if len(values) != 1 or not values[0]:
        raise BadSignature(f"the header {name} must be there once")
    return values[0]


def page_signature(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    """What lets the page at ``url`` (as the browser has it, cut before ``#``) call the client's functions."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.split('#', 1)[0]}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def readable_key(key: str) -> bool:
    """Whether ``key`` can be the aes_key of an event subscription."""
    try:
        return len(key) == 43 and len(_aes_bytes(key)) == 32
    except (binascii.Error, ValueError):
        return False


def _hmac(secret: str, text: str) -> str:
    made = hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def _same(given: str, expected: Sequence[str]) -> None:
    """Raises BadSignature unless ``given`` is one of them, in the same time for each."""
    seen = given.encode("utf-8", "surrogatepass")
    if not sum(hmac.compare_digest(one.encode(), seen) for one in expected):
        raise BadSignature("the signature does not fit")


def _fresh(timestamp: str, now: datetime, window_seconds: float, digits: tuple[int, ...]) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) in digits):
        raise Stale("the timestamp is not of the platform's clock")
    seconds = int(timestamp) / (1000 if len(timestamp) == 13 else 1)
    if abs(now.timestamp() - seconds) > window_seconds:
        raise Stale("the timestamp lies outside the window")


def _one(query: MultiMapping[str], *names: str) -> str:
    values = [value for name in names for value in query.getall(name, [])]
    if len(values) != 1:
        raise BadRequest(f"the parameter {names[0]} must be there once")
    return values[0]


def _aes_bytes(key: str) -> bytes:
    return base64.b64decode(key + "=", validate=True)


def _run(step: CipherContext, data: bytes) -> bytes:
    return step.update(data) + step.finalize()


def _unpadded(plain: bytes) -> bytes:
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or len(plain) % _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise BadPayload("the padding is wrong")
    return plain[:-pad]


def _unpacked(plain: bytes) -> tuple[bytes, bytes]:
    """(message, owner) of an opened block."""
    end = _HEAD + int.from_bytes(plain[16:_HEAD], "big")
    if len(plain) < _HEAD or end > len(plain):
        raise BadPayload("the length inside does not fit")
    return plain[_HEAD:end], plain[end:]

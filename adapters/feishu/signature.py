"""Callback crypto: signed and encrypted bytes → the opened plaintext, and back.

The signature covers the body as it came, so it is checked before anything is read; the console's check of the address
carries none and is known by its token alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from multidict import MultiMapping

from adapters.errors import BadPayload, BadRequest, BadSignature, Stale

_BLOCK = 16
CHECK = "url_verification"
_HEADERS = ("X-Lark-Request-Timestamp", "X-Lark-Request-Nonce", "X-Lark-Signature")


@dataclass(frozen=True)
class Lock:
    """What one callback address is locked with. Where there are several keys or tokens, each is good: during a
    change-over the platform still pushes what it sealed with the old one."""

    keys: tuple[str, ...] = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)

    def open(self, headers: MultiMapping[str], body: bytes, now: datetime, window_seconds: float) -> bytes:
        """The plaintext of an authentic callback; where the seal is ours and what it held is no JSON, as it is, for the
        worker to set aside. Raises BadSignature, Stale, BadPayload, or BadRequest where a header is doubled."""
        if not self.keys:
            self._known(object_of(body))
            return body
        if _one(headers, _HEADERS[2]):
            plain = self._opened(headers, body, now, window_seconds)
            try:
                payload = object_of(plain)
            except BadPayload:
                return plain
            self._known(payload)
            return plain
        return self._check_of_address(body)

    def _opened(self, headers: MultiMapping[str], body: bytes, now: datetime, window_seconds: float) -> bytes:
        timestamp, nonce, given = (_one(headers, name) for name in _HEADERS)
        fitting = [key for key in self.keys if _same(signature(timestamp, nonce, key, body), given)]
        if not fitting:
            raise BadSignature("the signature does not fit")
        _check_age(timestamp, now, window_seconds)
        return unsealed(_sealed_in(body), fitting[0])

    def _check_of_address(self, body: bytes) -> bytes:
        """Only the check of the address comes without a signature, sealed all the same."""
        encrypt = object_of(body).get("encrypt")
        if not isinstance(encrypt, str):
            raise BadSignature("neither signed nor sealed")
        plain = self._with_any(encrypt)
        payload = object_of(plain)
        if payload.get("type") != CHECK:
            raise BadSignature("the signature is missing")
        self._known(payload)
        return plain

    def _with_any(self, encrypt: str) -> bytes:
        for n, key in enumerate(self.keys, 1):
            try:
                plain = unsealed(encrypt, key)
                object_of(plain)
            except BadPayload:
                if n == len(self.keys):
                    raise
            else:
                return plain
        raise BadPayload("no key to open it")

    def _known(self, payload: dict[str, Any]) -> None:
        """Raises BadSignature unless the token inside is ours."""
        head = payload.get("header")
        given = head.get("token") if isinstance(head, dict) else payload.get("token")
        if not isinstance(given, str) or not given:
            raise BadSignature("the token is missing")
        if not any(_same(token, given) for token in self.tokens):
            raise BadSignature("the token is not ours")


def signature(timestamp: str, nonce: str, key: str, body: bytes) -> str:
    """The lower-case hex signature over time, nonce, encrypt key and the body as it came."""
    return hashlib.sha256(f"{timestamp}{nonce}{key}".encode("utf-8", "surrogatepass") + body).hexdigest()


def old_card_signature(timestamp: str, nonce: str, token: str, body: bytes) -> str:
    """How the platform signs for the old card request address, which nothing here uses."""
    joined = f"{timestamp}{nonce}{token}".encode("utf-8", "surrogatepass") + body
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def unsealed(encrypt: str, key: str) -> bytes:
    """What ``encrypt`` (base64) holds. Raises BadPayload."""
    try:
        sealed = base64.b64decode(encrypt, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPayload("the cipher text is not base64") from error
    if len(sealed) < 2 * _BLOCK or len(sealed) % _BLOCK:
        raise BadPayload("the cipher text has no whole blocks")
    opener = _cipher(key, sealed[:_BLOCK]).decryptor()
    pad = padding.PKCS7(8 * _BLOCK).unpadder()
    try:
        return pad.update(opener.update(sealed[_BLOCK:]) + opener.finalize()) + pad.finalize()
    except ValueError as error:
        raise BadPayload("the padding is wrong") from error


def sealed(plain: bytes, key: str, start: bytes | None = None) -> str:
    """``plain`` as the platform seals it; ``start``, 16 bytes, only to repeat a known vector."""
    start = start or secrets.token_bytes(_BLOCK)
    pad = padding.PKCS7(8 * _BLOCK).padder()
    closer = _cipher(key, start).encryptor()
    inside = closer.update(pad.update(plain) + pad.finalize()) + closer.finalize()
    return base64.b64encode(start + inside).decode()


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``. Raises BadPayload for anything else, however deep it is nested."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadPayload("not well-formed JSON") from error
    if not isinstance(found, dict):
        raise BadPayload("not a JSON object")
    return found


def page_signature(ticket: str, nonce: str, timestamp: int, page_url: str) -> str:
    """The lower-case hex signature for ``page_url`` as the browser has it, cut before ``#``; ``timestamp`` in
    milliseconds."""
    address = page_url.split("#", 1)[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def robot_sign(secret: str, timestamp: str) -> str:
    """What a custom group robot is addressed with: the time and the secret are the key, the message is empty."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def _sealed_in(body: bytes) -> str:
    encrypt = object_of(body).get("encrypt")
    if not isinstance(encrypt, str):
        raise BadPayload("the envelope holds nothing sealed")
    return encrypt


def _cipher(key: str, start: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(start))


def _one(headers: MultiMapping[str], name: str) -> str:
    """The one value of a header, "" where it is missing; BadRequest where there are several."""
    values: Iterable[str] = headers.getall(name, [])
    found = list(values)
    if len(found) > 1:
        raise BadRequest(f"the header {name} must be there once")
    return found[0] if found else ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _check_age(timestamp: str, now: datetime, window_seconds: float) -> None:
    """Raises Stale unless ``timestamp`` (seconds) lies within ``window_seconds`` of ``now``, before or after."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Stale("the timestamp is not a number of seconds")
    if abs(now.timestamp() - int(timestamp)) > window_seconds:
        raise Stale("the timestamp lies outside the window")

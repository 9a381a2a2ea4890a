"""Feishu's seal, made in lines of our own: the AES envelope and the signature of a callback, and the way back.

The adapter does the same with other means (its padding is a library's, its JSON is read there), so that no mistake is
made twice; vectors made with the official SDK judge both.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


class BadFeishuSeal(ValueError):
    """What came does not carry this seal."""


@dataclass(frozen=True, slots=True)
class FeishuSeal:
    key: str = field(repr=False)

    def close(self, plain: bytes, chance: bytes | None = None) -> str:
        """Sealed, as base64; ``chance`` are the 16 leading bytes, random unless given."""
        start = chance or os.urandom(BLOCK)
        missing = BLOCK - len(plain) % BLOCK
        lock = Cipher(self._aes(), modes.CBC(start)).encryptor()
        return b64encode(start + lock.update(plain + bytes([missing]) * missing) + lock.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """Raises BadFeishuSeal."""
        try:
            raw = b64decode(sealed, validate=True)
            lock = Cipher(self._aes(), modes.CBC(raw[:BLOCK])).decryptor()
            body = lock.update(raw[BLOCK:]) + lock.finalize()
        except ValueError as error:
            raise BadFeishuSeal(str(error)) from error
        count = body[-1] if body else 0
        if not 1 <= count <= BLOCK or set(body[-count:]) != {count}:
            raise BadFeishuSeal("the padding is wrong")
        return body[:-count]

    def sign(self, timestamp: str, nonce: str, body: bytes) -> str:
        """The X-Lark-Signature of the body as it travels."""
        digest = sha256()
        for piece in (timestamp.encode(), nonce.encode(), self.key.encode(), body):
            digest.update(piece)
        return digest.hexdigest()

    def _aes(self) -> algorithms.AES:
        return algorithms.AES(sha256(self.key.encode()).digest())

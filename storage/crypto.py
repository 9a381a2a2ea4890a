"""Sealing at rest: AES-GCM with the key's id beside the sealed bytes, newest key first, old keys still open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import Sealed, StorageError

NONCE = 12


def key_id(key: bytes) -> str:
    """What stands in the row for a key: eight hex digits of its hash."""
    return sha256(b"genjin key" + key).hexdigest()[:8]


class Ring:
    """The keys of an installation; with none, bytes are kept as they are."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if any(len(key) != 32 for key in keys):
            raise StorageError("加密密钥必须是 32 字节", hint="openssl rand -base64 32 可生成一个")
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.newest = next(iter(self._ciphers), None)

    def seal(self, plain: bytes, about: str) -> tuple[bytes, str | None]:
        """(bytes to keep, id of the key or None). ``about`` binds them to their row: elsewhere they do not open."""
        if self.newest is None:
            return plain, None
        nonce = os.urandom(NONCE)
        return nonce + self._ciphers[self.newest].encrypt(nonce, plain, about.encode()), self.newest

    def open(self, kept: bytes, key: str | None, about: str) -> bytes:
        """The plain bytes; raises Sealed where the key is not configured or the bytes were changed."""
        if key is None:
            return kept
        cipher = self._ciphers.get(key)
        if cipher is None:
            raise Sealed(f"缺少密钥 {key}", hint="把旧密钥加回 [storage] keys 的末尾")
        try:
            return cipher.decrypt(kept[:NONCE], kept[NONCE:], about.encode())
        except InvalidTag:
            raise Sealed(f"{about} 解不开：内容被改动或密钥不对") from None


_ring = Ring(())


def use(ring: Ring) -> Ring:
    """Takes these keys from now on; those in use before."""
    global _ring
    before, _ring = _ring, ring
    return before


def ring() -> Ring:
    """The keys of the open database."""
    return _ring

"""WeCom's seal, made in lines of our own: signature and AES envelope of a callback, and the way back.

The adapter uses another library for the same thing, so that no mistake is made twice; published vectors judge both.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

BLOCK = 32  # the platform pads to 32, not to the cipher's 16


class BadSeal(ValueError):
    """What came back does not carry our seal: signature, padding, length or receiver is wrong."""


@dataclass(frozen=True, slots=True)
class Seal:
    token: str
    aes_key: str = field(repr=False)
    receive_id: str

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        """The msg_signature: SHA-1 in lower-case hex over the four texts, sorted and joined."""
        parts = sorted((self.token, timestamp, nonce, sealed))
        return sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def close(self, plain: bytes, chance: bytes | None = None) -> str:
        """The sealed text in base64; ``chance`` are the 16 leading bytes, random unless given."""
        body = (chance or secrets.token_bytes(16)) + len(plain).to_bytes(4, "big") + plain + self.receive_id.encode()
        missing = BLOCK - len(body) % BLOCK
        lock = self._cipher().encryptor()
        return b64encode(_run(lock, body + bytes([missing]) * missing)).decode()

    def open(self, sealed: str) -> bytes:
        """The plaintext. Raises BadSeal."""
        try:
            body = _run(self._cipher().decryptor(), b64decode(sealed, validate=True))
        except ValueError as error:
            raise BadSeal(f"cannot be opened: {error}") from error
        return self._unpack(_unpadded(body))

    def check(self, timestamp: str, nonce: str, sealed: str, signature: str) -> None:
        """Raises BadSeal unless ``signature`` is ours."""
        if not hmac.compare_digest(self.sign(timestamp, nonce, sealed), signature):
            raise BadSeal("the signature is not ours")

    def _unpack(self, body: bytes) -> bytes:
        if len(body) < 20:
            raise BadSeal("too short to hold a message")
        end = 20 + int.from_bytes(body[16:20], "big")
        if body[end:] != self.receive_id.encode():
            raise BadSeal("sealed for another receiver, or cut")
        return body[20:end]

    def _cipher(self) -> Cipher[modes.CBC]:
        key = b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _run(step: CipherContext, data: bytes) -> bytes:
    return step.update(data) + step.finalize()


def _unpadded(body: bytes) -> bytes:
    count = body[-1] if body else 0
    if not 1 <= count <= BLOCK or body[-count:] != bytes([count]) * count:
        raise BadSeal("the padding is wrong")
    return body[:-count]

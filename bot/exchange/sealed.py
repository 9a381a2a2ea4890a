"""A zip that only its password opens: AES-256 as common archivers read it (WinZip's AE-2).

The standard library reads and writes no such zip, so the few structures are written here: local headers, the sealed
data, the central directory. Files are held in memory: what is handed out this way is small.
"""

from __future__ import annotations

import hmac
import os
import secrets
import struct
import zlib
from collections.abc import Iterable
from datetime import datetime
from hashlib import pbkdf2_hmac, sha1

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

SALT, KEY, CHECK, TAG, BLOCK = 16, 32, 2, 10, 16
ROUNDS = 1000
"""What the format prescribes; the password itself must be strong."""
AES_256, DEFLATED, SEALED = 3, 8, 99
EXTRA = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", AES_256, DEFLATED)
FLAGS = 0x0001 | 0x0800
"""Encrypted; the name is UTF-8."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that one takes for one another."""


def password() -> str:
    """Four groups of four: some 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def sealed(files: Iterable[tuple[str, bytes]], word: str, at: datetime) -> bytes:
    """The archive with these files, by name."""
    body, directory = bytearray(), bytearray()
    count = 0
    for name, content in files:
        offset, encoded = len(body), name.encode()
        data = _sealed(content, word, os.urandom(SALT))
        head = _head(data, content, encoded, at)
        body += struct.pack("<IH", 0x04034B50, 51) + head + encoded + EXTRA + data
        directory += struct.pack("<IHH", 0x02014B50, 51, 51) + head + struct.pack("<HHHII", 0, 0, 0, 0, offset)
        directory += encoded + EXTRA
        count += 1
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _head(data: bytes, content: bytes, name: bytes, at: datetime) -> bytes:
    """The fields that the local header and the directory share. AE-2 tells no checksum of the content."""
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    day = (at.year - 1980) << 9 | at.month << 5 | at.day
    return struct.pack("<HHHHIIIHH", FLAGS, SEALED, time, day, 0, len(data), len(content), len(name), len(EXTRA))


def _sealed(content: bytes, word: str, salt: bytes) -> bytes:
    """salt, two bytes by which a wrong password is noticed, the encrypted stream, its tag."""
    packer = zlib.compressobj(wbits=-15)
    plain = packer.compress(content) + packer.flush()
    keys = pbkdf2_hmac("sha1", word.encode(), salt, ROUNDS, 2 * KEY + CHECK)
    hidden = _crypted(plain, keys[:KEY])
    tag = hmac.new(keys[KEY : 2 * KEY], hidden, sha1).digest()[:TAG]
    return salt + keys[2 * KEY :] + hidden + tag


def _crypted(plain: bytes, key: bytes) -> bytes:
    """Counter mode with a little-endian counter from 1, which is this format's own."""
    blocks = (len(plain) + BLOCK - 1) // BLOCK
    counters = b"".join(n.to_bytes(BLOCK, "little") for n in range(1, blocks + 1))
    maker = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 (the counters' blocks, not the text's)
    stream = (maker.update(counters) + maker.finalize())[: len(plain)]
    return (int.from_bytes(plain, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(plain), "big")

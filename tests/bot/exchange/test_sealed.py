"""What leaves as a file is opened by its password alone: by a reader proven on another program's archive."""

from __future__ import annotations

import base64
import hmac
import io
import struct
import zipfile
import zlib
from datetime import datetime
from hashlib import pbkdf2_hmac, sha1

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.exchange.sealed import password, sealed

OTHERS = (
    "UEsDBBQAAQBjAIZme10AAAAALwAAACcAAAAFAAsAYS50eHQBmQcAAgBBRQMIAMBeyvTx+rD68G0+mfpqknEMzw2wBxez81urv3TRTbYuoF8Mcbe4pb1KiA/"
    "fzxefUEsBAhQDFAABAGMAhmZ7XQAAAAAvAAAAJwAAAAUACwAAAAAAAAAAAIABAAAAAGEudHh0AZkHAAIAQUUDCABQSwUGAAAAAAEAAQA+AAAAXQAAAAAA"
)
"""Made by pyzipper 0.4 with the password 口令-abc."""
WHEN = datetime(2026, 3, 10, 10, 0)


def opened(archive: bytes, word: str) -> dict[str, bytes]:
    """The files of an AE-2 archive. ValueError for a wrong password or a changed byte."""
    files = {}
    for one in zipfile.ZipFile(io.BytesIO(archive)).infolist():
        name, extra = struct.unpack_from("<HH", archive, one.header_offset + 26)
        start = one.header_offset + 30 + name + extra
        data = archive[start : start + one.compress_size]
        keys = pbkdf2_hmac("sha1", word.encode(), data[:16], 1000, 66)
        hidden, tag = data[18:-10], data[-10:]
        if keys[64:] != data[16:18] or hmac.new(keys[32:64], hidden, sha1).digest()[:10] != tag:
            raise ValueError("wrong password")
        plain = b"".join(_block(hidden[n : n + 16], keys[:32], n // 16 + 1) for n in range(0, len(hidden), 16))
        files[one.filename] = zlib.decompress(plain, wbits=-15)
    return files


def _block(hidden: bytes, key: bytes, n: int) -> bytes:
    counter = n.to_bytes(16, "little")
    return Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor().update(hidden)


def test_the_reader_reads_what_another_program_wrote() -> None:
    assert opened(base64.b64decode(OTHERS), "口令-abc") == {"a.txt": "瑞禾医疗\n".encode() * 3}


def test_what_is_sealed_opens_again() -> None:
    files = {"客户.csv": b"\xef\xbb\xbfid,name\r\n" * 5000, "empty.txt": b"", "one": b"x"}
    assert opened(sealed(files.items(), "口令-abc", WHEN), "口令-abc") == files


def test_another_password_does_not_open_it_and_the_text_is_not_in_it() -> None:
    archive = sealed([("a.txt", b"0123456789" * 10)], "right", WHEN)
    with pytest.raises(ValueError, match="wrong"):
        opened(archive, "wrong")
    assert b"0123456789" not in archive


def test_passwords_differ_and_can_be_read_out() -> None:
    words = {password() for _ in range(50)}
    assert len(words) == 50
    assert all(len(word) == 19 and set("01il") & set(word) == set() for word in words)

"""What a file is to WeCom, and the encrypted media of the smart robot."""

from __future__ import annotations

import binascii
from typing import Literal
from urllib.parse import urlsplit

from wechatpy.crypto.base import WeChatCipher

from adapters.errors import BadPayload
from adapters.http import MB
from adapters.wecom.signature import aes_bytes, unpadded

_MEDIA_HOSTS = (".qq.com", ".myqcloud.com")
_IMAGE_MOST = 10 * MB
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How pictures begin that are shown in the chat; any other is sent as a file."""


def opened_media(cipher: bytes, key: str) -> bytes:
    """The file inside. ``key`` is the EncodingAESKey (address mode) or the key beside the link (long connection).
    Raises BadPayload where the two do not fit."""
    try:
        plain: bytes = WeChatCipher(aes_bytes(key)).decrypt(cipher)
    except (binascii.Error, ValueError) as error:
        raise BadPayload("the file cannot be decrypted") from error
    return unpadded(plain)


def form_of(content: bytes) -> Literal["image", "file"]:
    """A picture that WeCom shows, or a file to be opened."""
    return "image" if content.startswith(_IMAGES) and len(content) <= _IMAGE_MOST else "file"


def place(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; empty where it is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def is_media(url: str) -> bool:
    """The address lies where the platform keeps files."""
    scheme, host, port = place(url)
    return scheme == "https" and port in (None, 443) and host.endswith(_MEDIA_HOSTS)

"""Encrypted media of the smart robot."""

from __future__ import annotations

import binascii

from wechatpy.crypto.base import WeChatCipher

from adapters.errors import BadPayload
from adapters.wecom.signature import aes_bytes, unpadded


def opened_media(cipher: bytes, key: str) -> bytes:
    """The file inside. ``key`` is the EncodingAESKey (address mode) or the key beside the link (long connection).
    Raises BadPayload where the two do not fit."""
    try:
        plain: bytes = WeChatCipher(aes_bytes(key)).decrypt(cipher)
    except (binascii.Error, ValueError) as error:
        raise BadPayload("the file cannot be decrypted") from error
    return unpadded(plain)

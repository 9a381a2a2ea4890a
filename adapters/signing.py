"""How we sign what travels between us and other systems, both ways: HMAC-SHA256 over ``timestamp + "." + body``."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.errors import BadRequest, BadSignature, Stale

TIMESTAMP, SIGNATURE = "X-Genjin-Timestamp", "X-Genjin-Signature"
WINDOW = 300.0
"""Seconds by which a timestamp may be off, either way."""
_SCHEME = "sha256="


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the signature's header."""
    digest = hmac.new(secret.encode(), timestamp.encode("utf-8", "surrogatepass") + b"." + body, hashlib.sha256)
    return _SCHEME + digest.hexdigest()


def headers(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The two headers of a body sent now."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: signature(secret, timestamp, body)}


def check(timestamp: str, given: str, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """Returns when one of the secrets signed it and it is fresh. Raises BadSignature, Stale, or BadRequest for a
    timestamp that is none. Each secret costs the same time, whichever fits."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadRequest("the timestamp is not a number of seconds", "X-Genjin-Timestamp 写秒数，例如 1773108000")
    received = given.encode("utf-8", "surrogatepass")
    fits = [hmac.compare_digest(signature(one, timestamp, body).encode(), received) for one in secrets]
    if not any(fits):
        raise BadSignature("the signature does not fit", '签 timestamp + "." + 原始正文，见 docs/api.md')
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        raise Stale("the timestamp is more than 5 minutes off", "核对两边的时钟，重发时用新的时间重新签")

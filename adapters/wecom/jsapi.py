"""Signatures that let a page inside the chat app call the app's functions."""

from __future__ import annotations

import hashlib


def page_signature(ticket: str, nonce: str, timestamp: int, page_url: str) -> str:
    """The lower-case hex signature for ``page_url`` as the browser has it: cut before ``#``, nothing decoded.
    The company's ticket signs ``config``, the app's ticket ``agentConfig``."""
    address = page_url.split("#", 1)[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

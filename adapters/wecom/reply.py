"""Answers inside the callback's own response: plain XML, encrypted and signed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.messages import Card, Push
from adapters.wecom.render import changed_card, words_of
from adapters.wecom.signature import Lock

_NAMES = {"keyname": "KeyName", "checkbox": "CheckBox"}
"""Where the XML's name is not the JSON's name in capitals."""


def answer(push: Push, *, user: str, corp_id: str, task: str, at: datetime) -> str:
    """The plain XML that changes the card ``task`` on the screen of ``user``, or says a text to them."""
    if isinstance(push, Card):
        return _message(user, corp_id, at, "update_template_card", {"template_card": changed_card(push, task)})
    return _message(user, corp_id, at, "text", {"content": words_of(push)})


def envelope(plain: str, lock: Lock, timestamp: str, nonce: str, random16: bytes | None = None) -> str:
    """``plain`` encrypted and signed; ``random16`` only to repeat a known vector."""
    encrypt = lock.close(plain.encode(), random16)
    return (
        f"<xml>\n<Encrypt>{_cdata(encrypt)}</Encrypt>\n"
        f"<MsgSignature>{_cdata(lock.signature(timestamp, nonce, encrypt))}</MsgSignature>\n"
        f"<TimeStamp>{timestamp}</TimeStamp>\n<Nonce>{_cdata(nonce)}</Nonce>\n</xml>"
    )


def sealed(plain: str, lock: Lock, at: datetime) -> str:
    """``envelope`` with a time and a nonce of its own."""
    return envelope(plain, lock, str(int(at.timestamp())), secrets.token_hex(8))


def _message(user: str, corp_id: str, at: datetime, kind: str, content: Mapping[str, Any]) -> str:
    head = {"ToUserName": user, "FromUserName": corp_id, "CreateTime": int(at.timestamp()), "MsgType": kind}
    return f"<xml>{''.join(_elements({**head, **content}))}</xml>"


def _elements(parts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in parts.items():
        tag = _NAMES.get(name) or "".join(word[:1].upper() + word[1:] for word in name.split("_"))
        several = isinstance(value, Sequence) and not isinstance(value, str)
        for one in value if several else [value]:
            yield f"<{tag}>{_inside(one)}</{tag}>"


def _inside(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(_elements(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _cdata(str(value))


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"

"""Push → what the smart robot says: markdown, or a card in a single chat (platform pages 101031, 101138)."""

from __future__ import annotations

import re
from typing import Any

from adapters.messages import Card, Push
from adapters.wecom.render import card_of, changed_card, words_of

MARKDOWN_BYTES = 20_480
_MARKS = str.maketrans({"[": "［", "]": "］", "*": "＊", "`": "｀", "_": "＿", "~": "～", "|": "｜"})
_BEGINS = re.compile(r"^(\s*)(#+|[-+]|\d+\.)(?=\s)", re.MULTILINE)


def said(push: Push, key: str, *, cards: bool) -> dict[str, Any]:
    """The body of a message; ``cards``: where it goes a card may stand."""
    form = card_of(push, key) if cards and isinstance(push, Card) else None
    if form is not None:
        return {"msgtype": "template_card", "template_card": form}
    return {"msgtype": "markdown", "markdown": {"content": plain_markdown(words_of(push))}}


def changed(push: Card, task: str) -> dict[str, Any]:
    """The body that changes the tapped card."""
    return {"response_type": "update_template_card", "template_card": changed_card(push, task)}


def plain_markdown(words: str) -> str:
    """Words in which markdown finds nothing to make of: no link, no heading, no list, nobody mentioned."""
    flat = words.translate(_MARKS)
    return _BEGINS.sub(lambda found: f"{found[1]}\u200b{found[2]}", flat)

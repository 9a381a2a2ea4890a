"""Text made safe and short for chats: no markup, link or mention arises from it, and it is cut on a character."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WIDE = str.maketrans({"<": "＜", ">": "＞", "@": "＠"})
_ENTITY = re.compile(r"&(?=#?\w{1,10};)")
_SCHEME = re.compile(r"(?<=\w)://")
_DOT = re.compile(
    r"(?<![A-Za-z0-9_.])www\.|(?<=[A-Za-z0-9])\.(?=(?:com|cn|net|org|top|xyz|vip|cc|info|io|co|me|club|site|online|shop|link|app)"
    r"(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
"""Where a chat client would make a link by itself."""
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Control characters but the line break; marks that turn the direction of text or hide in it."""
_QUOTE = re.compile(r"“([^“”]*)”")
_QUOTE_MOST = 40
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"} | {chr(n) for n in range(0x1F3FB, 0x1F400)}


def safe(text: str) -> str:
    """``text`` in which nothing is markup, address or mention; what can be read stays readable."""
    seen = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    seen = _UNSEEN.sub(" ", seen.replace("\r\n", "\n")).translate(_WIDE)
    seen = _SCHEME.sub("：//", _ENTITY.sub("＆", seen))
    return _DOT.sub(lambda found: found[0][:-1] + "．", seen)


@lru_cache(maxsize=1024)
def line(text: str) -> str:
    """``safe`` on one line; the words of cards and buttons are the same few."""
    return " ".join(safe(text).split())


def cut(text: str, most: int) -> str:
    """``text`` of at most ``most`` code points; where it was longer, it ends in … after a whole character."""
    if len(text) <= most:
        return text
    end = most - 1
    while end > 0 and (_joined(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + "…"


def cut_quotes(text: str, most: int = _QUOTE_MOST) -> str:
    """``text`` with what people said cut to ``most`` code points each."""
    return _QUOTE.sub(lambda found: f"“{cut(found[1], most)}”", text)


def fit(text: str, most: int) -> str:
    """``text`` of at most ``most`` code points, taken from its quote first so that the quote stays closed."""
    text = cut_quotes(text)
    over = len(text) - most
    found = _QUOTE.search(text)
    if over > 0 and found and len(found[1]) - over >= 4:
        text = cut_quotes(text, len(found[1]) - over)
    return cut(text, most)


def cut_bytes(text: str, most: int, tail: str = "") -> str:
    """``text`` and ``tail`` in at most ``most`` bytes of UTF-8; ``tail`` stays whole, ``text`` ends in … if cut."""
    room = most - len(tail.encode())
    if len(text.encode()) <= room:
        return text + tail
    kept = text.encode()[: max(room - len("…".encode()), 0)].decode("utf-8", "ignore")
    while kept and (_joined(text[len(kept)]) or kept[-1] == "\u200d"):
        kept = kept[:-1]
    return kept.rstrip() + "…" + tail


def _joined(character: str) -> bool:
    """Whether it belongs to the character before it."""
    return character in _JOINERS or unicodedata.combining(character) != 0

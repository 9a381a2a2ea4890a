"""Messages that are no cards: what WeCom refuses in them, and how its client shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

from adapters.sandbox.wecom_cards import Refusal, link_word
from adapters.sandbox.world import Knob, Shown

TEXT_MOST = 2048  # bytes
ANCHOR = re.compile(r'<a href="(https?://[^"<>]*)">([^<]*)</a>')


def _text(part: Mapping[str, Any], cut: list[str]) -> Shown:
    """Over the limit it is cut at a character, not refused; ``cut`` gets what was too long."""
    said = _content(part)
    if len(said.encode()) > TEXT_MOST:
        cut.append(said)
        said = said.encode()[:TEXT_MOST].decode(errors="ignore")
    return linked(said)


def _markdown(part: Mapping[str, Any], _: list[str]) -> Shown:
    if len(_content(part).encode()) > TEXT_MOST:
        raise Refusal(45002, "content size out of limit")
    return Shown(body=_content(part), form="markdown")


def linked(text: str) -> Shown:
    """A text as the client shows it: of a link only its words, and beside them the page that they open."""
    found = [(label, unescape(url)) for url, label in ANCHOR.findall(text)]
    knobs = (Knob(link_word(label, n), label, url) for n, (label, url) in enumerate(found))
    return Shown(body=ANCHOR.sub(r"\2", text), buttons=tuple(knobs))


def _content(part: Mapping[str, Any]) -> str:
    content = part.get("content")
    if not isinstance(content, str) or not content:
        raise Refusal(44004, "empty content")
    return content


def _textcard(part: Mapping[str, Any], _: list[str]) -> Shown:
    title, text, url = (str(part.get(name) or "") for name in ("title", "description", "url"))
    if not title:
        raise Refusal(41016, "missing title")
    if not text:
        raise Refusal(41033, "missing description")
    if not url:
        raise Refusal(41010, "missing url")
    if len(title) > 128 or len(text) > 512:
        raise Refusal(45002, "content size out of limit")
    return Shown(
        title=title, body=text, buttons=(Knob("open", str(part.get("btntxt") or "详情"), url),), form="textcard"
    )


def _news(part: Mapping[str, Any], _: list[str]) -> Shown:
    articles = part.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise Refusal(45008, "article count invalid")
    lines = [f"{one.get('title', '')}\n{one.get('url', '')}" for one in articles if isinstance(one, Mapping)]
    return Shown(body="\n".join(lines), form="news")


READERS: Mapping[str, Callable[[Mapping[str, Any], list[str]], Shown]] = {
    "text": _text, "markdown": _markdown, "textcard": _textcard, "news": _news,
}  # fmt: skip
"""By msgtype; each raises Refusal."""

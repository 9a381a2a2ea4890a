"""A long answer page by page: what a chat would cut is a tap on 〔下一页〕 away, and is asked anew with it."""

from __future__ import annotations

from dataclasses import replace

from adapters.messages import Text
from bot.replies import words
from bot.replies.commands import piece
from bot.routing import Reply

LINES = 20
BYTES = 1_900
"""UTF-8, a little under what the narrowest platform takes for one text."""


def parts(text: str) -> list[str]:
    """The text in pages of whole lines."""
    pages: list[list[str]] = [[]]
    room = BYTES
    for line in text.split("\n"):
        need = len(line.encode()) + 1
        if pages[-1] and (len(pages[-1]) == LINES or need > room):
            pages.append([])
            room = BYTES
        pages[-1].append(line)
        room -= need
    return ["\n".join(page) for page in pages]


def shown(reply: Reply, line: str, page: int) -> Reply:
    """The answer with its ``page`` alone, where it has more than one; ``line`` is the call that it answers."""
    push = reply.push
    if not isinstance(push, Text) or push.buttons or push.file is not None:
        return reply
    pages = parts(push.text)
    if len(pages) == 1:
        return reply
    n = min(max(page, 1), len(pages))
    text = f"{pages[n - 1]}\n{piece('page', n=n, count=len(pages))}"
    more = (words.button("next_page"),) if n < len(pages) else ()
    about = {**reply.about, "command": line, "page": n + 1}
    return replace(reply, push=replace(push, text=text, buttons=more), about=about)

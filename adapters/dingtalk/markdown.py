"""DingTalk's markdown: words in it that are nobody's markup, and blocks that its clients keep apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ACTIVE = str.maketrans({"[": "［", "]": "］", "*": "＊", "`": "｀", "~": "～", "|": "｜", "\\": "＼", "_": "＿"})
_AT_START = re.compile(r"^(\s*)([#+\-])", re.M)
_WIDE = {"#": "＃", "+": "＋", "-": "－"}
_NUMBERED = re.compile(r"^(\s*\d+)\.(?=\s)", re.M)


def inert(text: str) -> str:
    """``text``, safe already, in which no sign makes a link, a picture, a heading or a list. Signs are widened, not
    escaped: not every client of the platform knows an escape."""
    text = _AT_START.sub(lambda found: found[1] + _WIDE[found[2]], text.translate(_ACTIVE))
    return _NUMBERED.sub(r"\1．", text)


def quoted(text: str) -> str:
    """``text`` as a quotation, line by line."""
    return "  \n".join(f"> {line}" for line in text.split("\n") if line)


def blocks(parts: Iterable[str]) -> str:
    """The parts that are not empty, with the blank line between that older clients need."""
    return "\n\n".join(part for part in parts if part)

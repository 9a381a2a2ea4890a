"""Times that the speaker took back: 周三,不对,周四; 15号 打错 是16号; 不是周三,是周四; 是周四不是周三."""

from __future__ import annotations

import re
from typing import Literal

_PAUSE = r"[\s,，。.…、!！?？~—()-]"
_SIGH = r"(?:啊|哦|噢|呃|额|诶|欸|哎|哎呀|嗯|喔|哈|呸)"
_SLIP = (
    r"(?:不对|不是|不{2,}|不好意思(?=[\s,，]{0,2}[是应])|不(?=[,，])|(?<=[啊哦噢呃额诶欸嗯])不(?![行能会])|(?<=[(,，])应[为是]|错了|(?:刚才?|上面|前面)?[说记搞打写看发听弄]错(?:了|啦)?|[记搞弄说看]岔了|[记搞弄看]混了"
    r"|口误|笔误|手误|手滑了?|嘴瓢了?|更正|纠正|订正|算了|等等|等下|作废|划掉|准确(?:地)?说|呸"
    r"|[瞧看]?我这(?:记性|脑子|嘴|手)|我(?:老|又|总)?[记搞弄说]?[岔错混]了)"
)
_TAKEN_BACK = re.compile(
    rf"(?:[^,，。.…!！?？~\n(]{{0,10}}(?={_PAUSE}|呃|{_SIGH}不))?{_PAUSE}*(?:{_SIGH}{_PAUSE}*)*(?:{_SLIP}(?:一下)?{_SIGH}*{_PAUSE}*)+"
    rf"(?:{_SIGH}|{_PAUSE}|[:：])*(?:我?(?:记错了|说错了))?[\s,，]*(?:应该|应当|应|得|要)?(?:是|为|改|改成|改为|改到|说)?[\s,，:：]*(?:在)?"
)
_RATHER_THAN = re.compile(r"[\s,，]?而?(?:不是|并非|可不是)(?:说|在)?")
"""Between the time meant and the one that is not."""
_NOT = re.compile(r"(?:不是|不是说|并非|不在|别)$")
_BUT = re.compile(r"[\s,，]*(?:而?是|改成|改到|改为|应该是|说的?是?)(?:在)?\s*|了[\s,，]+(?:还是|就|改)?")
_FURTHEST = 24
"""A correction says no more than that between the two times."""


def between(gap: str) -> bool:
    """What stands between two times takes the first of them back."""
    return 0 < len(gap) < _FURTHEST and _TAKEN_BACK.fullmatch(gap) is not None


def which(text: str, start: int, end: int, following: int) -> Literal["first", "second"] | None:
    """Which of two neighbouring times is not meant: the one stands from ``start`` to ``end`` with the words around it,
    ``following`` where the other begins."""
    gap = text[end:following]
    if _RATHER_THAN.fullmatch(gap):
        return "second"
    if between(gap) or (_NOT.search(text, max(0, start - 3), start) and _BUT.fullmatch(gap)):
        return "first"
    return None

"""A short sentence that tags a customer or puts its tags right: 松涛的标签加公开招标; 行业不是教育，是医疗. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from nlp.tags import industries, usual

LONGEST = 60
TAG_MOST, TAGS_MOST = 12, 8
LEFT = "其他"
"""What stands where the last tag is taken away, or the name would tell one again."""
_WHO = r"(?:把|给)?(?:(?P<who>[^,，:：。]{2,24}?)(?:的|这家的?))?(?:客户的?)?"
_IS = r"(?:应该|应当)?(?:是|改成|改为|换成|[:：])"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("add", re.compile(rf"{_WHO}标签(?:里|上)?(?:再|要)?(?:加上?|添上?|补上?|增加)(?:一?个)?(?P<tags>.+)")),
    ("add", re.compile(r"给(?P<who>[^,，:：。]{2,24}?)(?:加|打|贴)上?(?:一?个)?标签[:：,，]?(?P<tags>.+)")),
    ("drop", re.compile(rf"{_WHO}标签(?:里|上)?(?:去掉|删掉|删了?|不要|拿掉|没有)(?P<tags>.+)")),
    ("set", re.compile(rf"{_WHO}标签{_IS}(?P<tags>.+)")),
    ("trade", re.compile(rf"{_WHO}行业(?:不是(?P<wrong>[^,，。是]{{1,12}})[,，]?)?(?:而)?{_IS}(?P<tags>[^,，。]+)")),
)
_BETWEEN = re.compile(r"[、,，/;；·]|(?<=.)和(?=.)")
_ASKED = re.compile("[?？]|吗$|什么|哪|啥")
_PUT_RIGHT = re.compile("应该是|应当是|改成|改为|换成")
"""Without it, 行业是… may be anything said of a trade."""
_OUTRIGHT = re.compile("客户的?标签|[打贴]上?(?:一?个)?标签")
_EDGES = " 。.“”「」\"'"


@dataclass(frozen=True, slots=True)
class Tagging:
    """``whose`` are the words for the customer; "" where it is the one spoken of."""

    how: Literal["add", "drop", "set", "trade"]
    tags: tuple[str, ...]
    whose: str = ""
    wrong: str = ""

    def applied(self, old: tuple[str, ...]) -> tuple[str, ...]:
        """The tags as they are to be; never none, so that what was taken away stays away."""
        if self.how == "add":
            kept = (*(one for one in old if one != LEFT), *self.tags)
        elif self.how == "drop":
            kept = tuple(one for one in old if one not in self.tags)
        elif self.how == "trade":
            trades = industries() | {self.wrong}
            kept = (*self.tags, *(one for one in old if one not in trades and one != LEFT))
        else:
            kept = self.tags
        return tuple(dict.fromkeys(kept))[:TAGS_MOST] or (LEFT,)


def parse(text: str, known: Collection[str] = ()) -> Tagging | None:
    """None for anything else, questions among them. Labels are also goods (标签加急): 标签 alone counts with tags that
    are usual or ``known``, 客户标签 and 打标签 with any."""
    said = text.strip().strip(_EDGES)
    if len(said) > LONGEST or "\n" in said or ("标签" not in said and "行业" not in said) or _ASKED.search(said):
        return None
    for how, shape in _SHAPES:
        found = shape.fullmatch(said)
        tags = _tags(found["tags"]) if found else ()
        if found and tags:
            groups = found.groupdict()
            if how == "trade" and not (groups["wrong"] or set(tags) <= industries() or _PUT_RIGHT.search(said)):
                return None
            if how != "trade" and not (_OUTRIGHT.search(said) or set(tags) <= usual() | set(known)):
                return None
            return Tagging(how, tags, groups.get("who") or "", (groups.get("wrong") or "").strip())  # type: ignore[arg-type]
    return None


def _tags(said: str) -> tuple[str, ...]:
    found = [one.strip(_EDGES) for one in _BETWEEN.split(said)]
    return tuple(found) if all(0 < len(one) <= TAG_MOST for one in found) else ()

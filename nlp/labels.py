"""The names that stand before the messages of a pasted chat: what of a label is the name, and whether it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp.lexicon import common, normalise, table

LONGEST = 24
_ATTACHED = re.compile(
    r"\s*(?:@(?:微信|企业微信|wechat).*|\([^()]{0,20}\)|\[[^\[\]]{0,20}\]|【[^【】]{0,20}】|<[^<>]{0,60}>|@[^@]{1,30}|,)\s*$"
)
_NO_NAME = re.compile(r"[。,!?;:、“”\"「」{}|\\]|^\W+$|^\d+[.、)]")
_WRAPPED = re.compile(r"[【「<\[(（*]{1,2}([^【】「」<>\[\]()（）*]{1,24})[】」>\])）*]{1,2}")
_LETTER = re.compile(r"[^\W\d_]|[\U0001F300-\U0001FAFF]")


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(table("chats")["labels"][name].split())


def name_in(label: str) -> str:
    """The name without @微信, a number, an address or a department behind it; the label itself when nothing is left."""
    name = label.strip()
    if wrapped := _WRAPPED.fullmatch(name):
        name = wrapped[1].strip()
    while True:
        attached = _ATTACHED.search(normalise(name))
        if attached is None or not attached.start():
            return name
        name = name[: attached.start()].strip()


def is_self(name: str) -> bool:
    """The name is what the pasting person calls himself: 我."""
    return normalise(name) in _listed("self")


def is_them(name: str) -> bool:
    """The name only says that it is the other side: 客户, 对方."""
    return normalise(name) in _listed("them")


def is_system(name: str) -> bool:
    """Nobody, but the chat program itself."""
    return normalise(name) in _listed("system")


def is_ours(name: str, us: Sequence[str] | None) -> bool:
    """The name is 我, or holds one of our people's names."""
    return is_self(name) or any(one and one in name for one in us or ())


def could_be(label: str) -> bool:
    """The words may be a speaker's name: short, no sentence, no word of a form."""
    plain = normalise(name_in(label))
    if not 1 <= len(plain) <= LONGEST or _NO_NAME.search(plain) or plain in _listed("forms"):
        return False
    return bool(_LETTER.search(plain))


def is_titled(name: str) -> bool:
    """The name carries a title, as customers' people do in a rep's address book: 王总, 陈主任, 华东医械李工."""
    plain = normalise(name)
    return any(len(part) > 1 and part.endswith(_titles()) for part in re.split(r"[-\s_/|·]", plain))


@cache
def _titles() -> tuple[str, ...]:
    return tuple(title for title in table("people")["people"]["titles"].split() if title not in ("董", "助理", "顾问"))


@cache
def _surnames() -> frozenset[str]:
    people = table("people")["people"]
    return frozenset(people["surnames"]) | frozenset(people["compound"].split())


def is_person(name: str) -> bool:
    """The name looks like a person's: 王总, 张伟, 老罗, 采购小王, 华东医械-周建国, Emily Zhao."""
    return is_titled(name) or is_self(name) or any(_personal(part) for part in re.split(r"[-_/|·]", name))


def _personal(name: str) -> bool:
    plain = normalise(name)
    if re.fullmatch(r"[老小阿][^\W时段计数]", plain) and plain[1] in _surnames():
        return True
    if re.fullmatch(r"[\u4e00-\u9fff]{0,4}[老小阿大][\u4e00-\u9fff]{1,2}", plain) and plain not in common():
        return plain[0] in "老小阿大" or plain[-1] in _surnames()
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", plain):
        return (plain[0] in _surnames() or plain[:2] in _surnames()) and plain not in common()
    return bool(re.fullmatch(r"[A-Z][a-z]{1,15}(?:[ .][A-Z][a-z]{0,15}){0,2}", name))

"""A proper name and the trade behind it (海天 · 塑胶), where they stand in a text, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nlp.heads import head, with_letters
from nlp.lexicon import Word, word_at
from nlp.orgwords import patterns
from nlp.slotwords import words as slot_words

_FIRST = re.compile("(?:^|[\0\\s,。;!?:、])[和同向对把在]$")
"""Nothing stands before it that it could join or lead on."""
PLACES = frozenset("省市县区镇乡")
_CARDS = ("的微信", "的电话", "的名片", "的人")
_OF_A_PERSON = re.compile("[一-龥][姐哥嫂叔婶婆爷妈爸记]$")
"""宋姐烘焙, 李记酱鸭: a house called by the one who keeps it."""


_FIRM_GOES_ON = re.compile("[\u4e00-\u9fff]{0,8}(?:公司|集团|厂|院|所|合伙)")
"""公司供应链: behind a legal form an office stands, unless another form closes the name."""


class House(NamedTuple):
    """A name and the trade behind it, where they stand in a text."""

    hidden: str
    bare: int
    """Where the name begins without Latin letters before it."""
    at: int
    """Where the trade begins."""
    end: int
    start: int
    legal: bool
    kind: bool
    """The trade is a kind of house: 中学, 管委会."""
    deals: bool
    """The trade is a line of business known everywhere."""
    beside: bool
    """Somebody of theirs is named right behind."""
    spoken_of: bool

    @property
    def name(self) -> str:
        return self.hidden[self.bare : self.at]

    @property
    def trade(self) -> str:
        return self.hidden[self.at : self.end]


def house_at(
    hidden: str,
    words: Sequence[Word],
    n: int,
    ends: dict[int, Word],
    marks: dict[str, frozenset[str]],
    people_at: frozenset[int],
) -> House | None:
    """The name that may stand before the n-th word, a trade's, with all that belongs to the trade."""
    word = words[n]
    bare = _begins(hidden, word.start, ends, marks)
    start = with_letters(hidden, bare)
    if start == bare and not _of_some_length(hidden[bare : word.start]):
        return None
    end, legal = _tail(hidden, words, n, marks)
    if end is None:
        return None
    deals = word.mark in marks["industry"] or hidden[end - 1] == "业"
    return House(
        hidden, bare, word.start, end, start, legal,
        kind=word.mark in marks["orgkind"],
        deals=deals and hidden[word.start : end] not in patterns().everywhere,
        beside=bool(people_at) and not people_at.isdisjoint(range(end, end + 9)),
        spoken_of=_spoken_of(hidden, end),
    )  # fmt: skip


def _begins(hidden: str, at: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int:
    bare = head(hidden, at, ends, marks)
    if bare == at:
        brand = next((n for n in (4, 3, 2) if hidden[max(0, at - n) : at] in slot_words().brands), 0)
        if brand:
            return at - brand
    if at - bare == 1 and _FIRST.search(hidden, max(0, bare - 2), bare):
        return bare - 1  # 和润农牧
    return bare - 2 if bare == at and _OF_A_PERSON.search(hidden, max(0, bare - 2), bare) else bare


def _of_some_length(name: str) -> bool:
    """Neither nothing nor more than names are long; of one character only the level of a place (县一院)."""
    if name[:1] == "区" and len(name) > 1:  # 新院 · 区配药房
        return False
    return 1 < len(name) < 9 or (name != "" and name in PLACES)


def _tail(hidden: str, words: Sequence[Word], n: int, marks: dict[str, frozenset[str]]) -> tuple[int | None, bool]:
    """Where the trades and the legal form that begin with a word end, and whether a legal form is among them.
    A trade that names a product (包装 before 机) is left out; None when nothing is left."""
    chain, tail = [words[n]], marks["tail"]
    if words[n].mark in marks["legalform"] and not _FIRM_GOES_ON.match(hidden, words[n].end):
        return words[n].end, True
    for at in range(n + 1, len(words)):
        word = words[at]
        if word.start != chain[-1].end or word.mark not in tail:
            break
        chain.append(word)
    chained = [word.mark for word in chain]
    legal = not marks["legalform"].isdisjoint(chained)
    if not (legal or marks["orgkind"].isdisjoint(chained)):
        kind = next(k for k, mark in enumerate(chained) if mark in marks["orgkind"])
        while kind + 1 < len(chain) and chained[kind + 1] in marks["orgkind"]:
            kind += 1
        chain = chain[: kind + 1]
    while chain and not legal and patterns().product.match(hidden, chain[-1].end):
        if hidden.startswith("科的", chain[-1].end) or has_offices(words, chain[-1].end, marks):
            break
        chain.pop()
    return (chain[-1].end if chain else None), legal


def has_offices(words: Sequence[Word], end: int, marks: dict[str, frozenset[str]]) -> bool:
    """华银健康检验科: a department or a role stands right behind."""
    word = word_at(words, end)
    return word is not None and (word.mark in marks["dept"] or word.mark in marks["role"])


def _spoken_of(hidden: str, end: int) -> bool:
    """What stands behind says that an organisation is spoken of: 那边, 的合同, 签了."""
    lists = slot_words()
    if hidden.startswith("的", end):
        return hidden.startswith(_CARDS, end) or lists.belongs.match(hidden, end) is not None
    begun = hidden[end : end + 1] in lists.behind
    return begun and bool(lists.there.match(hidden, end) or lists.deeds_of.match(hidden, end))

"""Where a name begins, told from where it ends: back over what is no word, then past what leads up to a name; and
whether what was found is like a name."""

from __future__ import annotations

import re

from nlp.lexicon import Word, common, common_nouns
from nlp.orgwords import patterns
from nlp.slotwords import words as slot_words

LONGEST = 12
FUNCTIONAL = frozenset("上下里中前后时内外的了们人家边")
JOINING = frozenset("和与及向对为由来号有要新")
NAMELIKE = frozenset("群拓圆满冠联益恩交通发来汇传开成优百建正中进安工将大加华信达立定")
"""Words of the lexicon that, in the middle of a name, are a part of it."""
_LATIN = re.compile("(?<![a-z0-9])[a-z][a-z&]{1,11}$")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz&\n")
HAN = re.compile(r"[\u4e00-\u9fff]")


def head(hidden: str, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int:
    """Where the name that ends here begins: back over characters that are no word of the lexicon, then past the
    words that lead up to a name (今天去, 客户, 的)."""
    start, within, lists = end, marks["within"], patterns()
    while start and end - start < LONGEST:
        word = ends.get(start)
        if word is not None and word.mark in within:
            start = word.start
        elif (word is None or _part_of_a_word(hidden, word)) and "\u4e00" <= hidden[start - 1] <= "\u9fff":
            start -= 1
        else:
            break
    if start == end:
        return end
    if not lists.cutting.isdisjoint(hidden[start:end]):
        start = _cut(hidden, start, end)
    if hidden[start : start + 1] == "成" and hidden[start - 1 : start] in ("改", "换", "变"):
        start += 1
    if start and hidden[start - 1 : start + 1] in lists.regions and hidden[start - 1] not in "在到去给":
        start -= 1  # 贵阳: 贵 leads up to nothing there
    first = start
    if hidden[start : start + 1] == "下" and hidden[start - 1 : start] in ("看", "问", "查", "催", "核", "跟", "约"):
        start += 1
    if hidden[start : start + 1] in ("上", "到", "了", "过", "完") and start in ends:  # 对接 · 上惠民社区
        start += hidden[start : start + 2] not in lists.regions
    for _ in range(2):  # 有人 · 知道顺风镇卫生院
        start = _past_the_lead(hidden, start, end)
        verb = hidden[start : start + 2]
        if verb not in common() or verb in lists.regions or verb in common_nouns() or verb in lists.trades:
            break
        if _trade_within(first, end, ends, marks["tail"]) - start < 4:
            break
        start += 2
    return start


def _cut(hidden: str, start: int, end: int) -> int:
    """Behind the last word between that is no part of a name."""
    lists = patterns()
    for cut in lists.cut_always.finditer(hidden, start, end):
        start = cut.end()
    for cut in lists.cut.finditer(hidden, start, end):
        begun = hidden[cut.end() - 1 : cut.end() + 1]
        joined = cut.start() - start == 1 and cut[0] in JOINING  # 天和堂, 瑞和: no "and" after one character
        if cut.end() <= end - 2 and not joined and begun not in common() and begun not in lists.uncut:
            start = cut.end()
    return start


def _trade_within(start: int, end: int, ends: dict[int, Word], tail: frozenset[str]) -> int:
    """Where the last trade between begins; the end when there is none."""
    for at in range(end, start, -1):
        word = ends.get(at)
        if word is not None and word.mark in tail:
            return word.start
    return end


def _past_the_lead(hidden: str, start: int, end: int) -> int:
    """Behind the words that lead up to a name (今天去, 客户, 有人知道)."""
    lead = patterns().lead.match(hidden, start, end)
    if lead is None:
        return start
    begun = hidden[start : start + 2]
    if hidden[lead.end() - 1 : lead.end() + 1] in patterns().regions:  # 贵阳
        return lead.end() - 1
    plain = begun not in common() and begun not in patterns().uncut
    if not plain and begun not in patterns().leading:
        return start
    new = hidden[lead.end() - 1] == "新" and (lead.end() - 1 == start or hidden[lead.end() - 2] not in "个家的了们")
    return lead.end() - new  # 新东街小学


def _part_of_a_word(hidden: str, word: Word) -> bool:
    """A word of one character that belongs to a longer one (报 in 晚报) or likes to stand in names."""
    if word.end - word.start > 1:
        return False
    return hidden[word.start] in NAMELIKE or hidden[word.start - 1 : word.end] in common()


def with_letters(hidden: str, start: int) -> int:
    """bosch苏州工厂, tcl电子: Latin letters right before belong to the name, words of the trade (ai软件) do not."""
    if not start or hidden[start - 1] not in _LETTERS:
        return start
    letters = _LATIN.search(hidden[max(0, start - 13) : start])
    if letters is None or letters[0] in slot_words().latin_common:
        return start
    return start - len(letters[0])


def unheard(name: str) -> bool:
    """Part of the name is no common word: 智造云, 南港码头, but not 展会上认识."""
    words, trades = common(), patterns().trades
    at, unheard = 0, 0
    while at < len(name):
        three, two = name[at : at + 3], name[at : at + 2]
        if three in words or three in trades:
            at += 3
        elif two in words or two in trades:
            at += 2
        else:
            unheard += 1
            at += 1
    return unheard >= (1 if len(name) == 3 and name[-1] not in FUNCTIONAL else 2)


def proper(name: str) -> bool:
    """A proper name: two to eight characters, not one of the words that only describe."""
    lists = patterns()
    if not 2 <= len(name) <= 8 or name in lists.generic or name in lists.trades:
        return False
    return len(name) == 2 or len(name) > 3 or name[1:] not in lists.generic

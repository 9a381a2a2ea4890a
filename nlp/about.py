"""Whether a message speaks of a deal at all: by names, words of selling, or a subject that is no word of every day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from nlp.clauses import Clause, held
from nlp.lexicon import ANY_MARK, END, Lexicon, common
from nlp.reading import Finding
from nlp.segment import Skeleton

BUSINESS = (
    "customerword", "contract", "draft", "quote", "payment", "order", "sign", "need", "bid", "demo", "trial",
    "proposal", "sample", "delivery", "price", "budget", "project", "invoice", "cancel", "lose", "dealword",
    "closed_v", "firstmeet", "arrange", "terms", "seal", "legal", "pay", "order_v", "consider", "silent",
)  # fmt: skip
"""Concepts that speak of selling."""
DEALS = (
    "terms", "thedeal", "customerword", "contract", "draft", "quote", "payment", "order", "role", "boss",
    "dept", "demo", "trial", "proposal", "bid", "won_bid", "need", "budget", "project", "case", "invoice", "legal",
    "fee", "rfq", "dealsign",
)  # fmt: skip
"""Concepts by which a deal is spoken of although nobody is named."""
GOODS = frozenset({"price", "discount", "seal", "sample", "testing", "delivery", "sign", "payment"})
"""Concepts of which two together speak of one."""
ASKED_OF = ("tooexpensive", "discount", "delivery", "period", "case", "compare", "order_v")
"""Concepts that speak of selling when somebody is said to ask for them."""
_SUBJECT = rf"([\u4e00-\u9fff]{{2,4}})(?={ANY_MARK}|的|[,。!;\n ]|$)"
OPENING = re.compile(_SUBJECT)
SUBJECT = re.compile(rf"[,。!?;:\n 跟给去把和](?:(?<=[跟给去把和]){END})?{_SUBJECT}")
FUNCTIONAL = re.compile(
    "[的了着过吗吧呢啊呀哦嘛么个这那哪什怎很太真好又也都就才再还最更不没别无有是在和跟与给被把让从向对为因所以而且但可能会要想"
    "我你他她它们自己人家谁啥咋上下里外前后时候天年月日点分秒今明昨早晚一二三四五六七八九十百千万两几半多少大小老新高低快慢早]"
)


class About(NamedTuple):
    """How surely a message is about a deal. ``told``: a customer or a person of theirs is in the message or was just
    before; ``named``: that, or the word for one, a contract, a sum, a strange subject; ``anchored``: any of these or
    another word by which deals are spoken of."""

    told: bool
    named: bool
    anchored: bool


KNOWN, STRANGE = About(True, True, True), About(False, True, True)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a lexicon that tell it."""

    deals: frozenset[str]
    names: frozenset[str]
    someone: frozenset[str]
    asked_of: frozenset[str]
    business: frozenset[str]
    goods: tuple[frozenset[str], ...]
    """Of each of them."""
    any_goods: frozenset[str]


@lru_cache(maxsize=64)
def _marks(lexicon: Lexicon) -> Marks:
    return Marks(
        deals=frozenset(lexicon.marks(*DEALS)),
        names=frozenset(lexicon.marks("customerword", "thedeal", "contract", "amount", "project", "bid", "order")),
        someone=frozenset(lexicon.marks("he", "hemark", "ask")),
        asked_of=frozenset(lexicon.marks(*BUSINESS, *ASKED_OF)),
        business=frozenset(lexicon.marks(*BUSINESS)),
        goods=tuple(frozenset(lexicon.marks(concept)) for concept in sorted(GOODS)),
        any_goods=frozenset(lexicon.marks(*GOODS)),
    )


def about(skeleton: Skeleton, clauses: Sequence[Clause], found: Sequence[Finding], *, told: bool) -> About:
    """What a message is about; ``found`` are the customers and people in it, ``told`` whether one is known without."""
    if told or found:
        return KNOWN
    if _strange(skeleton.line):
        return STRANGE
    marks, holds = _marks(skeleton.lexicon), held(clauses)
    named = not holds.isdisjoint(marks.names)
    anchored = "您" in skeleton.text or not holds.isdisjoint(marks.deals)
    anchored = anchored or not (holds.isdisjoint(marks.someone) or holds.isdisjoint(marks.asked_of))
    if not (anchored or holds.isdisjoint(marks.any_goods)):
        anchored = sum(not holds.isdisjoint(of_one) for of_one in marks.goods) > 1
    return About(False, named, anchored)


def is_business(skeleton: Skeleton, clauses: Sequence[Clause]) -> bool:
    """Some word of the message belongs to selling."""
    return not held(clauses).isdisjoint(_marks(skeleton.lexicon).business)


def _strange(line: str) -> bool:
    """Characters that make no word of every day stand where a subject does (金泰付了头款)."""
    opening = OPENING.match(line)
    if opening and _unheard(opening[1]):
        return True
    return any(_unheard(run[1]) for run in SUBJECT.finditer(line, opening.end() if opening else 0))


def _unheard(run: str) -> bool:
    if FUNCTIONAL.search(run):
        return False
    known = common()
    return not any(run[at : at + 2] in known for at in range(len(run) - 1))

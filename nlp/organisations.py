"""Organisations that no known name spells: proposed by how firms are called and by what stands around them, then
compared with the known names by sound and by slip of the hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from nlp.customers import NameIndex, mention
from nlp.lexicon import Lexicon, Word, common, table
from nlp.reading import Contact, Customer
from nlp.segment import Taken

HAN = re.compile(r"[\u4e00-\u9fff]")
HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
BESIDE = re.compile(r"那边|这边|那儿|他们家")
LONGEST = 12
NAMELIKE = frozenset("通发来汇传开成优百建正中进安工将大加华信达立定")
"""Words of the lexicon that, in the middle of a name, are a part of it."""
LATIN = re.compile(r"(?<![A-Za-z@.])(?:[A-Z][A-Za-z&]+ )+(?:Hotel|Dental|Group|Inc|Ltd|LLC|GmbH|Co|Corp|Ceramics|Labs?|Tech|"
                   r"Technologies|Motors?|Foods?|Trading|Medical|Pharma|Industries|Systems|Logistics|Energy|Bank|School|"
                   r"University|Clinic|Hospital|Electronics|Design|Studio|Holdings|International|Limited)\b\.?")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    start: int
    end: int
    rule: str
    sure: float


@dataclass(frozen=True, slots=True)
class Patterns:
    """The word lists of companies.toml, ready for use."""

    lead: re.Pattern[str]
    cut: re.Pattern[str]
    product: re.Pattern[str]
    generic: frozenset[str]
    trades: frozenset[str]
    not_customers: frozenset[str]


@cache
def _patterns() -> Patterns:
    words = {key: found.split() for key, found in table("companies")["companies"].items()}
    either = {key: "|".join(sorted(map(re.escape, words[key]), key=len, reverse=True)) for key in words}
    return Patterns(
        lead=re.compile(f"(?:{either['lead']})+"),
        cut=re.compile(f".*(?:{either['cut']})"),
        product=re.compile(f"(?:{either['product']})"),
        generic=frozenset(words["generic"]),
        trades=frozenset(words["industries"]) | frozenset(words["kinds"]),
        not_customers=frozenset(words["notcustomer"]),
    )


@lru_cache(maxsize=64)
def _marks(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    names = ("industry", "region", "orgkind", "legalform", "dept", "role", "title")
    classes = {name: frozenset(lexicon.marks(name)) for name in names}
    classes["tail"] = classes["industry"] | classes["orgkind"] | classes["legalform"]
    classes["within"] = classes["industry"] | classes["orgkind"] | classes["region"]
    return classes


def find(
    text: str,
    plain: str,
    hidden: str,
    words: Sequence[Word],
    lexicon: Lexicon,
    names: NameIndex,
    known: Sequence[Customer],
    contacts: Sequence[Contact],
) -> list[Customer]:
    """Organisations beside the known mentions: a known customer misspelt, or a new one under its own name.
    ``text`` is as given, ``plain`` normalised, ``hidden`` also without what was found before."""
    found: list[Customer] = []
    taken = Taken(len(text), (c.span for c in (*known, *contacts)))
    for proposal in _proposals(text, hidden, words, lexicon, contacts):
        if not taken.free((proposal.start, proposal.end)):
            continue
        customer = _resolved(plain, proposal, names)
        if customer is not None:
            found.append(customer)
            taken.take(customer.span)
    return found


def _resolved(plain: str, proposal: Proposal, names: NameIndex) -> Customer | None:
    start, end = proposal.start, proposal.end
    said = plain[start:end]
    if said in _patterns().not_customers:
        return None
    alike = names.alike(said) if len(names) else ()
    if alike:
        return mention(plain, start, end, alike)
    if proposal.sure < 0.6:
        return None
    return Customer(said, (start, end), proposal.rule, proposal.sure, said, False, how=proposal.rule.partition(".")[2])


def _proposals(
    text: str, hidden: str, words: Sequence[Word], lexicon: Lexicon, contacts: Sequence[Contact]
) -> Iterator[Proposal]:
    """Every proposal, the surest kinds first."""
    marks = _marks(lexicon)
    ends = {word.end: word for word in words}
    yield from _by_contact(hidden, ends, marks, contacts)
    done = 0
    people_at = frozenset(contact.span[0] for contact in contacts)
    for n, word in enumerate(words):
        if word.start >= done and word.mark in marks["tail"]:
            proposal = _by_trade(hidden, words, n, ends, marks, people_at)
            if proposal is not None:
                yield proposal
                done = proposal.end
    for match in LATIN.finditer(text):
        yield Proposal(match.start(), match.end(), "customer.latin", 0.75)
    yield from _beside(hidden, ends, marks)


def _by_contact(
    hidden: str, ends: dict[int, Word], marks: dict[str, frozenset[str]], contacts: Sequence[Contact]
) -> Iterator[Proposal]:
    """智造云的甘经理: what stands before a person, its 的 and its department, when it is a proper name."""
    for contact in contacts:
        end = contact.span[0]
        while end in ends and ends[end].mark in marks["dept"] | marks["role"]:
            end = ends[end].start
        if hidden[max(0, end - 1) : end] == "的":
            end -= 1
            while end in ends and ends[end].mark in marks["dept"]:
                end = ends[end].start
        start = _head(hidden, end, ends, marks)
        if hidden[end - 1 : end] in NAMELIKE and hidden[end : end + 1] != "的":
            continue
        if 2 <= end - start <= LONGEST and _unheard(hidden[start:end]) and not _described(hidden[start:end]):
            yield Proposal(start, end, "customer.person", 0.78)


def _by_trade(
    hidden: str,
    words: Sequence[Word],
    n: int,
    ends: dict[int, Word],
    marks: dict[str, frozenset[str]],
    people_at: frozenset[int],
) -> Proposal | None:
    """海天塑胶, 南湖中学, 恒川精密机械有限公司: a proper name, then what it deals in and its legal form."""
    end, legal = _tail(hidden, words, n, marks)
    if end is None:
        return None
    start = _head(hidden, words[n].start, ends, marks)
    name = hidden[start : words[n].start]
    if not _proper(name) or (start and hidden[start - 1].isdigit()):
        return None
    if legal:
        return Proposal(start, end, "customer.suffix", 0.88)
    spoken = not people_at.isdisjoint(range(end, end + 9)) or hidden.startswith(("那边", "的", "要", "说", "那单"), end)
    if name in common() and not spoken:
        return None
    return Proposal(start, end, "customer.trade", 0.8 if name not in common() else 0.65)


def _tail(hidden: str, words: Sequence[Word], n: int, marks: dict[str, frozenset[str]]) -> tuple[int | None, bool]:
    """Where the trades and the legal form that begin with a word end, and whether a legal form is among them.
    A trade that names a product (包装 before 机) is left out; None when nothing is left."""
    chain = [words[n]]
    for word in words[n + 1 :]:
        broken = chain[-1].mark in marks["orgkind"] and word.mark not in marks["legalform"] | marks["orgkind"]
        if word.start != chain[-1].end or word.mark not in marks["tail"] or broken:
            break
        chain.append(word)
    legal = any(word.mark in marks["legalform"] for word in chain)
    while chain and not legal and _patterns().product.match(hidden, chain[-1].end):
        if hidden.startswith("科的", chain[-1].end):
            break
        chain.pop()
    return (chain[-1].end if chain else None), legal


def _head(hidden: str, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int:
    """Where the name that ends here begins: back over characters that are no word of the lexicon, then past the
    words that lead up to a name (今天去, 客户, 的)."""
    start = end
    while start and end - start < LONGEST:
        word = ends.get(start)
        if word is not None and word.mark in marks["within"]:
            start = word.start
        elif (word is None or hidden[word.start : word.end] in NAMELIKE) and HAN.match(hidden[start - 1]):
            start -= 1
        else:
            break
    cut = _patterns().cut.match(hidden[start:end])
    start += cut.end() if cut else 0
    lead = _patterns().lead.match(hidden[start:end])
    return start + (lead.end() if lead else 0)


def _proper(name: str) -> bool:
    """A proper name: two to eight characters, not one of the words that only describe."""
    patterns = _patterns()
    if not 2 <= len(name) <= 8 or name in patterns.generic or name in patterns.trades:
        return False
    return len(name) == 2 or len(name) > 3 or name[1:] not in patterns.generic


def _unheard(name: str) -> bool:
    """Part of the name is no common word: 智造云, 南港码头, but not 展会上认识."""
    at, unheard = 0, 0
    while at < len(name):
        length = next(
            (n for n in (3, 2) if name[at : at + n] in common() or name[at : at + n] in _patterns().trades), 0
        )
        if not length:
            unheard += 1
        at += length or 1
    return unheard >= 2


def _described(name: str) -> bool:
    return name in _patterns().generic or name in _patterns().not_customers


def _beside(hidden: str, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> Iterator[Proposal]:
    """鸿泰那边, 瑞和那边: two to six characters before 那边 that are no common word."""
    for place in BESIDE.finditer(hidden):
        start = _head(hidden, place.start(), ends, marks)
        name = hidden[start : place.start()]
        if HAN_RUN.fullmatch(name) and 2 <= len(name) <= 8 and not _described(name):
            yield Proposal(start, place.start(), "customer.beside", 0.65 if _unheard(name) else 0.5)


def settled(found: Sequence[Customer], contacts: Sequence[Contact]) -> list[Customer]:
    """Mentions in order; one in doubt between several goes to the customer that a named contact belongs to."""
    home = {candidate.id for contact in contacts for candidate in contact.customers}
    kept = []
    for customer in sorted(found, key=lambda c: c.span):
        fitting = [candidate for candidate in customer.candidates if candidate.id in home]
        if len(fitting) == 1 and customer.confidence < 0.85:
            best = fitting[0]
            customer = replace(customer, name=best.name, id=best.id, confidence=0.9, rule="customer.contact")
        kept.append(customer)
    return kept

"""Organisations that no known name spells: proposed by how firms are called and by what stands around them, then
compared with the known names by sound and by slip of the hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.customers import NameIndex, mention
from nlp.lexicon import Lexicon, Word, common, common_nouns
from nlp.orgwords import marks_of, patterns
from nlp.reading import Candidate, Contact, Customer
from nlp.segment import Taken

HANDLING = ("把", "将", "给", "被", "让")
"""No name ends with these: what follows is what is handled."""
HAN = re.compile(r"[\u4e00-\u9fff]")
HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
CALLED = re.compile(
    r"(?:(?:公司|名字|客户|对方|店|厂|品牌|连锁|单位)[^。!?]{0,14}叫|(?:客户|对方)是|做[^。!?,]{2,10}的|品牌)([\u4e00-\u9fff]{2,5})(?=[,。!?;\n]|$)"
)
MAY_CALL = re.compile("叫|是|做|品牌")
BESIDE = re.compile(r"(?:那边|这边|那儿|他们家)(?!的)")
LONGEST = 12
FUNCTIONAL = frozenset("上下里中前后时内外的了们人家边")
PLACES = frozenset("省市县区镇乡")
SPEAKS = (
    "那边",
    "那单",
    "说",
    "要",
    "问",
    "嫌",
    "催",
    "让我",
    "回了",
    "签",
    "付",
    "定了",
    "下单",
    "拒",
    "答应",
    "同意",
)
THINGS = (
    "系统",
    "设备",
    "方案",
    "项目",
    "合同",
    "单子",
    "产品",
    "软件",
    "平台",
    "服务",
    "报价",
    "资料",
    "那单",
    "数据",
)
JOINING = frozenset("和与及向对为由来号有要新")
NAMELIKE = frozenset("交通发来汇传开成优百建正中进安工将大加华信达立定")
"""Words of the lexicon that, in the middle of a name, are a part of it."""
LATIN_KINDS = (
    "Hotel|Dental|Group|Inc|Ltd|LLC|GmbH|Co|Corp|Ceramics|Labs?|Tech|Technologies|Motors?|Foods?|Trading|Medical|Pharma|"
    "Industries|Systems|Logistics|Energy|Bank|School|University|Clinic|Hospital|Electronics|Design|Studio|Holdings|"
    "International|Limited"
)
CAPITAL = re.compile("[A-Z]")
LATIN = re.compile(rf"(?<![A-Za-z@.])(?:[A-Z][A-Za-z&]+ )+(?:{LATIN_KINDS})(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Proposal:
    start: int
    end: int
    rule: str
    sure: float


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
    """The known mentions, and beside them a known customer misspelt or a new one under its own name.
    ``text`` is as given, ``plain`` normalised, ``hidden`` also without what was found before."""
    found: list[Customer] = []
    known = [_whole(customer, plain, hidden, words, names) for customer in known]
    taken = Taken(len(text), (c.span for c in (*known, *contacts)))
    for proposal in _proposals(text, hidden, words, lexicon, contacts):
        if not taken.free((proposal.start, proposal.end)):
            continue
        customer = _resolved(text, plain, proposal, names)
        if customer is not None:
            found.append(customer)
            taken.take(customer.span)
    return [*known, *found]


def _whole(customer: Customer, plain: str, hidden: str, words: Sequence[Word], names: NameIndex) -> Customer:
    """旭辉 in 旭辉轴城: the mention with its misspelt tail, when that is still the same customer."""
    start, end = customer.span
    if customer.how not in ("brand", "core") or not HAN.match(hidden, end):
        return customer
    for length in (2, 3, 1):
        said = plain[start : end + length]
        if len(said) >= 4 and HAN_RUN.fullmatch(hidden, end, end + length):
            best = names.alike(said)[:1]
            if best and best[0].id == customer.id:
                return mention(plain, start, end + length, best)
    return customer


def _resolved(text: str, plain: str, proposal: Proposal, names: NameIndex) -> Customer | None:
    start, end = proposal.start, proposal.end
    said = plain[start:end]
    if said in patterns().not_customers:
        return None
    alike = names.alike(said) if len(names) else ()
    if alike:
        return mention(plain, start, end, alike)
    if proposal.sure < 0.6:
        return None
    if patterns().rivals.search(plain[max(0, start - 8) : start] + "\0" + plain[end : end + 20]):
        return None
    said = text[start:end]
    return Customer(said, (start, end), proposal.rule, proposal.sure, said, False, how=proposal.rule.partition(".")[2])


def _proposals(
    text: str, hidden: str, words: Sequence[Word], lexicon: Lexicon, contacts: Sequence[Contact]
) -> Iterator[Proposal]:
    """Every proposal, the surest kinds first."""
    marks = marks_of(lexicon)
    ends = {word.end: word for word in words}
    yield from _by_contact(hidden, ends, marks, contacts)
    done = 0
    people_at = frozenset(contact.span[0] for contact in contacts)
    tails = marks["tail"]
    for n, word in enumerate(words):
        if word.mark in tails and word.start >= done:
            proposal = _by_trade(hidden, words, n, ends, marks, people_at)
            if proposal is not None:
                yield proposal
                done = proposal.end
    for match in LATIN.finditer(text) if CAPITAL.search(text) else ():
        first = match[0].split(" ", 1)[0]
        start = match.start() + (len(first) + 1 if first.isupper() and match[0].count(" ") > 1 else 0)
        yield Proposal(start, match.end(), "customer.latin", 0.75)
    yield from _beside(hidden, ends, marks)
    for match in CALLED.finditer(hidden) if MAY_CALL.search(hidden) else ():
        worded = any(match.start(1) < end <= match.end(1) and word.end - word.start > 1 for end, word in ends.items())
        if _unheard(match[1]) and not _described(match[1]) and not worded:
            yield Proposal(match.start(1), match.end(1), "customer.called", 0.7)


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
        end = _without_office(hidden, start, end, ends, marks)
        if hidden[end - 1 : end] in NAMELIKE and hidden[end : end + 1] != "的":
            continue
        asked = patterns().cut.search(hidden, end - 1, end) is not None and hidden[end : end + 1] != "的"
        if asked or patterns().cut_always.search(hidden, end - 1, end):
            continue
        name = hidden[start:end]
        if 2 <= len(name) <= LONGEST and _unheard(name) and not _described(name) and not name.endswith(THINGS):
            yield Proposal(start, end, "customer.person", 0.78)


def _without_office(hidden: str, start: int, end: int, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> int:
    """星海职业学院装备处: the organisation ends where its kind does, when only an office follows."""
    for at in range(end - 2, max(start + 2, end - 6), -1):
        word = ends.get(at)
        if word is not None and word.mark in marks["orgkind"] and hidden[end - 1] in "处科部室组办":
            return at
    return end


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
    if name[-1:] in HANDLING:  # 把设备报价单发给他
        return None
    public = name in PLACES and words[n].mark in marks["orgkind"] and end - words[n].start >= 3
    if not (public or _proper(name)) or (start and hidden[start - 1].isdigit()):
        return None
    if legal:
        inner = hidden[start:end].endswith(("分公司", "子公司", "总公司")) and name in patterns().generic
        return None if inner else Proposal(start, end, "customer.suffix", 0.88)
    beside = not people_at.isdisjoint(range(end, end + 9))
    if not beside and patterns().wanted.search(hidden, max(0, start - 4), start):
        return None
    kind = words[n].mark in marks["orgkind"]
    if name in common_nouns() and not (beside or kind or hidden.startswith(SPEAKS, end)):
        return None
    return Proposal(start, end, "customer.trade", 0.8 if name not in common() else 0.65)


def _tail(hidden: str, words: Sequence[Word], n: int, marks: dict[str, frozenset[str]]) -> tuple[int | None, bool]:
    """Where the trades and the legal form that begin with a word end, and whether a legal form is among them.
    A trade that names a product (包装 before 机) is left out; None when nothing is left."""
    chain = [words[n]]
    for word in words[n + 1 :]:
        if word.start != chain[-1].end or word.mark not in marks["tail"]:
            break
        chain.append(word)
    legal = any(word.mark in marks["legalform"] for word in chain)
    if not legal:
        kind = next((k for k, word in enumerate(chain) if word.mark in marks["orgkind"]), len(chain))
        chain = chain[: kind + 1]
    while chain and not legal and patterns().product.match(hidden, chain[-1].end):
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
        elif (word is None or _part_of_a_word(hidden, word)) and HAN.match(hidden[start - 1]):
            start -= 1
        else:
            break
    for cut in patterns().cut_always.finditer(hidden, start, end):
        start = cut.end()
    for cut in patterns().cut.finditer(hidden, start, end):
        begun = hidden[cut.end() - 1 : cut.end() + 1]
        within = cut.start() - start == 1 and cut[0] in JOINING  # 天和堂, 瑞和: no "and" after one character
        if cut.end() <= end - 2 and not within and begun not in common() and begun not in patterns().uncut:
            start = cut.end()
    if hidden[start : start + 1] == "成" and hidden[start - 1 : start] in ("改", "换", "变"):
        start += 1
    if hidden[start : start + 2] not in common() or hidden[start : start + 2] in patterns().leading:
        lead = patterns().lead.match(hidden, start, end)
        start = lead.end() if lead else start
    verb = hidden[start : start + 2]
    proper = next((w.start for at in range(end, start, -1) if (w := ends.get(at)) and w.mark in marks["tail"]), end)
    if verb in common() and verb not in common_nouns() and proper - start >= 4 and verb not in patterns().trades:
        start += 2
    return start


def _part_of_a_word(hidden: str, word: Word) -> bool:
    """A word of one character that belongs to a longer one (报 in 晚报) or likes to stand in names."""
    if word.end - word.start > 1:
        return False
    return hidden[word.start] in NAMELIKE or hidden[word.start - 1 : word.end] in common()


def _proper(name: str) -> bool:
    """A proper name: two to eight characters, not one of the words that only describe."""
    lists = patterns()
    if not 2 <= len(name) <= 8 or name in lists.generic or name in lists.trades:
        return False
    return len(name) == 2 or len(name) > 3 or name[1:] not in lists.generic


def _unheard(name: str) -> bool:
    """Part of the name is no common word: 智造云, 南港码头, but not 展会上认识."""
    at, unheard = 0, 0
    while at < len(name):
        length = next((n for n in (3, 2) if name[at : at + n] in common() or name[at : at + n] in patterns().trades), 0)
        if not length:
            unheard += 1
        at += length or 1
    return unheard >= (1 if len(name) == 3 and name[-1] not in FUNCTIONAL else 2)


def _described(name: str) -> bool:
    return name in patterns().generic or name in patterns().not_customers


def _beside(hidden: str, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> Iterator[Proposal]:
    """鸿泰那边, 瑞和那边: two to six characters before 那边 that are no common word."""
    for place in BESIDE.finditer(hidden):
        start = _head(hidden, place.start(), ends, marks)
        name = hidden[start : place.start()]
        if HAN_RUN.fullmatch(name) and 2 <= len(name) <= 8 and not _described(name):
            yield Proposal(start, place.start(), "customer.beside", 0.65 if _unheard(name) else 0.5)


def settled(found: Sequence[Customer], contacts: Sequence[Contact]) -> list[Customer]:
    """Mentions in order; one in doubt between several goes to the customer that a named contact belongs to."""
    kept = []
    for customer in sorted(found, key=lambda c: c.span):
        fitting = _at_home(customer, contacts) if customer.candidates and customer.confidence < 0.85 else []
        if len(fitting) == 1:
            best = fitting[0]
            customer = replace(customer, name=best.name, id=best.id, confidence=0.9, rule="customer.contact")
        kept.append(customer)
    return kept


def _at_home(customer: Customer, contacts: Sequence[Contact]) -> list[Candidate]:
    """Those of its candidates that have one of the contacts."""
    home = {candidate.id for contact in contacts for candidate in contact.customers}
    return [candidate for candidate in customer.candidates if candidate.id in home]

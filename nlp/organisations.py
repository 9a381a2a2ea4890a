"""Organisations that no known name spells: proposed by how firms are called and by what stands around them, then
compared with the known names by sound and by slip of the hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp import latinorgs, named, naming, segment
from nlp.bypeople import by_contact, by_office, described
from nlp.customers import NameIndex, mention
from nlp.firsts import sought
from nlp.heads import head, unheard
from nlp.lexicon import Lexicon, Word, common, word_at
from nlp.orgwords import marks_of, patterns
from nlp.reading import Candidate, Contact, Customer, span_of
from nlp.recogniser import Recognise
from nlp.seen import LATIN, Seen
from nlp.segment import Taken
from nlp.signs import sign
from nlp.slotwords import words as slot_words
from nlp.trades import Proposal, by_trade

HAN = re.compile(r"[\u4e00-\u9fff]")
HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
LETTERS = re.compile("[a-z]{4}")
PINYIN = re.compile(r"(?<![a-z0-9@._/-])[a-z]{4,20}(?![a-z0-9@._/-])")
CUED = "person.cue"
"""衡瑞达回款了, 蓝天催着要报价: a name told only by what it does may as well be a house, unless many families are
called as it begins."""
BESIDE = re.compile(r"(?:那边|这边|那儿|他们家)(?!的|堵|吃|逛|停车|迷路)")
STANDS_BESIDE = sign("边儿们")
_REGION = re.compile("(?:华东|华南|华北|华中|西南|西北|东北|亚太|中国)大?区$")
"""海底捞华北区这边."""
_OF = sign("的")
_FUNCTION = frozenset("的了和跟与给在是说要让那这他她们")
CAPITAL = re.compile("[A-Z]")
_ONLY_A_PLACE = sought(
    "(?:吃|聚餐|住了?[一两三]晚|请客|喝喜酒|摆酒|避暑)|(?:门口|楼下|对面|附近|旁边|停车场|地铁站)的?(?:等|见|碰|集合|接|停|堵|买|吃|喝|遇|排队|吵|坐)|(?:旁边|对面|附近|隔壁|楼下|门口|后面|斜对面|边上)的?(?:那|有|开|新|一|[\u4e00-\u9fff]{1,3}(?:馆|店|餐厅|超市|酒店|停车))"
)
_ORDINAL = "第?[一二三四五六七八九十]{1,2}"
_A_FRIEND = re.compile("[小老阿][\u4e00-\u9fff]")
"""小罗那边的客户: somebody of ours, no house."""
NUMBERED = re.compile(
    rf"(?:(?:中[铁建交冶核电水]|中石化|中化|水电|葛洲坝|[\u4e00-\u9fff]建)(?:{_ORDINAL})(?:局|公司|冶|建|航局|航院|航|公局)(?:集团)?"
    rf"|[铁电煤冶]{_ORDINAL}院|(?:{_ORDINAL})航局)"
    rf"(?:{_ORDINAL}(?:分?公司|工程公司|项目部))?(?:(?!材料|采购|工程|技术)[\u4e00-\u9fff]{{2,3}}(?:分公司|项目部))?"
)
"""中铁十二局, 中建八局二公司, 陕建三公司汉中分公司."""
MAY_NUMBER = re.compile("[一二三四五六七八九十][局公冶建航院]")
NUMBERS_END = sign("局公冶建航院")


def find(
    seen: Seen,
    plain: str,
    lexicon: Lexicon,
    names: NameIndex,
    known: Sequence[Customer],
    contacts: Sequence[Contact],
    recognise: Recognise | None = None,
) -> list[Customer]:
    """The known mentions, and beside them a known customer misspelt or a new one under its own name.
    ``plain`` is the normalised text with nothing hidden."""
    text, hidden = seen.given, seen.text
    people_at = frozenset([contact.span[0] for contact in contacts] if contacts else ())
    known, found = _as_meant(seen, plain, lexicon, names, known, contacts, people_at) if known else ([], [])
    sure = [c for c in contacts if c.rule != CUED or c.name[0] in slot_words().families]
    people = list(map(span_of, sure))
    taken = Taken(len(text), [*map(span_of, known), *map(span_of, found), *people])
    for match in PINYIN.finditer(hidden) if seen.signs & LATIN and LETTERS.search(hidden) and len(names) else ():
        if taken.free(match.span()) and (ranked := names.spelt(match[0])):
            found.append(mention(plain, match.start(), match.end(), ranked))
            taken.take(match.span())
    proposed = list(proposals(seen, lexicon, contacts, people_at))
    said, likely = named.ranked(seen, people, proposed)
    for start, end in dict.fromkeys(said) if len(names) else ():  # several tell of the same
        if taken.free((start, end)) and (alike := _alike(plain[start:end], names)):
            found.append(mention(plain, start, end, alike))
            taken.take((start, end))
    if recognise is not None:
        likely = [*likely, *named.seconded(seen, [span for span in recognise(text) if taken.free(span)])]
    for proposal in likely:
        if taken.free((proposal.start, proposal.end)) and _may_be_new(plain, proposal):
            found.append(_new(text, proposal))
            taken.take(found[-1].span)
    return [*known, *found, *_again(plain, found, taken)] if found else list(known)


_STREETS = "路街巷弄"
_A_STREET = re.compile(f"[区县市镇][^区县市镇]{{1,6}}[{_STREETS}]$")
"""丰泽区刺桐路: where somebody lives."""
_MANY = 4


def _again(plain: str, found: Sequence[Customer], taken: Taken) -> Iterator[Customer]:
    """A new name that is said once more: 佰草汀和云岫都要, 佰草汀急."""
    new = {c.text: c for c in found if not c.known and len(c.text) > 2}
    for said, first in list(new.items())[:_MANY]:
        at = plain.find(said)
        while at >= 0:
            span = (at, at + len(said))
            if taken.free(span) and not _of_a_rival(plain, *span):
                taken.take(span)
                yield replace(first, span=span)
            at = plain.find(said, span[1])


def _as_meant(
    seen: Seen,
    plain: str,
    lexicon: Lexicon,
    names: NameIndex,
    known: Sequence[Customer],
    contacts: Sequence[Contact],
    people_at: frozenset[int],
) -> tuple[list[Customer], list[Customer]]:
    """The known mentions with their misspelt tails, and apart from them the houses that only begin as a known one."""
    people = Taken(len(plain), [c.span for c in contacts])
    whole = [_whole(customer, plain, seen.text, people, names) for customer in known]
    marks = marks_of(lexicon)
    another = [other for c in whole if (other := _another(c, plain, seen.words, marks, people_at))]
    replaced = {other.span[0] for other in another}
    return [c for c in whole if c.span[0] not in replaced], another


def _whole(customer: Customer, plain: str, hidden: str, people: Taken, names: NameIndex) -> Customer:
    """旭辉 in 旭辉轴城: the mention with its misspelt tail, when that is still the same customer."""
    start, end = customer.span
    if customer.how not in ("brand", "core") or not HAN.match(hidden, end) or plain[end : end + 2] in common():
        return customer
    for length in (2, 3, 1):
        said = plain[start : end + length]
        if not people.free((end, min(end + length, len(plain)))) or not _FUNCTION.isdisjoint(said[end - start :]):
            continue
        if len(said) >= 4 and HAN_RUN.fullmatch(hidden, end, end + length):
            best = names.alike(said)[:1]
            if best and best[0].id == customer.id:
                return mention(plain, start, end + length, best)
    return customer


def _another(
    customer: Customer,
    plain: str,
    words: Sequence[Word],
    marks: dict[str, frozenset[str]],
    people_at: frozenset[int],
) -> Customer | None:
    """瑞丽达物业 beside the known 瑞丽达集团: a short name before the kind of another house is somebody else."""
    start, end = customer.span
    word = word_at(words, end) if customer.how in ("brand", "vague") else None
    if word is None or word.mark not in marks["tail"] or plain[end : word.end] in customer.name:
        return None
    behind = word_at(words, word.end)
    last = behind if behind is not None and behind.mark in marks["tail"] else word
    legal = last.mark in marks["legalform"] or word.mark in marks["legalform"]
    spoken_of = slot_words().belongs.match(plain, last.end) or last.end in people_at
    if not (word.mark in marks["orgkind"] or legal or spoken_of) or patterns().a_product.search(plain, end, last.end):
        return None
    if plain[end : last.end] in ("公司", "集团", "股份", "总公司"):
        return None
    said = plain[start : last.end]
    return Customer(said, (start, last.end), "customer.trade", 0.75, said, False, how="trade")


def _alike(said: str, names: NameIndex) -> tuple[Candidate, ...]:
    """The known customers that these words may stand for."""
    return names.likely(said) if _nameable(said) else ()


def _nameable(said: str) -> bool:
    return said not in patterns().not_customers and not _a_platform(said)


def _may_be_new(plain: str, proposal: Proposal) -> bool:
    start, end = proposal.start, proposal.end
    said = plain[start:end]
    if said in patterns().regions or said != said.strip():
        return False
    if said[-1:] in _STREETS and _A_STREET.search(said):
        return False
    if not _nameable(said) or _ONLY_A_PLACE.match(plain, end) or _of_a_rival(plain, start, end):
        return False
    return len(said) > 2 or _A_FRIEND.fullmatch(said) is None or said in slot_words().brands


def _new(text: str, proposal: Proposal) -> Customer:
    start, end, rule, sure = proposal
    said = text[start:end]
    return Customer(said, (start, end), rule, sure, said, False, how=rule.partition(".")[2])


def _of_a_rival(plain: str, start: int, end: int) -> bool:
    around, lists = plain[max(0, start - 8) : start] + "\0" + plain[end : end + 20], patterns()
    return not lists.rivalry.isdisjoint(around) and lists.rivals.search(around) is not None


def _a_platform(said: str) -> bool:
    """京东, 天猫那边: where things are sold; 京东工业 is a firm."""
    platforms = patterns().platforms
    if not said.startswith(platforms):
        return False
    platform = next(name for name in platforms if said.startswith(name))
    return said[len(platform) :] not in patterns().trades


def proposals(
    seen: Seen, lexicon: Lexicon, contacts: Sequence[Contact], people_at: frozenset[int]
) -> Iterator[Proposal]:
    """Every proposal, the surest kinds first."""
    marks = marks_of(lexicon)
    hidden, ends, signs = seen.text, seen.ends, seen.signs
    for match in NUMBERED.finditer(hidden) if signs & NUMBERS_END and MAY_NUMBER.search(hidden) else ():
        yield Proposal(match.start(), match.end(), "customer.numbered", 0.86)
    lettered = signs & LATIN and CAPITAL.search(seen.given)
    if lettered:
        yield from latinorgs.formed(seen.given)
    if contacts:
        yield from by_contact(hidden, ends, marks, contacts)
    yield from naming.find(seen, marks)
    if signs & _OF:
        yield from by_office(seen, marks)
    if not marks["tail"].isdisjoint(seen.marks):
        yield from _by_trades(seen, marks, people_at)
    if lettered:
        yield from latinorgs.proposed(seen.given, segment.masked(hidden, [contact.span for contact in contacts]))
    if signs & STANDS_BESIDE:
        yield from _beside(hidden, ends, marks)


def _by_trades(seen: Seen, marks: dict[str, frozenset[str]], people_at: frozenset[int]) -> Iterator[Proposal]:
    done, tails = 0, marks["tail"]
    for n in [n for n, word in enumerate(seen.words) if word[2] in tails]:
        if seen.words[n].start >= done:
            proposal = by_trade(seen.text, seen.words, n, seen.ends, marks, people_at)
            if proposal is not None:
                yield proposal
                done = proposal.end


def _beside(hidden: str, ends: dict[int, Word], marks: dict[str, frozenset[str]]) -> Iterator[Proposal]:
    """鸿泰那边, 瑞和那边: two to six characters before 那边 that are no common word."""
    for place in BESIDE.finditer(hidden):
        region = _REGION.search(hidden, max(0, place.start() - 5), place.start())
        end = region.start() if region else place.start()
        start = head(hidden, end, ends, marks)
        name = hidden[start:end]
        if name in patterns().regions:
            continue
        if HAN_RUN.fullmatch(name) and 2 <= len(name) <= 8 and not described(name):
            yield Proposal(start, end, "customer.beside", 0.65 if unheard(name) else 0.5)


def settled(found: Sequence[Customer], contacts: Sequence[Contact]) -> list[Customer]:
    """Mentions in order; one in doubt between several goes to the customer that a named contact belongs to."""
    if not found:
        return []
    kept: list[Customer] = []
    home: frozenset[str] | None = None
    for customer in sorted(found, key=span_of):
        fitting: list[Candidate] = []
        if customer.candidates and customer.confidence < 0.85:
            home = _homes(contacts) if home is None else home  # of common surnames thousands: gathered once
            fitting = [candidate for candidate in customer.candidates if candidate.id in home]
        if len(fitting) == 1:
            best = fitting[0]
            customer = replace(customer, name=best.name, id=best.id, confidence=0.9, rule="customer.contact")
        kept.append(customer)
    return kept


def _homes(contacts: Sequence[Contact]) -> frozenset[str]:
    """The customers that have one of the contacts. People who are called alike have the same homes, looked at once."""
    same = {id(contact.customers): contact.customers for contact in contacts}
    return frozenset(candidate.id for homes in same.values() for candidate in homes)

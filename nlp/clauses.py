"""Clauses and their moods: what of a message is said to be so.

The little theory (docs/reading.md): a fact is told by a clause that is not negated, asked, conditional, wished,
guessed, ordered, exemplary, joking or taken back. Marks of mood reach over their clause; some reach over the sentence
or the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nlp.lexicon import END, MARK_OF, Lexicon
from nlp.reading import When
from nlp.segment import Skeleton

ASKING_END = re.compile(r"[了过]没有?[啊呀呢]?$|没$|[^要]不$")
A_NOT_A = re.compile(r"(.)[不没未]\1")
READY_THEN = re.compile(
    r"(?:下来|到位|到账|批了|过了|通过|好了|完了?|谈妥|点头|同意)了?(?:以后|之后|后|马上|立刻|立马|直接|随时)(?!.*了$)"
)
"""预算下来马上签: what follows waits for what stands before."""
MAY_WAIT = re.compile("[后马立直随]")
ASSENT = re.compile("(?:好|行|嗯|中|妥|成|ok|收到|可以|没问题|明白|晓得)[的嘞啦了哒呀咧滴]?")
"""好嘞马哥: a yes opens no condition."""
COULD = re.compile("就能|就可以|就会|才能|才可以|才会|方能|方可")
UNDONE = re.compile(
    "(?:还|但|都|也|又|结果|系统.{0,4})?(?:没|未)(?:敢?[发寄报交给送走]|批|过|签|定|成|付|到|下来|通过|同意|谈成|谈拢|确认|签成|签下来|批下来|付成|讲成|演成|来)"
)
JUST = re.compile(rf"只要{END}?(?:[0-9一二两三四五六七八九十百千几]|{MARK_OF['amount']})")
"""只要31万 is "only", no condition."""
SOME_DAY = re.compile("下[回次]|以后|有机会|改天|往后|[别免省][\ue000-\uf8ff得让叫]*到时")
"""下回再合作, 别到时候掉链子: no condition, a farewell or a warning."""
OPENED = re.compile("后(?![面续台期天来勤])|完|好")
ONLY = re.compile(r"才[\ue000-\uf8ff]*(?:[0-9一二两三四五六七八九十百千几半]|$)")
"""才两千 is "only", no condition."""
MOODS = (
    "question", "wh", "ask", "if", "until", "then", "later", "hedge", "wish", "plan", "must", "said", "already",
    "soon", "example", "lesson", "joke", "retract", "contrast", "third", "domestic", "neg", "stuck",
    "household",
)  # fmt: skip
NOT_OF_ITSELF = frozenset({"neg", "then", "until", "if", "plan", "soon", "already", "said", "contrast"})
TO_THE_SENTENCE = frozenset({"example", "domestic", "third", "household"})
TO_THE_MESSAGE = frozenset({"lesson", "joke", "retract"})
FROM_AFAR = TO_THE_SENTENCE | TO_THE_MESSAGE
TO_NEIGHBOURS = frozenset({"ask", "if", "hedge", "later"})


@dataclass(slots=True)
class Clause:
    """``[start, end)`` in the line; ``moods`` are the moods that its words or its neighbours' give it."""

    start: int
    end: int
    sentence: int
    line: str
    words: str
    """Its normalised words: the line without the marks."""
    holds: frozenset[str]
    """The characters of its line, marks among them: many rules ask whether one of some is there."""
    first: int = 0
    """The number of the first clause of its sentence."""
    beyond: int = 0
    """The number of the clause behind the last one of it."""
    moods: set[str] = field(default_factory=set)
    own: dict[str, list[int]] = field(default_factory=dict)
    """Where the mood words of the clause itself stand, by mood."""
    ending: str = ""
    """The punctuation behind it."""
    dates: list[When] = field(default_factory=list)
    theirs: bool = False
    """Said by the customer: it stands behind 客户： or 王总：."""


def held(clauses: Sequence[Clause]) -> frozenset[str]:
    """The characters of their lines."""
    return clauses[0].holds.union(*[clause.holds for clause in clauses[1:]]) if clauses else frozenset()


@dataclass(frozen=True, slots=True)
class Grammar:
    """The marks of the grammatical words of a lexicon, ready for look-up."""

    moods_of: dict[str, tuple[str, ...]]
    moody: frozenset[str]
    """The marks of moods."""
    le: frozenset[str]
    perfect: frozenset[str]
    done: frozenset[str]
    """Either."""
    neg: frozenset[str]
    yao: frozenset[str]
    we: frozenset[str]
    them: frozenset[str]
    deal: frozenset[str]
    """Verbs that close a deal: 就签, 就下单 are conditions."""
    date: str
    connectives: re.Pattern[str]
    run_on: re.Pattern[str]


@lru_cache(maxsize=64)
def grammar(lexicon: Lexicon) -> Grammar:
    """The grammatical marks of a lexicon."""
    moods_of = {
        mark: found
        for mark, concepts in lexicon.concepts_of_mark.items()
        if (found := tuple(mood for mood in MOODS if mood in concepts))
    }
    subject, le = lexicon.marks("we", "he"), lexicon.marks("le")
    connectives = (
        "然后|但是|但(?!凡)|不过(?!是)|可是|另外(?![一两几那的个])|还有(?!没)|所以|接着|后来|而且|并且|同时|顺便"
        rf"|了(?<=[{le}]了)(?=[{subject}](?!(?:我们?|咱们?|他们?|她|这边)的))"
    )
    return Grammar(
        moods_of=moods_of,
        moody=frozenset(moods_of),
        le=frozenset(lexicon.marks("le", "guo")),
        perfect=frozenset(lexicon.marks("perfect")),
        done=frozenset(lexicon.marks("le", "guo", "perfect")),
        neg=frozenset(lexicon.marks("neg")),
        yao=frozenset(lexicon.marks("yao", "soon")),
        we=frozenset(lexicon.marks("we")),
        them=frozenset(lexicon.marks("cust", "person", "customerword", "he", "hemark", "you")),
        deal=frozenset(lexicon.marks("sign", "order_v", "pay", "closed_v")),
        date=lexicon.marks("date"),
        connectives=re.compile(connectives),
        run_on=re.compile(rf"{connectives}|(?<![给跟和让把对向找帮叫问陪与的是说像除比被要])(?=[{subject}])"),
    )


def fill_moods(found: Sequence[Clause], skeleton: Skeleton) -> None:
    """Gives the clauses of a message their moods: those of their own words and those of their neighbours'."""
    rules, text = grammar(skeleton.lexicon), skeleton.text
    only, may_wait = "只要" in text, MAY_WAIT.search(text)
    denied = "不" in text or "没" in text or "未" in text
    heard = denied or "吧" in text or "?" in text
    for clause in found:
        if not rules.moody.isdisjoint(clause.holds):
            _told(clause, rules, only)
        if heard:
            _sounding(clause, denied)
    _from_afar(found, skeleton)
    for n, clause in enumerate(found):
        if clause.own:
            if not TO_NEIGHBOURS.isdisjoint(clause.own):
                _to_neighbours(found, n, rules)
            if "then" in clause.own:
                _conditional_then(found, n, skeleton, rules)
        if may_wait and READY_THEN.search(clause.words):
            clause.moods.add("if")
        if n and denied and ("没" in clause.words or "未" in clause.words):
            _undone(found, n)


def _told(clause: Clause, rules: Grammar, only: bool) -> None:
    """The moods that words of the clause are known for; ``only``: 只要 is said in the message."""
    line, own = clause.line, clause.own
    marks = rules.moody & clause.holds
    for mark in marks:
        at = line.find(mark)
        while at >= 0:
            if not (only and line.startswith("只要", at + 1) and JUST.match(line, at + 1)):
                for mood in rules.moods_of[mark]:
                    own.setdefault(mood, []).append(clause.start + at)
            at = line.find(mark, at + 1)
    if len(marks) > 1:
        for places in own.values():
            places.sort()
    clause.moods = own.keys() - NOT_OF_ITSELF
    if "wh" in own:
        clause.moods.add("question")


def _sounding(clause: Clause, denied: bool) -> None:
    """Those of how the words of a clause, which may be ``denied``, are put."""
    said = clause.words
    if "?" in clause.ending:
        clause.moods.add("question")
    denied = denied and ("不" in said or "没" in said or "未" in said)
    if denied and (A_NOT_A.search(said) or ASKING_END.search(said)):
        clause.moods.add("question")
    if said.endswith("吧"):
        clause.moods.add("hedge")


def _from_afar(found: Sequence[Clause], skeleton: Skeleton) -> None:
    """Moods that reach over a sentence or the whole message; most messages have none."""
    far = [clause.moods for clause in found if clause.moods and not FROM_AFAR.isdisjoint(clause.moods)]
    if not far:
        return
    lesson = TO_THE_MESSAGE.intersection(set().union(*far))
    shared: dict[int, set[str]] = {}
    for clause in found:
        shared.setdefault(clause.sentence, set()).update(clause.moods & TO_THE_SENTENCE)
    household = {sentence for sentence, moods in shared.items() if "household" in moods}
    for sentence in household and household - _with_a_customer(found, skeleton):
        shared[sentence].add("domestic")
    for clause in found:
        clause.moods |= lesson | shared[clause.sentence]


def _to_neighbours(found: Sequence[Clause], n: int, rules: Grammar) -> None:
    """Moods that reach over the clauses behind, or over the one before."""
    clause = found[n]
    before = found[n - 1] if n and found[n - 1].sentence == clause.sentence else None
    if "ask" in clause.own:
        _reach(found, n, {"ask"})
    if "if" in clause.own:
        clause.moods.add("if")
        _reach(found, n, {"if"})
        if before is not None and (n + 1 == len(found) or found[n + 1].sentence != clause.sentence):
            before.moods.add("if")
    if "hedge" in clause.own and len(clause.line) <= 6:
        _reach(found, n, {"hedge"})
    if "later" in clause.own and not SOME_DAY.search(clause.line):
        clause.moods.add("if")
        if before is not None and rules.le.isdisjoint(before.line[-4:]):
            before.moods.add("if")


def _with_a_customer(found: Sequence[Clause], skeleton: Skeleton) -> set[int]:
    """The sentences in which a customer is named: goods of a household (车险) are goods of a trade there."""
    buyers = frozenset(skeleton.lexicon.marks("customerword", "cust", "person"))
    return {clause.sentence for clause in found if not buyers.isdisjoint(clause.holds)}


def _undone(found: Sequence[Clause], n: int) -> None:
    """立项报上去了，没批: a few words of negation take back what the clause before said."""
    clause = found[n]
    if found[n - 1].sentence == clause.sentence and UNDONE.fullmatch(clause.words):
        found[n - 1].moods.add("stuck")


def _reach(found: Sequence[Clause], n: int, moods: set[str]) -> None:
    """The moods reach over the rest of the sentence, up to a contrast."""
    for clause in found[n + 1 :]:
        if clause.sentence != found[n].sentence or "contrast" in clause.own:
            return
        clause.moods |= moods


def _conditional_then(found: Sequence[Clause], n: int, skeleton: Skeleton, rules: Grammar) -> None:
    """X了就Y, 等X再Y, X才Y: neither X nor Y is a fact, unless Y is told as done."""
    clause, done = found[n], rules.done
    for at in clause.own["then"]:
        if ONLY.match(skeleton.line, at + 1):
            continue
        could = COULD.match(skeleton.line, at + 1) is not None
        if not could and any(mark in done for mark in skeleton.line[at + 1 : clause.end]):
            continue
        before = skeleton.line[clause.start : at]
        dated = before[-1:] == rules.date
        opened = any(mark in done for mark in before) or OPENED.search(before) is not None
        waited = any(where < at for where in clause.own.get("until", ()))
        previous = found[n - 1] if n and found[n - 1].sentence == clause.sentence else None
        straight = skeleton.line[at + 1] == "就" and len(before) <= 6
        unless = straight and any(mark in rules.neg for mark in before)  # 不降就从别家拿: that is the condition
        if previous is not None and len(before) <= 6 and not (dated or unless or SOME_DAY.search(before)):
            waited = waited or "until" in previous.own
            done_before = any(mark in done or mark == "后" for mark in previous.line[-4:])
            if waited or (done_before and not ASSENT.match(previous.words)):
                previous.moods.add("if")
                opened = True
        only = skeleton.line[at + 1 : at + 2] in ("才", "方")
        behind = (m for m in skeleton.line[at + 2 : clause.end] if m in rules.moods_of or m in rules.deal)
        deal = next(behind, "") in rules.deal
        if waited or unless or ((opened or only or deal or could) and not dated):
            clause.moods.add("if")


def negated(clause: Clause, start: int, end: int, skeleton: Skeleton, *, within: bool = True) -> bool:
    """A negation in the clause reaches the words ``line[start:end]``; one that is part of them counts if ``within``."""
    rules = grammar(skeleton.lexicon)
    line = skeleton.line
    if end < clause.end and line[end] in rules.neg and line.startswith("不", end + 1):
        return True
    if "neg" not in clause.own:
        return False
    for at in reversed(clause.own["neg"]):
        if at >= end:
            continue
        if at >= start:
            if within:
                return True
            continue
        between = line[at + 1 : start]
        if len(between) > 14 or "," in between or not rules.done.isdisjoint(between):
            return False
        return "said" not in {mood for mark in between for mood in rules.moods_of.get(mark, ())}
    return False

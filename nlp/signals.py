"""Signals of the closed list: objections, asks, approvals, silence; a customer's question may carry one."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from nlp import hearing
from nlp.asides import TERMS, described, only_mentioned
from nlp.clauses import Clause
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Facts, Scene
from nlp.firsts import sought
from nlp.reading import Signal

SIGNALS = (
    "budget_approved", "budget_missing", "legal_passed", "decision_maker_met", "internally_approved",
    "price_objection", "delivery_concern", "considering", "competitor_mentioned", "asks_trial", "asks_quote",
    "asks_contract", "asks_cases", "asks_timeline", "asks_comparison", "names_tech_contact",
    "proposes_demo_time", "payment_made", "silent_customer",
)  # fmt: skip
"""The closed list of CONTRACTS, in its order."""
_SIGNALS = frozenset(SIGNALS)

DEEDS = frozenset({"budget_approved", "legal_passed", "decision_maker_met", "internally_approved", "payment_made"})
"""Signals that tell of something done in a deal of ours; the others are what somebody says, asks or leaves unsaid."""
STATES = frozenset({"silent_customer", "budget_missing"})
"""Signals of how it stands now: what a noun is only described by (没回的那封邮件) is none."""

EXCUSED = re.compile(
    "(?:可能|估计|应该|大概|也许|怕是|没准|是)[^,。;]{0,4}(?:忙|开会|没看|没空|睡|飞机|高铁|开车|吃饭|出差|在外|没电)"
    "|[又才都刚今后总终][^,。;]{0,6}回(?:了|我了|过来|复了|电话了|消息了)(?!家|国)"
)
"""Who is only busy, or has answered since, is not silent."""
PROMISED = sought(
    "(?:答应|同意|承诺|说好|保证|讲好|约定|要求|先要|要先|必须|得先|应当?|需要?|只要|才|[让叫催请]客户)[^,。;]{0,12}$"
)
"""A payment that is still to come."""
ALWAYS = re.compile("向来|一向|历来|从来都|每次都|[这那][种类][^,。;]{0,12}客户|有[的些]客户|政策|规定|一律|统一价")
"""What somebody is like, not what he says of this offer."""
ATTENDS = re.compile("出席|亲自|参加|到场|列席|坐镇")
OUR_DOUBT = re.compile("(?:我们|咱们?|我)[^,。;说问]{0,6}(?:是不是|该不该|要不要)")
"""We ask ourselves."""
ANSWERS = frozenset({"price_objection", "delivery_concern", "considering", "asks_quote", "asks_contract", "asks_cases"})

OF_COLLEAGUE = re.compile(
    "(?:^|[,。;])(?:[让叫找请]|安排|麻烦)(?!尽快|赶紧|抓紧|务必|及时|再|先|[你您我咱他她])[^,。;]{1,4}(?:[帮替]我(?!们)|帮忙|帮一?下)"
)
"""让李娜帮我发报价单: a colleague is asked for it, nobody by the customer."""

CALLED = re.compile(
    r"^(?:@[^\s@]{1,8}\s|[小阿老][\u4e00-\u9fff]{1,2}[,，\s]?)你(?!们?(?:那边|家|说))[^,，。;？?]*[,，。;]"
)
"""小周你跟一下，明天给客户出个报价: a colleague is told what to do."""
BY_SOMEBODY = (
    "internal.approved.person",
    "internal.approved.head",
    "internal.approved.customer",
    "internal.approved.past",
)
"""预算老板签字同意了: what he approves is the budget."""


ENOUGH, OF_NOTHING = 0.75, 0.9
"""From the first on words are enough, from the second on also where nothing else speaks of a deal."""
FEWEST = 4
"""So many characters beside what is named words need to tell a signal by themselves."""
ABOUT = re.compile("大概|大约|差不多|左右|上下|估计|也就|吧|的样子|来着|呢|啊|哦")
NOT_SO = frozenset({"joke", "retract", "lesson", "example", "if", "wish"})
"""Moods in which words alone are not enough, unless they leave no doubt."""


def find(scene: Scene, said: Facts) -> list[tuple[int, Signal]]:
    """The signals that clauses carry, each with the number of its clause, in the order of the text: told by a frame
    that the words of the sentence do not speak against, or by these words alone."""
    framed = said["signals"]
    loud = [one for one in hearing.loud(scene) if not _SIGNALS.isdisjoint(hearing.of_sentence(scene, one).loud)]
    if not framed and not loud:
        return []
    sentence_of = [clause.sentence for clause in scene.clauses]
    granted = {sentence_of[fact.clause] for fact in framed if fact.value == "budget_approved"}
    found = [
        fact
        for fact in framed
        if not (fact.rule.startswith(BY_SOMEBODY) and sentence_of[fact.clause] in granted)
        and not hearing.spoken_against(fact, scene)
        and _stands(fact, scene)
    ]
    if loud:
        told = {(sentence_of[fact.clause], fact.value) for fact in found}
        asked = {(sentence_of[fact.clause], fact.value) for fact in framed}
        found += [fact for first in loud for fact in _by_words(first, told, asked, scene)]
    return [(fact.clause, _signal(fact, scene)) for fact in sorted(found, key=_place)]


def _place(fact: Fact) -> tuple[int, int]:
    return fact.span


def _signal(fact: Fact, scene: Scene) -> Signal:
    start, end = fact.span
    return Signal(scene.skeleton.text[start:end], fact.span, fact.rule, fact.sure, fact.value)


def _by_words(
    first: Clause, told: Container[tuple[int, str]], asked: Container[tuple[int, str]], scene: Scene
) -> Iterator[Fact]:
    """The signals of a sentence that words alone are enough for and no frame has ``told``. Where they leave a doubt a
    frame that was ``asked`` and refused, the mood of the clause and whose deal it is decide; where they leave none,
    all that is weighed already."""
    likely = hearing.of_sentence(scene, first)
    enough = ENOUGH if scene.anchored else OF_NOTHING
    for signal in likely.loud:
        if signal not in _SIGNALS or likely[signal] < enough or (first.sentence, signal) in told:
            continue
        if _bare(scene.mates(first), scene):
            return
        n, clause = hearing.loudest(scene, first, signal)
        span = scene.skeleton.span(clause.start, clause.end)
        fact = Fact(signal, hearing.WORDS + signal, hearing.sure(likely[signal]), span, n, "", None)
        doubted = (first.sentence, signal) in asked or clause.moods & NOT_SO or not _stands(fact, scene)
        if not doubted or likely[signal] >= hearing.BEYOND_DOUBT:
            yield fact


def _bare(mates: Sequence[Clause], scene: Scene) -> bool:
    """46万左右: beside sums, days and names hardly a word stands there, and so few tell nothing."""
    skeleton = scene.skeleton
    within = range(mates[0].start, mates[-1].end)
    named = [skeleton.entities[at].span for at in within if at in skeleton.entities]
    if not named:
        return False
    words = skeleton.words(mates[0].start, mates[-1].end)
    left = len(words) - sum(end - start for start, end in named) - sum(map(len, ABOUT.findall(words)))
    return left < FEWEST


def _stands(fact: Fact, scene: Scene) -> bool:
    """A deed is really told, and of a deal of ours; a state is told, not used to describe a thing."""
    skeleton, clause = scene.skeleton, scene.clauses[fact.clause]
    mates = scene.mates(clause)
    first, last = skeleton.starts[mates[0].start], skeleton.starts[mates[-1].end]
    before, sentence = skeleton.text[first : fact.span[0]], skeleton.text[first:last]
    if fact.value in ANSWERS:
        ours = scene.speaker != "customer" and OUR_DOUBT.search(sentence) is not None
        ours = ours or (scene.speaker != "customer" and OF_COLLEAGUE.search(sentence) is not None)
        ours = ours or (scene.speaker != "customer" and CALLED.match(skeleton.text) is not None)
        return not ours and ALWAYS.search(sentence) is None
    if fact.value == "silent_customer" and EXCUSED.search(sentence):
        return False
    if (
        fact.value == "decision_maker_met"
        and not fact.tense
        and ATTENDS.search(skeleton.text[slice(*fact.span)])
        and _to_come(mates, scene)
    ):
        return False
    if fact.value == "payment_made" and (PROMISED.search(before) or TERMS.search(sentence)):
        return False
    if fact.value in DEEDS:
        return not only_mentioned(fact, scene) and not told_of_another_deal(fact, scene)
    return fact.value not in STATES or not described(fact, scene)


def _to_come(mates: Sequence[Clause], scene: Scene) -> bool:
    """What the sentence tells lies on a day to come: 明天签合同,局长出席."""
    days = [when.start.date() for mate in mates for when in mate.dates]
    return bool(days) and min(days) > scene.now.date()


def once(found: Sequence[Signal]) -> tuple[Signal, ...]:
    """Each signal once, its surest words, in the order of the closed list."""
    if len(found) < 2:
        return tuple(found)
    best: dict[str, Signal] = {}
    for signal in found:
        if signal.value not in best or best[signal.value].confidence < signal.confidence:
            best[signal.value] = signal
    return tuple([best[value] for value in SIGNALS if value in best])

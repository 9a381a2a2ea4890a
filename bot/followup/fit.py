"""Which open promise a sentence or a file speaks of, by the words of its object (SPEC LOOP-6). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from storage.records import Commitment

VERBS = re.compile(
    r"^(?:重新|尽快|先|再|去|来|把|给(?:您|他|她|你|客户)?|帮忙?)*"
    r"(?!报价|报告|报表|报备|发票|发货|交期|交货|交接|回执|签字|盖章|补充|确认[函书单]|出库|送货|改版|约定|问卷|申请[表书])"
    r"(?:发送|发出|发给|发|寄送|寄出|寄|送到|送达|送|提交|提供|递交|交付|交|出具|出|做好|做|整理|准备|安排|落实|确认"
    r"|回复|回个?|打个?|报|约好|约|拜访|上门|签|盖|改|补齐|补|传|拿|带|协调|申请|问)?(?:给|到|好|过去|一下|一份|个|份)?"
)
WORDS = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|\d+", re.IGNORECASE)
DONE = re.compile(
    r"(?:已经?|刚刚?|都|也)[^,，。;；!！?？]{0,14}?(?:发|给|寄|送|交|做|办|打|回|约|传|提交|提供|搞|弄|签|盖|整理|安排|确认|完成)"
    r"|(?:发|给|寄|送|交|做|办|打|回|约|传|提交|提供|搞|弄|签|盖|整理|准备|安排|确认|搞定|完成|落实|到位)"
    r"(?:给[^,，。;；]{1,8}|过去|出去|过来|出|好|完|过|到|齐|掉|妥){0,3}(?:客户|他|她|对方|[\u4e00-\u9fff]{1,3}[总工])?了"
    r"|搞定|办妥|发出$|已(?:发|寄|送|交|回|办|约)"
)
NOT_DONE = re.compile(
    r"(?:不用|不必|不需要|无需|甭|免了)|[没未](?:有)?(?:来得及)?(?:再)?[\u4e00-\u9fff]{0,6}(?:发|给|寄|送|交|做|办|打|回|约|传|提|搞|弄|好|完)|还没|还未|别|不[发给寄送交]|忘"
    r"|[吗么?？]|了没|没有$|要不要|能不能|是不是|如果|要是|的话|等[^,，。]{0,10}(?:再|就)|打算|准备(?:发|寄|送|交)"
    r"|(?:快|要|就)[发给寄送交]了|[他她]们?说|客户说|以为|[发给寄送交做]好了?(?:我|就|再)"
)
DROPPED = re.compile(
    r"(?:不用|不必|不需要|无需|先不|不)再?(?:给|发|寄|送|交|做|出|提交|提供|准备|回)[^,，。;；]{0,8}了|(?:不要|不用|不需要|取消)了$|取消$"
)
"""What says of a thing that it need not be done any more."""
ANSWERED = re.compile(
    r"(?<![没未不])(?:回复|答复|回话|回信|回)(?:我们?|咱们?)?了(?!吗|没)|(?<![没未不])给(?:了|我们?)+(?:答复|回复|回话|反馈)"
)
"""What says that the customer has answered."""
TO_ANSWER = re.compile("答复|回复|回话|回信|回音|消息|反馈")
HANDS_OVER = re.compile(r"^把?(?:发送|发给|发|寄给|寄|送|提交|提供|递交|交付|交给|交|传|带|拿|给)")
READIED = re.compile(r"[备建开设配][好完齐妥置通立]*(?:好|完|齐|妥)了")
"""What says so of a thing that is made ready: 账号开好了."""
HANDED = re.compile(r"[发给寄送交传][^,，。;；]{0,10}(?:了|过去|出去)")
ENOUGH = 0.3
"""How much of a task's name a sentence must hold, said as done; a file's name half of it."""
QUESTION = re.compile(r"[吗么?？]|要不要|是不是|能不能|如果|要是|的话")
CLAUSE = re.compile(r"[,，。;；!！\n]+")
CLAUSE_MOST = 200
"""Code points of a clause that are looked at: nobody says in more of them that one thing is done."""
LEAST = 2
"""Han characters, or Latin letters times two, that two names must share."""


def tells_done(text: str) -> bool:
    """A clause says of something that it is done, and is neither a question, a condition nor a denial."""
    return any(_done(clause) for clause in _clauses(text))


def tells_of_done(text: str) -> bool:
    """As :func:`tells_done`, also of what is made ready."""
    return any(_ready(clause) for clause in _clauses(text))


def done_things(text: str, things: Sequence[str], synonyms: Mapping[str, Sequence[str]] | None = None) -> list[int]:
    """Which of the things that were to be done ``text`` says are done: by their places, several where it names
    several. What was to be sent is done only by a word of sending."""
    found = []
    for n, what in enumerate(things):
        clauses = [one for one in _clauses(text) if _ready(one)]
        if HANDS_OVER.match(what):
            clauses = [one for one in clauses if HANDED.search(one)]
        if any(_score(thing(what), clause, synonyms or {}) >= ENOUGH for clause in clauses):
            found.append(n)
    return found


def of_file_things(name: str, things: Sequence[str], synonyms: Mapping[str, Sequence[str]] | None = None) -> list[int]:
    """Which of the things a file of that name is, by half of their name at least."""
    stem = name.rsplit(".", 1)[0]
    return [n for n, what in enumerate(things) if _score(thing(what), stem, synonyms or {}) >= 0.5]


def fitting(
    text: str, promises: Iterable[Commitment], synonyms: Mapping[str, Sequence[str]] | None = None
) -> tuple[Commitment, ...]:
    """The open promises of ours that ``text`` says are done; empty when it says so of none."""
    said = "，".join(clause for clause in _clauses(text) if _done(clause))
    return _best(said, promises, synonyms) if said else ()


def answered(text: str, promises: Iterable[Commitment]) -> tuple[Commitment, ...]:
    """The customer's open promises to answer that ``text`` says are kept: 高总回复了，说可以."""
    if not any(ANSWERED.search(clause) and not QUESTION.search(clause) for clause in _clauses(text)):
        return ()
    theirs = [one for one in promises if one.by == "customer" and one.state in ("open", "overdue")]
    return tuple(one for one in theirs if TO_ANSWER.search(one.what))


def dropped(
    text: str, promises: Iterable[Commitment], synonyms: Mapping[str, Sequence[str]] | None = None
) -> tuple[Commitment, ...]:
    """The open promises of ours that ``text`` says are not wanted any more; empty when it says so of none."""
    said = "，".join(clause for clause in _clauses(text) if DROPPED.search(clause) and not QUESTION.search(clause))
    return _best(said, promises, synonyms) if said else ()


def same_deed(one: str, other: str) -> bool:
    """发报价单 and 给报价单 are one promise; 发合同 and 签合同 are two."""
    if one == other:
        return True
    return bool(HANDS_OVER.match(one) and HANDS_OVER.match(other)) and thing(one) == thing(other)


def of_file(
    name: str, promises: Iterable[Commitment], synonyms: Mapping[str, Sequence[str]] | None = None
) -> tuple[Commitment, ...]:
    """The open promises of ours that a file of that name keeps, by the words they share; empty when it tells none."""
    return _best(name.rsplit(".", 1)[0], promises, synonyms)


def named(
    text: str, promises: Iterable[Commitment], synonyms: Mapping[str, Sequence[str]] | None = None
) -> tuple[Commitment, ...]:
    """The open promises that ``text`` names, done or not."""
    return _best(text, promises, synonyms)


def thing(what: str) -> str:
    """What a promise is about, its verb left out: 发报价单 → 报价单; all of it where nothing else is left."""
    rest = VERBS.sub("", what.strip(), count=1)
    return rest if len(rest) >= LEAST else what.strip()


def _best(
    words: str, promises: Iterable[Commitment], synonyms: Mapping[str, Sequence[str]] | None
) -> tuple[Commitment, ...]:
    """Those that fit best; several when they fit alike."""
    ours = [one for one in promises if one.by == "us" and one.state in ("open", "overdue")]
    scores = {one.id: _score(thing(one.what), words, synonyms or {}) for one in ours}
    top = max(scores.values(), default=0.0)
    return tuple(one for one in ours if top > 0 and scores[one.id] == top)


def _score(thing_: str, words: str, synonyms: Mapping[str, Sequence[str]]) -> float:
    """How much of the thing's name the words hold, 0..1; 0 below LEAST."""
    names = [thing_, *(other for key, others in synonyms.items() if key in thing_ for other in others)]
    return max(_shared(name.casefold(), words.casefold()) / _weight(name) for name in names)


def _shared(name: str, words: str) -> int:
    """The weight of the longest run of ``name`` that stands in ``words``; 0 below LEAST."""
    best = 0
    for piece in WORDS.findall(name):
        latin = piece.isascii()
        runs = [piece] if latin else [piece[a:b] for a in range(len(piece)) for b in range(a + LEAST, len(piece) + 1)]
        best = max([best, *(_weight(run) for run in runs if run in words)])
    return best if best >= LEAST else 0


def _weight(words: str) -> int:
    """Han characters count one, a Latin word two."""
    return sum(2 if run.isascii() else len(run) for run in WORDS.findall(words)) or 1


def _clauses(text: str) -> list[str]:
    return [clause.strip()[:CLAUSE_MOST] for clause in CLAUSE.split(text) if clause.strip()]


def _ready(clause: str) -> bool:
    return _done(clause) or (bool(READIED.search(clause)) and not NOT_DONE.search(clause))


def _done(clause: str) -> bool:
    return bool(DONE.search(clause)) and not NOT_DONE.search(clause)

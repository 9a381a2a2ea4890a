"""Frames met in clauses: every place where words of the lexicon say something, its mood and tense already judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from nlp.about import About
from nlp.clauses import Clause, grammar, negated
from nlp.frames import KINDS, Frame, frames
from nlp.lexicon import END, Lexicon
from nlp.likely import Likely
from nlp.reading import Span, When
from nlp.segment import Skeleton
from nlp.tenses import tense

FINISHED = re.compile("了|完|过(?![来去程])")
"""A deed that is told as over."""
CLOSED = ("won", "lost")
TRIES = 6
"""Places in one clause at which a frame is tried; no sentence that somebody says needs more."""


@dataclass(slots=True, eq=False)
class Scene:
    """All that the finders of meaning share about one message."""

    skeleton: Skeleton
    clauses: Sequence[Clause]
    now: datetime
    about: About
    speaker: str
    given: str
    """The text as given."""
    firsts: Sequence[Clause]
    """The first clause of each sentence."""
    likely: dict[int, Likely] = field(default_factory=dict)
    """What nlp/hearing.py weighed so far, by the number of the sentence."""
    alone: dict[int, Likely] = field(default_factory=dict)
    """The same for clauses by themselves, by where each begins."""
    loud: Sequence[Clause] | None = None
    """Of ``firsts`` those of sentences whose words alone may tell something, once that was asked."""
    told: bool = field(init=False)
    """A customer or one of its people is known to be spoken of."""
    named: bool = field(init=False)
    """That, or somebody or some deal seems to be named."""
    anchored: bool = field(init=False)
    """Any of these, or another word by which deals are spoken of."""

    def __post_init__(self) -> None:
        self.told, self.named, self.anchored = self.about

    def mates(self, clause: Clause) -> Sequence[Clause]:
        """The clauses of the same sentence in order."""
        return self.clauses[clause.first : clause.beyond]


class Fact(NamedTuple):
    """A frame that a clause fits and says as so: ``value`` by the tense."""

    value: str
    rule: str
    sure: float
    span: Span
    clause: int
    tense: str
    when: When | None


Facts = Mapping[str, Sequence[Fact]]
"""Facts by their kind: stages, signals, actions."""


def facts(scene: Scene) -> Facts:
    """All facts of a message by kind, each in the order of clauses and of the lexicon's rows."""
    rules = frames(scene.skeleton.lexicon)
    found: dict[str, list[Fact]] = {kind: [] for kind in KINDS}
    told, about = rules.told(scene.skeleton, scene.clauses), scene.about
    wide = []
    for n, clause in enumerate(scene.clauses):
        narrow, over = rules.places(told[n : n + 1])
        wide.append(over)
        if narrow and (fitting := rules.fitting(narrow, about, clause.moods)):
            _gather(fitting, clause, n, scene, found)
    for first in scene.firsts:
        n, beyond = first.first, first.beyond
        over = wide[n] if n + 1 == beyond else rules.places(told[n:beyond])[1]
        if over:
            whole = _whole(scene.clauses[n:beyond])
            _gather(rules.fitting(over, about, whole.moods), whole, n, scene, found)
    return found


def _gather(candidates: Iterable[Frame], clause: Clause, n: int, scene: Scene, found: Mapping[str, list[Fact]]) -> None:
    """Adds the facts of a clause, at most one a row of the lexicon."""
    done = -1
    for frame in candidates:
        if frame.row == done or (frame.speaker and not _heard_from(frame, clause, scene)):
            continue
        fact = _first(frame, clause, n, scene)
        if fact is not None:
            done = frame.row
            found[frame.kind].append(fact)


REPORTING = "[^,。;!?我咱]{0,6}?(?:问|想知道|打听|关心|追着)"


@lru_cache(maxsize=64)
def _reports(lexicon: Lexicon) -> re.Pattern[str]:
    """客户问, 王总让我们: whose words follow."""
    return re.compile(f"[{lexicon.marks(*ASKERS)}]{REPORTING}")


def _heard_from(frame: Frame, clause: Clause, scene: Scene) -> bool:
    """Whose words the frame holds speaks here: as author, or as reported by us (客户问几号能装)."""
    if frame.speaker == ("customer" if clause.theirs else scene.speaker):
        return True
    if not frame.rule.startswith("asks.") or frame.speaker != "customer":
        return False
    start = scene.mates(clause)[0].start
    return _reports(scene.skeleton.lexicon).search(scene.skeleton.line, start, clause.end) is not None


def _whole(parts: Sequence[Clause]) -> Clause:
    """The clauses of a sentence as one, with all their moods."""
    head = parts[0]
    moods, own, dates = head.moods, head.own, head.dates
    if len(parts) > 1:
        moods, own = set().union(*(part.moods for part in parts)), {}
        for part in parts:
            for mood, places in part.own.items():
                own.setdefault(mood, []).extend(places)
        dates = [when for part in parts for when in part.dates]
    return Clause(
        head.start, parts[-1].end, head.sentence, "", "", frozenset(), head.first, head.beyond, moods, own, "", dates
    )


def _first(frame: Frame, clause: Clause, n: int, scene: Scene) -> Fact | None:
    skeleton, at = scene.skeleton, clause.start
    for _ in range(TRIES):
        match = frame.pattern.search(skeleton.line, at, clause.end)
        if match is None:
            return None
        start, end = match.span()
        at = end
        if start == end or _blocked(frame, clause, start, end, scene):
            continue
        if frame.wide:
            clause.dates = [w for c in scene.mates(clause) if c.start < end and start < c.end for w in c.dates]
        said = tense(clause, start, end, skeleton, scene.now)
        if said == "future" and frame.gives.get("past") not in CLOSED and _over(clause, scene, start, end):
            said = "past"
        value = frame.gives.get(said or "plain", frame.gives.get("any", ""))
        if value:
            rule = f"{frame.rule}.{said}" if said and "any" not in frame.gives else frame.rule
            where = _clause_at(start, n, scene) if frame.wide else n
            when = clause.dates[-1] if clause.dates else None
            return Fact(value, rule, frame.sure, skeleton.span(start, end), where, said, when)
    return None


def _over(clause: Clause, scene: Scene, start: int, end: int) -> bool:
    """下午见了面, written in the morning: a finished deed in a part of today is past. A deal is not closed by it."""
    today = scene.now.date()
    parts = all(when.grain == "halfday" and when.start.date() == today for when in clause.dates)
    return parts and bool(clause.dates) and FINISHED.search(scene.skeleton.words(start, end)) is not None


def _clause_at(start: int, n: int, scene: Scene) -> int:
    """The number of the clause that a place of the line lies in, at or after the ``n``-th."""
    while n + 1 < len(scene.clauses) and scene.clauses[n + 1].start <= start:
        n += 1
    return n


def _blocked(frame: Frame, clause: Clause, start: int, end: int, scene: Scene) -> bool:
    skeleton = scene.skeleton
    if negated(clause, start, end, skeleton, within="neg" not in frame.allow):
        return True
    if frame.kind == "stages" and _asked_of_us(clause, start, end, skeleton):
        return True
    if frame.by:
        if scene.speaker == "rep" and _ours(clause, start, skeleton):
            return True
        if frame.by == "told" and not _told_by_them(clause, end, scene):
            return True
    if "plan" in clause.own and "plan" not in frame.allow:
        line = skeleton.line
        if any(at < end and "," not in line[at:start] for at in clause.own["plan"]):
            return True
    return bool(frame.excepted) and frame.takes_away(skeleton, clause.start, clause.end)


WANTED_OF_US = re.compile(
    "(?:让|叫|请|催|要求|喊)(?:我们?|咱们?)?(?:先|尽快|赶紧|马上|今天|把|[^,。;了]{0,6}(?:先|把))?[^,。;了]{0,4}$"
)
"""客户让先走一版合同: what they want of us is not done yet."""


def _asked_of_us(clause: Clause, start: int, end: int, skeleton: Skeleton) -> bool:
    """They ask for the deed, and nothing behind says that it is done."""
    rest = skeleton.line[start : clause.end]
    if "了" in rest or not grammar(skeleton.lexicon).le.isdisjoint(rest):
        return False
    return WANTED_OF_US.search(skeleton.words(clause.start, start)) is not None


OTHERS = ("cust", "person", "customerword", "he", "hemark", "you", "role", "title", "boss", "dept")
ASKERS = tuple(one for one in OTHERS if one != "you")
VOICE = re.compile("[说问嫌怕担催]|[让要叫请求][我咱]|[您你]|贵司|咱家")
"""Words by which somebody else is heard."""


def _told_by_them(clause: Clause, end: int, scene: Scene) -> bool:
    """The sentence so far shows that the other side says, asks or does it: they speak, or are named as who does."""
    if clause.theirs or scene.speaker == "customer":
        return True
    skeleton = scene.skeleton
    start = scene.mates(clause)[0].start
    them = frozenset(skeleton.lexicon.marks(*OTHERS))
    return any(mark in them for mark in skeleton.line[start:end]) or (
        VOICE.search(skeleton.words(start, end)) is not None
    )


ASKED = re.compile(r"(?:让|叫|要|请|问|找|催|给|跟|向|和|对|帮|把|为|逼|求|要求|麻烦|着|追着|缠着)[\ue000-\uf8ff]*$")


def _ours(clause: Clause, start: int, skeleton: Skeleton) -> bool:
    """The deed is ours: the subject before it is 我, and nobody asks it of us (让我们报价)."""
    if clause.theirs:
        return False
    line, rules = skeleton.line, grammar(skeleton.lexicon)
    for at in range(start - 1, clause.start - 1, -1):
        if line[at] in rules.we and not (line.startswith("这边", at + 1) and line[:at].rstrip(END)[-1:] in rules.them):
            return not ASKED.search(line[clause.start : at])
        if line[at] in rules.them:
            return False
    return False

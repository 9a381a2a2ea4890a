"""Promises: someone, we or the customer, undertakes a specific thing that is still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from nlp import things
from nlp.clauses import Clause, negated
from nlp.facts import Scene
from nlp.lexicon import Lexicon
from nlp.reading import Commitment, Due, Side, When
from nlp.tenses import tense

UNSPOKEN = frozenset(
    ("question", "wh", "ask", "if", "hedge", "wish", "later", "example", "lesson", "joke", "retract", "third",
     "domestic", "until", "stuck")
)  # fmt: skip
"""Moods in which nobody promises."""
UNSPOKEN_ITSELF = UNSPOKEN - {"ask"}
"""The same where asking only reached over from a clause before."""
MARKS = re.compile(r"[\ue000-\uf8ff]")
TOWARDS = re.compile(
    r"(?:给|跟|和|向|帮|替|把|对|让|找|问|催|陪|为|与|发|寄|送|传|交|答应|答应了|承诺|告诉|通知|带|见|联系|去|到|往|在)的?$"
)
"""Behind these stands the one it is done to, also as owner: 给华东医械的王总打电话."""
REQUEST = re.compile(r"(?:让|叫|要求|要|请|催|麻烦|帮|劳烦|辛苦)(?:你们|你|您|我们|咱们|我|咱)(?!说)")
ASKED = re.compile(REQUEST.pattern + r"|要求|催|要|问")
YES = re.compile(r"我说(?:行|好|可以|没问题|中|OK|ok)|我?答应|我应|应下来|我同意|好的|没问题|我说.{0,6}(?:给|发|交|出)")
YOU = re.compile(r"你们|你|您|大家|各位")
PREPARING = re.compile(r"整理|准备|做|弄|写|改|出|核|算|打包")
"""What is done before the thing is handed over."""
RETURNED = re.compile(r"寄|签|回传|交付|盖")
"""Whole deeds that nevertheless are done to a thing spoken of before."""
THEIRS = re.compile(r"^(?:po|订单|采购单|预付款?|定金|首付款?|尾款|货款)$")
WANTED = re.compile("想(?!办法)|打算|希望|本来")
BROKEN = re.compile("(?:到现在|至今|还|一直|结果|到今天)也?没")
SENDING = re.compile("发|寄|送|传|交|提交|补|拿")
AFTERWARDS = re.compile(r"(?:以|之)?后|起|开始")
SAYING = frozenset({"said", "promise", "wechat", "phone"})


@dataclass(frozen=True, slots=True)
class Deed:
    """The verb of an undertaking at ``line[start:end]``, what it is done to, and where its words end in the line."""

    start: int
    end: int
    verb: str
    thing: str
    last: int


@dataclass(frozen=True, slots=True)
class Classes:
    """The marks that decide who undertakes what."""

    hand: frozenset[str]
    handing: re.Pattern[str]
    deed: frozenset[str]
    we: frozenset[str]
    you: frozenset[str]
    them: frozenset[str]
    promise: frozenset[str]
    saying: frozenset[str]
    plan: frozenset[str]
    want: frozenset[str]
    demo: frozenset[str]
    theirs: frozenset[str]
    """What customers do: pay, sign, send back."""
    date: str


@lru_cache(maxsize=64)
def classes_of(lexicon: Lexicon) -> Classes:
    """The marks of a lexicon that promises are made of."""
    return Classes(
        hand=frozenset(lexicon.marks("hand", "deed")),
        handing=re.compile(f"[{lexicon.marks('hand', 'deed')}]"),
        deed=frozenset(lexicon.marks("deed")),
        we=frozenset(lexicon.marks("we")),
        you=frozenset(lexicon.marks("you")),
        them=frozenset(lexicon.marks("he", "hemark", "customerword", "cust", "person", "dept", "boss")),
        promise=frozenset(lexicon.marks("promise")),
        saying=frozenset(lexicon.marks(*SAYING)),
        plan=frozenset(lexicon.marks("plan")),
        want=frozenset(lexicon.marks("want")),
        demo=frozenset(lexicon.marks("demo")),
        theirs=frozenset(lexicon.marks("theirs")),
        date=lexicon.marks("date"),
    )


def find(scene: Scene) -> list[tuple[int, Commitment]]:
    """The promises of a message, each with the number of its clause, in the order of the text; one a clause."""
    found = []
    hand = classes_of(scene.skeleton.lexicon).hand
    for n, clause in enumerate(scene.clauses):
        if not clause.moods.isdisjoint(UNSPOKEN if "ask" in clause.own else UNSPOKEN_ITSELF):
            continue
        if clause.dates or not hand.isdisjoint(clause.line):
            commitment = _undertaking(n, clause, scene)
            commitment = commitment or _answered(n, clause, scene)
            if commitment is not None:
                found.append((n, commitment))
    return _once(found, scene)


def _once(found: Sequence[tuple[int, Commitment]], scene: Scene) -> list[tuple[int, Commitment]]:
    """One promise where two clauses speak of one: 案例整理一下，周五发您 · 答应寄样品，今天下午就寄."""
    kept: list[tuple[int, Commitment]] = []
    for n, promise in found:
        if kept and scene.clauses[kept[-1][0]].sentence == scene.clauses[n].sentence:
            last = kept[-1][1]
            ready = PREPARING.match(last.what) and last.when in (None, promise.when)
            again = last.what == promise.what and (last.when is None or promise.when in (None, last.when))
            if last.by == promise.by and ((ready and promise.what.endswith(last.what[-2:])) or again):
                kept[-1] = (n, promise)
                continue
        kept.append((n, promise))
    return kept


def _answered(n: int, clause: Clause, scene: Scene) -> Commitment | None:
    """让我先报个总价，我说明天: the clause gives the day, the one before it what was asked."""
    classes = classes_of(scene.skeleton.lexicon)
    ours = any(mark in classes.we for mark in clause.line[:4])
    when = _when(n, clause, scene)
    if not n or when is None or not ours or not any(mark in classes.saying for mark in clause.line):
        return None
    asked = scene.clauses[n - 1]
    if asked.sentence != clause.sentence or not ASKED.search(MARKS.sub("", asked.line)):
        return None
    deeds = list(_deeds(n - 1, asked, scene, classes))
    by: Side = "us" if scene.speaker == "rep" else "customer"
    return _commitment(clause, replace(deeds[-1], last=clause.end), by, when, True, scene) if deeds else None


def _undertaking(n: int, clause: Clause, scene: Scene) -> Commitment | None:
    classes = classes_of(scene.skeleton.lexicon)
    line = scene.skeleton.line
    for deed in reversed(list(_deeds(n, clause, scene, classes))):
        before = line[clause.start : deed.start]
        if negated(clause, deed.start, deed.end, scene.skeleton) or _only_asked(n, before, scene, classes):
            continue
        when = _when(n, clause, scene)
        promised = any(mark in classes.promise for mark in before) or _promised_around(n, scene, classes)
        wanted = any(mark in classes.want for mark in before[-3:]) or WANTED.search(MARKS.sub("", before))
        if not promised and (wanted or any(mark in classes.plan for mark in before)):
            continue
        if n + 1 < len(scene.clauses) and BROKEN.search(MARKS.sub("", scene.clauses[n + 1].line)):
            continue
        by = _by(n, deed, scene, classes)
        soon = any(at < deed.start for at in clause.own.get("soon", ())) and bool(deed.thing)
        if by is None or not (when or promised or soon) or (when is not None and when.end <= scene.now):
            continue
        if tense(clause, deed.start, deed.end, scene.skeleton, scene.now) == "past":
            continue
        return _commitment(clause, deed, by, when, promised, scene)
    return None


def _commitment(clause: Clause, deed: Deed, by: Side, when: When | None, promised: bool, scene: Scene) -> Commitment:
    skeleton = scene.skeleton
    start, end = skeleton.starts[clause.start], skeleton.starts[deed.last]
    rule = "promise.word" if promised else "promise.dated" if when else "promise.coming"
    return Commitment(
        text=skeleton.text[start:end],
        span=(start, end),
        rule=f"{rule}.{by}",
        confidence=0.88 if promised or when else 0.72,
        by=by,
        what=_in_the_case_given(deed.verb + deed.thing, scene),
        due=due_of(when, scene),
        when=when,
    )


def _in_the_case_given(what: str, scene: Scene) -> str:
    """The words with the capital letters of the text (CAD图)."""
    return re.sub(r"[a-z0-9]+", lambda m: _as_written(m[0], scene), what)


def _as_written(word: str, scene: Scene) -> str:
    at = scene.skeleton.text.find(word)
    return scene.given[at : at + len(word)] if at >= 0 and scene.given else word


def due_of(when: When | None, scene: Scene) -> Due | None:
    """The last day of what was said, or its moment where a clock time was said; None for nothing said and for X 后."""
    if when is None:
        return None
    if when.due is not None:
        return when.due
    if AFTERWARDS.match(scene.skeleton.text, when.span[1]):
        return None
    return when.start if when.clock else when.last_day


def _deeds(n: int, clause: Clause, scene: Scene, classes: Classes) -> Iterator[Deed]:
    """The verbs of the clause by which a thing could be undertaken, with their things."""
    line = scene.skeleton.line
    for mark in classes.handing.finditer(line, clause.start, clause.end):
        at = mark.start()
        if at not in scene.skeleton.tokens:
            continue
        begin, stop = scene.skeleton.tokens[at]
        word = scene.skeleton.text[begin:stop]
        end = at + 1 + stop - begin
        whom = classes.we | classes.you | classes.them
        handed = word[0] == "给" and (word != things.bare(word) or things.is_recipient(line[end : clause.end], whom))
        beside = line[clause.start : at] + line[end + 1 : clause.end]
        if handed and any(mark in classes.hand for mark in beside):  # 发给他, 给他发: the other verb is the deed
            continue
        whole = line[at] in classes.deed
        thing, last = things.of(n, at, end, scene, whole=whole and not RETURNED.match(word))
        if (not thing and not whole) or any(mark in classes.demo for mark in line[end : clause.end]):
            continue
        vowed = whole and any(mark in classes.promise for mark in line[clause.start : at])
        if not scene.anchored and not vowed and not things.is_business(thing or word, scene.skeleton.lexicon):
            continue
        yield Deed(at, end, things.bare(word), "" if whole and not thing else thing, last)


def _hands(before: str, classes: Classes) -> str:
    """The first characters of the verbs of handing over before a place in the line."""
    return "".join(before[k + 1 : k + 2] for k, mark in enumerate(before) if mark in classes.hand)


def _only_asked(n: int, before: str, scene: Scene, classes: Classes) -> bool:
    """让我发报价, 您发我一份: a request is no promise yet, unless we said yes to it."""
    words = MARKS.sub("", before)
    ours = any(mark in classes.we for mark in before)
    if scene.speaker == "rep" and not ours and (you := YOU.search(before)):
        return not TOWARDS.search(MARKS.sub("", before[: you.start()]))
    if not REQUEST.search(words):
        if not ours and re.search(r"要求|希望|催", words):
            return True
        return bool(scene.clauses[n].own.get("must")) and not ours
    rest = "".join(scene.skeleton.words(c.start, c.end) for c in scene.clauses[n : n + 3])
    return not YES.search(rest)


def _promised_around(n: int, scene: Scene, classes: Classes) -> bool:
    """The clause before or behind says no more than that it was promised: 我答应了, 拍了胸脯."""
    for k in (n - 1, n + 1):
        if 0 <= k < len(scene.clauses) and scene.clauses[k].sentence == scene.clauses[n].sentence:
            clause = scene.clauses[k]
            if len(clause.line) <= 16 and any(mark in classes.promise for mark in clause.line):
                return True
    return False


def _by(n: int, deed: Deed, scene: Scene, classes: Classes) -> Side | None:
    """Who undertakes it: the nearest one spoken of before the verb, else the one who was speaking, else the writer."""
    theirs = (scene.speaker == "customer") != scene.clauses[n].theirs
    us: Side = "customer" if theirs else "us"
    them: Side = "us" if theirs else "customer"
    if REQUEST.search(MARKS.sub("", scene.skeleton.line[scene.clauses[n].start : deed.start])):
        return us
    for k in range(n, max(-1, n - 5), -1):
        other = scene.clauses[k]
        if k != n and other.sentence != scene.clauses[n].sentence:
            break
        stop = deed.start if k == n else other.end
        words = scene.skeleton.line[other.start : stop]
        side = _subject(words, classes, us, them)
        if side is not None and (k == n or side == us or any(mark in classes.saying for mark in words)):
            return side
    theirs = scene.skeleton.line[deed.start] in classes.theirs or bool(THEIRS.search(deed.thing))
    return them if theirs else us


def _subject(before: str, classes: Classes, us: Side, them: Side) -> Side | None:
    """The subject among the words before a verb: the last that is no recipient (给他) and owns nothing (他的合同)."""
    for at in range(len(before) - 1, -1, -1):
        mark = before[at]
        if mark not in classes.we and mark not in classes.you and mark not in classes.them:
            continue
        if TOWARDS.search(MARKS.sub("", before[:at])):
            continue
        if mark in classes.we:
            return us
        if mark in classes.you:
            return them
        following = MARKS.sub("", before[at + 1 :])
        owning = re.match(r"(?:.{0,3})的", following)
        if owning is None or any(m in classes.saying for m in before[at + 1 :]):
            return them
    return None


def _when(n: int, clause: Clause, scene: Scene) -> When | None:
    """The date of the clause, else of a neighbour that says nothing but a date."""
    for k in (n, n - 1, n + 1):
        if 0 <= k < len(scene.clauses) and (k == n or _only_a_date(scene.clauses[k], scene)):
            found = scene.clauses[k].dates
            if found:
                ahead = [when for when in found if when.end > scene.now]
                return ahead[-1] if ahead else found[-1]
    return None


def _only_a_date(clause: Clause, scene: Scene) -> bool:
    dates = clause.dates
    start, end = scene.skeleton.span(clause.start, clause.end)
    return bool(dates) and end - start - sum(w.span[1] - w.span[0] for w in dates) <= 3


def of_clauses(found: Sequence[tuple[int, Commitment]], clauses: frozenset[int]) -> list[Commitment]:
    """The promises made in these clauses."""
    return [commitment for n, commitment in found if n in clauses]

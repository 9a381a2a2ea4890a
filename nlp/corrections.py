"""A short sentence that puts the last reading right: 不是华东，是华南; 改成周五; 金额是217万. Pure.

The sentence is taken apart by its shape (what was wrong, what is right, which field is named), then the field is told
by what the right word is. What fits no shape, or whose words are no name, day, sum, stage or deed, is plain talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlp.dates import find
from nlp.lexicon import normalise, table
from nlp.wording import ANY_DAY, Field, Kind, kind_of

LONGEST = 30
"""Code points of a correction that does not begin with a plain mark."""
LONGEST_MARKED = 60
FIELDS: tuple[Field, ...] = ("customer", "stage", "date", "commitment", "amount")

_GAP = r"[,，、:;；。.!…~—\s-]*"
_TAIL = re.compile(r"[。.!~…\s]+$|(?<=..)(?:啊|哈|呀|哦|噢|喔|嘛|才对|啦|的哈)$")
_ASKED = re.compile(
    r"\?|[吗么呢吧]$|(?<!不)是不是|是否|有没有|什么|哪|谁|怎|多少|几[号点家个]|为啥|为何|会不会|能不能|要不要|(?<!不)对不对|行不行"
)
_EDGES = " ,，。、:：;；!！「」“”\"'"


@dataclass(frozen=True, slots=True)
class Correction:
    """What was wrong and what is right, in the words as said; ``old`` is empty where only the right word was said.
    ``explicit`` is False where the sentence could also be plain talk."""

    field: Field
    old: str
    new: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    """A sentence taken apart."""

    kind: str
    old: str
    new: str
    named: Field | None
    """The field that is named outright: 客户是…, 金额改成…"""
    soft: bool
    """It is named by a word that plain talk has as well: 报价是…, 时间是…"""
    subject: str
    marked: bool
    """不对, 说错了 and the like open it."""


def parse(text: str) -> Correction | None:
    """The correction that a sentence makes; None for plain talk, questions and long sentences."""
    said = text.strip()
    plain = normalise(said)
    if not plain or len(plain) > LONGEST_MARKED or "\n" in plain or _ASKED.search(plain.rstrip("。.! ")):
        return None
    plain = _trimmed(plain)
    if len(plain) > LONGEST and not _opening().match(plain):
        return None
    return next((found for shape in _shapes(said, plain) if (found := _told(shape)) is not None), None)


def _trimmed(plain: str) -> str:
    while (shorter := _TAIL.sub("", plain)) != plain:
        plain = shorter
    return plain


@cache
def _mark() -> str:
    return f"(?>{'|'.join(table('corrections')['marks'])})"


@cache
def _lead() -> re.Pattern[str]:
    words = "|".join(sorted(table("corrections")["leads"].split(), key=len, reverse=True))
    return re.compile(rf"(?:(?>{words})[,，.。…\s]*+)++")


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(f"(?:(?:{_lead().pattern})?+{_mark()}{_GAP}+)++")


def marked_part(plain: str) -> str | None:
    """What follows 不对, 说错了 and the like; None where nothing of that kind opens the sentence."""
    opening = _opening().match(plain)
    return plain[opening.end() :] if opening and opening.end() < len(plain) else None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The shapes, the most telling first; ``o`` is what was wrong, ``n`` what is right, ``s`` what it is said of."""
    words = table("corrections")
    fields = "|".join(f"(?P<{field}>{words['fields'][field]})" for field in FIELDS)
    turn = f"(?:{'|'.join(sorted(words['turns'].split(), key=len, reverse=True))})"
    field = f"(?:(?:{fields})(?:这里|那里|的话)?)"
    changed = r"(?:要?改(?:成|为|到|在)|换成|写成|记成|挪到|推到|延到|提前到|调到)"
    rows = (
        ("contrast", rf"(?:把)?{field}?{_GAP}(?:说的|指的)?不(?:是|在|到)(?P<o>[^是]+?){_GAP}{turn}(?P<n>.+)"),
        ("contrast", rf"{field}?{_GAP}(?:应该|应当|其实)?(?:是|在)(?P<n>[^不]+?){_GAP}而?不(?:是|在)(?P<o>.+)"),
        ("field", rf"(?:把)?{field}{_GAP}(?:{_mark()}{_GAP})*(?:{turn}|{changed}|要?改一?下?|[:：]){_GAP}(?P<n>.+)"),
        ("field", rf"(?:把)?{field}{_GAP}(?:{_mark()}{_GAP})+(?P<n>.+)"),
        ("marked field", rf"{field}{_GAP}(?P<n>.+)"),
        ("still", r"(?:还没到(?P<o>[^,还]+)[,\s]*)?(?:还在|还是在?|仍在|停在|退回到?|回到|应该还?在)(?P<n>.+)"),
        ("mistaken", r"(?:你?把)(?P<n>.+?)(?:记|写|读|听|说|打|认|当|看)成了?(?P<o>.+?)了?"),
        ("changed", rf"把(?P<o>.+?){changed}(?P<n>.+)"),
        ("changed", rf"(?:要|得|应该|请)?{changed}(?P<n>.+)"),
        ("changed", rf"(?P<o>.+?){changed}(?P<n>.+)"),
        ("of", rf"(?P<s>[^不是]{{1,10}}?)不是(?P<o>[^是]+?){_GAP}(?:而?是|应该是)(?P<n>.+)"),
        ("contrast", r"(?P<n>[^不是]+?)[,、.。;\s]+而?不是(?P<o>[^是,]+)"),
        ("contrast", r"不(?:是|在)(?P<o>[^是,]+?)[,、\s]+(?P<n>[^,是]+)"),
        ("is", r"(?:应该|应当|其实)?是(?P<n>.+)"),
        ("alone", r"(?P<n>.+)"),
    )
    return tuple((kind, re.compile(pattern)) for kind, pattern in rows)


def _shapes(said: str, plain: str) -> Iterator[_Shape]:
    """The sentence in each shape that it fits, first with what opens it taken as a mark, then as it stands."""
    opening, lead = _opening().match(plain), _lead().match(plain)
    starts = [(opening.end(), True)] if opening else []
    starts += [(0, False)] + ([(lead.end(), False)] if lead else [])
    for start, marked in starts:
        for kind, pattern in _patterns():
            match = pattern.fullmatch(plain, start)
            if match and (marked or kind not in ("alone", "marked field")):
                yield _shape(kind, match, said, marked)


def _shape(kind: str, match: re.Match[str], said: str, marked: bool) -> _Shape:
    groups = match.groupdict()

    def words(group: str) -> str:
        return said[slice(*match.span(group))].strip(_EDGES) if groups.get(group) else ""

    named = next((field for field in FIELDS if groups.get(field)), None)
    soft = bool(named) and match[str(named)] in table("corrections")["fields"]["soft"].split() and "改" not in match[0]
    return _Shape(kind, words("o"), words("n"), named, soft, words("s"), marked)


def _told(shape: _Shape) -> Correction | None:
    """The correction of a shape, when its words are of a kind that can be put right."""
    asked_for = shape.marked and shape.kind != "alone"
    new = kind_of(shape.new, shape.named, strict=not asked_for)
    if new is None or not _says_enough(shape, new):
        return None
    old = kind_of(shape.old, new.field, strict=not asked_for) if shape.old else None
    if shape.old and old is None:
        return None
    return Correction(new.field, old.words if old else "", new.words, _plainly_meant(shape, new))


def _plainly_meant(shape: _Shape, new: Kind) -> bool:
    """The sentence is a correction and nothing else: marked, set against the wrong word, or a bare day or sum."""
    if shape.marked:
        return True
    if shape.named:
        return not shape.soft
    return bool(shape.old) or (shape.kind != "still" and new.field in ("date", "amount"))


def _says_enough(shape: _Shape, new: Kind) -> bool:
    """Not an everyday 是 or 不是: without a mark, a field's name or the wrong word, the right one must say enough."""
    if shape.kind == "of":
        return new.field == "amount" or (new.field == "date" and not find(shape.subject, ANY_DAY))
    if shape.kind == "is" and new.field == "date" and not shape.marked:
        return new.sure
    if shape.kind == "changed" and shape.old and not shape.marked:
        return new.field in ("date", "amount", "stage") or new.sure
    if shape.marked or shape.named or shape.old:
        return True
    return new.sure or (shape.kind == "changed" and new.field == "date")

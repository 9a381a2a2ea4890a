"""A short sentence that puts the last reading right: 不是华东，是华南; 改成周五; 金额是217万. Pure: words in, a Correction out.

The sentence is first taken apart by its shape (what was wrong, what is right, which field is named), then the field is told by
what the right word is. What fits no shape, or whose words are no name, day, sum, stage or deed, is plain talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlp.lexicon import normalise
from nlp.wording import Kind, kind_of

Field = Literal["customer", "stage", "date", "commitment", "amount"]

LONGEST = 30
"""Code points of a correction that does not begin with a plain mark."""
LONGEST_MARKED = 60

MARK = (
    r"(?:不是不是|不对不对|不是这样|不对|不是的|错了错了|错了|错啦|我?又?(?:说|搞|弄|记|打|写|看|听|读|选|填|发|念)错(?:了|啦)|口误|笔误|手误|更正(?:一下)?|纠正(?:一下)?"
    r"|修正(?:一下)?|改一下|改下|改改|等等|等一下|不不不|不不|不(?=[,\s])|我(?:的意思|想说的|说的|指的|是说)(?=是|不是)|我是说(?=[^是不]))"
)
LEAD = r"(?:(?:小跟|呃+|额+|嗯+|哦+|噢|喔|啊|哎呀?|诶|欸|唉|那个|抱歉|不好意思|对不起|sorry|刚才|刚刚|上面|前面|上一[条句]|刚才?那[条句个]|这[条句个]|那[条句]|你|是)[,\s]*)"
GAP = r"[,，、:;；。.!…~—\s-]*"
IS = r"(?:而?是|应该是|应当是|应该|得是|其实是|还是|还在|应该在|改成|改为|改到|换成|算成?|记到)"
TAIL = re.compile(r"[。.!~…\s]+$|(?<=..)(?:啊|哈|呀|哦|噢|喔|嘛|的哈|才对|吧?)$")
ASKED = re.compile(
    r"\?|？|[吗么呢吧]$|是不是|是否|有没有|什么|哪|谁|怎|多少|几[号点家个]|为啥|为何|会不会|能不能|要不要|对不对|行不行"
)
FIELDS = {
    "customer": r"客户(?:名称?|公司)?|公司名?(?:称|字)?|单位|名字|对方公司|客户那边",
    "stage": r"(?:商机|项目)?阶段|进度|进展",
    "date": r"日期|时间|日子|截止(?:日期|时间|日)?|期限|到期日?|(?:签约|签|交付|演示|拜访|交货|发货|付款|回款|下单)(?:日期|时间|日)",
    "commitment": r"承诺(?:的?事)?|答应的(?:事)?|待办",
    "amount": r"(?:合同|商机|订单|项目)?(?:金额|总额|总价|数额|合同额)|报价|价格|预算|钱",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What was wrong and what is right, in the words as said; ``old`` is empty where only the right word was said.
    ``explicit`` is False where the sentence could also be plain talk."""

    field: Field
    old: str
    new: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A sentence taken apart; spans in the sentence as given."""

    old: str
    new: str
    named: Field | None
    marked: bool
    bare: bool
    subject: str = ""


def parse(text: str) -> Correction | None:
    """The correction that a sentence makes; None for plain talk, questions and long sentences."""
    said = text.strip()
    plain = _trimmed(normalise(said))
    if not plain or len(plain) > LONGEST_MARKED or "\n" in plain or ASKED.search(normalise(said).rstrip("。.! ")):
        return None
    if len(plain) > LONGEST and not _opening().match(plain):
        return None
    for shape in _shapes(said, plain):
        found = _told(shape)
        if found is not None:
            return found
    return None


def _trimmed(plain: str) -> str:
    while (shorter := TAIL.sub("", plain)) != plain:
        plain = shorter
    return plain


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(f"(?:{LEAD}*{MARK}{GAP})+")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The shapes, the most telling first; ``o`` is what was wrong, ``n`` what is right."""
    named = "|".join(f"(?P<{field}>{words})" for field, words in FIELDS.items())
    name = f"(?:(?:{named})(?:的话)?)"
    rows = (
        ("named", rf"(?:把)?{name}?(?:这里)?{GAP}不(?:是|在|到)(?P<o>[^是]+?){GAP}{IS}(?P<n>.+)"),
        ("named", rf"{name}?{GAP}(?:应该|应当|其实)?(?:是|在)(?P<n>[^不]+?){GAP}(?:而)?不(?:是|在)(?P<o>.+)"),
        (
            "named",
            rf"(?:把)?{name}{GAP}(?:{MARK}{GAP})*(?:{IS}|要?改(?:成|为|到|一?下)?|换成|写成|记成|[:：]){GAP}(?P<n>.+)",
        ),
        ("named", rf"(?:把)?{name}{GAP}(?:{MARK}{GAP})+(?P<n>.+)"),
        ("still", r"(?:还没到(?P<o>[^,还]+)[,，\s]*)?(?:还在|还是在?|仍在|停在|退回到?|回到|应该还?在)(?P<n>.+)"),
        ("changed", r"(?:把)(?P<o>.+?)(?:要?改(?:成|为|到)|换成|改)(?P<n>.+)"),
        ("changed", r"(?:要|得|应该|请)?(?:改(?:成|为|到|在)|换成|挪到|推到|延到|提前到)(?P<n>.+)"),
        ("moved", r"(?P<o>.+?)(?:改(?:成|为|到)|换成)(?P<n>.+)"),
        ("subject", rf"(?P<s>[^不是]{{1,10}}?)不是(?P<o>[^是]+?){GAP}(?:而?是|应该是)(?P<n>.+)"),
        ("behind", rf"(?P<n>[^不是]+?){GAP}(?:而)?不是(?P<o>.+)"),
        ("bare", r"(?:应该|应当|其实)?是(?P<n>.+)"),
        ("alone", r"(?P<n>.+)"),
    )
    return tuple((kind, re.compile(pattern)) for kind, pattern in rows)


def _shapes(said: str, plain: str) -> Iterator[Shape]:
    """The sentence in each shape that it fits, with and without what opens it."""
    starts: list[tuple[int, bool]] = [(0, False)]
    lead = re.match(f"{LEAD}+", plain)
    if lead:
        starts.append((lead.end(), False))
    opening = _opening().match(plain)
    if opening:
        starts.insert(0, (opening.end(), True))
    for start, marked in starts:
        for kind, pattern in _patterns():
            match = pattern.fullmatch(plain, start)
            if match and not (kind in ("alone", "moved") and not marked and kind == "alone"):
                yield _shape(kind, match, said, marked)


def _shape(kind: str, match: re.Match[str], said: str, marked: bool) -> Shape:
    groups = match.groupdict()
    named = next((field for field in FIELDS if groups.get(field)), None)

    def words(group: str) -> str:
        if groups.get(group) is None:
            return ""
        return said[slice(*match.span(group))].strip(" ,，。、:：;；!！「」“”\"'")

    return Shape(words("o"), words("n"), named, marked, kind in ("bare", "still"), words("s"))  # type: ignore[arg-type]


def _told(shape: Shape) -> Correction | None:
    """The correction of a shape, when its words are of a kind that can be put right."""
    new = kind_of(shape.new, shape.named)
    if new is None:
        return None
    old = kind_of(shape.old, shape.named) if shape.old else None
    if shape.old and (old is None or old.field != new.field):
        return None
    if not _plainly(shape, new, old):
        return None
    field: Field = new.field
    explicit = shape.marked or bool(shape.named) or bool(shape.old) or field in ("date", "amount")
    if shape.bare and field in ("stage", "customer", "commitment") and not (shape.marked or shape.old):
        explicit = False
    return Correction(field, old.words if old else "", new.words, explicit)


def _plainly(shape: Shape, new: Kind, old: Kind | None) -> bool:
    """Not an everyday 是 or 不是: without a mark or a field's name, the words must say enough of themselves."""
    if shape.subject and new.field == "customer":
        return False
    if shape.marked or shape.named:
        return True
    if new.field == "customer" and old is None:
        return new.sure
    return not shape.bare or new.sure

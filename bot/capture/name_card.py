"""Lines of writing → what a business card says, each field with how sure it is (CAP-5). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.ocr import Line
from nlp import phones
from nlp.peoplewords import listed

LINES_MOST, CHARACTERS_MOST = 20, 400
"""A card has no more; a page, a chat, a contract have."""
UNCLEAR = 0.5
"""Below it a character was not seen clearly."""
HAN = "\u4e00-\u9fff"
COMPANY = re.compile(
    rf"[{HAN}A-Za-z0-9（）()·&\-]{{2,40}}?(?:有限责任公司|股份有限公司|有限公司|分公司|公司|集团|医院|学校|中学|小学|学院|大学|研究院|研究所"
    rf"|事务所|中心|银行|酒店|工厂|厂)(?:[{HAN}]{{0,12}}(?:公司|集团|分部|院区))?"
)
TRADE = re.compile(
    rf"[{HAN}（）()·]{{2,16}}(?:器械|科技|医疗|教育|物流|电子|商贸|贸易|实业|制造|仪器|机械|设备|软件|信息|网络|传媒|装饰|餐饮|电器|化工"
    rf"|制药|药业|生物|能源|食品|服饰|建材|材料|咨询|置业|控股|股份)"
)  # fmt: skip
"""How a company is called for short, where nothing on the card says what it is by law."""
LATIN_COMPANY = re.compile(
    r"[A-Z][\w&.,' -]{2,60}?(?:co\.?,?\s*ltd\.?|ltd\.?|inc\.?|corp\.?|llc|gmbh|group)\b\.?", re.IGNORECASE
)
TITLE = re.compile(
    rf"(?:[{HAN}]{{0,8}}(?:总经理|经理|总监|主任|总裁|董事长|董事|厂长|店长|科长|处长|部长|院长|校长|所长|组长|工程师|架构师|主管|代表|顾问|助理"
    rf"|专员|合伙人|律师|医师|医生|教授|会计|秘书|负责人|创始人|采购员|业务员|销售)(?:[/、 ][{HAN}]{{2,8}})?)"
)  # fmt: skip
LATIN_TITLE = re.compile(
    r"(?:[A-Z][a-z]+ )*(?:Manager|Director|Engineer|President|CEO|CTO|COO|CFO|Sales|Consultant|Officer|Partner)\b"
)
DEPARTMENT = re.compile(rf"[{HAN}]{{1,8}}(?:事业部|部|科|室|处)")
FAX = re.compile(r"传真|fax|\bF\s*[:：.]", re.IGNORECASE)
ADDRESS = re.compile(
    r"地址|address|\badd\b|省|市.{0,20}区|路\s*\d|街\s*\d|号楼|大厦|邮编|\d+\s*[号楼层室]", re.IGNORECASE
)
REACH = re.compile(
    r"手机|电话|座机|热线|tel|mobile|phone|cell|邮箱|e-?mail|mail|网址|web|www\.|http|微信|wechat|qq", re.IGNORECASE
)
POSTS = "采购|销售|市场|技术|副?总|项目|产品|行政|财务|运营|客户|高级|区域|大区|商务"
LATIN_NAME = re.compile(r"[A-Z][a-z]+(?: ?[A-Z]\.)?(?: ?[A-Z][a-z]+){1,2}\b")
"""Also where the space was not seen."""
WORDS = {
    "name": ("姓名", "名字"), "title": ("职务", "职位"), "company": ("公司", "单位"), "department": ("部门", "科室"),
    "phone": ("手机", "电话", "号码"), "email": ("邮箱", "邮件", "email"),
}  # fmt: skip
"""What people call the fields of a card."""
SAID = re.compile(
    r"(?P<what>姓名|名字|职务|职位|公司|单位|部门|科室|手机号?|电话|号码|邮箱|邮件|email)\s*(?:是|为|改成|改为|应该是|叫|[:：])\s*"
    r"(?P<value>[^，,。；;\n]{1,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the card says; ``unclear``: field → the place, from 1, of the first character that was not seen clearly."""

    name: str = ""
    title: str = ""
    company: str = ""
    department: str = ""
    phones: tuple[str, ...] = ()
    """E.164, the mobile first."""
    emails: tuple[str, ...] = ()
    sure: Mapping[str, float] = field(default_factory=dict)
    """Field → how sure its least sure character is (0..1)."""
    unclear: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_card(self) -> bool:
        """It has what a card has: somebody, with a way to reach him, and where he is or what he does."""
        return bool(self.name and (self.phones or self.emails) and (self.company or self.title))

    def kept(self) -> dict[str, Any]:
        """As a card's data can hold it."""
        return {
            "name": self.name, "title": self.title, "company": self.company, "department": self.department,
            "phones": list(self.phones), "emails": list(self.emails), "sure": dict(self.sure),
            "unclear": dict(self.unclear),
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Draft:
        return cls(**{**kept, "phones": tuple(kept["phones"]), "emails": tuple(kept["emails"])})


def read(lines: Sequence[Line]) -> Draft:
    """The draft of a picture's lines; an empty one for what is plainly no card."""
    if not 2 <= len(lines) <= LINES_MOST or sum(len(one.text) for one in lines) > CHARACTERS_MOST:
        return Draft()
    draft = Draft()
    for line in lines:
        draft = _reached(draft, line)
    words = [one for one in lines if not REACH.search(one.text)]
    draft = _with(draft, "company", _company(words))
    rest = [one for one in words if one.text != draft.company and not ADDRESS.search(one.text)]
    draft = _with(draft, "title", _first(rest, TITLE) or _first(rest, LATIN_TITLE))
    draft = _with(draft, "department", _department(rest, draft))
    return _with(draft, "name", _name(rest, draft))


def _reached(draft: Draft, line: Line) -> Draft:
    """Phones and addresses of the line; a fax is none."""
    mails = [one.value.casefold() for one in phones.emails(line.text)]
    numbers = [] if _fax_alone(line.text) else [(one.value, one.span) for one in phones.find(line.text)]
    for number, (start, end) in numbers:
        at = [n for n in range(start, min(end, len(line.sure))) if line.text[n].isdigit()]
        first = _mobile(number) and not any(_mobile(one) for one in draft.phones)
        known = (number, *draft.phones) if first else (*draft.phones, number)
        draft = replace(draft, phones=tuple(dict.fromkeys(known)))
        if draft.phones[0] == number:
            draft = _sure(draft, "phone", [line.sure[n] for n in at])
    if mails:
        draft = replace(draft, emails=tuple(dict.fromkeys((*draft.emails, *mails))))
        draft = _sure(draft, "email", line.sure)
    return draft


def _fax_alone(text: str) -> bool:
    return bool(FAX.search(text)) and not re.search("手机|电话|tel|mobile", text, re.IGNORECASE)


def _mobile(number: str) -> bool:
    return number.startswith("+861") and len(number) == 14


def _with(draft: Draft, name: str, found: tuple[str, Sequence[float]] | None) -> Draft:
    if found is None:
        return draft
    return _sure(replace(draft, **{name: found[0]}), name, found[1])  # type: ignore[arg-type]


def _sure(draft: Draft, name: str, each: Sequence[float]) -> Draft:
    unclear = next((n for n, one in enumerate(each, 1) if one < UNCLEAR), 0)
    told = {**draft.unclear, name: unclear} if unclear else {k: v for k, v in draft.unclear.items() if k != name}
    return replace(draft, sure={**draft.sure, name: round(min(each, default=1.0), 2)}, unclear=told)


def _traded(lines: Iterable[Line]) -> list[tuple[str, Sequence[float]]]:
    """Lines that are a company's short name and nothing else."""
    plain = [(line.text.strip(), line.sure) for line in lines if TRADE.fullmatch(line.text.strip())]
    return [one for one in plain if not TITLE.fullmatch(one[0])]


def _company(lines: Sequence[Line]) -> tuple[str, Sequence[float]] | None:
    """The longest that is called as companies are."""
    found = []
    for line in lines:
        for match in (*COMPANY.finditer(line.text), *LATIN_COMPANY.finditer(line.text)):
            found.append((match[0].strip(), line.sure[match.start() : match.end()]))
    han = [one for one in found if re.search(f"[{HAN}]", one[0])] or _traded(lines)
    return max(han or found, key=lambda one: len(one[0]), default=None)


def _first(lines: Iterable[Line], pattern: re.Pattern[str]) -> tuple[str, Sequence[float]] | None:
    for line in lines:
        for match in pattern.finditer(line.text):
            words, start = _without_department(_without_name(match[0])), match.start()
            start += len(match[0]) - len(words)
            if words:
                first = re.split("[/、]", words.strip())[0]
                return first, line.sure[start : start + len(first)]
    return None


def _without_name(words: str) -> str:
    """采购经理 of 江雪采购经理, where the name stands right before it."""
    glued = re.match(
        rf"([{HAN}]{{2,3}}?)((?:采购|销售|市场|技术|副?总|项目|产品|行政|财务|运营|客户|高级|区域|大区|商务).*)", words
    )
    return glued[2] if glued and _is_name(glued[1]) else words


def _without_department(words: str) -> str:
    """主任医师 of 影像科主任医师; 采购部经理 is one title."""
    glued = re.match(rf"[{HAN}]{{1,6}}[科室处]((?:副?主任|教授|副教授|主治|住院|医师|护士|科员|技师).*)", words)
    return glued[1] if glued else words


def _department(lines: Iterable[Line], draft: Draft) -> tuple[str, Sequence[float]] | None:
    for line in lines:
        for match in DEPARTMENT.finditer(line.text):
            if match[0] not in (draft.company, draft.title) and match[0] not in draft.company:
                return match[0], line.sure[match.start() : match.end()]
    return None


def _name(lines: Iterable[Line], draft: Draft) -> tuple[str, Sequence[float]] | None:
    """Somebody's name: of several the one written largest."""
    found: list[tuple[float, str, Sequence[float]]] = []
    for line in lines:
        for words, start, end in _pieces(line.text, draft):
            if _is_name(words.replace(" ", "")):
                found.append((line.height, words.replace(" ", ""), line.sure[start:end]))
    if not found:
        found = [(line.height, re.sub(r"(?<=[a-z.])(?=[A-Z])", " ", match[0]), line.sure[match.start() : match.end()])
                 for line in lines for match in LATIN_NAME.finditer(line.text)
                 if not LATIN_COMPANY.search(line.text) and not LATIN_TITLE.search(match[0])]  # fmt: skip
    best = max(found, key=lambda one: one[0], default=None)
    return (best[1], best[2]) if best is not None else None


def _pieces(text: str, draft: Draft) -> Iterable[tuple[str, int, int]]:
    """The line itself, its words, and what stands before its title."""
    yield text, 0, len(text)
    for match in re.finditer(r"[^\s/|丨·]+", text):
        yield match[0], match.start(), match.end()
    at = text.find(draft.title) if draft.title else -1
    if at > 0:
        yield text[:at].strip(" /|丨·"), 0, at


def _is_name(words: str) -> bool:
    people = listed()
    if not re.fullmatch(f"[{HAN}]{{2,4}}", words) or words in people.not_names or TITLE.fullmatch(words):
        return False
    compound = words[:2] in people.compound
    return (compound and len(words) >= 3) or (words[0] in people.surnames and len(words) <= 3)


def corrected(draft: Draft, said: str) -> Draft | None:
    """The draft as the words put it right: 姓名是江雨，手机是 13912345678; a bare number or address is what it is. None
    where nothing of it is put right."""
    found = draft
    for match in SAID.finditer(unicodedata.normalize("NFKC", said)):
        what = match["what"].casefold().removesuffix("号")
        name = next((key for key, called in WORDS.items() if what in called), "")
        found = _put(found, name, match["value"].strip())
    if found == draft:
        for number in phones.find(said):
            found = _put(found, "phone", number.text)
        for mail in phones.emails(said):
            found = _put(found, "email", mail.value)
    return found if found != draft else None


def _put(draft: Draft, name: str, value: str) -> Draft:
    unclear = {key: place for key, place in draft.unclear.items() if key != name}
    told = replace(draft, unclear=unclear, sure={**draft.sure, name: 1.0})
    if name == "phone":
        numbers = [one.value for one in phones.find(value)]
        return (
            replace(told, phones=(*numbers, *[one for one in draft.phones[1:] if one not in numbers]))
            if numbers
            else draft
        )
    if name == "email":
        mails = [one.value.casefold() for one in phones.emails(value)]
        return replace(told, emails=tuple(mails)) if mails else draft
    return replace(told, **{name: value[:40]}) if name else draft  # type: ignore[arg-type]

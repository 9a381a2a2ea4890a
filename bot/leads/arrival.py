"""What came in about somebody who may buy, made one shape whatever way it came: pure, nothing is looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.errors import GenjinError
from nlp import phones

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "web_form": ("官网表单", "官网", "网站", "表单", "website", "web", "form"),
    "fair": ("展会扫码", "展会", "扫码", "展览", "expo", "fair_qr"),
    "phone": ("电话呼入", "电话", "来电", "呼入", "call", "phone_in"),
    "referral": ("转介绍", "老客户介绍", "介绍", "推荐"),
    "campaign": ("广告", "投放", "直播", "短视频", "ads"),
    "sidebar": ("侧边栏",),
    "chat": ("聊天", "微信", "企业微信", "wechat"),
    "card": ("名片",),
    "mail": ("邮件", "邮箱", "email"),
    "import": ("导入", "表格"),
}
"""Channels (other: none of these) and what people call them."""
LONGEST = {"name": 60, "title": 60, "company": 100, "wanted": 1000, "source": 60, "note": 2000}
MOST_WORDS, LONGEST_WORD = 20, 200
CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LEGAL = re.compile(r"(?:(?:(?:集团)?股份|集团|控股|有限责任)?(?:有限)?公司|总公司|集团)$")
_NOISE = re.compile(r"[\s()\[\]【】《》“”\"'·.,，。、\-_/]+")
_MANY = re.compile(r"[、,，;；|\n]+")
CORE = ("name", "phones", "company", "tags", "source")
"""The five core fields (CAP-2): whom, how to reach, of where, wanting what, from where."""


class BadLead(GenjinError):
    """Nobody could follow this up; ``field`` says what is wrong."""

    code = "bad_lead"

    def __init__(self, field: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A lead as it came. ``doubts``: fields whose words could not be used; those words then stand in ``note``."""

    at: datetime
    via: str
    name: str = ""
    title: str = ""
    company: str = ""
    credit_code: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    wanted: str = ""
    tags: tuple[str, ...] = ()
    channel: str = "other"
    source: str = ""
    external_ids: Mapping[str, str] = field(default_factory=dict)
    utm: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    recorder_id: str | None = None
    owner_id: str | None = None
    """Whose it is from the start, where that is known."""
    customer_id: str | None = None
    state: Literal["new", "waiting"] = "new"
    doubts: tuple[str, ...] = ()

    @property
    def reachable(self) -> bool:
        return bool(self.name or self.company or self.phones or self.emails or self.external_ids)


def arrival(given: Mapping[str, Any], *, at: datetime, via: str, **known: Any) -> Arrival:
    """The fields of a form, a table's row or a call as they are kept. Takes ``name, title, company, credit_code,
    phone(s), email(s), wanted, tags, channel, source, external_ids, utm, note``; further ``known`` fields of Arrival
    as they are. A number or code that is none is kept in the note. Raises BadLead where nobody is named."""
    texts: dict[str, Any] = {name: text(given.get(name), most) for name, most in LONGEST.items()}
    numbers, odd = _phones([*_words(given.get("phone")), *_words(given.get("phones"))])
    mails, strange = _emails([*_words(given.get("email")), *_words(given.get("emails"))])
    code = text(given.get("credit_code"), 40).upper().replace(" ", "")
    wrong_code = [code] if code and not is_credit_code(code) else []
    doubts = {"phone": odd, "email": strange, "credit_code": wrong_code}
    said = [f"{name}: {'、'.join(words)}" for name, words in doubts.items() if words]
    channel, source = channel_of(text(given.get("channel"), 60), texts.pop("source"))
    texts["note"] = "\n".join(filter(None, [texts["note"], *said]))
    found = Arrival(
        at=at, via=via, **texts, credit_code="" if wrong_code else code, phones=numbers, emails=mails,
        tags=tuple(word[:LONGEST_WORD] for word in _words(given.get("tags"))), channel=channel, source=source,
        external_ids=_pairs(given.get("external_ids")), utm=_pairs(given.get("utm")),
        doubts=tuple(name for name, words in doubts.items() if words), **known,
    )  # fmt: skip
    if not found.reachable:
        raise BadLead("name", "nobody is named and nobody can be reached", "至少写姓名、电话、公司、邮箱之一")
    return found


def text(value: Any, most: int) -> str:
    """The value as one trimmed text of at most ``most`` characters; "" for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    kept = "".join(c for c in str(value) if c == "\n" or c == "\t" or unicodedata.category(c)[0] != "C")
    return kept.strip()[:most]


def channel_of(said: str, source: str = "") -> tuple[str, str]:
    """(channel, what people call it): 官网表单 is web_form, an unknown word is other and keeps its name."""
    for word in filter(None, (said, source)):
        plain = unicodedata.normalize("NFKC", word).casefold().strip()
        for channel, names in CHANNELS.items():
            if plain == channel or plain in names:
                return channel, source or (said if plain != channel else "")
    return "other", source or ("" if said == "other" else said)


def is_credit_code(code: str) -> bool:
    """统一社会信用代码 with a check character that fits (GB 32100-2015)."""
    if not CODE.fullmatch(code):
        return False
    total = sum(_LETTERS.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return _LETTERS[-total % 31] == code[17]


def firm(name: str) -> str:
    """The company's name as it is compared: width, case, marks and legal form away; "" where too little is left."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
    core = _LEGAL.sub("", plain)
    core = core if len(core) >= 2 else plain
    return core if len(core) >= 2 else ""


def _words(value: Any) -> list[str]:
    """The words of a list, or of a text in which people separate them."""
    parts: Iterable[Any] = value if isinstance(value, list | tuple) else _MANY.split(text(value, 2000))
    found = [word for part in parts if (word := text(part, LONGEST_WORD))]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def _phones(given: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Numbers in E.164, and the words in which there is none."""
    found = [(word, [one.value for one in phones.find(word)]) for word in given]
    return tuple(dict.fromkeys(n for _, numbers in found for n in numbers)), [w for w, numbers in found if not numbers]


def _emails(given: list[str]) -> tuple[tuple[str, ...], list[str]]:
    found = [(word, [one.value.casefold() for one in phones.emails(word)]) for word in given]
    return tuple(dict.fromkeys(m for _, mails in found for m in mails)), [w for w, mails in found if not mails]


def _pairs(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    pairs = [(text(name, 40), text(one, LONGEST_WORD)) for name, one in value.items()]
    return {name: one for name, one in pairs[:MOST_WORDS] if name and one}

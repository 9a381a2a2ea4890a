"""An approval form → what it says of a deal, by the playbook's mapping. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.events import Approval, FormField
from bot.playbook.forms import ApprovalForm
from bot.playbook.model import Playbook
from bot.process import fields as own
from nlp.numbers import amounts
from storage.records import Opportunity

PARTY_MOST, TERMS_MOST, NAME_MOST = 60, 120, 60
MOST = Decimal(10) ** 12
"""No contract is larger: what says so is no sum."""
PLAIN = re.compile(r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(?:元|CNY|RMB)?(?:整)?", re.IGNORECASE)
UNITS = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4, "千": Decimal(1000)}
DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})")
EMPTY = re.compile(r"|无|暂无|没有|待定|不涉及|[-—/]+|n/?a|null|none", re.IGNORECASE)
"""What people write into a field that they must fill in and have nothing for."""
NOISE = re.compile(r"[\s:：*＊]+|[（(【\[].*?[）)】\]]")
"""What a label carries beside its words: 合同金额（元）*"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form gives, in our names. ``terms`` are fields of an opportunity; ``own`` those of the trade's own, as
    they were written; ``bad``: (label, what it said) of what could not be read."""

    customer: str = ""
    opportunity: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    bad: tuple[tuple[str, str], ...] = ()

    def kept(self) -> dict[str, Any]:
        """As a card's data can hold it."""
        terms = {name: str(value) for name, value in self.terms.items()}
        return {**asdict(self), "terms": terms, "bad": [list(one) for one in self.bad]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Filled:
        """What :meth:`kept` gave."""
        terms: dict[str, Any] = dict(kept["terms"])
        if "amount" in terms:
            terms["amount"] = Decimal(terms["amount"])
        if "sign_date" in terms:
            terms["sign_date"] = date.fromisoformat(terms["sign_date"])
        bad = tuple((str(label), str(said)) for label, said in kept["bad"])
        return cls(str(kept["customer"]), str(kept["opportunity"]), terms, dict(kept["own"]), bad)


def form_of(approval_template: str, title: str, forms: Iterable[ApprovalForm]) -> ApprovalForm | None:
    """The playbook's form that this is; None for one that is no business of ours (a leave, a travel)."""
    return next((form for form in forms if form.is_one(approval_template, title)), None)


def may_be_ours(template: str, forms: Iterable[ApprovalForm]) -> bool:
    """Whether looking into it is worth a call: it may be one of them, as far as its template's code tells."""
    return any(template in form.templates or form.titles for form in forms)


def filled(form: ApprovalForm, approval: Approval) -> Filled:
    """The form's fields, each by the first of its names that the form has with something in it."""
    terms: dict[str, Any] = {}
    others: dict[str, str] = {}
    bad: list[tuple[str, str]] = []
    said = {meaning: _named(names, approval.form) for meaning, names in form.fields.items()}
    for meaning, one in said.items():
        if one is None or meaning in ("customer", "opportunity"):
            continue
        value = _value(meaning, one)
        if value is None:
            bad.append((one.label[:20], one.value.strip()[:40]))
        elif meaning in ("amount", "sign_date", "signing_party", "payment_terms"):
            terms[meaning] = value
        else:
            others[meaning] = str(value)
    return Filled(_words(said.get("customer")), _words(said.get("opportunity")), terms, others, tuple(bad))


def _words(one: FormField | None) -> str:
    return _flat(one.value)[:NAME_MOST] if one is not None else ""


def _flat(text: str) -> str:
    """On one line, without what cannot be seen: a form's text is shown on cards."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def _named(names: Iterable[str], form: Iterable[FormField]) -> FormField | None:
    given = [one for one in form if not EMPTY.fullmatch(one.value.strip())]
    for name in names:
        for one in given:
            if name == one.id or _label(name) == _label(one.label):
                return one
    return None


def _label(words: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", words)).casefold()


def _value(meaning: str, one: FormField) -> Any:
    if meaning == "amount":
        return amount_of(one.value, one.label)
    if meaning == "sign_date":
        return day_of(one.value)
    most = {"signing_party": PARTY_MOST, "payment_terms": TERMS_MOST}.get(meaning, 500)
    return _flat(one.value)[:most] or None


def amount_of(said: str, label: str = "") -> Decimal | None:
    """2150000.00, ¥2,150,000, 215万; a bare number is in the unit that the label names (合同金额（万元）). None for
    what is no sum, or not one alone."""
    words = unicodedata.normalize("NFKC", said).strip()
    plain = PLAIN.fullmatch(words)
    try:
        value = Decimal((plain[1] + (plain[2] or "")).replace(",", "")) if plain else _in_words(words)
    except InvalidOperation:
        return None
    if plain and value is not None:
        value *= next((times for unit, times in UNITS.items() if f"{unit}元" in label), Decimal(1))
    return value.quantize(Decimal("0.01")) if value is not None and 0 < value < MOST else None


def _in_words(said: str) -> Decimal | None:
    found = amounts(said) if len(said) <= 80 and not said.startswith(("-", "负")) else ()
    return found[0].value if len(found) == 1 and found[0].currency == "CNY" else None


def day_of(said: str) -> date | None:
    found = DAY.search(unicodedata.normalize("NFKC", said))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def which(said: Filled, deals: Iterable[Opportunity], applicant: str) -> list[Opportunity]:
    """Those of a customer's opportunities that the form may be about: by the name it gives, else by its sum, else the
    applicant's own. One alone is the one; none where there is none."""
    left = list(deals)
    wanted = said.opportunity.casefold()
    for fits in (
        lambda deal: bool(wanted) and (deal.name.casefold() == wanted or deal.id == said.opportunity),
        lambda deal: bool(wanted) and deal.name.casefold() in wanted,
        lambda deal: deal.amount is not None and deal.amount == said.terms.get("amount"),
        lambda deal: deal.owner_id == applicant,
    ):
        if len(left) > 1:
            left = [deal for deal in left if fits(deal)] or left
    return left


def terms_for(said: Filled, deal: Opportunity) -> dict[str, Any]:
    """What of the form is news of the deal."""
    return {name: value for name, value in said.terms.items() if getattr(deal, name) != value}


def own_for(said: Filled, playbook: Playbook, today: date) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """({"customer": values, "opportunity": values} of the trade's own fields, what does not hold)."""
    found: dict[str, dict[str, Any]] = {"customer": {}, "opportunity": {}}
    bad: list[str] = []
    for id, words in said.own.items():
        mapped = playbook.custom_field(id)
        if mapped is None:
            continue
        value = own.check(mapped, words, today)
        if isinstance(value, own.Bad):
            bad.append(value.mend)
        else:
            found[mapped.of][id] = [value] if mapped.kind == "table" else value
    return found, bad
